//! What every document must be, tried on the one page that shows every component.

#![cfg(feature = "ssr")]

use std::collections::HashSet;

use assay_app::{
    gallery::Gallery,
    render,
    shell::{PageHead, Section, Theme, Visitor},
};
use leptos::prelude::*;

fn gallery(head: PageHead) -> String {
    render::document(head, || view! { <Gallery /> })
}

/// The values of an attribute, in order.
fn values<'h>(html: &'h str, attribute: &str) -> Vec<&'h str> {
    let opening = format!(" {attribute}=\"");
    html.split(&opening).skip(1).filter_map(|rest| rest.split_once('"').map(|(value, _)| value)).collect()
}

#[test]
fn a_page_is_the_same_bytes_each_time() {
    assert_eq!(gallery(PageHead::titled("Components")), gallery(PageHead::titled("Components")));
}

#[test]
fn nothing_is_styled_in_place() {
    assert!(
        values(&gallery(PageHead::default()), "style").is_empty(),
        "the content security policy refuses style attributes"
    );
}

#[test]
fn ids_are_unique_and_what_refers_to_one_finds_it() {
    let html = gallery(PageHead {
        visitor: Some(Visitor { name: "Ana".into(), role: "Auditor".into() }),
        ..PageHead::default()
    });
    let ids = values(&html, "id");
    let known: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "an id stands twice");
    for attribute in ["for", "aria-describedby", "popovertarget"] {
        for reference in values(&html, attribute).iter().flat_map(|value| value.split_whitespace()) {
            assert!(known.contains(reference), "{attribute} names {reference}, which is not on the page");
        }
    }
}

#[test]
fn every_table_has_a_body_and_every_inline_script_the_nonce() {
    let html = gallery(PageHead { nonce: "r4nd0m".into(), has_islands: true, ..PageHead::default() });
    assert_eq!(html.matches("<table").count(), html.matches("<tbody>").count());
    assert_eq!(html.matches("<script").count(), 1);
    assert!(html.contains("<script type=\"module\" nonce=\"r4nd0m\">"));
    assert!(
        html.contains("wakeAll(\"/pkg/assay.js\", \"/pkg/assay_bg.wasm\");"),
        "the bundle is loaded, unescaped"
    );
}

#[test]
fn a_page_without_islands_loads_no_script() {
    assert!(!gallery(PageHead::default()).contains("<script"));
}

#[test]
fn the_frame_shows_who_is_here_and_where() {
    let html = gallery(PageHead {
        visitor: Some(Visitor { name: "Ana <b>".into(), role: "Auditor".into() }),
        sections: vec![Section::Home, Section::Audit],
        section: Some(Section::Audit),
        theme: Theme::Dark,
        ..PageHead::titled("Trail & proof")
    });
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\" data-theme=\"dark\">"));
    assert!(html.contains("<title>Trail &amp; proof - Assay</title>"), "{}", &html[..400]);
    assert!(html.contains("Ana &lt;b&gt;"));
    assert!(html.contains("<a href=\"/audit\" aria-current=\"page\">Audit trail</a>"));
    assert!(!html.contains("href=\"/models\""), "a section that one may not open is not shown");
}
