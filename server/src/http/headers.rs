//! Security headers of every answer. A handler that sets one of them itself keeps its own.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Puts the headers on an answer; `secure` where the product is reached over https.
pub(super) fn secure(headers: &mut HeaderMap, nonce: &str, secure: bool) {
    let mut set = |name: HeaderName, value: &str| {
        if let (false, Ok(value)) = (headers.contains_key(&name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_SECURITY_POLICY, &policy(nonce));
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=()",
    );
    // Everything is private unless its handler says otherwise, as static files do.
    set(header::CACHE_CONTROL, "no-store");
    if secure {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
}

fn policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'; img-src 'self' data:"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_transport_only_where_there_is_transport_security() {
        let (mut plain, mut tls) = (HeaderMap::new(), HeaderMap::new());
        secure(&mut plain, "n", false);
        secure(&mut tls, "n", true);
        assert!(!plain.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert!(tls.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn a_static_file_may_be_cached_and_nothing_else() {
        let mut file = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("public"))]);
        let mut page = HeaderMap::new();
        secure(&mut file, "n", true);
        secure(&mut page, "n", true);
        assert_eq!(file[header::CACHE_CONTROL], "public");
        assert_eq!(page[header::CACHE_CONTROL], "no-store");
    }

    #[test]
    fn scripts_need_the_nonce_of_this_answer() {
        assert!(policy("abc").contains("script-src 'self' 'nonce-abc' 'wasm-unsafe-eval';"));
        assert!(!policy("abc").contains("unsafe-inline"));
    }
}
