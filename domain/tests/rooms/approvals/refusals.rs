//! Refusals: their sentences, and each rule broken once through the door where it can be broken.

use assay_domain::approvals::{
    Acting, Approval, Command, Decide, Decision, Earlier, ExternalDecision, Happened, NewCondition, Outcome,
    Policy, Refusal, Requester, RoleWaits, Source, State, Terms, Vouched, Who,
};
use assay_domain::models::EvidenceKind;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::world::{
    Account, CONDITION, OTHER_REQUEST, REPORTER, Variant, acting, at, bound, condition, day, decide,
    delegation, earlier, reported, requested, short_policy, somebody_else, standing, start, terms,
};

const YES: Decision = Decision::Approved;
const NO: Decision = Decision::Rejected;

#[test]
fn every_refusal_is_a_sentence_with_a_name() {
    let sentences: Vec<String> =
        Refusal::examples().iter().map(|refusal| format!("{}: {refusal}", refusal.rule())).collect();
    insta::assert_snapshot!(sentences.join("\n"));
}

/// A request under the short policy, to try things on.
struct Case {
    policy: Policy,
    approval: Approval,
}

impl Case {
    fn new(edits: &[(&str, &str)]) -> Self {
        let policy = short_policy(edits);
        Self { approval: requested(&policy), policy }
    }

    fn by_machine(mut self) -> Self {
        let terms = Terms { requester: Requester::Service { id: REPORTER }, ..terms() };
        let bound = bound(&self.policy, Variant::First);
        self.approval =
            Approval::request(terms, &self.policy, bound, &standing(), start()).expect("a request").0;
        self
    }

    fn yes(&self, by: Account, step: &str) -> Decide {
        decide(by, step, YES, self.approval.state().bound())
    }

    fn after(mut self, command: Command, now: DateTime<Utc>) -> Self {
        self.approval = self.approval.apply(&self.policy, command, now).expect("an accepted command").0;
        self
    }

    fn decided(self, by: Account, step: &str) -> Self {
        let decide = self.yes(by, step);
        self.after(Command::Decide(decide), at(1))
    }

    fn approved() -> Self {
        Self::new(&[]).decided(Account::Bo, "craft").decided(Account::Ada, "product")
    }

    fn refuses(&self, command: Command, now: DateTime<Utc>, rule: &str) {
        let refusal = self.approval.apply(&self.policy, command, now).expect_err(rule);
        assert_eq!(refusal.rule(), rule, "{refusal}");
    }

    fn accepts(&self, command: Command, now: DateTime<Utc>) {
        self.approval.apply(&self.policy, command, now).expect("an accepted command");
    }

    fn refuses_decision(&self, decide: Decide, rule: &str) {
        self.refuses(Command::Decide(decide), at(1), rule);
    }
}

#[test]
fn the_requester_decides_through_no_door() {
    let case = Case::new(&[]);
    for step in ["craft", "product"] {
        for decision in [YES, NO] {
            let with = |by: Account, from: Option<Account>| Decide {
                decision,
                on_behalf_of: from.map(|from| delegation(from, by)),
                ..case.yes(by, step)
            };
            case.refuses_decision(with(Account::Rita, None), "self_approval");
            case.refuses_decision(with(Account::Rita, Some(Account::Bo)), "self_approval");
            case.refuses_decision(with(Account::Bo, Some(Account::Rita)), "self_approval");
            case.refuses_decision(with(Account::RitaToo, None), "same_person");
            case.refuses_decision(with(Account::Bo, Some(Account::RitaToo)), "same_person");
        }
    }
    let by_tool = |who| Command::DecideExternally(reported(who, YES));
    case.refuses(by_tool(Account::Rita.who()), at(1), "self_approval");
    case.refuses(by_tool(Account::RitaToo.who()), at(1), "same_person");
}

