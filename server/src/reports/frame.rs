//! What every report says about itself.

use chrono::{DateTime, Utc};

use super::layout::{Paper, Running};
use super::pdfa::Meta;

/// Who made a report, when, and the ledger state that it can be checked against.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The organisation's name.
    pub organisation: String,
    /// The sheet to print on.
    pub paper: Paper,
    /// When the report was made; the file's own dates.
    pub created_at: DateTime<Utc>,
    /// Who made it, as people know them.
    pub created_by: String,
    /// The ledger's state when the report was made.
    pub checkpoint: CheckpointView,
    /// The evidence, a tar file; embedded so that `assay verify` reads the report.
    pub bundle: Option<Vec<u8>>,
}

/// A signed checkpoint of the ledger.
#[derive(Debug, Clone)]
pub struct CheckpointView {
    /// The log's name.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root hash, base64.
    pub root: String,
    /// The signed note, line for line.
    pub note: String,
}

impl Frame {
    /// What stands above and below every page.
    pub(super) fn running(&self, title: &str) -> Running {
        Running {
            head_left: title.to_owned(),
            head_right: self.organisation.clone(),
            foot_left: format!("checkpoint {} \u{b7} {}", self.checkpoint.size, self.checkpoint.short_root()),
        }
    }

    /// What the file says about itself.
    pub(super) fn meta(&self, title: String, subject: String) -> Meta {
        Meta {
            title,
            subject,
            author: self.created_by.clone(),
            language: "en".to_owned(),
            created: self.created_at,
            bundle: self.bundle.clone(),
        }
    }

    /// When the report was made, to the minute.
    pub(super) fn created_text(&self) -> String {
        self.created_at.format("%-d %B %Y, %H:%M UTC").to_string()
    }
}

impl CheckpointView {
    /// The beginning of the root: enough to compare by eye.
    pub(super) fn short_root(&self) -> String {
        self.root.chars().take(16).collect()
    }

    /// What the QR code on the cover holds: the three lines that the ledger signs.
    pub(super) fn qr_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }
}
