//! A property that is a text or nothing.

/// Text or nothing, from whatever a page has at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaybeText(pub Option<String>);

impl MaybeText {
    /// Whether there is no text.
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// The text, or nothing where there is none.
    pub fn or_empty(self) -> String {
        self.0.unwrap_or_default()
    }
}

impl From<&str> for MaybeText {
    fn from(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }
}

impl From<String> for MaybeText {
    fn from(text: String) -> Self {
        Self(Some(text))
    }
}

impl From<Option<String>> for MaybeText {
    fn from(text: Option<String>) -> Self {
        Self(text)
    }
}

impl From<Option<&str>> for MaybeText {
    fn from(text: Option<&str>) -> Self {
        Self(text.map(str::to_owned))
    }
}
