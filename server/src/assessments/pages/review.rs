//! What a reviewer sees and decides.

use std::collections::BTreeMap;

use assay_app::assessments::draft::Draft;
use assay_app::assessments::{ReviewItem, ReviewPage};
use assay_app::components::FieldError;
use assay_domain::assessments::State as Standing;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use leptos::prelude::*;
use uuid::Uuid;

use super::service::{self, EvidenceReview, NotApplicableReview, Review};
use super::{Scene, sentence};
use crate::App;
use crate::assessments::store::{AnswerRow, EvidenceRow};
use crate::error::Error;
use crate::http::{Form, Page, Pairs, Path};

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    let scene = Scene::of(&app, &page.caller, id).await?;
    let body = draw(&app, scene, &Posted::default(), Vec::new());
    Ok(page.render("Review", body))
}

/// What the form says, by the names of its items: `evidence.<id>` and `na.<code>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Posted {
    lock: bool,
    choices: BTreeMap<String, String>,
    reasons: BTreeMap<String, String>,
}

impl Posted {
    fn read(pairs: Vec<(String, String)>) -> Result<Self, Error> {
        let mut posted = Self::default();
        for (name, value) in pairs {
            if name == "then" {
                posted.lock = value == "lock";
            } else if let Some(item) = name.strip_prefix("reason.") {
                posted.reasons.insert(item.to_owned(), value);
            } else if name.starts_with("evidence.") || name.starts_with("na.") {
                posted.choices.insert(name, value);
            } else {
                return Err(Error::invalid(format!("/{name}"), "unknown field"));
            }
        }
        Ok(posted)
    }

    fn reason(&self, name: &str) -> String {
        self.reasons.get(name).cloned().unwrap_or_default()
    }

    /// The decisions, and the names of their items in the same order: first evidence, then "does not apply".
    fn review(&self) -> Result<(Review, Vec<String>, Vec<String>), Error> {
        let mut review = Review { lock: self.lock, ..Review::default() };
        let (mut evidence, mut not_applicable) = (Vec::new(), Vec::new());
        for (name, choice) in self.choices.iter().filter(|(_, choice)| !choice.is_empty()) {
            let (accepted, reason) = (choice == "accept", self.reason(name));
            if let Some(id) = name.strip_prefix("evidence.") {
                let id = id.parse().map_err(|_| Error::NotFound)?;
                review.evidence.push(EvidenceReview { id, accepted, reason });
                evidence.push(name.clone());
            } else if let Some(code) = name.strip_prefix("na.") {
                review.not_applicable.push(NotApplicableReview {
                    code: code.to_owned(),
                    approved: accepted,
                    reason,
                });
                not_applicable.push(name.clone());
            }
        }
        Ok((review, evidence, not_applicable))
    }

    /// What the service found wrong, at the field that it is about: a missing reason, or else the choice.
    fn errors(
        &self,
        found: Vec<crate::error::FieldError>,
        evidence: &[String],
        not_applicable: &[String],
    ) -> Vec<FieldError> {
        let shown = found.into_iter().map(|error| {
            let at = |names: &[String], index: &str| names.get(index.parse::<usize>().ok()?).cloned();
            let name = match error.pointer.strip_prefix("/evidence/") {
                Some(index) => at(evidence, index),
                None => {
                    error.pointer.strip_prefix("/not_applicable/").and_then(|index| at(not_applicable, index))
                }
            };
            let field = name.map(|name| {
                let no_reason = self.choices.get(&name).is_some_and(|choice| choice == "reject")
                    && self.reason(&name).trim().is_empty();
                if no_reason { format!("{name}-reason") } else { name }
            });
            FieldError::new(field.unwrap_or_default(), sentence(&error.message))
        });
        shown.collect()
    }
}

pub(super) async fn decide(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(Pairs(pairs)): Form<Pairs>,
) -> Result<Response, Error> {
    let posted = Posted::read(pairs)?;
    let (review, evidence, not_applicable) = posted.review()?;
    let errors = match service::review(&app, &page.caller, id, review).await {
        Ok(()) if posted.lock => {
            return Ok(page.redirect(&format!("/assessments/{id}/result"), "Locked. The result is final."));
        }
        Ok(()) => {
            return Ok(page.redirect(&format!("/assessments/{id}/review"), "Your decisions are on record."));
        }
        Err(Error::Invalid(found)) => posted.errors(found, &evidence, &not_applicable),
        Err(Error::Conflict { detail, .. }) => vec![FieldError::new("", sentence(&detail))],
        Err(other) => return Err(other),
    };
    let scene = Scene::of(&app, &page.caller, id).await?;
    let body = draw(&app, scene, &posted, errors);
    Ok(page.invalid("Review", body))
}

