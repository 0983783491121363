//! One request, put on its page: what is asked, what is shown, who decides, what became of it.

use std::collections::{BTreeMap, BTreeSet};

use assay_app::approvals::{
    ActsView, AgainView, ApprovalState, ApprovalView, AskedView, BehalfChoice, ChangeLine, ConditionLine,
    DecisionLine, Headline, NoticeView, OnRecordView, OverView, StepView,
};
use assay_app::components::{Happening, Tone, when};
use assay_domain::approvals::{
    Approving, BoundState, CLAIM_DAYS, Condition, ConditionState, Decider, Difference, OnRecord, Order,
    Progress, Recorded, Requester, Review, State, Step, Who, difference,
};
use assay_domain::models::Tier;
use chrono::{DateTime, Days, SecondsFormat, TimeDelta, Utc};
use uuid::Uuid;

use super::{asking, href, shown};
use crate::App;
use crate::approvals::requests::service::{self, Dossier, WaitsFor, approvals};
use crate::approvals::requests::store::{self, RequestRow};
use crate::assessments::pages::date;
use crate::audit::Entry;
use crate::error::Error;
use crate::http::Caller;
use crate::models::version_href;

mod facts;

/// The title of the page, and what it shows.
pub(super) async fn gather(app: &App, caller: &Caller, id: Uuid) -> Result<(String, ApprovalView), Error> {
    let dossier = service::dossier(app, caller, id).await?;
    let row = &dossier.kept.row;
    let (newest, holds) = {
        let mut conn = app.db.read().await?;
        let newest = store::latest_request(&mut conn, row.model_version_id, &row.environment).await?;
        let running = store::running_of_version(&mut conn, row.model_version_id).await?;
        let holds = running.into_iter().rev().find(|other| {
            let runs = other.state_name == "approved" && other.until.is_some_and(|until| until > dossier.now);
            runs && other.id < id && other.environment == row.environment
        });
        (newest, holds)
    };
    let newer = newest.filter(|newest| newest.id != id);
    let title = format!("{} {} for {}", row.model, row.version, row.environment);
    let view = ApprovalView {
        head: head(&dossier, beside(&dossier, newer.as_ref(), holds.as_ref())),
        over: over(&dossier, newer.as_ref()),
        asked: asked(&dossier)?,
        facts: facts::facts(&dossier)?,
        steps: steps(&dossier),
        in_sequence: dossier.policy.order == Order::InSequence,
        acts: acts(caller, &dossier),
        history: dossier.entries.iter().map(|entry| happening(&dossier, entry)).collect(),
    };
    Ok((title, view))
}

fn head(dossier: &Dossier, beside: Option<NoticeView>) -> Headline {
    let (row, approval) = (&dossier.kept.row, &dossier.kept.approval);
    let asked = format!("{} asked on {}", dossier.anybody(row.requested_by), shown::day(row.requested_at));
    let time = match approval.state() {
        State::Open(open) => format!(", and it is open until {}", shown::day(open.until())),
        State::Approved(approved) => format!(". Approved until {}", shown::day(approved.until())),
        State::Suspended(one) => format!(". Approved until {}", shown::day(one.approved.until())),
        _ => String::new(),
    };
    let emergency = approval.emergency().map(|_| (Tone::Warn, "Emergency".to_owned()));
    Headline {
        title: format!("{} {}", row.model, row.version),
        environment: row.environment.clone(),
        state: ApprovalState::of(approval.state().name()),
        lede: format!("{asked}{time}."),
        notices: beside.into_iter().chain(ended(dossier)).chain(emergency_notice(dossier)).collect(),
        mark: emergency,
    }
}

/// The renewal of an approval, and the approval that a renewal is about.
fn beside(dossier: &Dossier, newer: Option<&RequestRow>, holds: Option<&RequestRow>) -> Option<NoticeView> {
    let notice = |line: &str, words: &str, other: &RequestRow| NoticeView {
        tone: Tone::Info,
        title: "Renewal".to_owned(),
        lines: vec![line.to_owned()],
        said: None,
        link: Some((words.to_owned(), href(other.id))),
    };
    let is_open = |row: &&RequestRow| row.state_name == "open" && row.until > Some(dossier.now);
    match dossier.kept.approval.state() {
        State::Approved(_) => newer.filter(is_open).map(|newer| {
            let line = "A renewal was asked for. This approval holds until that is decided; a no ends it.";
            notice(line, "The renewal", newer)
        }),
        State::Open(_) => holds.map(|holds| {
            let line = "The version is approved. That holds until this renewal is decided; a no ends it.";
            notice(line, "The approval that holds", holds)
        }),
        _ => None,
    }
}

