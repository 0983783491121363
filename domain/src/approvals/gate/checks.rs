//! What the gate looks at, one thing after the other.

use chrono::{DateTime, Utc};

use super::{Check, Code, Facts, Fine, ModelFact, Reason, VersionFact, counts};
use crate::approvals::{
    Approval, Approved, BoundState, Decision, Emergency, Open, Pass, Policy, State, Suspended, Unmet,
    difference,
};

/// What was found so far.
#[derive(Default)]
pub(super) struct Gate {
    /// Reasons for a no.
    pub(super) reasons: Vec<Reason>,
    /// What was fine.
    pub(super) fine: Vec<Fine>,
}

/// By what a deployment is let through.
enum Way<'a> {
    Approved(&'a Approved),
    Emergency(&'a Open, &'a Emergency),
}

impl Gate {
    /// The reason for a yes, where there is one. It counts only if no reason for a no was found.
    pub(super) fn look(&mut self, facts: &Facts<'_>) -> Option<Reason> {
        self.model(facts)?;
        self.version(facts)?;
        let Some(policy) = facts.policy else {
            let message = format!(
                "no policy decides about models of this tier in {}: write one, or ask for an environment that has one",
                facts.environment
            );
            self.no(Code::NoPolicy, None, message);
            return None;
        };
        self.fine(Check::Policy, format!("{} {} decides", policy.id, policy.version));
        if !facts.tier_confirmed {
            let message = "nobody confirmed the model's risk tier yet: somebody who may decide about the team's approvals and \
                           did not answer the questions confirms it";
            self.no(Code::TierUnconfirmed, None, message);
        }
        self.demands(facts, policy);
        let way = self.approval(facts, policy)?;
        self.external(facts, policy, &way);
        match way {
            Way::Approved(approved) => {
                self.still_the_same(facts, approved.bound(), approved.since());
                self.conditions(facts, approved);
                self.evidence(facts, policy, approved);
                let message = format!("approved until {}", approved.until().date_naive());
                Some(reason(Code::Approved, Some(approved.since()), message))
            }
            Way::Emergency(open, emergency) => {
                self.still_the_same(facts, open.bound(), emergency.at());
                let message = format!("an emergency was declared, until {}", emergency.until().date_naive());
                Some(reason(Code::BreakGlass, Some(emergency.at()), message))
            }
        }
    }

    fn model(&mut self, facts: &Facts<'_>) -> Option<()> {
        match facts.model {
            ModelFact::Unknown => {
                self.no(Code::UnknownModel, None, "no model of this name is registered: register it first");
                None
            }
            ModelFact::Archived { since } => {
                self.no(Code::ModelArchived, Some(since), "the model was taken out of use");
                None
            }
            ModelFact::Known => {
                self.fine(Check::Model, "the model is registered and in use");
                Some(())
            }
        }
    }

    fn version(&mut self, facts: &Facts<'_>) -> Option<()> {
        let VersionFact::Known { digest } = facts.version else {
            self.no(Code::UnknownVersion, None, "the model has no such version: register it first");
            return None;
        };
        self.fine(Check::Version, "the version is registered");
        match (digest, facts.digest) {
            (None, _) => {
                self.no(Code::NoDigest, None, "the version is on record without a digest: register it");
            }
            (Some(recorded), Some(given)) if recorded != given => {
                let message = format!(
                    "what is to be deployed is {}…, and {}… is on record for this version",
                    given.short(),
                    recorded.short()
                );
                self.no(Code::DigestMismatch, None, message);
            }
            (Some(recorded), Some(_)) => self.fine(Check::Digest, format!("it is {}…", recorded.short())),
            (Some(recorded), None) => {
                let message = format!("{}… is on record; none was given to compare", recorded.short());
                self.fine(Check::Digest, message);
            }
        }
        Some(())
    }

