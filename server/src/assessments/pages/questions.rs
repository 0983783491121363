//! The questions of one dimension: shown, and saved in one go from a form that works without script.

use std::collections::BTreeMap;

use assay_app::assessments::draft::Draft;
use assay_app::assessments::{DimensionPage, DimensionView, NewEvidence, QuestionView};
use assay_app::components::FieldError;
use assay_domain::access::Permission;
use assay_domain::assessments::{Evidence, EvidenceKind};
use assay_domain::questionnaires::Question;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::service::{self, AnswerChange};
use super::tasks::person;
use super::{Scene, date, sentence};
use crate::App;
use crate::error::Error;
use crate::http::{Form, Page, Pairs, Path, Query};
use crate::teams::service as teams;

#[derive(Deserialize)]
pub(super) struct From {
    r#return: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path((id, dimension)): Path<(Uuid, String)>,
    Query(from): Query<From>,
) -> Result<Response, Error> {
    let scene = Scene::of(&app, &page.caller, id).await?;
    let back = from.r#return.as_deref() == Some("check");
    let view = dimension_view(&app, &page, &scene, &dimension, back, &mut BTreeMap::new()).await?;
    let page = if scene.heading.is_editable() { page.with_islands() } else { page };
    let (title, heading) = (format!("{}, {}", view.title, scene.heading.title), scene.heading);
    Ok(page.render(&title, move || view! { <DimensionPage heading dimension=view /> }))
}

/// What was typed for a question, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Typed {
    draft: Draft,
    /// What the form was drawn with.
    stored: Draft,
    revision: i64,
    new: NewEvidence,
    /// Set when somebody else's answer was met.
    met: bool,
    errors: Vec<FieldError>,
}

/// What the form says: the button that was used, and what was typed for each question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Posted {
    then: String,
    back: bool,
    typed: BTreeMap<String, Typed>,
}

impl Posted {
    fn read(pairs: Vec<(String, String)>) -> Result<Self, Error> {
        let mut posted = Self::default();
        for (name, value) in pairs {
            match name.split_once('.') {
                None if name == "then" => posted.then = value,
                None if name == "return" => posted.back = value == "check",
                Some((kind, code)) => {
                    posted.typed.entry(code.to_owned()).or_default().take(kind, &name, value)?;
                }
                None => return Err(unknown(&name)),
            }
        }
        for typed in posted.typed.values_mut() {
            typed.draft = std::mem::take(&mut typed.draft).tidy();
        }
        Ok(posted)
    }
}

impl Typed {
    fn take(&mut self, kind: &str, name: &str, value: String) -> Result<(), Error> {
        match kind {
            "value" => self.draft.value = value,
            "reason" => self.draft.reason = value,
            "justification" => self.draft.justification = value,
            "comment" => self.draft.comment = value,
            "revision" => {
                self.revision =
                    value.parse().map_err(|_| Error::invalid(format!("/{name}"), "must be a number"))?;
            }
            "stored" => self.stored = Draft::from_field(&value).tidy(),
            "uri" => self.new.uri = value.trim().to_owned(),
            "sha256" => self.new.sha256 = value.trim().to_owned(),
            "expires" => self.new.expires = value.trim().to_owned(),
            _ => return Err(unknown(name)),
        }
        Ok(())
    }

    fn wrong(&mut self, code: &str, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError::new(format!("{code}-{field}"), message));
    }

    /// Puts what a service found wrong at the field that it is about.
    fn invalid(&mut self, code: &str, errors: Vec<crate::error::FieldError>) {
        const FIELDS: [&str; 7] = ["value", "reason", "justification", "comment", "uri", "sha256", "expires"];
        for error in errors {
            let last = error.pointer.rsplit('/').next().unwrap_or_default();
            let evidence = error.pointer.starts_with("/evidence");
            let field = FIELDS.into_iter().find(|field| *field == last).unwrap_or(if evidence {
                "uri"
            } else {
                "value"
            });
            self.wrong(code, field, sentence(&error.message));
        }
    }

    fn is_fine(&self) -> bool {
        self.errors.is_empty() && !self.met
    }
}

