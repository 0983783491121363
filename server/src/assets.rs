//! The files that the binary carries: browser bundle, style, fonts and questionnaires.
//!
//! A release build embeds them, so the one file is the whole product; a debug build reads them from the checkout, so
//! a changed style sheet needs no compiler. To add a file, put it into one of the three folders.
//!
//! Browsers get them below `/assets/{version}/`, where the version is a digest over all of them: relative references
//! (a style sheet to its fonts, the script to its WASM) keep working, an address never changes its contents and may
//! be cached for good.

use std::borrow::Cow;
use std::sync::LazyLock;

use assay_app::render::{PRELOADED_FONTS, STYLES};
use assay_app::shell::Assets;
use axum::Router;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

/// Style sheets, fonts and icons, written by hand.
#[derive(RustEmbed)]
#[folder = "../style"]
#[prefix = "style/"]
struct Style;

/// The islands as WASM with their script, made by `cargo xtask bundle`. A debug server also starts without.
#[derive(RustEmbed)]
#[folder = "../target/browser/pkg"]
#[prefix = "pkg/"]
#[cfg_attr(debug_assertions, allow_missing = true)]
struct Bundle;

/// The question banks that come with the product.
#[derive(RustEmbed)]
#[folder = "../questionnaires"]
#[include = "*.toml"]
struct Questionnaires;

/// The version in the addresses of the assets. Debug files change under the running server, so theirs is constant
/// and never cached.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    if cfg!(debug_assertions) {
        return "debug".to_owned();
    }
    let mut digest = Sha256::new();
    for path in Style::iter().chain(Bundle::iter()) {
        digest.update(path.as_bytes());
        digest.update(find(&path).map(|file| file.digest).unwrap_or_default());
    }
    hex(&digest.finalize()[..8])
});

/// All style sheets in one: a page waits for one answer instead of a dozen, and they cannot arrive half.
const SHEET: &str = "style/assay.css";

/// The address of an asset, for example `style/assay.css` or `pkg/assay.js`.
#[must_use]
pub fn url(path: &str) -> String {
    format!("/assets/{}/{path}", *VERSION)
}

/// The addresses that the frame around every page links to.
#[must_use]
pub fn links() -> Assets {
    let style = |name: &str| url(&format!("style/{name}"));
    Assets {
        styles: vec![url(SHEET)],
        fonts: PRELOADED_FONTS.map(style).into(),
        icon: style("mark.svg"),
        script: url("pkg/assay.js"),
        wasm: url("pkg/assay_bg.wasm"),
    }
}

/// The contents of an asset, for example a font that a PDF embeds.
#[must_use]
pub fn read(path: &str) -> Option<Cow<'static, [u8]>> {
    find(path).map(|file| file.data)
}

/// The questionnaires that come with the product: path (`maturity/mlops-levels.toml`) and contents, by path.
pub fn questionnaires() -> impl Iterator<Item = (String, Cow<'static, [u8]>)> {
    Questionnaires::iter().filter_map(|path| Some((path.to_string(), Questionnaires::get(&path)?.data)))
}

/// The route that serves the assets. Public: there is nothing in them that the source code does not show.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{version}/{*path}", get(serve))
}

async fn serve(Path((version, path)): Path<(String, String)>, request: HeaderMap) -> Response {
    let Some(plain) = find(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let compressed = accepts_brotli(&request).then(|| find(&format!("{path}.br"))).flatten();
    let tag = format!("\"{}{}\"", hex(&plain.digest[..8]), if compressed.is_some() { "-br" } else { "" });
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, content_type(&plain));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching(&version)));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if compressed.is_some() {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    let unchanged = request.get(IF_NONE_MATCH).is_some_and(|seen| seen.as_bytes() == tag.as_bytes());
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    if unchanged {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, compressed.unwrap_or(plain).data).into_response()
}