#[test]
fn who_had_a_part_is_excluded_where_the_policy_says_so() {
    let case = Case::new(&[]);
    case.refuses_decision(case.yes(Account::Ada, "craft"), "excluded");
    let for_ada = Decide {
        on_behalf_of: Some(delegation(Account::Ada, Account::Bo)),
        ..case.yes(Account::Bo, "craft")
    };
    case.refuses_decision(for_ada, "excluded");
    let case = case.decided(Account::Bo, "craft").decided(Account::Ada, "product");
    assert_eq!(case.approval.state().name(), "approved");
}

#[test]
fn a_machine_that_asks_does_not_answer_and_its_authors_are_out() {
    let case = Case::new(&[]).by_machine();
    case.refuses(Command::DecideExternally(reported(somebody_else(), YES)), at(1), "self_approval");
    let case = case.decided(Account::Bo, "craft");
    case.refuses_decision(case.yes(Account::Ada, "product"), "excluded");
}

#[test]
fn nobody_counts_twice() {
    let case = Case::new(&[("count = 1", "count = 2")]).decided(Account::Bo, "craft");
    case.refuses_decision(case.yes(Account::Bo, "craft"), "already_decided");
    case.refuses_decision(case.yes(Account::BoToo, "craft"), "same_person");
    case.refuses(Command::DecideExternally(reported(Account::BoToo.who(), YES)), at(1), "same_person");
    let case = Case::new(&[]).decided(Account::Bo, "craft");
    case.refuses_decision(case.yes(Account::Bo, "product"), "already_decided");
    let for_ada = Decide {
        on_behalf_of: Some(delegation(Account::Ada, Account::Bo)),
        ..case.yes(Account::Bo, "product")
    };
    case.refuses_decision(for_ada, "already_decided");
}

#[test]
fn roles_steps_and_digests_are_looked_at() {
    let case = Case::new(&[]);
    let product_only =
        Decide { by: acting(Account::Bo, &["product-manager"]), ..case.yes(Account::Bo, "craft") };
    case.refuses_decision(product_only, "not_holding_role");
    case.refuses_decision(case.yes(Account::Bo, "beauty"), "unknown_step");
    case.refuses_decision(case.yes(Account::Bo, "product"), "step_not_open");
    let other = bound(&case.policy, Variant::OtherData);
    case.refuses_decision(decide(Account::Bo, "craft", YES, &other), "wrong_state_digest");
    case.refuses_decision(
        Decide { reason: Some(" ".to_owned()), decision: NO, ..case.yes(Account::Bo, "craft") },
        "reason_missing",
    );
    let case = case.decided(Account::Bo, "craft");
    let somebody = Command::DecideExternally(reported(somebody_else(), YES));
    case.refuses(somebody, at(1), "step_complete");
    let other_policy = short_policy(&[("title = \"A small policy\"", "title = \"Another\"")]);
    let refusal = case.approval.apply(&other_policy, Command::Withdraw, at(1)).expect_err("another policy");
    assert_eq!(refusal.rule(), "wrong_policy");
}

#[test]
fn a_delegation_counts_for_its_people_on_its_days() {
    let case = Case::new(&[]).decided(Account::Bo, "craft");
    let for_ada = |by: Account, to: Account| Decide {
        by: acting(by, &[]),
        on_behalf_of: Some(delegation(Account::Ada, to)),
        ..case.yes(by, "product")
    };
    case.refuses_decision(for_ada(Account::BoToo, Account::Bo), "delegation_not_valid");
    let own = Decide {
        on_behalf_of: Some(delegation(Account::Ada, Account::Ada)),
        ..case.yes(Account::Ada, "product")
    };
    case.refuses_decision(own, "delegation_not_valid");
    let fresh = Case::new(&[("in-sequence", "in-parallel")]);
    let for_ada = Decide {
        by: acting(Account::Bo, &[]),
        on_behalf_of: Some(delegation(Account::Ada, Account::Bo)),
        ..fresh.yes(Account::Bo, "product")
    };
    fresh.refuses(Command::Decide(for_ada.clone()), at(0), "delegation_not_valid");
    assert!(fresh.approval.apply(&fresh.policy, Command::Decide(for_ada.clone()), at(3)).is_ok());
    let late = short_policy(&[("in-sequence", "in-parallel"), ("open_days = 4 ", "open_days = 9 ")]);
    let late = Case { approval: requested(&late), policy: late };
    let for_ada = Decide { bound_sha256: late.approval.state().bound().sha256(), ..for_ada };
    late.refuses(Command::Decide(for_ada), at(4), "delegation_not_valid");
}