fn unknown(name: &str) -> Error {
    Error::invalid(format!("/{name}"), "unknown field")
}

pub(super) async fn save(
    State(app): State<App>,
    page: Page,
    Path((id, dimension)): Path<(Uuid, String)>,
    Form(Pairs(pairs)): Form<Pairs>,
) -> Result<Response, Error> {
    let mut posted = Posted::read(pairs)?;
    let scene = Scene::of(&app, &page.caller, id).await?;
    scene.assessment.bank.dimension(&dimension).ok_or(Error::NotFound)?;
    let team = Some(scene.assessment.row.team_id);
    page.caller.allow(Permission::ReadAssessments, Permission::AnswerAssessments, team)?;
    if let Some(code) = posted.then.strip_prefix("theirs:") {
        posted.typed.remove(code);
    }
    let mut changed = None;
    for (code, typed) in &mut posted.typed {
        if save_one(&app, &page, &scene, code, typed).await? && changed.is_none() {
            changed = Some(code.clone());
        }
    }
    if posted.typed.values().all(Typed::is_fine) {
        remove(&app, &page, id, &posted.then).await?;
        let (path, sentence) = target(&scene, &dimension, &posted, changed);
        return Ok(page.redirect(&path, sentence));
    }
    let scene = Scene::of(&app, &page.caller, id).await?;
    let view = dimension_view(&app, &page, &scene, &dimension, posted.back, &mut posted.typed).await?;
    let (title, heading) = (format!("{}, {}", view.title, scene.heading.title), scene.heading);
    Ok(page.with_islands().invalid(&title, move || view! { <DimensionPage heading dimension=view /> }))
}

/// Saves what was typed for one question, and says whether that changed anything. What nobody touched is left alone,
/// whatever stands there by now.
async fn save_one(
    app: &App,
    page: &Page,
    scene: &Scene,
    code: &str,
    typed: &mut Typed,
) -> Result<bool, Error> {
    let id = scene.assessment.row.id;
    let untouched = typed.draft == typed.stored || typed.draft == scene.draft(code);
    let mut changed = false;
    if !untouched {
        if let Some((field, sentence)) = typed.draft.lacks() {
            typed.wrong(code, field, sentence);
            return Ok(false);
        }
        let Ok(answer) = serde_json::from_str(&typed.draft.to_json()) else {
            typed.wrong(code, "value", "Choose one of the answers.");
            return Ok(false);
        };
        let change = AnswerChange { answer, keep_evidence: true, seen: Some(typed.revision) };
        match service::put_answer(app, &page.caller, id, code, change).await {
            Ok(_) => changed = true,
            Err(Error::PreconditionFailed) => typed.met = true,
            Err(Error::Invalid(errors)) => typed.invalid(code, errors),
            Err(other) => return Err(other),
        }
    }
    if typed.new != NewEvidence::default() && typed.is_fine() {
        changed |= attach(app, page, id, code, typed).await?;
    }
    Ok(changed)
}

async fn attach(app: &App, page: &Page, id: Uuid, code: &str, typed: &mut Typed) -> Result<bool, Error> {
    let new = match evidence(&typed.new) {
        Ok(new) => new,
        Err((field, message)) => {
            typed.wrong(code, field, message);
            return Ok(false);
        }
    };
    match service::add_evidence(app, &page.caller, id, code, new).await {
        Ok(_) => {
            typed.new = NewEvidence::default();
            Ok(true)
        }
        Err(Error::Invalid(errors)) => {
            typed.invalid(code, errors);
            Ok(false)
        }
        Err(other) => Err(other),
    }
}

