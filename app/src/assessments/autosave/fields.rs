//! One question of the page, read from and written to its fields. The page is the only place that holds its state.

use leptos::web_sys::js_sys::Reflect;
use leptos::web_sys::{Element, HtmlElement, NodeList};
use wasm_bindgen::{JsCast, JsValue};

use crate::assessments::draft::{Draft, field_name, told};

/// One question of the page.
#[derive(Clone)]
pub(super) struct Question {
    pub(super) code: String,
    root: Element,
}

impl Question {
    /// Every question within `form`.
    pub(super) fn all(form: &Element) -> Vec<Self> {
        let found = form.query_selector_all("[data-code]").map(elements).unwrap_or_default();
        found.into_iter().filter_map(Self::of).collect()
    }

    /// The question that an element belongs to.
    pub(super) fn around(element: &Element) -> Option<Self> {
        element.closest("[data-code]").ok().flatten().and_then(Self::of)
    }

    fn of(root: Element) -> Option<Self> {
        Some(Self { code: root.get_attribute("data-code")?, root })
    }

    /// What stands in the fields.
    pub(super) fn draft(&self) -> Draft {
        Draft {
            value: self.find("input[type=radio]:checked").map(|input| text(&input)).unwrap_or_default(),
            reason: self.field_text("reason"),
            justification: self.field_text("justification"),
            comment: self.field_text("comment"),
        }
        .tidy()
    }

    /// Puts an answer into the fields.
    pub(super) fn fill(&self, draft: &Draft) {
        let inputs = self.root.query_selector_all("input[type=radio]").map(elements).unwrap_or_default();
        for input in inputs {
            let chosen = text(&input) == draft.value;
            let _ = Reflect::set(&input, &"checked".into(), &JsValue::from_bool(chosen));
        }
        if !draft.reason.is_empty() {
            self.set_field("reason", &draft.reason);
        }
        self.set_field("justification", &draft.justification);
        self.set_field("comment", &draft.comment);
    }

    /// What is stored, as far as this page knows.
    pub(super) fn stored(&self) -> Draft {
        Draft::from_field(&self.field_text("stored"))
    }

    pub(super) fn revision(&self) -> i64 {
        self.field_text("revision").parse().unwrap_or(0)
    }

    pub(super) fn set_stored(&self, draft: &Draft, revision: i64) {
        self.set_field("stored", &draft.to_field());
        self.set_field("revision", &revision.to_string());
    }

    /// Notes something about it for later; an empty text takes the note away.
    pub(super) fn note(&self, name: &str, text: &str) {
        let name = format!("data-{name}");
        let _ = if text.is_empty() {
            self.root.remove_attribute(&name)
        } else {
            self.root.set_attribute(&name, text)
        };
    }

    /// What was noted.
    pub(super) fn noted(&self, name: &str) -> String {
        self.root.get_attribute(&format!("data-{name}")).unwrap_or_default()
    }

    /// Whether the fields say something else than what is stored.
    pub(super) fn is_changed(&self) -> bool {
        self.draft() != self.stored()
    }

    /// Chooses the rung that the key stands for.
    pub(super) fn choose(&self, key: &str) -> bool {
        let Some(input) = self.find(&format!("input[data-key=\"{key}\"]")) else { return false };
        if let Some(input) = input.dyn_ref::<HtmlElement>() {
            let _ = input.focus();
            input.click();
        }
        true
    }

    /// Whether the focus is in it.
    pub(super) fn has_focus(&self) -> bool {
        self.root.matches(":focus-within").unwrap_or(false)
    }

    /// Brings it into view, with the focus on its answer.
    pub(super) fn focus(&self) {
        self.root.scroll_into_view();
        let input = self.find("input[type=radio]:checked").or_else(|| self.find("input[type=radio]"));
        if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
            let _ = input.focus();
        }
    }

    /// Says how saving went.
    pub(super) fn say(&self, words: &str) {
        self.write("[data-saved]", words);
    }

    /// Says who answered.
    pub(super) fn say_who(&self, words: &str) {
        self.write("[data-who]", words);
    }

    /// Shows another's answer beside the own one.
    pub(super) fn meet(&self, who: &str, theirs: &Draft, revision: i64) {
        let Some(panel) = self.find("[data-met]") else { return };
        let _ = panel.set_attribute("data-theirs", &theirs.to_field());
        let _ = panel.set_attribute("data-revision", &revision.to_string());
        let _ = panel.remove_attribute("hidden");
        self.write("[data-met] [data-words]", &format!("{who} answered this meanwhile: {}", told(theirs)));
    }

    /// Another's answer that waits for a choice, and its revision.
    pub(super) fn met(&self) -> Option<(Draft, i64)> {
        let panel = self.find("[data-met]:not([hidden])")?;
        let revision = panel.get_attribute("data-revision")?.parse().ok()?;
        Some((Draft::from_field(&panel.get_attribute("data-theirs")?), revision))
    }

    pub(super) fn part(&self) {
        if let Some(panel) = self.find("[data-met]") {
            let _ = panel.set_attribute("hidden", "");
        }
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).ok().flatten()
    }

    fn field(&self, kind: &str) -> Option<Element> {
        self.find(&format!("[name=\"{}\"]", field_name(kind, &self.code)))
    }

    fn field_text(&self, kind: &str) -> String {
        self.field(kind).map(|field| text(&field)).unwrap_or_default()
    }

    fn set_field(&self, kind: &str, value: &str) {
        if let Some(field) = self.field(kind) {
            let _ = Reflect::set(&field, &"value".into(), &value.into());
        }
    }

    fn write(&self, selector: &str, words: &str) {
        if let Some(place) = self.find(selector) {
            place.set_text_content(Some(words));
        }
    }
}

/// Inputs, selects and text areas all have a value.
fn text(field: &Element) -> String {
    Reflect::get(field, &"value".into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}

fn elements(list: NodeList) -> Vec<Element> {
    (0..list.length()).filter_map(|place| list.item(place)?.dyn_into().ok()).collect()
}
