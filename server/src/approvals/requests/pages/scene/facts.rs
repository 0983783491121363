//! What is shown for a version: evidence with its age, data, findings, levels and owners.

use std::collections::{BTreeMap, BTreeSet};

use assay_app::approvals::{DataLine, EvidenceNeed, FactsView, FindingLine, LevelNeed, OwnerLine};
use assay_app::components::Tone;
use assay_domain::approvals::BoundEvidence;
use assay_domain::datasets::{Classification, Severity};
use assay_domain::findings::FindingState;
use chrono::NaiveDate;

use super::super::shown;
use crate::approvals::requests::service::Dossier;
use crate::assessments::pages::date;
use crate::datasets::store::DatasetRow;
use crate::error::Error;
use crate::findings::store::FindingRow;

pub(super) fn facts(dossier: &Dossier) -> Result<FactsView, Error> {
    let team = &dossier.team;
    let level = |level: i64| u8::try_from(level).unwrap_or_default();
    let demands = &dossier.policy.demands;
    let needs: BTreeMap<_, _> = demands
        .request
        .levels
        .iter()
        .chain(&demands.gate.levels)
        .map(|need| (need.capability.clone(), need.level))
        .collect();
    Ok(FactsView {
        evidence: evidence(dossier)?,
        data: data(dossier)?,
        findings: dossier.findings.iter().map(finding).collect::<Result<_, _>>()?,
        team: (team.name.clone(), format!("/teams/{}", team.slug)),
        level: dossier.result.as_ref().map(|result| {
            (
                level(result.claimed),
                level(result.supported),
                format!("Assessment locked {}", shown::day(result.locked_at)),
                format!("/assessments/{}/result", result.assessment_id),
            )
        }),
        levels: needs
            .into_iter()
            .map(|(capability, needed)| LevelNeed {
                found: dossier.levels.get(&capability).copied(),
                capability: dossier.capability(&capability),
                needed,
            })
            .collect(),
        owners: dossier
            .owners
            .iter()
            .map(|(part, person)| OwnerLine { part: shown::part(*part), name: dossier.anybody(*person) })
            .collect(),
        owner_needed: demands.request.accountable_owner || demands.gate.accountable_owner,
        ownership_href: format!("/teams/{}/ownership", team.slug),
        unmet: dossier.unmet.iter().map(|unmet| shown::sentence(&unmet.to_string())).collect(),
    })
}

/// The day on which evidence is judged: that of the approval, today before it.
fn judged_on(dossier: &Dossier) -> NaiveDate {
    let running = dossier.kept.approval.state().running();
    running.map_or(dossier.now.date_naive(), |approved| approved.since().date_naive())
}

fn evidence(dossier: &Dossier) -> Result<Vec<EvidenceNeed>, Error> {
    let (day, bound) = (judged_on(dossier), dossier.kept.approval.state().bound());
    let mut lines = Vec::new();
    let mut there = BTreeSet::new();
    for row in &dossier.evidence {
        let kind = row.kind()?;
        let is_bound = bound.evidence.contains(&BoundEvidence { kind, sha256: row.sha256.clone() });
        let needed = dossier.policy.evidence.iter().find(|needed| needed.kind == kind);
        let days = day.signed_duration_since(row.made_on).num_days();
        let standing = match needed {
            _ if !is_bound => (Tone::Warn, "Not what was decided about".to_owned()),
            None => (Tone::Neutral, "Not asked for".to_owned()),
            Some(needed) => match needed.max_age_days {
                Some(most) if days > most.into() => (Tone::Bad, format!("Too old: {most} days at most")),
                Some(most) => (Tone::Good, format!("At most {most} days")),
                None => (Tone::Good, "Any age".to_owned()),
            },
        };
        if is_bound {
            there.insert(kind);
        }
        let age = match days {
            0 => "the same day".to_owned(),
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        };
        lines.push(EvidenceNeed {
            kind: kind.label().to_owned(),
            piece: Some((row.title.clone(), row.uri.clone())),
            age: format!("{}, {age}", date(row.made_on)),
            standing,
        });
    }
    let missing = dossier.policy.evidence.iter().filter(|needed| !there.contains(&needed.kind));
    lines.extend(missing.map(|needed| EvidenceNeed {
        kind: needed.kind.label().to_owned(),
        piece: None,
        age: String::new(),
        standing: (Tone::Bad, "Missing".to_owned()),
    }));
    Ok(lines)
}

fn data(dossier: &Dossier) -> Result<Vec<DataLine>, Error> {
    let mut lines = Vec::new();
    let mut declared = BTreeSet::new();
    for (row, dataset) in &dossier.declared {
        declared.insert((row.namespace.clone(), row.name.clone()));
        let class = classification(dataset.as_ref())?;
        lines.push(DataLine {
            name: format!("{}/{}", row.namespace, row.name),
            href: dataset.as_ref().map(|dataset| format!("/datasets/{}", dataset.id)),
            version: row.version.clone(),
            used_for: row.used_for.clone(),
            classification: class.map_or("Unknown", Classification::label).to_owned(),
            personal: class.is_some_and(Classification::is_personal),
        });
    }
    let mut seen = BTreeSet::new();
    for (usage, dataset) in &dossier.usages {
        let key = (usage.namespace.clone(), usage.name.clone());
        if declared.contains(&key) || !seen.insert((key, usage.purpose.clone())) {
            continue;
        }
        let class = classification(dataset.as_ref())?;
        lines.push(DataLine {
            name: format!("{}/{}", usage.namespace, usage.name),
            href: usage.dataset_id.map(|id| format!("/datasets/{id}")),
            version: "not declared".to_owned(),
            used_for: format!("used: {}", usage.purpose),
            classification: class.map_or("Unknown", Classification::label).to_owned(),
            personal: class.is_some_and(Classification::is_personal),
        });
    }
    Ok(lines)
}

/// Whom a dataset concerns, where it is registered.
fn classification(dataset: Option<&DatasetRow>) -> Result<Option<Classification>, Error> {
    let class = dataset.map(|dataset| dataset.classification.parse());
    class.transpose().map_err(Error::internal)
}

fn finding(row: &FindingRow) -> Result<FindingLine, Error> {
    let severity = row.severity()?;
    let tone = match severity {
        Severity::Low => Tone::Neutral,
        Severity::Medium => Tone::Warn,
        Severity::High | Severity::Critical => Tone::Bad,
    };
    let state = match row.state()? {
        FindingState::Open { since } => format!("Open since {}", shown::day(since)),
        FindingState::InWork { since, .. } => format!("In work, open since {}", shown::day(since)),
        FindingState::RiskAccepted { until, .. } => format!("The risk is accepted until {}", date(until)),
        FindingState::Resolved { at, .. } => format!("Resolved on {}", shown::day(at)),
    };
    Ok(FindingLine {
        severity: (tone, severity.label().to_owned()),
        message: row.message.clone(),
        href: format!("/findings/{}", row.id),
        state,
    })
}
