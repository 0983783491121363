//! The gate: each code once, and what holds for all facts.

use std::collections::BTreeSet;

use assay_domain::approvals::gate::{
    Answer, Code, Facts, ModelFact, ReportedElsewhere, VersionFact, decide as ask,
};
use assay_domain::approvals::{
    Approval, AuthorClaim, BoundState, Command, Decide, Decision, Exclusion, OpenFinding, Policy, Source,
    Standing, Turn,
};
use assay_domain::datasets::Severity;
use assay_domain::models::{ArtefactDigest, Tier};
use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::world::{
    Account, CLAIM, OTHER_REQUEST, REPORTER, Variant, artefact, at, bound, condition, decide, raised,
    requested, short_policy, standing, start,
};

/// Facts that a test owns and edits; everything is fine at first.
struct Case {
    now: DateTime<Utc>,
    environment: &'static str,
    model: ModelFact,
    registered: bool,
    recorded: Option<ArtefactDigest>,
    given: Option<ArtefactDigest>,
    tier_confirmed: bool,
    policy: Option<Policy>,
    latest: Option<Approval>,
    older: Vec<Approval>,
    bound: Option<BoundState>,
    standing: Standing,
    external: Vec<ReportedElsewhere>,
}

impl Case {
    fn fine() -> Self {
        let policy = short_policy(&[(
            "[demands.gate]                          # checked whenever the gate is asked\n",
            "[demands.gate]\naccountable_owner = true\nauthors_known = true\nlevels = [{ capability = \"privacy\", level = 2 }]\n",
        )]);
        let mut standing = standing();
        standing.levels.insert("privacy".to_owned(), 2);
        let bound = bound(&policy, Variant::First);
        let latest = approved(&policy, &bound);
        let digest: Option<ArtefactDigest> = artefact().parse().ok();
        Self {
            now: at(2),
            environment: "production",
            model: ModelFact::Known,
            registered: true,
            recorded: digest.clone(),
            given: digest,
            tier_confirmed: true,
            policy: Some(policy),
            latest: Some(latest),
            older: Vec::new(),
            bound: Some(bound),
            standing,
            external: Vec::new(),
        }
    }

    fn ask(&self) -> Answer {
        let known = VersionFact::Known { digest: self.recorded.as_ref() };
        ask(&Facts {
            now: self.now,
            environment: self.environment,
            model: self.model,
            version: if self.registered { known } else { VersionFact::Unknown },
            digest: self.given.as_ref(),
            tier_confirmed: self.tier_confirmed,
            policy: self.policy.as_ref(),
            requests: &self.requests(),
            bound: self.bound.as_ref(),
            standing: &self.standing,
            external: &self.external,
        })
    }

    /// The latest request, after one more command.
    fn apply(&mut self, command: Command, now: DateTime<Utc>) {
        let (policy, latest) =
            (self.policy.as_ref().expect("a policy"), self.latest.as_ref().expect("a request"));
        self.latest = Some(latest.apply(policy, command, now).expect("an accepted command").0);
    }

    fn requests(&self) -> Vec<Approval> {
        self.latest.iter().chain(&self.older).cloned().collect()
    }

    /// A newer request, beside what is approved.
    fn asked_again(&mut self) {
        self.older.extend(self.latest.take());
        self.only_asked();
    }

    fn only_asked(&mut self) {
        self.latest = Some(requested(self.policy.as_ref().expect("a policy")));
    }

    fn emergency(&mut self) {
        self.only_asked();
        self.apply(
            Command::BreakGlass {
                by: Account::Bo.acting(),
                reason: "It is down.".to_owned(),
                earlier: Vec::new(),
            },
            at(1),
        );
        self.now = at(1);
    }

    fn reviewed(&mut self, justified: bool) {
        let by = Account::Ada.acting();
        self.apply(Command::ReviewEmergency { by, justified, reason: "Seen.".to_owned() }, at(1));
    }

