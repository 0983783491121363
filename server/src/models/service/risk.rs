//! The questions that lead to a risk tier, and what a model's tier came from.

use crate::error::{Error, FieldError};
use assay_domain::audit::catalogue::ModelClassified;
use assay_domain::digest::canonical_sha256;
use assay_domain::models::{Classification, RiskAnswer, RiskQuestions, Tier};
use assay_domain::questionnaires::Version;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The file with the questions.
const FILE: &str = "risk/tiers.toml";

/// What a model's risk tier came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// The version of the questions.
    pub version: Version,
    /// The answers, by the questions' ids.
    pub answers: BTreeMap<String, RiskAnswer>,
}

impl Risk {
    /// What follows from the answers by the questions of today; `None` when they were given to questions that there are
    /// no more, and so have to be given again.
    ///
    /// # Errors
    /// [`Error::Internal`] when the questions that ship cannot be read.
    pub fn classification(&self) -> Result<Option<Classification>, Error> {
        Ok(questions()?.classify(&self.answers).ok())
    }
}

/// The questions.
///
/// # Errors
/// [`Error::Internal`] when the file that ships cannot be read.
pub fn questions() -> Result<&'static RiskQuestions, Error> {
    static READ: OnceLock<RiskQuestions> = OnceLock::new();
    if let Some(questions) = READ.get() {
        return Ok(questions);
    }
    let shipped = crate::assets::questionnaires().find(|(path, _)| path == FILE);
    let (_, text) = shipped.ok_or_else(|| Error::internal(format!("{FILE} is not among the files")))?;
    let text = std::str::from_utf8(&text).map_err(|error| Error::internal(format!("{FILE}: {error}")))?;
    let questions = RiskQuestions::parse(text, FILE).map_err(|mistakes| {
        Error::internal(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    Ok(READ.get_or_init(|| questions))
}

/// The tier that answers lead to. All questions have to be answered: with one left open the tier could be too low, and
/// with it everything that approvals ask for.
pub(super) fn classified(answers: BTreeMap<String, RiskAnswer>) -> Result<(Tier, Risk), Error> {
    let questions = questions()?;
    let found = questions.classify(&answers).map_err(|unknown| {
        Error::invalid(
            format!("/risk_answers/{}", unknown.0.replace('~', "~0").replace('/', "~1")),
            unknown.to_string(),
        )
    })?;
    let open = |id: String| {
        FieldError::new(
            format!("/risk_answers/{id}"),
            "answer it with yes, no or unsure; unsure counts as yes",
        )
    };
    super::fine(found.unanswered.into_iter().map(open).collect())?;
    Ok((found.tier, Risk { version: questions.version, answers }))
}

/// What goes on the record of a tier.
pub(super) fn facts(model: &str, tier: Tier, from: Option<Tier>, risk: &Risk) -> ModelClassified {
    ModelClassified {
        model: model.to_owned(),
        tier: tier.name().to_owned(),
        from: from.map(|from| from.name().to_owned()),
        questions_version: risk.version.to_string(),
        answers_sha256: canonical_sha256(&risk.answers),
    }
}