fn evidence(new: &NewEvidence) -> Result<Evidence, (&'static str, &'static str)> {
    if new.uri.is_empty() {
        return Err(("uri", "Say where the evidence is."));
    }
    let expires = match new.expires.as_str() {
        "" => None,
        day => Some(day.parse().map_err(|_| ("expires", "Write the day as 2027-06-30."))?),
    };
    let digest = new.sha256.to_ascii_lowercase();
    let digest = digest.strip_prefix("sha256:").unwrap_or(&digest);
    Ok(Evidence {
        uri: new.uri.clone(),
        sha256: (!digest.is_empty()).then(|| digest.to_owned()),
        kind: EvidenceKind::Artefact,
        checked_at: None,
        reviewed_by: None,
        reviewed_value: None,
        vouched_by: None,
        expires,
    })
}

/// Takes away the piece of evidence that the button names: `remove:<code>/<id>`.
async fn remove(app: &App, page: &Page, id: Uuid, then: &str) -> Result<(), Error> {
    let Some((code, piece)) = then.strip_prefix("remove:").and_then(|what| what.split_once('/')) else {
        return Ok(());
    };
    let piece = piece.parse().map_err(|_| Error::NotFound)?;
    service::remove_evidence(app, &page.caller, id, code, piece).await.map(drop)
}

/// Where one goes after saving, and what is said there.
fn target(
    scene: &Scene,
    dimension: &str,
    posted: &Posted,
    changed: Option<String>,
) -> (String, &'static str) {
    let href = |rest: String| scene.heading.href(&rest);
    let back = if posted.back { "?return=check" } else { "" };
    let here = |code: &str| href(format!("/{dimension}{back}#{code}"));
    match posted.then.split_once(':') {
        Some(("attach", code)) => (here(code), "Saved, with its evidence."),
        Some(("remove", what)) => {
            (here(what.split('/').next().unwrap_or_default()), "The evidence is removed.")
        }
        Some((_, code)) => (here(code), "Saved."),
        None => match posted.then.as_str() {
            "check" => (
                href(format!("/check{}", changed.map(|code| format!("#{code}")).unwrap_or_default())),
                "Saved.",
            ),
            "tasks" => (href(String::new()), "Saved."),
            "next" => match following(scene, dimension) {
                Some((next, _)) => (href(format!("/{next}")), "Saved."),
                None => (href("/check".to_owned()), "Saved."),
            },
            _ => (href(format!("/{dimension}{back}")), "Saved."),
        },
    }
}

/// The dimension after this one: id and title.
fn following(scene: &Scene, dimension: &str) -> Option<(String, String)> {
    let mut dimensions = scene.dimensions().into_iter().skip_while(|known| known.id != dimension).skip(1);
    dimensions.next().map(|next| (next.id.clone(), next.title.clone()))
}

async fn dimension_view(
    app: &App,
    page: &Page,
    scene: &Scene,
    id: &str,
    from_check: bool,
    typed: &mut BTreeMap<String, Typed>,
) -> Result<DimensionView, Error> {
    let dimensions = scene.dimensions();
    let place = dimensions.iter().position(|known| known.id == id).ok_or(Error::NotFound)?;
    let today = app.clock.now().date_naive();
    let questions = scene.questions_of(id).into_iter().map(|question| {
        let typed = typed.remove(&question.code);
        question_view(scene, question, typed, today)
    });
    let members = teams::members(app, &page.caller, scene.assessment.row.team_id).await?;
    Ok(DimensionView {
        id: id.to_owned(),
        title: dimensions[place].title.clone(),
        blurb: dimensions[place].blurb.clone(),
        place: format!("{} of {}", place + 1, dimensions.len()),
        next: following(scene, id).map(|(_, title)| title),
        person: person(scene, id).map(|person| scene.people.name(person).to_owned()),
        questions: questions.collect(),
        from_check,
        me: page.caller.actor().id().to_string(),
        people: members.into_iter().map(|member| (member.person.to_string(), member.name)).collect(),
    })
}