fn draw(
    app: &App,
    scene: Scene,
    posted: &Posted,
    errors: Vec<FieldError>,
) -> impl FnOnce() -> AnyView + use<> {
    let today = app.clock.now().date_naive();
    let submitted = scene.heading.state == Standing::Submitted;
    let items = if submitted { items(&scene, posted, today) } else { Vec::new() };
    let answered = scene.assessment.answers.values().any(|answer| scene.own.contains(&answer.answered_by));
    let cannot_lock =
        answered.then(|| "You answered in this assessment, so somebody else has to lock it.".to_owned());
    let heading = scene.heading;
    move || view! { <ReviewPage heading items cannot_lock errors /> }.into_any()
}

/// Everything that can be decided, in the order of the questions. What a machine checks needs no decision.
fn items(scene: &Scene, posted: &Posted, today: NaiveDate) -> Vec<ReviewItem> {
    let mut items = Vec::new();
    for question in scene.dimensions().iter().flat_map(|dimension| scene.questions_of(&dimension.id)) {
        let Some(answer) = scene.assessment.answers.get(&question.code) else { continue };
        if answer.na_reason.is_some() {
            items.push(item(scene, question, answer, None, posted, today));
        }
        for piece in scene.evidence(&question.code).iter().filter(|piece| !piece.is_vouched()) {
            items.push(item(scene, question, answer, Some(piece), posted, today));
        }
    }
    items
}

fn item(
    scene: &Scene,
    question: &assay_domain::questionnaires::Question,
    answer: &AnswerRow,
    piece: Option<&EvidenceRow>,
    posted: &Posted,
    today: NaiveDate,
) -> ReviewItem {
    let name =
        piece.map_or_else(|| format!("na.{}", question.code), |piece| format!("evidence.{}", piece.id));
    let draft: Draft = scene.draft(&question.code);
    let counts =
        question.options.iter().find(|(rung, _)| rung.as_str() == draft.value).map(|(_, what)| what.clone());
    let shown = piece.map(|piece| scene.piece(piece, today));
    let decision = match &shown {
        Some(piece) => piece.decision.clone(),
        None => scene.not_applicable(answer),
    };
    ReviewItem {
        code: question.code.clone(),
        text: question.text.clone(),
        acceptable: question.evidence.clone(),
        draft,
        counts: counts.unwrap_or_default(),
        by: scene.by(answer),
        piece: shown,
        decision,
        own: scene.own.contains(&answer.answered_by)
            || piece.is_some_and(|piece| scene.own.contains(&piece.added_by)),
        chosen: posted.choices.get(&name).cloned().unwrap_or_default(),
        reason: posted.reason(&name),
        name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(pairs: &[(&str, &str)]) -> Result<Posted, Error> {
        Posted::read(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn undecided_items_are_left_alone_and_mistakes_stand_at_their_item() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let read = posted(&[
            ("then", "lock"),
            (&format!("evidence.{one}"), ""),
            (&format!("evidence.{two}"), "reject"),
            (&format!("reason.evidence.{two}"), " "),
            ("na.PE-1.2", "accept"),
            ("reason.na.PE-1.2", "batch only"),
        ])
        .unwrap();
        let (review, evidence, not_applicable) = read.review().unwrap();
        assert!(review.lock);
        assert_eq!(
            review.evidence.iter().map(|found| (found.id, found.accepted)).collect::<Vec<_>>(),
            [(two, false)]
        );
        assert_eq!(review.not_applicable[0].reason, "batch only");
        let wrong = |pointer: &str| crate::error::FieldError::new(pointer, "wrong");
        let errors =
            read.errors(vec![wrong("/evidence/0"), wrong("/not_applicable/0")], &evidence, &not_applicable);
        let fields: Vec<_> = errors.iter().map(|error| error.field.clone()).collect();
        assert_eq!(fields, [format!("evidence.{two}-reason"), "na.PE-1.2".to_owned()]);
    }

    #[test]
    fn fields_that_nobody_asked_for_are_refused() {
        assert!(posted(&[("approved_by", "me")]).is_err());
        assert!(posted(&[("evidence.none", "accept")]).unwrap().review().is_err());
    }
}