/// What ended it.
fn ended(dossier: &Dossier) -> Option<NoticeView> {
    let notice = |tone, title: &str, lines: Vec<String>, said: Option<&str>, link| NoticeView {
        tone,
        title: title.to_owned(),
        lines,
        said: said.map(str::to_owned),
        link,
    };
    let reason = |at| dossier.said_at("reason", at, None);
    Some(match dossier.kept.approval.state() {
        State::Open(_) | State::Approved(_) | State::Stale(_) => return None,
        State::Suspended(suspended) => {
            let lines = vec![
                format!(
                    "The risk tier was raised on {}; it was approved under the tier {}.",
                    shown::day(suspended.at),
                    suspended.tier.label().to_lowercase()
                ),
                "The approval ends when the raise is confirmed, and holds again when it is taken back. \
                 Until then the gate says no; an approval under the new tier can be asked for."
                    .to_owned(),
            ];
            notice(Tone::Warn, "Suspended", lines, None, None)
        }
        State::Rejected(no) => {
            let step = dossier.policy.step(&no.step).map_or(no.step.as_str(), |step| step.title.as_str());
            let who = dossier.decider(&no.decider, no.at);
            let line = format!("{who} said no on {}, to the question “{step}”.", shown::day(no.at));
            notice(Tone::Bad, "Rejected", vec![line], reason(no.at), None)
        }
        State::Withdrawn(back) => {
            let line = format!("The request was taken back on {}.", shown::day(back.at));
            notice(Tone::Neutral, "Withdrawn", vec![line], reason(back.at), None)
        }
        State::Expired(expired) => {
            let what = if expired.approved.is_some() { "The approval" } else { "The request" };
            let line = format!("{what} ended by time on {}.", shown::day(expired.at));
            notice(Tone::Warn, "Expired", vec![line], None, None)
        }
        State::Revoked(ended) => {
            let line = format!("The approval was taken back on {}.", shown::day(ended.at));
            notice(Tone::Bad, "Revoked", vec![line], reason(ended.at), None)
        }
        State::Superseded(ended) => {
            let day = shown::day(ended.at);
            let (line, words) = if ended.rejected {
                (format!("Its renewal was rejected on {day}, which ended it."), "The renewal")
            } else {
                (format!("Another approval took its place on {day}."), "The approval that counts")
            };
            let link = Some((words.to_owned(), href(ended.by)));
            notice(Tone::Neutral, "Superseded", vec![line], None, link)
        }
    })
}

fn emergency_notice(dossier: &Dossier) -> Option<NoticeView> {
    let emergency = dossier.kept.approval.emergency()?;
    let who = dossier.name(emergency.by());
    let declared = format!(
        "{who} declared it on {}; it lets the version through until {}.",
        when(emergency.at()),
        when(emergency.until())
    );
    let (tone, review) = match emergency.review() {
        Review::Due { by } if dossier.now >= *by => {
            (Tone::Bad, format!("Nobody reviewed it by {}, so it lets nothing through.", when(*by)))
        }
        Review::Due { by } => (Tone::Warn, format!("Somebody else has to review it by {}.", when(*by))),
        Review::Done { who, at, justified } => {
            let verdict = if *justified { "it was an emergency" } else { "it was none" };
            let tone = if *justified { Tone::Info } else { Tone::Bad };
            (tone, format!("{} found on {}: {verdict}.", dossier.name(who), shown::day(*at)))
        }
    };
    let row = &dossier.kept.row;
    let blocked = emergency.blocks(dossier.now).map(|_| {
        format!(
            "No other can be declared for {} in {} until a compliance officer who neither declared it nor asked for the approval lifts that.",
            row.model, row.environment
        )
    });
    let lifted = emergency.lifted().map(|lifted| {
        let who = lifted
            .who
            .as_ref()
            .map_or_else(|| "Confirmed by nobody else".to_owned(), |who| dossier.name(who));
        format!("{who} allowed emergencies again on {}.", shown::day(lifted.at))
    });
    Some(NoticeView {
        tone,
        title: "An emergency was declared".to_owned(),
        lines: [declared, review].into_iter().chain(blocked).chain(lifted).collect(),
        said: dossier.said_at("reason", emergency.at(), emergency.by().account).map(str::to_owned),
        link: None,
    })
}

