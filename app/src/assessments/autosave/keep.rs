//! What is not saved yet, on the device: it survives a reload, a lost connection and a lost session.
//!
//! An entry is named after the person, the assessment and the question, and is removed as soon as it is saved.

use leptos::web_sys::{Storage, window};

use crate::assessments::draft::Draft;

/// An answer that is not saved yet, and the revision that it was given on.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) draft: Draft,
    pub(super) seen: i64,
}

impl Kept {
    fn to_text(&self) -> String {
        format!("{} {}", self.seen, self.draft.to_field())
    }

    fn from_text(text: &str) -> Option<Self> {
        let (seen, draft) = text.split_once(' ')?;
        Some(Self { draft: Draft::from_field(draft), seen: seen.parse().ok()? })
    }
}

/// The drawer of one person for one assessment.
#[derive(Clone, Debug)]
pub(super) struct Drawer(String);

impl Drawer {
    pub(super) fn of(me: &str, assessment: &str) -> Self {
        Self(format!("assay:{me}:{assessment}:"))
    }

    /// Puts an answer in; false where the device keeps nothing.
    pub(super) fn put(&self, code: &str, kept: &Kept) -> bool {
        storage().is_some_and(|storage| storage.set_item(&self.key(code), &kept.to_text()).is_ok())
    }

    pub(super) fn take_out(&self, code: &str) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&self.key(code));
        }
    }

    /// Everything in it, by code.
    pub(super) fn all(&self) -> Vec<(String, Kept)> {
        let Some(storage) = storage() else { return Vec::new() };
        let keys = (0..storage.length().unwrap_or(0)).filter_map(|place| storage.key(place).ok().flatten());
        let mine = keys.filter_map(|key| key.strip_prefix(&self.0).map(str::to_owned)).collect::<Vec<_>>();
        let read = |code: String| {
            let text = storage.get_item(&self.key(&code)).ok().flatten()?;
            Some((code, Kept::from_text(&text)?))
        };
        mine.into_iter().filter_map(read).collect()
    }

    fn key(&self, code: &str) -> String {
        format!("{}{code}", self.0)
    }
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}
