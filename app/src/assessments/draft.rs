//! What stands in the fields of one question: the same for the page, its form and the autosave.
//!
//! Beside each question the form carries the revision and the draft that it was drawn with. So a question that nobody
//! touched is never sent over an answer that somebody else gave in between.
//!
//! It is compiled into the browser bundle, where every kilobyte counts: hence no `serde`.

/// The choice of somebody who looked and does not know.
pub const DONT_KNOW: &str = "dont_know";
/// The choice of a team that the question does not concern.
pub const NOT_APPLICABLE: &str = "not_applicable";

/// Stands between the parts of a draft in a hidden field; nobody can type it.
const BETWEEN: char = '\u{1f}';

/// What is chosen and written for one question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// A rung, [`DONT_KNOW`], [`NOT_APPLICABLE`], or nothing.
    pub value: String,
    /// Why it does not apply, as a word of the domain.
    pub reason: String,
    /// Why it does not apply, in the team's words.
    pub justification: String,
    /// A remark.
    pub comment: String,
}

impl Draft {
    /// The same draft as it is stored: trimmed, with plain line ends, and a reason only where one is asked for.
    #[must_use]
    pub fn tidy(self) -> Self {
        let plain = |text: String| text.replace("\r\n", "\n").replace(BETWEEN, " ").trim().to_owned();
        let given = self.value == NOT_APPLICABLE;
        let only = |text: String| if given { plain(text) } else { String::new() };
        let Self { value, reason, justification, comment } = self;
        Self { value, reason: only(reason), justification: only(justification), comment: plain(comment) }
    }

    /// What has to be added before it can be saved: the field, and a sentence.
    #[must_use]
    pub fn lacks(&self) -> Option<(&'static str, &'static str)> {
        let not_applicable = self.value == NOT_APPLICABLE;
        if self.value.is_empty() {
            (!self.comment.is_empty()).then_some(("value", "Choose an answer; the comment is saved with it."))
        } else if not_applicable && self.justification.is_empty() {
            Some(("justification", "Say why it does not apply; then it is saved."))
        } else {
            None
        }
    }

    /// The draft as the hidden field beside the question carries it.
    #[must_use]
    pub fn to_field(&self) -> String {
        let Self { value, reason, justification, comment } = self;
        format!("{value}{BETWEEN}{reason}{BETWEEN}{justification}{BETWEEN}{comment}")
    }

    /// The draft that a hidden field carries; an empty one where it carries none.
    #[must_use]
    pub fn from_field(text: &str) -> Self {
        let mut parts = text.split(BETWEEN).map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        Self { value: next(), reason: next(), justification: next(), comment: next() }
    }

    /// The answer as JSON, as the API takes it. Without `evidence`, the evidence stays as it is.
    #[must_use]
    pub fn to_json(&self) -> String {
        let choice = if self.value == NOT_APPLICABLE {
            let (reason, justification) = (quoted(&self.reason), quoted(&self.justification));
            format!(r#""not_applicable":{{"reason":{reason},"justification":{justification}}}"#)
        } else {
            format!(r#""value":{}"#, quoted(&self.value))
        };
        if self.comment.is_empty() {
            return format!("{{{choice}}}");
        }
        format!(r#"{{{choice},"comment":{}}}"#, quoted(&self.comment))
    }
}

/// A text as a JSON string.
fn quoted(text: &str) -> String {
    let mut json = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => json.extend(['\\', letter]),
            control if u32::from(control) < 0x20 => json += &format!("\\u{:04x}", u32::from(control)),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

/// The name of a question's field in the form: `comment.PE-1.1`.
#[must_use]
pub fn field_name(kind: &str, code: &str) -> String {
    format!("{kind}.{code}")
}

/// What people read for a choice.
#[must_use]
pub fn choice_label(value: &str) -> &'static str {
    match value {
        "none" => "None",
        "some" => "Some",
        "most" => "Most",
        "all" => "All",
        "no" => "No",
        "manual" => "By hand",
        "automated" => "Automated",
        DONT_KNOW => "I do not know",
        NOT_APPLICABLE => "Does not apply",
        _ => "Not answered",
    }
}

/// The words in which an answer is told.
#[must_use]
pub fn told(draft: &Draft) -> String {
    let label = choice_label(&draft.value);
    match [draft.justification.as_str(), draft.comment.as_str()].into_iter().find(|text| !text.is_empty()) {
        Some(text) => format!("{label} - {text}"),
        None => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_domain::assessments::{Answer, Choice};

    fn draft(value: &str, comment: &str) -> Draft {
        Draft { value: value.into(), comment: comment.into(), ..Draft::default() }
    }

    #[test]
    fn a_body_is_an_answer_of_the_domain() {
        let answer: Answer = serde_json::from_str(&draft("some", "two \"of\"\n\\ six\t").to_json()).unwrap();
        assert_eq!((answer.word(), answer.comment.as_deref()), ("some", Some("two \"of\"\n\\ six\t")));
        let given = Draft {
            value: NOT_APPLICABLE.into(),
            reason: "architecture".into(),
            justification: "batch only".into(),
            ..Draft::default()
        };
        let answer: Answer = serde_json::from_str(&given.to_json()).unwrap();
        assert!(matches!(answer.choice, Choice::NotApplicable(given) if given.justification == "batch only"));
    }

    #[test]
    fn what_browsers_do_to_line_ends_is_no_change() {
        let typed = draft("some", "one\r\ntwo  ").tidy();
        assert_eq!(typed, draft("some", "one\ntwo"));
        assert_eq!(Draft::from_field(&typed.to_field()), typed);
        let leftover = Draft { reason: "architecture".into(), justification: "x".into(), ..draft("all", "") };
        assert_eq!(leftover.tidy(), draft("all", ""));
    }

    #[test]
    fn what_is_missing_is_named_at_its_field() {
        assert_eq!(draft("", "").lacks(), None);
        assert_eq!(draft("", "why").lacks().map(|(field, _)| field), Some("value"));
        assert_eq!(draft(NOT_APPLICABLE, "").lacks().map(|(field, _)| field), Some("justification"));
        assert_eq!(draft(DONT_KNOW, "").lacks(), None);
    }
}
