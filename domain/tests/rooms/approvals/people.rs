//! What is told of somebody without a decision, and what time is about to do.

use assay_domain::approvals::{
    Acting, Approval, AuthorClaim, Command, Decide, Decision, Exclusion, Refusal, State, Turn,
};
use chrono::TimeDelta;

use super::world::{
    Account, CLAIM, Variant, at, bound, condition, day, decide, requested, short_policy, somebody_else, start,
};

#[test]
fn whoever_could_decide_is_let_and_nobody_else() {
    let policy = short_policy(&[]);
    let approval = requested(&policy);
    let (now, state) = (at(0), bound(&policy, Variant::First));
    for step in &policy.steps {
        for account in [Account::Rita, Account::RitaToo, Account::Bo, Account::Ada] {
            let told = approval.could_decide(step, &account.acting());
            let mut tried = decide(account, &step.id, Decision::Rejected, &state);
            tried.reason = Some("No.".to_owned());
            let done = approval.apply(&policy, Command::Decide(tried), now).map(drop);
            assert_eq!(told, done, "{account:?} in {}", step.id);
        }
    }
    let nothing = Acting { who: Account::Bo.who(), roles: [].into(), waiting: [].into() };
    let step = &policy.steps[0];
    assert!(matches!(approval.could_decide(step, &nothing), Err(Refusal::NotHoldingRole { .. })));
    assert_eq!(approval.is_outside(step, &Account::Bo.who()), Ok(()));
    assert_eq!(approval.is_outside(step, &Account::RitaToo.who()), Err(Refusal::SamePerson));
}

#[test]
fn who_turns_out_to_be_an_author_later_is_excluded() {
    let policy = short_policy(&[]);
    let approval = requested(&policy);
    let step = policy.step("craft").unwrap();
    assert_eq!(approval.could_decide(step, &Account::Bo.acting()), Ok(()));
    // Named by the second account.
    let known = approval.made_also_by(vec![Account::BoToo.who()], vec![somebody_else()], Vec::new());
    assert!(matches!(known.could_decide(step, &Account::Bo.acting()), Err(Refusal::Excluded { .. })));
    let again =
        known.clone().made_also_by(vec![Account::BoToo.who(), Account::Ada.who()], Vec::new(), Vec::new());
    assert_eq!(again, known, "nobody stands there twice");
}

#[test]
fn who_contributed_is_excluded_where_the_policy_says_so() {
    let excluding = [("excluded = [\"requester\", \"author\"]", "excluded = [\"contributor\"]")];
    let older = short_policy(&[]).excluding_contributors_like_authors();
    assert_eq!(older.sha256(), short_policy(&[]).sha256(), "the text is the same");
    for (policy, rule) in
        [(short_policy(&[]), None), (short_policy(&excluding), Some("excluded")), (older, Some("excluded"))]
    {
        let approval = requested(&policy).made_also_by(Vec::new(), Vec::new(), vec![Account::BoToo.who()]);
        let told = |step: &str| {
            let told = approval.could_decide(policy.step(step).unwrap(), &Account::Bo.acting());
            told.err().map(|refusal| refusal.rule())
        };
        assert_eq!((told("craft"), told("product")), (rule, None));
    }
}

#[test]
fn what_time_does_next_is_what_it_then_does() {
    let policy = short_policy(&[]);
    let open = requested(&policy);
    assert_eq!((open.until(), open.next_due()), (Some(start() + TimeDelta::days(4)), open.until()));
    assert_eq!(open.due(start() + TimeDelta::days(4) - TimeDelta::milliseconds(1)), None);
    assert_eq!(open.due(start() + TimeDelta::days(4)), Some(Command::TimePassed));

    // A condition that is due on day 1 is late with the first moment of day 2.
    let state = bound(&policy, Variant::First);
    let decide =
        Decide { conditions: vec![condition()], ..decide(Account::Bo, "craft", Decision::Approved, &state) };
    let (with, _) = open.apply(&policy, Command::Decide(decide), at(0)).unwrap();
    let midnight = day(2).and_hms_opt(0, 0, 0).unwrap().and_utc();
    assert_eq!(with.next_due(), Some(midnight));
    assert_eq!(with.due(midnight - TimeDelta::milliseconds(1)), None);
    let late = with.due(midnight).unwrap();
    assert_eq!(late, Command::ConditionOverdue { id: condition().id });
    let (found, _) = with.apply(&policy, late, midnight).unwrap();
    assert_eq!((found.due(midnight), found.next_due()), (None, found.until()));
    let (ended, _) = found.apply(&policy, Command::TimePassed, at(4)).unwrap();
    assert_eq!((ended.due(at(400)), ended.next_due(), ended.until()), (None, None, None));
}