    fn approval<'a>(&mut self, facts: &Facts<'a>, policy: &Policy) -> Option<Way<'a>> {
        let Some(latest) = counts(facts) else {
            let message = format!("nobody asked for an approval for {}: ask for one", facts.environment);
            self.no(Code::NotRequested, None, message);
            return None;
        };
        if latest.terms().environment != facts.environment {
            let message =
                format!("the approval is for {}, not for {}", latest.terms().environment, facts.environment);
            self.no(Code::NotRequested, None, message);
            return None;
        }
        match latest.state() {
            State::Approved(approved) if facts.now < approved.until() => {
                let lacking = approved.lacking(policy, facts.now);
                if !lacking.is_empty() {
                    let since = approved.claims().map(|claim| claim.at).min();
                    let message = format!(
                        "who decided in {} is named as an author: ask for a decision of somebody else, or have it found out",
                        lacking.join(", ")
                    );
                    self.no(Code::DecisionClaimed, since, message);
                    return None;
                }
                self.fine(Check::Approval, format!("approvals: {}", approved.approvals().len()));
                return Some(Way::Approved(approved));
            }
            State::Open(open) if facts.now < open.until() => return self.open(facts, policy, latest, open),
            State::Suspended(suspended) if facts.now < suspended.approved.until() => {
                let message = format!(
                    "the risk tier is above {}, under which it was approved: it holds again if that is taken back; \
                     otherwise ask for an approval under the new tier",
                    suspended.tier
                );
                self.no(Code::Suspended, Some(suspended.at), message);
            }
            State::Approved(Approved { until, .. })
            | State::Suspended(Suspended { approved: Approved { until, .. }, .. })
            | State::Open(Open { until, .. }) => {
                self.no(Code::Expired, Some(*until), "its time ran out: make a new request");
            }
            state => {
                let (code, message) = closed(state);
                self.no(code, state.since(), message);
            }
        }
        None
    }

    fn open<'a>(
        &mut self,
        facts: &Facts<'_>,
        policy: &Policy,
        latest: &'a Approval,
        open: &'a Open,
    ) -> Option<Way<'a>> {
        let (code, message) = match latest.emergency_pass(facts.now) {
            Some(Pass::Holds) => {
                self.fine(Check::Approval, "an emergency was declared, and it holds");
                return latest.emergency().map(|emergency| Way::Emergency(open, emergency));
            }
            None => (Code::DecisionsMissing, waits_for(open, policy)),
            Some(Pass::Ended) => {
                (Code::EmergencyEnded, "the emergency is over, and decisions are missing".to_owned())
            }
            Some(Pass::ReviewOverdue) => {
                (Code::EmergencyNotReviewed, "nobody reviewed the emergency in time".to_owned())
            }
            Some(Pass::NotJustified) => {
                (Code::EmergencyNotJustified, "a reviewer found that it was no emergency".to_owned())
            }
            Some(Pass::OtherState) => {
                (Code::Stale, "what the emergency was declared for has changed since".to_owned())
            }
        };
        self.no(code, None, message);
        None
    }

    /// What is there now may differ from what was approved before anybody has put it on record.
    fn still_the_same(&mut self, facts: &Facts<'_>, bound: &BoundState, since: DateTime<Utc>) {
        let Some(now) = facts.bound else {
            self.no(Code::Stale, Some(since), "it cannot be told what would be deployed");
            return;
        };
        let differences = difference(bound, now);
        if differences.is_empty() {
            self.fine(Check::State, "nothing has changed since");
        } else {
            let said: Vec<String> = differences.iter().map(ToString::to_string).collect();
            self.no(Code::Stale, None, format!("it has changed since: {}", said.join("; ")));
        }
    }

    fn conditions(&mut self, facts: &Facts<'_>, approved: &Approved) {
        let mut overdue = 0;
        for condition in approved.conditions().filter(|condition| condition.is_overdue(facts.now)) {
            let message =
                format!("a condition was due on {}: fulfil it and have it confirmed", condition.due);
            let since = condition.due.succ_opt().and_then(|day| day.and_hms_opt(0, 0, 0));
            self.no(Code::ConditionOverdue, since.map(|midnight| midnight.and_utc()), message);
            overdue += 1;
        }
        if overdue == 0 {
            let message = format!("conditions: {}, none overdue", approved.conditions().count());
            self.fine(Check::Conditions, message);
        }
    }

    fn demands(&mut self, facts: &Facts<'_>, policy: &Policy) {
        let unmet = policy.demands.gate.unmet(facts.standing);
        if unmet.is_empty() {
            self.fine(Check::Demands, "what the policy demands besides holds");
        }
        unmet.iter().for_each(|unmet| self.unmet(unmet));
    }

    /// How old evidence may be is a matter of the day of the approval; how long that holds, of the validity.
    fn evidence(&mut self, facts: &Facts<'_>, policy: &Policy, approved: &Approved) {
        let day = approved.since().date_naive();
        let unmet = policy.evidence_unmet(approved.bound(), &facts.standing.evidence, day);
        if unmet.is_empty() {
            self.fine(Check::Evidence, format!("kinds of evidence: {}, all there", policy.evidence.len()));
        }
        unmet.iter().for_each(|unmet| self.unmet(unmet));
    }

    /// The last word of each tool that the policy listens to; one from before the approval is overruled by it.
    fn external(&mut self, facts: &Facts<'_>, policy: &Policy, way: &Way<'_>) {
        let since = match way {
            Way::Approved(approved) => approved.since(),
            Way::Emergency(..) => DateTime::<Utc>::MIN_UTC,
        };
        let mut heard = 0;
        for accepted in &policy.external {
            let last =
                facts.external.iter().rev().find(|report| report.source.is(accepted, &report.provider));
            heard += usize::from(last.is_some());
            if let Some(last) = last.filter(|last| last.decision == Decision::Rejected && last.at >= since) {
                let message = format!("{} rejected it", last.provider);
                self.no(Code::RejectedElsewhere, Some(last.at), message);
            }
        }
        if !self.reasons.iter().any(|reason| reason.code == Code::RejectedElsewhere) {
            let message =
                format!("tools that count: {}, heard from {heard}, none said no", policy.external.len());
            self.fine(Check::External, message);
        }
    }

    fn unmet(&mut self, unmet: &Unmet) {
        let (code, since) = match unmet {
            Unmet::Findings { since, .. } => (Code::FindingOpen, Some(*since)),
            Unmet::Operations { since, .. } => (Code::OperationsFindingOpen, Some(*since)),
            Unmet::NoOwner => (Code::NoAccountableOwner, None),
            Unmet::NoAuthor => (Code::NoAuthor, None),
            Unmet::Level { .. } => (Code::LevelTooLow, None),
            Unmet::EvidenceMissing { .. } => (Code::EvidenceMissing, None),
            Unmet::EvidenceTooOld { .. } => (Code::EvidenceTooOld, None),
        };
        self.no(code, since, unmet.to_string());
    }

    fn no(&mut self, code: Code, since: Option<DateTime<Utc>>, message: impl Into<String>) {
        self.reasons.push(reason(code, since, message));
    }

    fn fine(&mut self, check: Check, message: impl Into<String>) {
        self.fine.push(Fine { check, message: message.into() });
    }
}

