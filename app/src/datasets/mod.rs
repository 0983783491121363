//! Datasets, what they are used for, and what is wrong with a use.
//!
//! Plain forms and links throughout: nothing here is part of the browser bundle.

mod form;
mod list;
mod page;
mod personal;
mod record;
mod trained_on;
mod uses;

pub use form::{DatasetForm, DatasetFormPage};
pub use list::{DatasetFilterForm, DatasetLine, DatasetsPage};
pub use page::{DatasetPage, DatasetView, VersionForm, VersionLine};
pub use personal::{PersonalLine, PersonalPage};
pub use record::{RecordForm, RecordPage};
pub use trained_on::{DeclaredLine, TrainedOn, TrainedOnView, UsedForVersion, UsedLine};
pub use uses::{PurposeLine, SawLine, UseLine};

use assay_domain::datasets::{Classification, Severity};
use leptos::prelude::*;

use crate::components::{Badge, SubNav, Tab, Tone};

/// A link, where the visitor may open what it leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The words.
    pub label: String,
    /// Where it leads.
    pub href: Option<String>,
}

impl Link {
    /// A link.
    pub fn new(label: impl Into<String>, href: Option<String>) -> Self {
        Self { label: label.into(), href }
    }
}

impl Link {
    pub(crate) fn view(self) -> AnyView {
        match self.href {
            Some(href) => view! { <a class="break" href=href>{self.label}</a> }.into_any(),
            None => view! { <span class="break">{self.label}</span> }.into_any(),
        }
    }
}

/// The pages of the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// What data there is.
    Datasets,
    /// What is wrong.
    Findings,
    /// Who used personal data.
    Personal,
}

/// The room's pages, side by side.
#[component]
pub(crate) fn DataTabs(here: Place) -> AnyView {
    let tab = |label: &str, href: &str, place: Place| Tab::new(label, href).current(here == place);
    let tabs = vec![
        tab("Datasets", "/datasets", Place::Datasets),
        tab("Findings", "/findings", Place::Findings),
        tab("Personal data", "/datasets/personal", Place::Personal),
    ];
    view! { <SubNav label="Data" tabs /> }.into_any()
}

/// Whom data concerns, in a word.
#[component]
fn ClassificationBadge(classification: Classification) -> AnyView {
    let tone = match classification {
        Classification::Public | Classification::Internal => Tone::Neutral,
        Classification::Confidential => Tone::Info,
        Classification::Personal | Classification::SpecialCategory => Tone::Warn,
    };
    view! { <Badge tone text=classification.label() /> }.into_any()
}

/// How bad a finding is, in a word.
#[component]
pub(crate) fn SeverityBadge(severity: Severity) -> AnyView {
    let tone = match severity {
        Severity::Low => Tone::Neutral,
        Severity::Medium => Tone::Info,
        Severity::High => Tone::Warn,
        Severity::Critical => Tone::Bad,
    };
    view! { <Badge tone text=severity.label() /> }.into_any()
}

/// A number with a thin space between thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, rest) = digits.split_at(first);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    std::iter::once(head.to_owned())
        .filter(|head| !head.is_empty())
        .chain(groups)
        .collect::<Vec<_>>()
        .join("\u{202f}")
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        let shown = [0, 12, 999, 1_000, 120_000, 1_234_567].map(grouped);
        let read = shown.map(|text| text.replace('\u{202f}', " "));
        assert_eq!(read, ["0", "12", "999", "1 000", "120 000", "1 234 567"]);
    }
}
