//! What is edited by hand in an approval differs from what its entries tell. That what was not edited never does is
//! shown in every state of the [walk](super::walk).

use assay_domain::approvals::{
    Approval, AuthorClaim, Command, Decide, Decision, Exclusion, Policy, Retold, Turn,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::{
    Account, CLAIM, REPORTER, Variant, asked, at, bound, condition, decide, reported, short_policy,
    somebody_else,
};

/// An approval and what its entries tell.
struct Kept {
    policy: Policy,
    approval: Approval,
    told: Retold,
}

impl Kept {
    fn asked() -> Self {
        let policy = short_policy(&[]);
        let (approval, happened) = asked(&policy);
        let mut told = Retold::default();
        told.add(Uuid::nil(), at(0), &approval.action(&happened));
        Self { policy, approval, told }
    }

    fn after(mut self, by: Account, command: Command) -> Self {
        let (approval, happened) =
            self.approval.apply(&self.policy, command, at(1)).expect("an accepted command");
        let actor = by.who().account.expect("an account");
        self.told.add(actor, at(1), &approval.action(&happened));
        Self { approval, ..self }
    }

    fn approved() -> Self {
        let kept = Self::asked();
        let bound = kept.approval.state().bound().clone();
        let craft = decide(Account::Bo, "craft", Decision::Approved, &bound);
        let craft = Decide { conditions: vec![condition()], ..craft };
        let product = decide(Account::Ada, "product", Decision::Approved, &bound);
        kept.after(Account::Bo, Command::Decide(craft)).after(Account::Ada, Command::Decide(product))
    }

    fn differences(&self, approval: &Approval) -> Vec<String> {
        self.told.differences(approval, Some(&self.policy))
    }

    /// The same approval with another value at some place.
    fn edited(&self, place: &str, value: Value) -> Approval {
        let mut json = serde_json::to_value(&self.approval).expect("JSON");
        *json.pointer_mut(place).unwrap_or_else(|| panic!("{place} is missing")) = value;
        serde_json::from_value(json).unwrap_or_else(|error| panic!("{place}: {error}"))
    }
}

#[test]
fn every_edit_of_an_approval_is_found() {
    let kept = Kept::approved();
    assert_eq!(kept.differences(&kept.approval), [""; 0]);
    let edits = [
        ("/state/until", json!("2031-01-01T00:00:00Z"), "by its policy until"),
        ("/state/since", json!("2020-01-01T00:00:00Z"), "not when the last decision was recorded"),
        ("/state/bound_sha256", json!("0".repeat(64)), "it names the digest"),
        (
            "/state/bound/artefact_digest",
            json!(format!("sha256:{}", "0".repeat(64))),
            "its entries are about",
        ),
        ("/state/approvals/0/decider/who/account", json!(Uuid::from_u128(99)), "but no entry says so"),
        (
            "/state/approvals/0/conditions/0/state",
            json!({ "state": "met", "at": at(1) }),
            "is met, but no entry says so",
        ),
    ];
    for (place, value, expected) in edits {
        let found = kept.differences(&kept.edited(place, value));
        assert!(found.iter().any(|one| one.contains(expected)), "{place}: {found:#?}");
    }
}

#[test]
fn a_state_that_no_entry_tells_of_is_found() {
    let (asked, approved) = (Kept::asked(), Kept::approved());
    let forged = asked.differences(&approved.approval);
    assert!(forged.contains(&"it is approved, but its entries leave it open".to_owned()), "{forged:#?}");
    assert_eq!(approved.differences(&asked.approval), ["it is open, but its entries leave it approved"]);
    let unheard_of = Retold::default().differences(&asked.approval, None);
    assert_eq!(unheard_of, ["no entry says that it was asked for"]);
}

#[test]
fn a_decision_that_counts_no_more_is_found_where_it_was_put_back() {
    let kept = Kept::asked();
    let yes = decide(Account::Bo, "craft", Decision::Approved, kept.approval.state().bound());
    let decided = kept.after(Account::Bo, Command::Decide(yes));
    let before = serde_json::to_value(&decided.approval).expect("JSON");
    let now = bound(&decided.policy, Variant::OtherData);
    let voided = decided.after(Account::Rita, Command::BoundChanged { now });
    assert_eq!(voided.differences(&voided.approval), [""; 0]);
    let put_back = voided.edited("/state/approvals", before["state"]["approvals"].clone());
    let found = voided.differences(&put_back);
    assert!(found.iter().any(|one| one.contains("decided, but no entry says so")), "{found:#?}");
}

#[test]
fn an_emergency_that_no_entry_tells_of_is_found() {
    let quiet = Kept::asked();
    let by = Account::Bo.acting();
    let declared = Kept::asked().after(
        Account::Bo,
        Command::BreakGlass { by, reason: "It is down.".to_owned(), earlier: Vec::new() },
    );
    let expected = ["its emergency is not the one that its entries tell of"];
    assert_eq!(declared.differences(&declared.approval), [""; 0]);
    assert_eq!(quiet.differences(&declared.approval), expected);
    assert_eq!(declared.differences(&quiet.approval), expected);
    let longer = declared.edited("/emergency/until", json!("2031-01-01T00:00:00Z"));
    assert_eq!(declared.differences(&longer), expected);
    let mut lifted = serde_json::to_value(&declared.approval).expect("JSON");
    lifted["emergency"]["lifted"] = json!({ "who": null, "at": at(1) });
    let lifted: Approval = serde_json::from_value(lifted).expect("an approval");
    assert_eq!(declared.differences(&lifted), expected, "a block that nobody lifted");
}

#[test]
fn what_is_said_of_a_decider_is_found_where_it_was_taken_out_by_hand() {
    let kept = Kept::approved();
    let claim = |turn| {
        let (id, who, part) = (CLAIM, Account::Bo.who(), Exclusion::Author);
        Command::AuthorClaim(AuthorClaim { id, who, part, turn })
    };
    let before = serde_json::to_value(&kept.approval).expect("JSON")["state"]["approvals"].clone();
    let confirmed = kept.after(Account::Rita, claim(Turn::Made)).after(Account::Rita, claim(Turn::Confirmed));
    assert_eq!(confirmed.differences(&confirmed.approval), [""; 0]);
    for edited in [
        confirmed.edited("/state/approvals", before),
        confirmed.edited("/state/approvals/0/claims/0/confirmed", json!(false)),
    ] {
        let expected = "what is said of those who decided is not what its entries tell";
        assert_eq!(confirmed.differences(&edited), [expected]);
    }
}

#[test]
fn a_machine_whose_word_is_called_signed_is_found() {
    let kept = Kept::asked();
    let report = reported(somebody_else(), Decision::Approved);
    let (approval, happened) =
        kept.approval.apply(&kept.policy, Command::DecideExternally(report), at(1)).expect("accepted");
    let mut told = kept.told.clone();
    told.add(REPORTER, at(1), &approval.action(&happened));
    let kept = Kept { approval, told, ..kept };
    assert_eq!(kept.differences(&kept.approval), [""; 0]);
    let signed = kept.edited("/state/approvals/0/decider/vouched", json!("signed-claim"));
    assert_eq!(kept.differences(&signed), ["a decision is called signed by a job, but no entry says so"]);
    let by = kept.edited("/state/approvals/0/decider/by", json!(Uuid::from_u128(99)));
    assert!(kept.differences(&by)[0].contains("decided, but no entry says so"));
}
