//! Evidence of an answer: what is there, and adding more.

use leptos::prelude::*;

use super::draft::field_name;
use crate::components::{
    Badge, Button, ButtonKind, ErrorsByField, Field, FieldError, Hash, Icon, IconKind, InputKind, Tone,
};

/// A piece of evidence as people see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvidenceLine {
    /// Its id, for forms.
    pub id: String,
    /// Where it is.
    pub uri: String,
    /// The SHA-256 of its bytes.
    pub sha256: Option<String>,
    /// The machine that checked it and vouches for it, by name.
    pub machine: Option<String>,
    /// "until 30 Jun 2027".
    pub expires: Option<String>,
    /// Whether that day is over.
    pub expired: bool,
    /// Who attached it and when.
    pub added: String,
    /// What the reviewer found.
    pub decision: Option<Decision>,
}

/// What somebody else found about evidence, or decided about "does not apply".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Whether it was accepted.
    pub accepted: bool,
    /// Who decided and when.
    pub by: String,
    /// Why.
    pub note: String,
}

/// Evidence that is being added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewEvidence {
    /// The link.
    pub uri: String,
    /// The SHA-256.
    pub sha256: String,
    /// The last day on which it counts in full.
    pub expires: String,
}

/// The address to link to, if it is one that a browser may open: anybody in the team can write anything here.
#[must_use]
pub fn safe_href(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.trim().split_once("://")?;
    let known = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (known && !rest.is_empty()).then(|| uri.trim().to_owned())
}

/// Where a piece of evidence is, as a link only where that is safe.
#[component]
pub fn EvidenceLink(
    /// The address as it was written.
    uri: String,
) -> AnyView {
    match safe_href(&uri) {
        Some(href) => view! { <a class="evidence-uri" href=href rel="noopener noreferrer external" target="_blank">{uri}<span class="visually-hidden">" (opens a new tab)"</span></a> }.into_any(),
        None => view! { <span class="evidence-uri">{uri}</span> }.into_any(),
    }
}

/// What is known about a piece of evidence, in one line each.
#[component]
pub fn EvidenceFacts(
    /// The piece.
    piece: EvidenceLine,
) -> AnyView {
    let vouched = piece.machine.is_some();
    let kind =
        piece.machine.map_or_else(|| "Link".to_owned(), |name| format!("Checked by the machine {name}"));
    let tone = if piece.expired { Tone::Warn } else { Tone::Neutral };
    let expires = piece.expires.map(|until| {
        let text =
            if piece.expired { format!("Expired, counted {until}") } else { format!("Counts {until}") };
        view! { <Badge tone text /> }
    });
    let state = match piece.decision {
        None if vouched => None,
        None => Some(view! { <Badge text="Not reviewed" /> }.into_any()),
        Some(Decision { accepted: true, by, .. }) => {
            Some(view! { <Badge tone=Tone::Good text="Accepted" /><span>{by}</span> }.into_any())
        }
        Some(Decision { accepted: false, by, note }) => Some(
            view! { <Badge tone=Tone::Bad text="Not accepted" /><span>{format!("{by}: {note}")}</span> }
                .into_any(),
        ),
    };
    view! {
        <p class="evidence-facts">
            <span>{kind}</span>
            <span>{piece.added}</span>
            {expires}
            {state}
        </p>
        {piece.sha256.map(|digest| view! { <Hash value=format!("sha256:{digest}") /> })}
    }
    .into_any()
}

/// Evidence of one question within the page's form: its list, and fields for one more.
#[component]
pub(super) fn EvidenceFields(
    /// The question.
    code: String,
    /// What a reviewer would accept.
    accepted: String,
    /// What is there.
    pieces: Vec<EvidenceLine>,
    /// What is being added.
    new: NewEvidence,
    /// What is wrong.
    errors: Vec<FieldError>,
) -> AnyView {
    let count = pieces.len();
    let typed = new != NewEvidence::default();
    let open = count > 0 || typed;
    let words = if count == 0 { "Add evidence".to_owned() } else { format!("Evidence ({count})") };
    let lines = pieces
        .into_iter()
        .map(|piece| {
            let remove = format!("remove:{code}/{}", piece.id);
            let label = format!("Remove {}", piece.uri);
            view! {
                <li class="evidence">
                    <EvidenceLink uri=piece.uri.clone() />
                    <Button kind=ButtonKind::Quiet name="then" value=remove label skip_checks=true>"Remove"</Button>
                    <EvidenceFacts piece />
                </li>
            }
        })
        .collect_view();
    let id = |kind: &str| format!("{code}-{kind}");
    view! {
        <details class="more" open=open>
            <summary><Icon kind=IconKind::Paperclip />{words}</summary>
            <p class="field-hint">{format!("A reviewer would accept: {accepted}")}</p>
            {(count > 0).then(|| view! { <ul class="evidences">{lines}</ul> })}
            <div class="evidence-new">
                <Field id=id("uri") name=field_name("uri", &code) label="Link" hint="Where somebody else can look at it: a page, a run, a ticket." value=new.uri error=errors.at(&id("uri")) />
                <Field id=id("expires") name=field_name("expires", &code) kind=InputKind::Date label="Counts until" value=new.expires error=errors.at(&id("expires")) optional_mark=true />
                <Field id=id("sha256") name=field_name("sha256", &code) label="SHA-256 of the file" value=new.sha256 error=errors.at(&id("sha256")) optional_mark=true />
                <Button kind=ButtonKind::Secondary name="then" value=format!("attach:{code}") label=format!("Attach to {code}")>"Attach"</Button>
            </div>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::safe_href;

    #[test]
    fn only_addresses_of_the_web_become_links() {
        assert_eq!(safe_href(" https://wiki.example/a?b=c "), Some("https://wiki.example/a?b=c".into()));
        assert_eq!(safe_href("HTTP://wiki.example"), Some("HTTP://wiki.example".into()));
        for not in [
            "javascript:alert(1)",
            "javascript://x.example/%0aalert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "//x.example",
            "https://",
            "wiki page 4",
        ] {
            assert_eq!(safe_href(not), None, "{not}");
        }
    }
}