#[test]
fn conditions_are_few_and_soon() {
    let case = Case::new(&[]);
    let with = |conditions: Vec<NewCondition>| Decide { conditions, ..case.yes(Account::Bo, "craft") };
    let due = |due| NewCondition { due, ..condition() };
    case.refuses_decision(with(vec![due(day(0))]), "condition_due");
    case.refuses_decision(with(vec![due(day(4))]), "condition_due");
    case.refuses_decision(with(vec![condition(), condition()]), "condition_twice");
    case.refuses_decision(Decide { decision: NO, ..with(vec![condition()]) }, "conditions_not_allowed");
    let none = Case::new(&[(
        "[conditions]                            # leave the table out where no conditions may be made\nmax_days = 2",
        "",
    )]);
    let decide = Decide { conditions: vec![condition()], ..none.yes(Account::Bo, "craft") };
    none.refuses_decision(decide, "conditions_not_allowed");
    let decide = with(vec![condition()]);
    let case = case.after(Command::Decide(decide), at(1));
    case.refuses(Command::ConditionOverdue { id: CONDITION }, at(1), "condition_not_overdue");
    case.refuses(
        Command::ConditionMet { id: Uuid::nil(), by: Account::Bo.acting() },
        at(1),
        "unknown_condition",
    );
    case.refuses(Command::ConditionMet { id: CONDITION, by: Account::Rita.acting() }, at(1), "self_approval");
    case.refuses(Command::ConditionMet { id: CONDITION, by: Account::Ada.acting() }, at(1), "excluded");
    case.refuses(
        Command::ConditionMet { id: CONDITION, by: acting(Account::Bo, &[]) },
        at(1),
        "not_holding_role",
    );
    let case = case.after(Command::ConditionOverdue { id: CONDITION }, at(2));
    case.refuses(Command::ConditionOverdue { id: CONDITION }, at(2), "condition_not_overdue");
    let case = case.after(Command::ConditionMet { id: CONDITION, by: Account::Bo.acting() }, at(2));
    case.refuses(
        Command::ConditionMet { id: CONDITION, by: Account::Bo.acting() },
        at(2),
        "condition_met_already",
    );
}

#[test]
fn nothing_is_done_to_what_is_over_or_not_there() {
    let case = Case::approved();
    let State::Approved(approved) = case.approval.state() else { panic!("{:?}", case.approval) };
    assert_eq!((approved.since(), approved.until()), (at(1), at(4)));
    case.refuses(Command::Withdraw, at(1), "not_open");
    case.refuses(Command::Decide(case.yes(Account::Ada, "product")), at(1), "not_open");
    case.refuses(Command::Superseded { by: terms().id }, at(1), "supersedes_itself");
    case.refuses(
        Command::Revoke { by: Account::Bo.acting(), reason: String::new() },
        at(1),
        "reason_missing",
    );
    let by = acting(Account::Bo, &["gardener"]);
    case.refuses(Command::Revoke { by, reason: "Why not.".to_owned() }, at(1), "not_holding_role");
    case.refuses(Command::TimePassed, at(3), "nothing_due");
    case.refuses(Command::Superseded { by: OTHER_REQUEST }, at(4), "request_expired");
    let same = case.approval.state().bound().clone();
    case.refuses(Command::BoundChanged { now: same.clone() }, at(1), "nothing_changed");
    let mut other = same;
    other.version = "8".to_owned();
    case.refuses(Command::BoundChanged { now: other }, at(1), "other_version");
    let expired = case.after(Command::TimePassed, at(4));
    assert_eq!(expired.approval.state().since(), Some(at(4)));
    for command in
        [Command::Withdraw, Command::TimePassed, Command::Decide(expired.yes(Account::Bo, "craft"))]
    {
        expired.refuses(command, at(1), "request_closed");
    }
    let open = Case::new(&[]);
    open.refuses(
        Command::Revoke { by: Account::Bo.acting(), reason: "So.".to_owned() },
        at(1),
        "not_approved",
    );
    open.refuses(Command::Withdraw, at(4), "request_expired");
}