    /// Bo, who decided in a step that keeps authors out, is named as one.
    fn claim(&mut self, turn: Turn) {
        let (id, who, part) = (CLAIM, Account::Bo.who(), Exclusion::Author);
        self.apply(Command::AuthorClaim(AuthorClaim { id, who, part, turn }), at(1));
    }

    fn heard(&mut self, decision: Decision, hours: i64) {
        self.external.push(ReportedElsewhere {
            provider: "github-actions".to_owned(),
            source: Source::TrustRule(REPORTER),
            decision,
            at: at(1) + chrono::TimeDelta::hours(hours),
        });
    }
}

fn approved(policy: &Policy, bound: &BoundState) -> Approval {
    let craft =
        Decide { conditions: vec![condition()], ..decide(Account::Bo, "craft", Decision::Approved, bound) };
    let product = decide(Account::Ada, "product", Decision::Approved, bound);
    let met = Command::ConditionMet { id: condition().id, by: Account::Bo.acting() };
    [Command::Decide(craft), Command::Decide(product), met]
        .into_iter()
        .fold(requested(policy), |approval, command| {
            approval.apply(policy, command, at(1)).expect("an accepted command").0
        })
}

type Edit = fn(&mut Case);

/// What makes the gate say what, one code each.
const CASES: [(&str, Edit); 40] = [
    ("approved", |_| {}),
    ("approved", |c| c.given = None),
    ("unknown_model", |c| c.model = ModelFact::Unknown),
    ("model_archived", |c| c.model = ModelFact::Archived { since: start() }),
    ("unknown_version", |c| c.registered = false),
    ("no_digest", |c| c.recorded = None),
    ("digest_mismatch", |c| c.given = format!("sha256:{}", "b".repeat(64)).parse().ok()),
    ("tier_unconfirmed", |c| c.tier_confirmed = false),
    ("no_policy", |c| c.policy = None),
    ("not_requested", |c| c.latest = None),
    ("not_requested", |c| c.environment = "staging"),
    ("decisions_missing", Case::only_asked),
    ("rejected", |c| {
        c.only_asked();
        let bound = c.bound.clone().expect("a state");
        c.apply(Command::Decide(decide(Account::Bo, "craft", Decision::Rejected, &bound)), at(1));
    }),
    ("withdrawn", |c| {
        c.only_asked();
        c.apply(Command::Withdraw, at(1));
    }),
    ("expired", |c| c.now = at(4)),
    ("expired", |c| {
        c.only_asked();
        c.now = at(5);
    }),
    ("expired", |c| c.apply(Command::TimePassed, at(4))),
    ("revoked", |c| {
        c.apply(Command::Revoke { by: Account::Bo.acting(), reason: "A complaint.".to_owned() }, at(2));
    }),
    ("superseded", |c| c.apply(Command::Superseded { by: OTHER_REQUEST }, at(2))),
    ("stale", |c| c.bound = c.policy.as_ref().map(|policy| bound(policy, Variant::OtherData))),
    ("stale", |c| {
        let now = c.policy.as_ref().map(|policy| bound(policy, Variant::OtherData)).expect("a state");
        c.apply(Command::BoundChanged { now }, at(2));
    }),
    ("stale", |c| c.bound = None),
    ("suspended", |c| c.apply(Command::TierRaised { from: Tier::Limited }, at(2))),
    ("approved", |c| {
        c.apply(Command::TierRaised { from: Tier::Limited }, at(2));
        c.apply(Command::RaiseTakenBack, at(2));
    }),
    ("stale", |c| {
        c.apply(Command::TierRaised { from: Tier::Limited }, at(2));
        let now = raised(c.bound.as_ref().expect("a state"));
        c.apply(Command::RaiseConfirmed { now }, at(2));
    }),
    ("condition_overdue", |c| {
        c.only_asked();
        let bound = c.bound.clone().expect("a state");
        let craft = decide(Account::Bo, "craft", Decision::Approved, &bound);
        c.apply(Command::Decide(Decide { conditions: vec![condition()], ..craft }), at(1));
        c.apply(Command::Decide(decide(Account::Ada, "product", Decision::Approved, &bound)), at(1));
    }),
    ("finding_open", |c| c.standing.findings.push(OpenFinding { severity: Severity::High, since: start() })),
    ("approved", |c| c.standing.findings.push(OpenFinding { severity: Severity::Medium, since: start() })),
    ("operations_finding_open", |c| {
        let policy = c.policy.as_mut().expect("a policy");
        policy.demands.gate.no_operations_finding_from = Some(Severity::High);
        c.standing.operations.push(OpenFinding { severity: Severity::Critical, since: start() });
    }),
    // A policy that does not name them is not concerned by them.
    ("approved", |c| {
        c.standing.operations.push(OpenFinding { severity: Severity::Critical, since: start() })
    }),
    ("no_accountable_owner", |c| c.standing.accountable_owner = false),
    ("decision_claimed", |c| {
        c.claim(Turn::Confirmed);
    }),
    ("approved", |c| {
        c.claim(Turn::Made);
        c.claim(Turn::Confirmed);
        c.claim(Turn::TakenBack);
    }),
    ("no_author", |c| c.standing.authors_known = false),
    ("level_too_low", |c| c.standing.levels.clear()),
    ("evidence_missing", |c| c.standing.evidence.clear()),
    ("break_glass", Case::emergency),
    ("emergency_not_justified", |c| {
        c.emergency();
        c.reviewed(false);
    }),
    ("rejected_elsewhere", |c| c.heard(Decision::Rejected, 1)),
    ("approved", |c| {
        c.heard(Decision::Rejected, 1);
        c.heard(Decision::Approved, 2);
    }),
];

