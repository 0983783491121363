//! One item, gathered for its page.

use std::collections::BTreeSet;

use assay_app::assessments::{Decision, EvidenceLine};
use assay_app::components::{Happening, SelectOption, Tone, when};
use assay_app::roadmap::{CommentLine, EvidenceItem, ItemPageView, Line};
use assay_domain::access::Permission;
use chrono::{NaiveDate, SecondsFormat};
use uuid::Uuid;

use super::scene::{People, rights, sentence, worked};
use crate::App;
use crate::assessments::pages::date;
use crate::audit::Entry;
use crate::error::Error;
use crate::http::Caller;
use crate::ownership::pages as ownership;
use crate::roadmap::service::{self, ItemHistory, is_own_work};
use crate::roadmap::store::EvidenceRow;
use crate::teams::store::TeamRow;

/// The title of the page, and what it shows.
pub(super) async fn gather(
    app: &App,
    caller: &Caller,
    team: &TeamRow,
    id: Uuid,
) -> Result<(String, ItemPageView), Error> {
    let found = service::item(app, caller, id).await?;
    let mut people = People::of(app, caller, team.id).await?;
    people.know(app, involved(&found)).await?;
    let today = app.clock.now().date_naive();
    let question = found.item.code.as_deref().and_then(|code| found.roadmap.bank().question(code)).cloned();
    let line = line(caller, team, &found, &people, today);
    let may = |permission| caller.may(permission, Some(team.id));
    let answer = found.roadmap.start.answer(found.item.code()).map(|answer| answer.word().to_owned());
    let dimension = question.as_ref().map(|question| question.dimension.clone()).unwrap_or_default();
    let start = found.roadmap.start.row.id;
    let may_read_audit = may(Permission::ReadAudit);
    let view = ItemPageView {
        nav: ownership::team_nav(app, caller, team).await?,
        answer,
        answer_href: format!("/assessments/{start}/{dimension}#{}", found.item.code()),
        rights: rights(caller, team.id),
        people: owners(&people, &found),
        comments: found
            .comments
            .iter()
            .map(|comment| CommentLine {
                who: people.name(comment.written_by).to_owned(),
                at: comment.written_at.to_rfc3339_opts(SecondsFormat::Secs, true),
                when: when(comment.written_at),
                text: comment.body.clone(),
            })
            .collect(),
        evidence: evidence(caller, team, &found, &people, today),
        history: found.entries.iter().map(|entry| happening(entry, may_read_audit)).collect(),
        line,
        question,
    };
    Ok((format!("{}, roadmap of {}", found.item.code(), team.name), view))
}

/// Everybody who had a hand in an item.
fn involved(found: &ItemHistory) -> BTreeSet<Uuid> {
    let evidence = found.item.evidence.iter().flat_map(|piece| [Some(piece.added_by), piece.reviewed_by]);
    let comments = found.comments.iter().map(|comment| Some(comment.written_by));
    evidence.chain(comments).chain([found.item.row.owner_id]).flatten().collect()
}

fn line(caller: &Caller, team: &TeamRow, found: &ItemHistory, people: &People, today: NaiveDate) -> Line {
    let worked = Some(worked(caller, team, &found.item, people, today));
    let bank = found.roadmap.bank();
    let question = found.item.code.as_deref().and_then(|code| bank.question(code));
    let Some(question) = question else {
        let code = found.item.row.code.clone();
        let (dimension, role, action) = (Default::default(), Default::default(), code.clone());
        return Line { code, action, dimension, role, planned: None, worked };
    };
    let phases = &found.roadmap.plan.phases;
    let planned = phases.iter().find_map(|phase| {
        let item = phase.items.iter().find(|item| item.code == question.code)?;
        Some((phase.number, item.clone()))
    });
    Line::new(bank, question, planned, worked)
}

/// Active members, and whoever owns it although no longer one.
fn owners(people: &People, found: &ItemHistory) -> Vec<SelectOption> {
    let mut options = people.options();
    if let Some(owner) = found.item.row.owner_id {
        let id = owner.to_string();
        if options.iter().all(|option| option.value != id) {
            options.push(SelectOption::new(id, format!("{} (no longer in the team)", people.name(owner))));
        }
    }
    options
}

fn evidence(
    caller: &Caller,
    team: &TeamRow,
    found: &ItemHistory,
    people: &People,
    today: NaiveDate,
) -> Vec<EvidenceItem> {
    let reviews = caller.may(Permission::ReviewAssessments, Some(team.id));
    let one = |piece: &EvidenceRow| {
        let waits = piece.decision.is_none();
        let own = is_own_work(&people.own, &found.item.row, piece);
        let why_not = match (waits, reviews, own) {
            (true, true, true) => Some("You own the item or attached this, so somebody else decides."),
            (true, false, _) => Some("Somebody with the right to review decides on this."),
            _ => None,
        };
        EvidenceItem {
            line: evidence_line(piece, people, today),
            decides: waits && reviews && !own,
            why_not: why_not.map(str::to_owned),
        }
    };
    found.item.evidence.iter().map(one).collect()
}

fn evidence_line(piece: &EvidenceRow, people: &People, today: NaiveDate) -> EvidenceLine {
    EvidenceLine {
        id: piece.id.to_string(),
        uri: piece.uri.clone(),
        sha256: piece.sha256.clone(),
        machine: piece.vouched_by.clone().filter(|_| piece.is_vouched()),
        expires: piece.expires.map(|day| format!("until {}", date(day))),
        expired: piece.expires.is_some_and(|day| day < today),
        added: format!("{}, {}", people.name(piece.added_by), date(piece.added_at.date_naive())),
        decision: piece.decision.as_ref().map(|_| Decision {
            accepted: piece.is_accepted(),
            by: match (piece.reviewed_by, piece.reviewed_at) {
                (Some(by), Some(at)) => format!("{}, {}", people.name(by), date(at.date_naive())),
                _ => String::new(),
            },
            note: piece.review_note.clone().unwrap_or_default(),
        }),
    }
}

fn happening(entry: &Entry, may_read_audit: bool) -> Happening {
    Happening {
        at: entry.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        when: when(entry.at),
        what: sentence(&entry.sentence),
        who: Some(entry.actor.name.clone()),
        href: may_read_audit.then(|| entry.href()),
        tone: Tone::Neutral,
    }
}