/// Only an address with our own version names contents that never change. While replicas are being replaced, one may
/// be asked for the files of another: its own are the best answer it has, for this once.
fn caching(version: &str) -> &'static str {
    if version == *VERSION && cfg!(not(debug_assertions)) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// What is served, whether it was embedded or joined.
struct File {
    data: Cow<'static, [u8]>,
    digest: [u8; 32],
    mime: String,
}

impl From<EmbeddedFile> for File {
    fn from(file: EmbeddedFile) -> Self {
        let (digest, mime) = (file.metadata.sha256_hash(), file.metadata.mimetype().to_owned());
        Self { data: file.data, digest, mime }
    }
}

fn find(path: &str) -> Option<File> {
    if path == SHEET {
        return sheet();
    }
    Style::get(path).or_else(|| Bundle::get(path)).map(File::from)
}

/// Joined when asked for: browsers keep a release's for good, and a debug server shows what changed a moment ago.
fn sheet() -> Option<File> {
    let mut data = Vec::new();
    for name in STYLES {
        data.extend_from_slice(&Style::get(&format!("style/{name}"))?.data);
        data.push(b'\n');
    }
    Some(File { digest: Sha256::digest(&data).into(), data: Cow::Owned(data), mime: "text/css".to_owned() })
}

fn content_type(file: &File) -> HeaderValue {
    let mime = &file.mime;
    let text = mime.starts_with("text/") || mime == "image/svg+xml";
    let value = if text { format!("{mime}; charset=utf-8") } else { mime.clone() };
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

fn accepts_brotli(request: &HeaderMap) -> bool {
    let offered = request.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    offered.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim() == "br" && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    async fn fetch(path: &str, header: Option<(&str, &str)>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = Request::get(path);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let response = routes::<()>().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
    }

    #[tokio::test]
    async fn a_font_is_served_and_asked_for_once() {
        let address = url("style/fonts/assay-sans-regular.woff2");
        let (status, headers, body) = fetch(&address, None).await;
        assert_eq!((status, headers[CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "font/woff2"));
        assert_eq!(body, *read("style/fonts/assay-sans-regular.woff2").unwrap());
        let tag = headers[ETAG].to_str().unwrap();
        let (status, _, body) = fetch(&address, Some(("if-none-match", tag))).await;
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
    }

    #[tokio::test]
    async fn whatever_a_page_links_to_is_there() {
        let links = links();
        for address in links.styles.iter().chain(&links.fonts).chain([&links.icon]) {
            assert_eq!(fetch(address, None).await.0, StatusCode::OK, "{address}");
        }
    }

    #[tokio::test]
    async fn the_one_sheet_holds_every_sheet_in_order() {
        let (_, headers, body) = fetch(&url(SHEET), None).await;
        assert_eq!(headers[CONTENT_TYPE], "text/css; charset=utf-8");
        let mut rest = String::from_utf8(body).unwrap();
        for name in STYLES {
            let own = read(&format!("style/{name}")).unwrap();
            let found = rest.find(std::str::from_utf8(&own).unwrap()).expect(name);
            rest.drain(..found + own.len());
        }
        assert_eq!(rest.trim(), "");
    }

    #[tokio::test]
    async fn nothing_outside_the_folders_is_served() {
        for path in [
            "style/../Cargo.toml",
            "style/..%2fCargo.toml",
            "maturity/mlops-levels.toml",
            "style",
            "style/fonts",
        ] {
            assert_eq!(fetch(&url(path), None).await.0, StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn brotli_only_for_those_who_take_it() {
        let accepts = |value: &'static str| {
            accepts_brotli(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        assert!(accepts("gzip, deflate, br, zstd") && accepts("br;q=0.5"));
        assert!(!accepts("gzip") && !accepts("br;q=0, gzip") && !accepts("brotli"));
        assert!(!accepts_brotli(&HeaderMap::new()));
    }

    #[test]
    fn a_stale_address_is_not_cached() {
        assert_eq!(caching("0123456789abcdef"), "no-cache");
    }
}
