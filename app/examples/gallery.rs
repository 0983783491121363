//! Writes the developers' gallery as a file, to be looked at without a server:
//! `cargo run -p assay-app --features ssr --example gallery -- OUT.html [light|dark]`, served from `style/..`.

use std::process::ExitCode;

use assay_app::{
    components::Tone,
    gallery::Gallery,
    render,
    shell::{Flash, PageHead, Section, Theme, Visitor},
};
use leptos::prelude::*;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(out) = arguments.next() else {
        eprintln!("usage: gallery OUT.html [light|dark]");
        return ExitCode::from(2);
    };
    let theme = match arguments.next().as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    };
    let html = render::document(head(theme), || view! { <Gallery /> });
    match std::fs::write(&out, html) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write {out}: {error}");
            ExitCode::from(2)
        }
    }
}

fn head(theme: Theme) -> PageHead {
    PageHead {
        visitor: Some(Visitor { name: "Ana Lindqvist".into(), role: "Compliance officer".into() }),
        organisation: Some("Northwind Mutual".into()),
        sections: Section::ALL.to_vec(),
        section: Some(Section::Teams),
        flash: Some(Flash { tone: Tone::Good, text: "Saved. The change is entry 412 of the ledger.".into() }),
        theme,
        ..PageHead::titled("Components")
    }
}