fn question_view(
    scene: &Scene,
    question: &Question,
    typed: Option<Typed>,
    today: chrono::NaiveDate,
) -> QuestionView {
    let row = scene.assessment.answers.get(&question.code);
    let stored = scene.draft(&question.code);
    // What was not touched shows what stands there by now.
    let typed = typed.unwrap_or_default();
    let touched = typed.draft != typed.stored;
    let pieces = scene.evidence(&question.code).iter().map(|piece| scene.piece(piece, today));
    QuestionView {
        revision: row.map_or(0, |row| row.revision),
        draft: if touched { typed.draft } else { stored.clone() },
        stored,
        by: row.map(|row| scene.by(row)),
        met: row.filter(|_| typed.met).map(|row| {
            format!("{} ({})", scene.people.name(row.answered_by), date(row.answered_at.date_naive()))
        }),
        decision: row.and_then(|row| scene.not_applicable(row)),
        evidence: pieces.collect(),
        new_evidence: typed.new,
        errors: typed.errors,
        question: question.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(pairs: &[(&str, &str)]) -> Result<Posted, Error> {
        Posted::read(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_form_is_read_by_question() {
        let stored = Draft { value: "some".into(), ..Draft::default() };
        let read = posted(&[
            ("then", "next"),
            ("return", "check"),
            ("revision.PE-1.1", "3"),
            ("stored.PE-1.1", &stored.to_field()),
            ("value.PE-1.1", "all"),
            ("comment.PE-1.1", " two\r\nlines "),
            ("uri.PE-1.1", ""),
            ("comment.PE-1.2", ""),
        ])
        .unwrap();
        assert_eq!((read.then.as_str(), read.back, read.typed.len()), ("next", true, 2));
        let first = &read.typed["PE-1.1"];
        assert_eq!(
            first.draft,
            Draft { value: "all".into(), comment: "two\nlines".into(), ..Draft::default() }
        );
        assert_eq!((first.revision, &first.stored), (3, &stored));
        assert_eq!(read.typed["PE-1.2"], Typed::default());
    }

    #[test]
    fn fields_that_nobody_asked_for_are_refused() {
        for name in ["answered_by.PE-1.1", "next", "kind.PE-1.1"] {
            assert!(
                matches!(posted(&[(name, "x")]), Err(Error::Invalid(errors)) if errors[0].pointer == format!("/{name}"))
            );
        }
        assert!(posted(&[("revision.PE-1.1", "many")]).is_err());
    }

    #[test]
    fn evidence_is_read_from_its_fields() {
        let new = |uri: &str, sha256: &str, expires: &str| {
            evidence(&NewEvidence { uri: uri.into(), sha256: sha256.into(), expires: expires.into() })
        };
        let digest = "AB".repeat(32);
        let read = new("https://wiki.example", &format!("sha256:{digest}"), "2027-06-30").unwrap();
        assert_eq!(read.sha256, Some(digest.to_ascii_lowercase()));
        assert_eq!(read.expires.map(|day| day.to_string()).as_deref(), Some("2027-06-30"));
        assert_eq!(new("", "ab", "").unwrap_err().0, "uri");
        assert_eq!(new("x", "", "30.06.2027").unwrap_err().0, "expires");
    }

    #[test]
    fn what_a_service_finds_wrong_stands_at_its_field() {
        let mut typed = Typed::default();
        let error = |pointer: &str| crate::error::FieldError::new(pointer, "wrong");
        typed.invalid(
            "PE-1.1",
            vec![
                error("/not_applicable/justification"),
                error("/evidence/2/sha256"),
                error("/evidence"),
                error(""),
            ],
        );
        let fields: Vec<_> = typed.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["PE-1.1-justification", "PE-1.1-sha256", "PE-1.1-uri", "PE-1.1-value"]);
    }
}