#[test]
fn other_tools_are_heard_as_the_policy_says() {
    let case = Case::new(&[]);
    let mut report = reported(somebody_else(), YES);
    report.artefact_digest = format!("sha256:{}", "b".repeat(64));
    case.refuses(Command::DecideExternally(report), at(1), "wrong_state_digest");
    let mut report = reported(somebody_else(), YES);
    report.source = Source::Token(REPORTER);
    case.refuses(Command::DecideExternally(report), at(1), "external_not_accepted");
    let report = Command::DecideExternally(reported(somebody_else(), YES));
    let (_, happened) = case.approval.apply(&case.policy, report, at(1)).expect("accepted");
    let Happened::Decided { step, role, outcome, .. } = happened else { panic!("{happened:?}") };
    assert_eq!((step.as_str(), role.as_str(), outcome), ("craft", "ml-engineer", Outcome::Open));
}

#[test]
fn a_machine_gives_one_decision_whoever_it_names() {
    let case = Case::new(&[("roles = [\"ml-engineer\"]\ncount = 1", "roles = [\"ml-engineer\"]\ncount = 3")]);
    let by = |name: &str, vouched| {
        let who = Who { account: None, subjects: [format!("github-actions|{name}")].into() };
        Command::DecideExternally(ExternalDecision { vouched, ..reported(who, YES) })
    };
    let worded = case.after(by("1", Vouched::Machine), at(1));
    worded.refuses(by("2", Vouched::Machine), at(1), "one_decision_each");
    worded.refuses(by("2", Vouched::SignedClaim), at(1), "one_decision_each");
    let signed =
        Case::new(&[("roles = [\"ml-engineer\"]\ncount = 1", "roles = [\"ml-engineer\"]\ncount = 3")])
            .after(by("1", Vouched::SignedClaim), at(1));
    signed.refuses(by("2", Vouched::Machine), at(1), "one_decision_each");
    signed.refuses(by("1", Vouched::SignedClaim), at(1), "same_person");
    let signed = signed.after(by("2", Vouched::SignedClaim), at(1));
    let State::Open(open) = signed.approval.state() else { panic!("three are needed") };
    assert_eq!(open.approvals().len(), 2);
    // From before it was kept by which machine it came in.
    let mut older = serde_json::to_value(&worded.approval).unwrap();
    let decider =
        older.pointer_mut("/state/approvals/0/decider").expect("a decider").as_object_mut().unwrap();
    decider.remove("by");
    decider.remove("vouched");
    let older = Case { approval: serde_json::from_value(older).unwrap(), ..worded };
    older.refuses(by("2", Vouched::SignedClaim), at(1), "one_decision_each");
}

#[test]
fn what_was_decided_before_it_was_there_decides_nothing() {
    let case = Case::new(&[]);
    let occurred = |minutes: i64| {
        let occurred_at = at(1) - TimeDelta::minutes(minutes);
        let report = reported(somebody_else(), YES);
        Command::DecideExternally(ExternalDecision { occurred_at, there_since: at(1), ..report })
    };
    case.refuses(occurred(6), at(1), "decided_too_early");
    assert!(case.approval.apply(&case.policy, occurred(4), at(1)).is_ok(), "clocks differ");
}