/// What comes next, once it is over or approved.
fn over(dossier: &Dossier, newer: Option<&RequestRow>) -> Option<OverView> {
    let state = dossier.kept.approval.state();
    let renew = matches!(state, State::Approved(_));
    if matches!(state, State::Open(_)) {
        return None;
    }
    // A renewal that was taken back or ran out leaves the approval as it was.
    let newer = newer.filter(|newer| !renew || newer.state_name == "open");
    let changes = match state {
        State::Stale(stale) => stale.changes(),
        _ => Vec::new(),
    };
    let row = &dossier.kept.row;
    let may = dossier.may.ask && newer.is_none() && dossier.version.archived_at.is_none();
    Some(OverView {
        changes: changes.iter().map(|change| shown::sentence(change)).collect(),
        again: may.then(|| AgainView {
            action: asking::action(&row.model, &row.version),
            environment: row.environment.clone(),
            renew,
        }),
        newer: newer.filter(|_| !renew).map(|newer| href(newer.id)),
    })
}

fn asked(dossier: &Dossier) -> Result<AskedView, Error> {
    let (row, approval) = (&dossier.kept.row, &dossier.kept.approval);
    let terms = approval.terms();
    let people = |all: &[Who]| all.iter().map(|who| dossier.name(who)).collect::<Vec<_>>().join(", ");
    let mut authors = people(&terms.authors);
    if !terms.committers.is_empty() {
        let joint = if authors.is_empty() { "" } else { "; " };
        authors = format!("{authors}{joint}commits by {}", people(&terms.committers));
    }
    if authors.is_empty() {
        "Nobody is on record".clone_into(&mut authors);
    }
    if !terms.contributors.is_empty() {
        authors = format!("{authors}; contributions by {}", people(&terms.contributors));
    }
    let by_machine = matches!(terms.requester, Requester::Service { .. });
    if by_machine {
        authors.push_str(". A machine asked, so none of them decides");
    }
    let policy = &dossier.policy;
    Ok(AskedView {
        note: dossier.said_at("note", row.requested_at, None).unwrap_or_default().to_owned(),
        version: (format!("{} {}", row.model, row.version), version_href(&row.model, &row.version)),
        digest: approval.state().bound().artefact_digest.to_string(),
        authors,
        tier: dossier.version.tier()?.map_or("None any more", |tier| tier.label()).to_owned(),
        bound: approval.state().bound().on_record.as_ref().map(|one| bound(dossier, one)),
        policy: (format!("{} {}", policy.title, policy.version), policy.description.clone()),
        policy_href: format!("/admin/policies/{}", policy.id),
        before: dossier.last.as_ref().map(|last| {
            let since =
                last.kept.row.changed_at.min(approved_at(last.kept.approval.state()).unwrap_or(dossier.now));
            let words =
                format!("version {}, approved on {}", last.version.version.version, shown::day(since));
            (words, href(last.kept.row.id))
        }),
        changes: changes(dossier)?,
    })
}

/// What the registry said when it was asked for, which the approval is bound to.
fn bound(dossier: &Dossier, on_record: &OnRecord) -> OnRecordView {
    let metric = |(name, value): (&String, &String)| format!("{name} = {value}");
    let same_team = on_record.team == dossier.team.id;
    OnRecordView {
        tier: on_record.tier.map_or("None", Tier::label).to_owned(),
        team: if same_team { dossier.team.name.clone() } else { "Another team".to_owned() },
        metrics: on_record.metrics.iter().map(metric).collect(),
        card: on_record.card.clone(),
        run: on_record.run.clone(),
        commit: on_record.commit.clone(),
        parent: on_record.parent.as_ref().map(ToString::to_string),
        uses: on_record
            .uses
            .iter()
            .map(|one| format!("{} {}: {}", one.dataset, one.version, one.used_for.label().to_lowercase()))
            .collect(),
    }
}

