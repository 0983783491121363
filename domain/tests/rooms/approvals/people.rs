//! What is told of somebody without a decision, and what time is about to do.

use assay_domain::approvals::{Acting, Command, Decide, Decision, Refusal};
use chrono::TimeDelta;

use super::world::{
    Account, Variant, at, bound, condition, day, decide, requested, short_policy, somebody_else, start,
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
    let known = approval.made_also_by(vec![Account::BoToo.who()], vec![somebody_else()]);
    assert!(matches!(known.could_decide(step, &Account::Bo.acting()), Err(Refusal::Excluded { .. })));
    let again = known.clone().made_also_by(vec![Account::BoToo.who(), Account::Ada.who()], Vec::new());
    assert_eq!(again, known, "nobody stands there twice");
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