#[test]
fn an_emergency_is_declared_once_and_reviewed_once_by_somebody_else() {
    let case = Case::new(&[]);
    let reason = || "It is down.".to_owned();
    let broken = |by| Command::BreakGlass { by, reason: reason(), earlier: Vec::new() };
    let review =
        |by: Account, justified| Command::ReviewEmergency { by: by.acting(), justified, reason: reason() };
    case.refuses(broken(acting(Account::Bo, &["product-manager"])), at(1), "not_holding_role");
    case.refuses(
        Command::BreakGlass { by: Account::Bo.acting(), reason: "\n".to_owned(), earlier: Vec::new() },
        at(1),
        "reason_missing",
    );
    case.refuses(review(Account::Bo, true), at(1), "no_emergency");
    let case = case.after(broken(Account::Bo.acting()), at(1));
    case.refuses(broken(Account::Ada.acting()), at(1), "glass_broken_already");
    case.refuses(review(Account::BoToo, true), at(1), "self_review");
    case.refuses(review(Account::RitaToo, true), at(1), "self_review");
    // The review stays due whatever becomes of the request.
    let case = case.after(Command::Withdraw, at(1)).after(review(Account::Ada, false), at(8));
    case.refuses(review(Account::Ada, true), at(8), "reviewed_already");
}

#[test]
fn an_emergency_that_was_none_or_that_nobody_reviewed_blocks_the_next_until_it_is_lifted() {
    let case = Case::new(&[]);
    let reason = || "It is down.".to_owned();
    let glass = |earlier| Command::BreakGlass { by: Account::Bo.acting(), reason: reason(), earlier };
    let lift = |by: Account| Command::LiftBlock { by: Some(by.who()), reason: reason() };
    let review =
        |justified| Command::ReviewEmergency { by: Account::Ada.acting(), justified, reason: reason() };
    let of = |case: &Case| {
        let emergency = case.approval.emergency().cloned().expect("an emergency");
        vec![Earlier { request: case.approval.terms().id, emergency }]
    };
    case.refuses(lift(Account::Ada), at(1), "no_emergency");
    // In time, another may follow: the limit counts. Overdue, and found to be none, it may not.
    let declared = Case::new(&[]).after(glass(Vec::new()), at(0));
    case.accepts(glass(of(&declared)), at(1));
    case.refuses(glass(of(&declared)), at(3), "emergency_blocked");
    declared.refuses(lift(Account::Ada), at(1), "nothing_blocked");
    let none = declared.after(Command::Withdraw, at(1)).after(review(false), at(1));
    case.refuses(glass(of(&none)), at(1), "emergency_blocked");
    // Neither who declared it nor who asked lifts that, under whatever account, and not without a word.
    none.refuses(lift(Account::BoToo), at(1), "self_lift");
    none.refuses(lift(Account::RitaToo), at(1), "self_lift");
    let silent = Command::LiftBlock { by: Some(Account::Ada.who()), reason: " ".to_owned() };
    none.refuses(silent, at(1), "reason_missing");
    let lifted = none.after(lift(Account::Ada), at(1));
    lifted.refuses(lift(Account::Ada), at(1), "nothing_blocked");
    case.accepts(glass(of(&lifted)), at(3));
    // What was lifted because nobody had looked blocks again once somebody finds that it was none.
    let late = Case::new(&[]).after(glass(Vec::new()), at(0)).after(lift(Account::Ada), at(3));
    case.accepts(glass(of(&late)), at(3));
    let looked_at = late.after(review(false), at(3));
    case.refuses(glass(of(&looked_at)), at(3), "emergency_blocked");
}

#[test]
fn there_are_as_many_emergencies_as_the_policy_allows() {
    let glass = |policy: &Policy, days: &[i64]| Command::BreakGlass {
        by: Account::Bo.acting(),
        reason: "It is down.".to_owned(),
        earlier: days.iter().map(|day| earlier(policy, Account::Ada, *day)).collect(),
    };
    let named = "limit = { number = 2, days = 7 }";
    for edits in [vec![], vec![(named, "")]] {
        let case = Case::new(&edits);
        case.accepts(glass(&case.policy, &[0]), at(1));
        case.refuses(glass(&case.policy, &[0, 1]), at(1), "emergency_limit");
    }
    let case = Case::new(&[(named, "limit = { number = 1, days = 1 }")]);
    case.refuses(glass(&case.policy, &[0]), at(0), "emergency_limit");
    case.accepts(glass(&case.policy, &[0]), at(1));
}