/// When the last decision of an approval was made.
fn approved_at(state: &State) -> Option<DateTime<Utc>> {
    approvals(state).iter().map(|approving| approving.at).max()
}

fn changes(dossier: &Dossier) -> Result<Vec<ChangeLine>, Error> {
    let Some(last) = &dossier.last else { return Ok(Vec::new()) };
    let (then, now) = (last.kept.approval.state().bound(), dossier.kept.approval.state().bound());
    let metric = |difference: &Difference| {
        matches!(difference, Difference::Recorded { value: Recorded::Metric { .. }, .. })
    };
    let mut lines: Vec<_> =
        difference(then, now).into_iter().filter(|one| !metric(one)).map(change).collect();
    // As they were when it was decided; what was asked for before that was bound has those of today.
    let metrics = |bound: &BoundState, today: BTreeMap<String, String>| {
        bound.on_record.as_ref().map_or(today, |on_record| on_record.metrics.clone())
    };
    let then = metrics(then, last.version.version.metrics()?);
    let now = metrics(now, dossier.version.version.metrics()?);
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    for name in names {
        let of = |metrics: &BTreeMap<String, String>| metrics.get(name).cloned().unwrap_or_default();
        let (then, now) = (of(&then), of(&now));
        if then != now {
            lines.push(ChangeLine { what: format!("Measure {name}"), then, now, is_metric: true });
        }
    }
    Ok(lines)
}