/// What is approved, and a request that is newer.
const RENEWALS: [(&str, Edit); 4] = [
    // What is approved holds beside a request that is newer, until that is decided.
    ("approved", Case::asked_again),
    ("approved", |c| {
        c.asked_again();
        c.apply(Command::Withdraw, at(2));
    }),
    ("rejected", |c| {
        c.asked_again();
        let bound = c.bound.clone().expect("a state");
        c.apply(Command::Decide(decide(Account::Bo, "craft", Decision::Rejected, &bound)), at(1));
        let ended = Command::RenewalRejected { by: OTHER_REQUEST };
        c.older[0] = c.older[0].apply(c.policy.as_ref().expect("a policy"), ended, at(1)).expect("an end").0;
    }),
    // An emergency that is declared for the renewal helps where the approval does not.
    ("break_glass", |c| {
        c.asked_again();
        let bound = c.bound.clone().expect("a state");
        let policy = c.policy.clone().expect("a policy");
        let craft = decide(Account::Bo, "craft", Decision::Approved, &bound);
        let late = Decide { conditions: vec![condition()], ..craft };
        let both = [late, decide(Account::Ada, "product", Decision::Approved, &bound)];
        c.older[0] = both.into_iter().fold(requested(&policy), |approval, decide| {
            approval.apply(&policy, Command::Decide(decide), at(1)).expect("a decision").0
        });
        let by = Account::Bo.acting();
        c.apply(Command::BreakGlass { by, reason: "It is down.".to_owned(), earlier: Vec::new() }, at(2));
    }),
];