#[test]
fn a_job_role_that_nobody_confirmed_does_not_count() {
    let case = Case::new(&[]);
    let waits = |role: &str, waits| Acting {
        waiting: [(role.to_owned(), waits)].into(),
        ..acting(Account::Bo, &["product-manager"])
    };
    let glass = |by| Command::BreakGlass { by, reason: "It is down.".to_owned(), earlier: Vec::new() };
    let decide =
        Decide { by: waits("ml-engineer", RoleWaits::Confirmation), ..case.yes(Account::Bo, "craft") };
    case.refuses(Command::Decide(decide), at(1), "role_not_confirmed");
    case.refuses(glass(waits("it-operations", RoleWaits::Confirmation)), at(1), "role_not_confirmed");
    case.refuses(glass(waits("it-operations", RoleWaits::Until(at(2)))), at(1), "role_too_new");
    case.refuses(glass(waits("it-operations", RoleWaits::AnotherGiver)), at(1), "role_given_by_self");
}

#[test]
fn what_the_policy_demands_is_demanded_when_the_approval_is_asked_for() {
    let policy = super::super::policies::policy(&[]);
    let bound = bound(&policy, Variant::First);
    let ask =
        |standing: &_, now| Approval::request(terms(), &policy, bound.clone(), standing, now).map(|_| ());
    let mut standing = standing();
    standing.levels.insert("data-versioning".to_owned(), 2);
    assert_eq!(ask(&standing, start()), Ok(()));
    assert_eq!(ask(&standing, at(89)), Ok(()));
    let mut all = vec![ask(&standing, at(91)).expect_err("too old").to_string()];
    standing.levels.insert("data-versioning".to_owned(), 1);
    standing.accountable_owner = false;
    standing.evidence.clear();
    all.push(ask(&standing, start()).expect_err("nothing there").to_string());
    standing.levels.clear();
    all.push(ask(&standing, start()).expect_err("not even an assessment").to_string());
    insta::assert_snapshot!(all.join("\n"));
    let mut other = bound.clone();
    other.policy.sha256 = "0".repeat(64);
    let refusal = Approval::request(terms(), &policy, other, &standing, start()).expect_err("another policy");
    assert_eq!(refusal.rule(), "wrong_policy");
}

#[test]
fn an_emergency_may_come_before_the_evidence_but_nobody_approves_then() {
    let policy = short_policy(&[]);
    let bound = bound(&policy, Variant::NoEvidence);
    let by = Account::Bo.acting();
    let (bound_to, reason) = (bound.clone(), "It is down.");
    let asked = Approval::request_in_emergency(terms(), &policy, bound_to, &by, reason, &[], start());
    let (approval, happened) = asked.expect("an emergency");
    assert!(matches!(happened, Happened::GlassBroken { .. }));
    let case = Case { policy, approval };
    let decide = decide(Account::Bo, "craft", YES, &bound);
    let refusal = case.approval.apply(&case.policy, Command::Decide(decide), at(0)).expect_err("no evidence");
    assert_eq!(refusal, Refusal::EvidenceMissing { kinds: vec![EvidenceKind::Evaluation] });
}

#[test]
fn what_waits_for_somebody_is_what_they_could_approve() {
    let case = Case::new(&[]);
    let steps =
        |case: &Case, by: Account| case.approval.steps_open_to(&case.policy, &by.acting(), None, at(1));
    assert_eq!(steps(&case, Account::Bo), ["craft"]);
    assert_eq!(steps(&case, Account::Ada), Vec::<String>::new());
    let case = case.decided(Account::Bo, "craft");
    assert_eq!((steps(&case, Account::Ada), steps(&case, Account::Bo)), (vec!["product".to_owned()], vec![]));
}

#[test]
fn an_approval_survives_its_storage() {
    for approval in [Case::new(&[]).approval, Case::approved().approval] {
        let json = serde_json::to_string(&approval).expect("json");
        assert_eq!(serde_json::from_str::<Approval>(&json).expect("an approval"), approval);
    }
}
