//! The two cookies: the session, and the message that the next page shows once.
//!
//! Over https they are `Secure` and carry the `__Host-` prefix, so that no sibling host can set or overwrite them. Plain
//! http has neither, and is for loopback only.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cookie::{Cookie, SameSite, time::Duration};

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The session's secret.
    Session,
    /// What the next page says once.
    Flash,
}

impl Kind {
    const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-assay-session",
            (Self::Session, false) => "assay-session",
            (Self::Flash, true) => "__Host-assay-flash",
            (Self::Flash, false) => "assay-flash",
        }
    }
}

/// The value of a cookie that the browser sent.
pub fn read(headers: &HeaderMap, kind: Kind, secure: bool) -> Option<String> {
    let name = kind.name(secure);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| Cookie::split_parse(line.to_owned())).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// A `Set-Cookie` that lasts `seconds`; 0 takes the cookie away.
pub fn set(kind: Kind, value: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    let cookie = Cookie::build((kind.name(secure), value.to_owned()))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(seconds));
    HeaderValue::from_str(&cookie.build().to_string()).ok()
}

/// A sentence as a cookie's value. It is shown to the browser that holds it and to nobody else, as text.
pub fn encode_flash(sentence: &str) -> String {
    URL_SAFE_NO_PAD.encode(sentence.chars().take(300).collect::<String>())
}

/// The sentence of a cookie's value.
pub fn decode_flash(value: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_the_session_is_bound_to_this_host() {
        let cookie = set(Kind::Session, "s", 60, true).unwrap();
        assert_eq!(cookie, "__Host-assay-session=s; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60");
    }

    #[test]
    fn on_loopback_it_is_plain_and_still_out_of_reach_of_scripts() {
        let cookie = set(Kind::Session, "s", 60, false).unwrap();
        assert_eq!(cookie, "assay-session=s; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
    }

    #[test]
    fn a_cookie_of_the_other_scheme_is_not_read() {
        let headers =
            HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static("a=b; assay-session=s"))]);
        assert_eq!(read(&headers, Kind::Session, false).as_deref(), Some("s"));
        assert_eq!(read(&headers, Kind::Session, true), None);
    }

    #[test]
    fn a_sentence_survives_the_cookie() {
        assert_eq!(decode_flash(&encode_flash("Añadido ; ok")).as_deref(), Some("Añadido ; ok"));
    }
}