fn change(difference: Difference) -> ChangeLine {
    let line = |what: String, then: String, now: String| ChangeLine { what, then, now, is_metric: false };
    let versions = |all: &[assay_domain::approvals::BoundDataset]| {
        all.iter()
            .map(|one| format!("{} ({}…)", one.version, short(&one.digest)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let digests =
        |all: &[String]| all.iter().map(|one| format!("{}…", short(one))).collect::<Vec<_>>().join(", ");
    match difference {
        Difference::Model { old, new } => line("Model".to_owned(), old, new),
        Difference::Version { old, new } => line("Version".to_owned(), old, new),
        Difference::Artefact { old, new } => {
            line("Artefact".to_owned(), format!("{}…", old.short()), format!("{}…", new.short()))
        }
        Difference::Dataset { dataset, old, new } => {
            line(format!("Dataset {dataset}"), versions(&old), versions(&new))
        }
        Difference::Evidence { kind, old, new } => {
            line(kind.label().to_owned(), digests(&old), digests(&new))
        }
        Difference::Tier { old, new } => {
            let label = |tier: Option<Tier>| tier.map_or("", Tier::label).to_owned();
            line("Risk tier".to_owned(), label(old), label(new))
        }
        Difference::Team { .. } => {
            line("Team".to_owned(), "another team".to_owned(), "the team of today".to_owned())
        }
        Difference::Recorded { value, old, new } => line(
            shown::sentence(&value.to_string()).trim_end_matches('.').to_owned(),
            old,
            new.unwrap_or_default(),
        ),
        Difference::Policy { old, new } => line(
            "Policy".to_owned(),
            format!("{} {}", old.id, old.version),
            format!("{} {}", new.id, new.version),
        ),
    }
}

fn short(digest: &str) -> &str {
    assay_domain::models::short(digest)
}

fn steps(dossier: &Dossier) -> Vec<StepView> {
    let approval = &dossier.kept.approval;
    let progress = match approval.state() {
        State::Open(open) => open.progress(&dossier.policy),
        _ => Vec::new(),
    };
    let one = |step: &Step| {
        let own = |approving: &&Approving| approving.step == step.id;
        let mut decisions: Vec<_> =
            approvals(approval.state()).iter().filter(own).map(|one| approved(dossier, one)).collect();
        if let State::Rejected(no) = approval.state()
            && no.step == step.id
        {
            decisions.push(decision(dossier, &no.decider, &no.role, false, no.at));
        }
        let open = progress.iter().find(|progress| progress.step == step.id);
        let is_open = open.is_some_and(|open| open.given < open.needed);
        // Nobody is counted twice, so whoever decided is not looked for any more.
        let has_decided = |who: &Who| {
            approvals(approval.state())
                .iter()
                .any(|made| made.decider.involved().any(|before| before.is(who)))
        };
        let people = dossier.hands.of_step(approval, step).filter(|person| !has_decided(&person.acting.who));
        let people = people.map(|person| person.name.clone()).collect();
        let roles: Vec<_> = step.roles.iter().map(|role| dossier.role(role)).collect();
        let excluded: Vec<_> = step.excluded.iter().map(|one| one.label().to_owned()).collect();
        StepView {
            title: step.title.clone(),
            roles: shown::or(&roles),
            excluded: shown::or(&excluded),
            needed: step.count.into(),
            standing: standing(open, step, decisions.len()),
            decisions,
            people,
            is_open,
        }
    };
    dossier.policy.steps.iter().map(one).collect()
}

fn standing(open: Option<&Progress>, step: &Step, decisions: usize) -> (Tone, String) {
    match open {
        Some(open) if open.given >= open.needed => (Tone::Good, "Complete".to_owned()),
        Some(open) if open.takes => {
            (Tone::Info, format!("{} of {}, waits for a decision", open.given, open.needed))
        }
        Some(open) => (Tone::Neutral, format!("{} of {}, not its turn yet", open.given, open.needed)),
        None => (Tone::Neutral, format!("{decisions} of {}", step.count)),
    }
}

fn decision(
    dossier: &Dossier,
    decider: &Decider,
    role: &str,
    approved: bool,
    at: DateTime<Utc>,
) -> DecisionLine {
    let by = match decider {
        Decider::Person { who, .. } => who.account,
        Decider::External { .. } => None,
    };
    DecisionLine {
        who: dossier.decider(decider, at),
        role: dossier.role(role),
        approved,
        at: at.to_rfc3339_opts(SecondsFormat::Secs, true),
        when: when(at),
        reason: dossier.said_at("reason", at, by).unwrap_or_default().to_owned(),
        conditions: Vec::new(),
        claimed: None,
    }
}

/// What is said of whoever decided.
fn claimed(approving: &Approving) -> Option<String> {
    let claim = approving.claims.first()?;
    let part = claim.part.label();
    Some(if approving.claims.iter().any(|claim| claim.confirmed) {
        format!("Counts no more: the person is {part} of the version.")
    } else {
        let until = claim.at + TimeDelta::days(CLAIM_DAYS);
        format!(
            "Named as {part} of the version since {}, and not confirmed: an open request waits for it, an approval goes on until {}.",
            shown::day(claim.at),
            shown::day(until)
        )
    })
}

fn approved(dossier: &Dossier, approving: &Approving) -> DecisionLine {
    DecisionLine {
        claimed: claimed(approving),
        conditions: approving.conditions.iter().map(|one| condition(dossier, one)).collect(),
        ..decision(dossier, &approving.decider, &approving.role, true, approving.at)
    }
}

fn condition(dossier: &Dossier, condition: &Condition) -> ConditionLine {
    let state = match condition.state {
        ConditionState::Met { .. } => (Tone::Good, "Fulfilled"),
        _ if condition.is_overdue(dossier.now) => (Tone::Bad, "Overdue"),
        ConditionState::Open | ConditionState::Overdue { .. } => (Tone::Info, "To be done"),
    };
    let id = condition.id;
    let confirm = dossier.may.confirm.contains(&id);
    ConditionLine {
        id: id.to_string(),
        text: dossier.condition(id).unwrap_or("The words of this condition were erased.").to_owned(),
        due: format!("by {}", date(condition.due)),
        state,
        confirm: confirm.then(|| format!("{}/conditions/{id}/met", href(dossier.kept.row.id))),
    }
}

fn acts(caller: &Caller, dossier: &Dossier) -> ActsView {
    let (row, policy) = (&dossier.kept.row, &dossier.policy);
    let today = dossier.now.date_naive();
    let seats = seats(dossier);
    let latest = |days: u16| today.checked_add_days(Days::new(days.into())).map(date);
    let glass = policy.break_glass.as_ref().filter(|_| dossier.may.break_glass);
    let review = dossier.waits.iter().find_map(|waits| match waits {
        WaitsFor::Review(by) => Some(shown::day(*by)),
        WaitsFor::Decision { .. } => None,
    });
    ActsView {
        href: href(row.id),
        bound_sha256: dossier.kept.approval.state().bound().sha256(),
        why_not: why_not(caller, dossier).filter(|_| seats.is_empty()),
        seats,
        conditions_until: policy.conditions.as_ref().and_then(|allowed| latest(allowed.max_days)),
        withdraw: dossier.may.withdraw,
        revoke: dossier.may.revoke,
        break_glass: glass.map(|glass| when(dossier.now + TimeDelta::days(glass.valid_days.into()))),
        no_emergency: dossier.may.no_emergency.as_ref().map(|why| shown::sentence(&why.to_string())),
        lift: dossier.may.lift.map(|why| format!("The emergency {}", why.label())),
        lifts: dossier.may.lifts,
        review: review.filter(|_| dossier.may.review),
    }
}

/// In which steps the visitor could say yes or no, for whom.
fn seats(dossier: &Dossier) -> Vec<BehalfChoice> {
    let mut yes: BTreeSet<(String, Option<Uuid>)> = BTreeSet::new();
    for waits in &dossier.waits {
        if let WaitsFor::Decision { steps, on_behalf_of } = waits {
            let away = on_behalf_of.as_ref().map(|(person, _)| *person);
            yes.extend(steps.iter().map(|step| (step.clone(), away)));
        }
    }
    let seat = |(step, behalf): &(String, Option<(Uuid, String)>)| {
        let step = dossier.policy.step(step)?;
        let away = behalf.as_ref().map(|(person, _)| *person);
        let held = dossier.held.as_ref()?;
        let acting = match away {
            None => &held.acting,
            Some(away) => &held.away.iter().find(|(person, _, _)| *person == away)?.2.from,
        };
        let role = step.roles.iter().find(|role| acting.roles.contains(*role))?;
        let whom = behalf.as_ref().map(|(_, name)| format!(", on behalf of {name}")).unwrap_or_default();
        Some(BehalfChoice {
            value: away.map_or_else(|| step.id.clone(), |away| format!("{}/{away}", step.id)),
            label: step.title.clone(),
            hint: format!("You decide as {}{whom}", dossier.role(role)),
            approves: yes.contains(&(step.id.clone(), away)),
        })
    };
    let mut seats: Vec<_> = dossier.may.reject.iter().filter_map(seat).collect();
    // What counts now comes first.
    seats.sort_by_key(|seat| !seat.approves);
    seats
}

/// Why somebody who may decide in general cannot here.
fn why_not(caller: &Caller, dossier: &Dossier) -> Option<String> {
    let State::Open(open) = dossier.kept.approval.state() else { return None };
    let decides = assay_domain::access::Permission::DecideApprovals;
    if !caller.may(decides, Some(dossier.kept.row.team_id)) {
        return None;
    }
    let held = dossier.held.as_ref()?;
    let progress = open.progress(&dossier.policy);
    let taking = progress.iter().find(|progress| progress.takes)?;
    let step = dossier.policy.step(&taking.step)?;
    let refusal = dossier.kept.approval.could_decide(step, &held.acting).err()?;
    Some(shown::sentence(&refusal.to_string()))
}

/// An entry of the ledger, with the words that people said.
fn happening(dossier: &Dossier, entry: &Entry) -> (Happening, Vec<String>) {
    let fact = |name: &str| entry.facts.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let tone = match entry.action.as_str() {
        "approval.decided" if fact("decision") == "approved" => Tone::Good,
        "approval.decided" | "approval.revoked" | "approval.renewal_rejected" => Tone::Bad,
        "approval.stale"
        | "approval.decisions_voided"
        | "approval.condition_overdue"
        | "break_glass.declared"
        | "break_glass.block_lifted"
        | "approval.expired"
        | "approval.suspended" => Tone::Warn,
        _ => Tone::Neutral,
    };
    let words = dossier.said.iter().filter(|word| word.ledger_event == entry.id);
    let spoken = words.filter(|word| !matches!(word.field.as_str(), "decided_by" | "decided_by_name"));
    let happening = Happening {
        at: entry.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        when: when(entry.at),
        what: shown::sentence(&entry.sentence),
        who: Some(entry.actor.name.clone()),
        href: dossier.may.read_trail.then(|| entry.href()),
        tone,
    };
    (happening, spoken.map(|word| word.body.clone()).collect())
}