fn reason(code: Code, since: Option<DateTime<Utc>>, message: impl Into<String>) -> Reason {
    Reason { code, message: message.into(), since }
}

fn closed(state: &State) -> (Code, String) {
    match state {
        State::Rejected(rejected) => {
            (Code::Rejected, format!("it was rejected in the step {}: make a new request", rejected.step))
        }
        State::Withdrawn(_) => (Code::Withdrawn, "the request was taken back: make a new one".to_owned()),
        State::Revoked(_) => (Code::Revoked, "the approval was taken back: make a new request".to_owned()),
        State::Superseded(ended) if ended.rejected => {
            (Code::Rejected, "its renewal was rejected: make a new request".to_owned())
        }
        State::Superseded(_) => (Code::Superseded, "another approval took its place".to_owned()),
        State::Stale(stale) => {
            let said = stale.changes().join("; ");
            (Code::Stale, format!("it has changed since it was approved: {said}"))
        }
        State::Expired(_) | State::Open(_) | State::Approved(_) | State::Suspended(_) => {
            (Code::Expired, "its time ran out: make a new request".to_owned())
        }
    }
}

/// Which decisions are missing.
fn waits_for(open: &Open, policy: &Policy) -> String {
    let missing: Vec<String> = open
        .progress(policy)
        .into_iter()
        .filter(|step| step.given < step.needed)
        .map(|step| format!("{} ({} of {})", step.step, step.given, step.needed))
        .collect();
    format!("decisions are missing: {}", missing.join(", "))
}
