//! All answers on one page.

use assay_app::assessments::draft::choice_label;
use assay_app::assessments::{CheckGroup, CheckLine, CheckPage};
use assay_domain::assessments::{Answer, Choice};
use assay_domain::questionnaires::Question;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use uuid::Uuid;

use super::{Scene, small};
use crate::App;
use crate::error::Error;
use crate::http::{Page, Path};

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    let scene = Scene::of(&app, &page.caller, id).await?;
    let group = |dimension: &assay_domain::questionnaires::Dimension| CheckGroup {
        id: dimension.id.clone(),
        title: dimension.title.clone(),
        lines: scene.questions_of(&dimension.id).into_iter().map(|question| line(&scene, question)).collect(),
    };
    let groups: Vec<_> = scene.dimensions().into_iter().map(group).collect();
    let heading = scene.heading;
    Ok(page.render("Check answers", move || view! { <CheckPage heading groups /> }))
}

fn line(scene: &Scene, question: &Question) -> CheckLine {
    CheckLine {
        code: question.code.clone(),
        text: question.text.clone(),
        level: question.level,
        mandatory: question.mandatory,
        draft: scene.draft(&question.code),
        evidence: small(scene.evidence(&question.code).len()),
        contradiction: contradiction(question, |code| scene.assessment.answer(code)),
    }
}

/// What does not go together: something is done although what it builds on is not.
fn contradiction(question: &Question, answer: impl Fn(&str) -> Option<Answer>) -> Option<String> {
    let quarters = |code: &str| match answer(code)?.choice {
        Choice::Rung(rung) => Some((rung.quarters(), rung)),
        Choice::DontKnow | Choice::NotApplicable(_) => None,
    };
    let (worth, _) = quarters(&question.code)?;
    let missing = |code: &String| {
        quarters(code).filter(|(base, _)| worth > 0 && *base == 0).map(|(_, rung)| (code.clone(), rung))
    };
    let (code, rung) = question.depends_on.iter().find_map(missing)?;
    Some(format!("{code}, which it builds on, is answered \"{}\".", choice_label(rung.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_domain::questionnaires::{Bank, Ladder};
    use std::collections::BTreeMap;

    #[test]
    fn what_is_built_on_nothing_is_pointed_out() {
        let text = include_str!("../../../../questionnaires/maturity/mlops-levels.toml");
        let bank = Bank::parse(text, "bank").unwrap();
        let question = bank.questions.iter().find(|question| !question.depends_on.is_empty()).unwrap();
        let base = bank.question(&question.depends_on[0]).unwrap();
        let bottom = |ladder: Ladder| ladder.rungs()[0];
        let found = |own: Option<_>, under: Option<_>| {
            let answers: BTreeMap<&str, Answer> =
                [(question.code.as_str(), own), (base.code.as_str(), under)]
                    .into_iter()
                    .filter_map(|(code, rung)| Some((code, Answer::of(rung?))))
                    .collect();
            contradiction(question, |code| answers.get(code).cloned())
        };
        let (top, low) = (Some(question.ladder.top()), Some(bottom(base.ladder)));
        assert!(found(top, low).is_some_and(|words| words.starts_with(&base.code)));
        assert_eq!(found(top, Some(base.ladder.top())), None);
        assert_eq!(found(top, None), None);
        assert_eq!(found(Some(bottom(question.ladder)), low), None);
    }
}
