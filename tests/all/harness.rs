//! The browser harness itself, on pages made to break its promises: a harness that finds nothing proves nothing.

use assay_tests::browser::{Browser, Scheme, Scripts};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::routing::get;

/// A page with a script and a module, and one that does several things wrong.
async fn serve() -> String {
    let good = "<!doctype html><html lang=en><title>Good</title><link rel=icon href='data:,'>
        <meta name=viewport content='width=device-width'>
        <style>@media (prefers-color-scheme: dark) { h1 { color: rgb(1, 2, 3) } }</style>
        <main><h1>Good page</h1><p id=out>plain</p><label>Name <input name=name value=old></label></main>
        <script>const out = document.querySelector('#out'); out.textContent = 'scripted';
        WebAssembly.instantiateStreaming(fetch('/empty.wasm')).then(() => out.textContent = 'woken', () => {});</script>";
    let bad = "<!doctype html><title>Bad</title><link rel=icon href='data:,'><img src=/missing.png>
        <script>console.error('on purpose')</script>";
    let module: &[u8] = b"\0asm\x01\0\0\0";
    let app = Router::new()
        .route("/good", get(move || async move { Html(good) }))
        .route("/bad", get(move || async move { Html(bad) }))
        .route("/empty.wasm", get(move || async move { ([(CONTENT_TYPE, "application/wasm")], module) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_wakes_and_can_be_used() {
    let site = serve().await;
    let browser = Browser::open(Scripts::All).await;
    browser.goto(&format!("{site}/good")).await;
    browser.wait_for_text("woken").await;
    browser.fill("input", "new").await;
    assert_eq!(browser.evaluate("return document.querySelector('input').value").await, "new");
    browser.check_accessibility().await;
    browser.scheme(Scheme::Dark).await;
    assert_eq!(browser.find("h1").await.css_value("color").await.unwrap(), "rgba(1, 2, 3, 1)");
    browser.resize(320, 600).await;
    assert_eq!(browser.evaluate("return innerWidth").await, 320);
    assert!(browser.screenshot("harness").await.is_file());
    browser.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wasm_is_blocked_and_that_is_no_error() {
    let site = serve().await;
    let browser = Browser::open(Scripts::NoWasm).await;
    browser.goto(&format!("{site}/good")).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(browser.text("#out").await, "scripted");
    browser.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_do_not_run_where_there_are_none() {
    let site = serve().await;
    let browser = Browser::open(Scripts::None).await;
    browser.goto(&format!("{site}/good")).await;
    assert_eq!(browser.text("#out").await, "plain");
    browser.fill("input", "new").await;
    browser.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn console_errors_are_found_and_can_be_expected() {
    let site = serve().await;
    let mut browser = Browser::open(Scripts::All).await;
    browser.goto(&format!("{site}/bad")).await;
    let errors = browser.console_errors().await.join("\n");
    assert!(errors.contains("on purpose") && errors.contains("missing.png"), "{errors}");
    browser.expect_error("on purpose");
    browser.expect_error("missing.png");
    browser.goto(&format!("{site}/bad")).await;
    browser.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn barriers_are_found() {
    let site = serve().await;
    let browser = Browser::open(Scripts::All).await;
    browser.goto(&format!("{site}/bad")).await;
    if let Some(barriers) = browser.barriers().await {
        let rules = barriers.join("\n");
        assert!(rules.contains("image-alt") && rules.contains("html-has-lang"), "{rules}");
    }
}