#[test]
fn each_code_has_its_cause() {
    let mut all = Vec::new();
    let mut codes = BTreeSet::new();
    for (code, edit) in CASES.into_iter().chain(RENEWALS) {
        let mut case = Case::fine();
        edit(&mut case);
        let answer = case.ask();
        assert_eq!(answer.reasons.iter().map(|r| r.code.name()).collect::<Vec<_>>(), [code], "{answer:#?}");
        assert_eq!(answer.allowed, matches!(code, "approved" | "break_glass"), "{answer:#?}");
        let since = answer.reasons[0].since.map_or("-".to_owned(), |since| since.to_rfc3339());
        all.push(format!("{code}: {} (since {since})", answer.reasons[0].message));
        codes.insert(answer.reasons[0].code);
    }
    let mut more = |code: Code, edit: Edit| {
        let mut case = Case::fine();
        edit(&mut case);
        let answer = case.ask();
        assert!(!answer.allowed && answer.reasons.iter().any(|reason| reason.code == code), "{answer:#?}");
        codes.insert(code);
    };
    more(Code::EmergencyEnded, |c| {
        c.emergency();
        c.reviewed(true);
        c.now = at(2);
    });
    more(Code::EmergencyNotReviewed, |c| {
        c.emergency();
        c.now = at(3);
    });
    more(Code::EvidenceTooOld, |c| {
        c.standing.evidence[0].made_on = start().date_naive() - chrono::Days::new(200);
    });
    assert_eq!(codes, Code::ALL.iter().copied().collect(), "every code has a case");
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn an_explanation_says_what_was_fine_too() {
    let said = |answer: &Answer| {
        let fine: Vec<_> =
            answer.fine.iter().map(|fine| format!("fine {}: {}", fine.check, fine.message)).collect();
        let reasons: Vec<_> = answer.reasons.iter().map(|r| format!("{}: {}", r.code, r.message)).collect();
        format!("{}\n{}\n{}", answer.allowed, fine.join("\n"), reasons.join("\n"))
    };
    let mut case = Case::fine();
    let yes = said(&case.ask());
    case.standing = Standing::default();
    case.only_asked();
    insta::assert_snapshot!(format!("{yes}\n\n{}", said(&case.ask())));
}

#[test]
fn the_documentation_of_the_codes() {
    let codes: Vec<_> = Code::ALL.iter().map(|code| format!("{code}: {}", code.label())).collect();
    insta::assert_snapshot!(codes.join("\n"));
}

proptest! {
    /// Whatever is wrong, and however much of it: the gate says yes only if each thing alone would have left it at yes.
    #[test]
    fn the_default_is_no(picked in prop::collection::vec(0..18_usize, 0..5)) {
        // Facts that do not overwrite each other; commands on the approval do, so they are left out.
        let fine = Case::fine();
        let leaves_the_approval = |edit: &Edit| {
            let mut case = Case::fine();
            edit(&mut case);
            case.older.is_empty() && (case.latest.is_none() || case.latest == fine.latest)
        };
        let alone: Vec<(&str, Edit)> = CASES
            .into_iter()
            .filter(|(_, edit)| leaves_the_approval(edit))
            .filter(|(code, _)| !matches!(*code, "rejected" | "withdrawn" | "revoked" | "superseded" | "condition_overdue"
                | "decisions_missing" | "suspended" | "break_glass" | "emergency_not_justified" | "expired" | "rejected_elsewhere"))
            .collect();
        let mut case = Case::fine();
        let mut expected = true;
        for index in picked {
            let (code, edit) = alone[index % alone.len()];
            // Some read what another edit may have taken away.
            if case.policy.is_none() || case.latest.is_none() {
                break;
            }
            let before = case.latest.clone();
            if before.as_ref().is_some_and(|latest| latest.state().is_closed()) {
                break;
            }
            edit(&mut case);
            expected &= code == "approved";
            // A later edit may mend an earlier one: a digest that is compared with none.
            if case.given.is_none() && code == "approved" {
                expected = case.ask().allowed;
            }
        }
        let answer = case.ask();
        prop_assert_eq!(answer.allowed, expected, "{:#?}", answer);
        prop_assert_eq!(answer.allowed, answer.reasons.iter().all(|r| matches!(r.code, Code::Approved | Code::BreakGlass)));
        prop_assert!(!answer.reasons.is_empty());
    }
}
