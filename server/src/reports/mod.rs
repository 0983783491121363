//! Reports: PDF documents that stand on their own and prove where they come from.
//!
//! A report is a function from plain data to bytes: it knows no database, no clock and no permission, so the same data
//! give the same bytes. `layout` sets pages, `pdfa` finishes the file, and each document has a module of its own beside
//! them. To add one: define its data here as a struct with a [`Frame`], and write its blocks with
//! `layout::Doc`, beginning with `cover` and ending with `integrity`.

pub mod api;
mod audit;
mod audit_view;
mod cover;
mod frame;
mod integrity;
mod layout;
mod maturity;
mod ownership;
mod ownership_view;
pub mod pages;
mod pdfa;
mod roadmap;
#[cfg(test)]
mod samples;
pub mod service;
#[cfg(test)]
mod tests;

pub use audit::{AuditEntry, AuditReport, DisclosedValue, audit_report};
pub use frame::{CheckpointView, Frame};
pub use layout::Paper;
pub use maturity::{MaturityReport, PastResult, maturity_report};
pub use ownership::{
    FindingLine, Holder, OwnedThing, OwnershipGroup, OwnershipReport, SkillLine, ownership_report,
};
pub use pdfa::{BUNDLE_NAME, embedded_bundle};
pub use roadmap::{RoadmapReport, WorkLine, roadmap_report};

/// Why a report could not be made. None of these is the reader's fault.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A font file of the product is not usable.
    #[error("font {name}: {reason}")]
    Font {
        /// The font's PostScript name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The document could not be written.
    #[error("PDF: {0}")]
    Pdf(String),
}

impl Error {
    fn pdf(reason: impl std::fmt::Display) -> Self {
        Self::Pdf(reason.to_string())
    }
}
