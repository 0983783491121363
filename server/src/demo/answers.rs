//! How a team answers: from how far it has come in each dimension, with a little unevenness that depends on the question
//! alone, so that the demo is the same each time.

use super::story::{DIMENSIONS, Team};
use assay_domain::assessments::{Answer, AnswersFile, Choice, Evidence, EvidenceKind, NotApplicable, Reason};
use assay_domain::questionnaires::{Bank, Ladder, Question, Rung};
use sha2::{Digest, Sha256};

/// The answers file of a team for some dimensions, at its first, second or third assessment.
pub(super) fn file(bank: &Bank, team: &Team, number: usize, dimensions: &[&str]) -> AnswersFile {
    let asked = bank.questions.iter().filter(|question| dimensions.contains(&question.dimension.as_str()));
    AnswersFile {
        questionnaire: bank.id.clone(),
        version: bank.version,
        answered_by: None,
        answers: asked
            .filter(|question| !is_left_open(question, team, number))
            .map(|question| (question.code.clone(), answer(question, team, number)))
            .collect(),
    }
}

/// Whether a reviewer would find the evidence of this question too thin.
pub(super) fn is_weak(question: &Question) -> bool {
    question.level >= 3 && dice(&question.code, "weak") < 12
}

/// The team that is in the middle of its assessment has not come to the last dimensions yet.
fn is_left_open(question: &Question, team: &Team, number: usize) -> bool {
    let unfinished = team.endings[number] == super::story::Ending::Draft;
    unfinished
        && matches!(question.dimension.as_str(), "operations" | "governance")
        && dice(&question.code, "open") < 70
}

fn answer(question: &Question, team: &Team, number: usize) -> Answer {
    if team.batch_only && question.not_applicable && question.dimension == "model-release" {
        return Answer {
            choice: Choice::NotApplicable(NotApplicable {
                reason: Reason::Architecture,
                justification: "Scores are written in a nightly batch; there is no live traffic to split."
                    .to_owned(),
                approved_by: None,
            }),
            comment: None,
            evidence: Vec::new(),
            answered_by: None,
        };
    }
    let rung = rung(question, team, number);
    let shows_something = rung.quarters() > 0;
    let proven = question.level <= team.proven[number];
    let evidenced = shows_something && (proven || dice(&question.code, "evidence") < team.evidenced[number]);
    Answer {
        choice: Choice::Rung(rung),
        comment: comment(question, rung).filter(|_| dice(&question.code, "comment") < 30).map(str::to_owned),
        evidence: if evidenced { vec![evidence(question, team)] } else { Vec::new() },
        answered_by: None,
    }
}

/// How far the team is beyond the level below the question's, in hundredths of a level.
fn rung(question: &Question, team: &Team, number: usize) -> Rung {
    let dimension = DIMENSIONS.iter().position(|id| *id == question.dimension).unwrap_or_default();
    let uneven = i64::try_from(dice(&question.code, "uneven")).unwrap_or_default() / 4 - 12;
    let beyond = team.strength[number][dimension] - 100 * (i64::from(question.level) - 1) + uneven;
    match question.ladder {
        Ladder::Coverage if beyond >= 88 => Rung::All,
        Ladder::Coverage if beyond >= 55 => Rung::Most,
        Ladder::Coverage if beyond >= 20 => Rung::Some,
        Ladder::Coverage => Rung::None,
        Ladder::Automation if beyond >= 88 => Rung::Automated,
        Ladder::Automation if beyond >= 25 => Rung::Manual,
        Ladder::Automation => Rung::No,
    }
}

fn comment(question: &Question, rung: Rung) -> Option<&'static str> {
    match rung {
        Rung::None | Rung::No => Some("Not started; nobody has the time before the next release."),
        Rung::Some => Some("The newest model has it, the older ones do not."),
        Rung::Most => Some("All but the models we took over in the reorganisation."),
        Rung::Manual => Some("We follow the checklist in the wiki."),
        Rung::All | Rung::Automated if question.level >= 3 => {
            Some("Part of the platform template since this spring.")
        }
        Rung::All | Rung::Automated => None,
    }
}

fn evidence(question: &Question, team: &Team) -> Evidence {
    let page = format!("https://wiki.brightwater.example/{}/{}", team.slug, question.code.to_lowercase());
    Evidence {
        sha256: Some(crate::http::hex(&Sha256::digest(&page)))
            .filter(|_| dice(&question.code, "digest") < 40),
        uri: page,
        kind: EvidenceKind::Artefact,
        checked_at: None,
        reviewed_by: None,
        reviewed_value: None,
        vouched_by: None,
        expires: None,
    }
}

/// A number below 100 that depends on the question alone.
fn dice(code: &str, what: &str) -> u64 {
    let digest = Sha256::digest(format!("{what} {code}"));
    u64::from(u16::from_be_bytes([digest[0], digest[1]])) % 100
}