#[test]
fn an_approval_goes_on_for_a_week_when_its_deciders_are_named() {
    let policy = short_policy(&[("validity_days = 3 ", "validity_days = 90 ")]);
    let state = bound(&policy, Variant::First);
    let yes = |account, step: &str| Command::Decide(decide(account, step, Decision::Approved, &state));
    let then = |approval: Approval, command| approval.apply(&policy, command, at(0)).unwrap().0;
    let approval = then(then(requested(&policy), yes(Account::Bo, "craft")), yes(Account::Ada, "product"));
    let claim = |turn| {
        let (id, who, part) = (CLAIM, Account::BoToo.who(), Exclusion::Author);
        Command::AuthorClaim(AuthorClaim { id, who, part, turn })
    };
    let lacking = |approval: &Approval, day| match approval.state() {
        State::Approved(approved) => approved.lacking(&policy, at(day)),
        other => panic!("{}", other.name()),
    };
    let named = then(approval.clone(), claim(Turn::Made));
    assert_eq!((lacking(&named, 6), lacking(&named, 7)), (Vec::new(), vec!["craft".to_owned()]));
    let confirmed = then(named.clone(), claim(Turn::Confirmed));
    assert_eq!(lacking(&confirmed, 0), ["craft"]);
    for taken_back in [then(named, claim(Turn::TakenBack)), then(confirmed, claim(Turn::TakenBack))] {
        assert_eq!(taken_back, approval, "everything is as before");
        assert_eq!(lacking(&taken_back, 30), [""; 0]);
    }
    // Whom no step keeps out is no matter.
    let of_ada =
        AuthorClaim { id: CLAIM, who: Account::Ada.who(), part: Exclusion::Author, turn: Turn::Made };
    let refused = approval.apply(&policy, Command::AuthorClaim(of_ada), at(0)).unwrap_err();
    assert_eq!(refused, Refusal::NothingChanged);
}

#[test]
fn an_open_request_waits_where_a_decider_is_named() {
    let policy = short_policy(&[]);
    let state = bound(&policy, Variant::First);
    let yes = |account, step: &str| Command::Decide(decide(account, step, Decision::Approved, &state));
    let then = |approval: &Approval, command| approval.apply(&policy, command, at(0)).map(|(after, _)| after);
    let claim = |turn| {
        let (id, who, part) = (CLAIM, Account::Bo.who(), Exclusion::Author);
        Command::AuthorClaim(AuthorClaim { id, who, part, turn })
    };
    let open = then(&requested(&policy), yes(Account::Bo, "craft")).unwrap();
    let named = then(&open, claim(Turn::Made)).unwrap();
    assert!(matches!(then(&named, yes(Account::Ada, "product")), Err(Refusal::StepNotOpen { .. })));
    assert_eq!(then(&named, claim(Turn::TakenBack)).unwrap(), open);
    // What waited for nothing else is approved when the claim is taken back.
    let at_once = short_policy(&[("in-sequence", "in-parallel")]);
    let state = bound(&at_once, Variant::First);
    let yes = |account, step: &str| Command::Decide(decide(account, step, Decision::Approved, &state));
    let mut request = requested(&at_once);
    let all = [yes(Account::Bo, "craft"), claim(Turn::Made), yes(Account::Ada, "product")];
    for command in all {
        request = request.apply(&at_once, command, at(0)).unwrap().0;
    }
    assert_eq!(request.state().name(), "open");
    let (after, _) = request.apply(&at_once, claim(Turn::TakenBack), at(1)).unwrap();
    assert_eq!((after.state().name(), after.state().since()), ("approved", Some(at(1))));
}
