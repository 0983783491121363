//! Policies in words, and what differs between two.

use assay_domain::approvals::{
    KnownWords, Machine, Policy, PolicyPart, PolicyRule, Titles, comes_after, policy_difference,
};
use assay_domain::questionnaires::Version;

use std::collections::BTreeMap;
use uuid::Uuid;

use super::policies::{SMALL, policy};

/// Titles that are told apart from ids.
struct Loud;

impl Titles for Loud {
    fn role(&self, id: &str) -> String {
        id.to_uppercase()
    }

    fn capability(&self, id: &str) -> String {
        id.to_uppercase()
    }
}

fn said(policy: &Policy) -> String {
    let one =
        |one: assay_domain::approvals::Statement| format!("{}: {}: {}\n", one.part, one.label, one.text);
    policy.statements(&Loud).into_iter().map(one).collect()
}

#[test]
fn a_policy_reads_like_this() {
    let shortest = policy(&[
        (
            "[conditions]                            # leave the table out where no conditions may be made\nmax_days = 30\n",
            "",
        ),
        (
            "[break_glass]                           # leave the table out where nobody may deploy in an emergency\nroles = [\"it-operations\"]\nreviewers = [\"product-manager\"]\nreview_within_days = 3\nvalid_days = 2\nlimit = { number = 2, days = 7 }        # for a model and an environment; this where it is missing\n",
            "",
        ),
        (
            "[[external]]\nprovider = \"github-actions\"\ntrust_rule = \"00000000-0000-0000-0000-00000000012c\"   # its id; or: token = \"the id of a token\"\njob_role = \"ml-engineer\"\nstep = \"craft\"\n",
            "",
        ),
        (
            "[[evidence]]\nkind = \"evaluation\"\nmax_age_days = 90                       # any age where it is missing\n",
            "",
        ),
    ]);
    insta::assert_snapshot!(format!("{}\n{}", said(&policy(&[])), said(&shortest)));
}

#[test]
fn no_field_changes_in_silence() {
    let before = policy(&[]).statements(&Loud);
    for (from, to, part) in [
        ("\"1.0.0\"", "\"1.0.1\"", PolicyPart::About),
        ("A small policy", "A tiny policy", PolicyPart::About),
        ("everything allowed.", "all allowed.", PolicyPart::About),
        ("\"in-sequence\"", "\"in-parallel\"", PolicyPart::Steps),
        ("distinct_people = true ", "distinct_people = false ", PolicyPart::Steps),
        ("open_days = 14", "open_days = 15", PolicyPart::Holding),
        ("validity_days = 90", "validity_days = 91", PolicyPart::Holding),
        ("[\"production\"]", "[\"*\"]", PolicyPart::Applies),
        ("[\"limited\", \"high\"]", "[\"high\"]", PolicyPart::Applies),
        ("max_days = 30", "max_days = 31", PolicyPart::Holding),
        ("[\"it-operations\"]", "[\"devops-engineer\"]", PolicyPart::BreakGlass),
        ("reviewers = [\"product-manager\"]", "reviewers = [\"ml-engineer\"]", PolicyPart::BreakGlass),
        ("review_within_days = 3", "review_within_days = 4", PolicyPart::BreakGlass),
        ("valid_days = 2", "valid_days = 1", PolicyPart::BreakGlass),
        ("number = 2", "number = 1", PolicyPart::BreakGlass),
        ("limit = { number = 2, days = 7 }", "", PolicyPart::BreakGlass),
        ("accountable_owner = true", "accountable_owner = false", PolicyPart::Request),
        ("\"data-versioning\"", "\"privacy\"", PolicyPart::Request),
        ("level = 2", "level = 3", PolicyPart::Request),
        ("no_finding_from = \"high\"", "no_finding_from = \"low\"", PolicyPart::Gate),
        ("id = \"product\"", "id = \"use\"", PolicyPart::Steps),
        ("Does it work?", "Does it?", PolicyPart::Steps),
        (
            "roles = [\"ml-engineer\"]\ncount",
            "roles = [\"data-scientist\", \"ml-engineer\"]\ncount",
            PolicyPart::Steps,
        ),
        ("count = 1", "count = 2", PolicyPart::Steps),
        ("\"author\"]", "\"committer\"]", PolicyPart::Steps),
        ("\"evaluation\"", "\"fairness\"", PolicyPart::Evidence),
        ("max_age_days = 90 ", "max_age_days = 91 ", PolicyPart::Evidence),
        ("max_age_days = 90 ", "# ", PolicyPart::Evidence),
        ("\"github-actions\"", "\"gitlab-ci\"", PolicyPart::External),
        (
            "trust_rule = \"00000000-0000-0000-0000-00000000012c\"",
            "token = \"00000000-0000-0000-0000-00000000012c\"",
            PolicyPart::External,
        ),
    ] {
        let changed = policy_difference(&before, &policy(&[(from, to)]).statements(&Loud));
        assert!(!changed.is_empty(), "{from} -> {to}");
        assert!(changed.iter().all(|one| one.part == part), "{from} -> {to}: {changed:?}");
    }
    assert_eq!(policy_difference(&before, &before), []);
}

#[test]
fn what_is_new_and_what_is_gone_stand_at_one_side_only() {
    let (before, after) = (policy(&[]), policy(&[("\"evaluation\"", "\"fairness\"")]));
    let changed = policy_difference(&before.statements(&Loud), &after.statements(&Loud));
    let sides: Vec<_> =
        changed.iter().map(|one| (one.label.as_str(), one.before.is_some(), one.after.is_some())).collect();
    assert_eq!(sides, [("Fairness", false, true), ("Evaluation", true, false)]);
}

#[test]
fn words_that_nobody_knows_are_named_by_place() {
    let known = KnownWords {
        roles: ["ml-engineer", "product-manager"].into(),
        capabilities: ["privacy"].into(),
        machines: None,
    };
    let unknown = policy(&[]).unknown_words(SMALL, "policy.toml", &known);
    let found: Vec<_> = unknown.iter().map(|one| (one.line, one.field.as_str())).collect();
    assert_eq!(found, [(20, "break_glass.roles[0]"), (28, "demands.request.levels[0].capability")]);
    assert!(unknown[0].message.starts_with(PolicyRule::UnknownRole.name()));
    assert!(unknown[1].message.starts_with(PolicyRule::UnknownCapability.name()));
}

#[test]
fn machines_are_named_by_their_ids() {
    let rule = |id: &str| Machine::TrustRule(id.to_owned());
    let (id, other) = (Uuid::from_u128(300).to_string(), Uuid::from_u128(301).to_string());
    let two = BTreeMap::from([(rule(&id), "release".to_owned()), (rule(&other), "release".to_owned())]);
    let told = |named: &str, machines| {
        let known = KnownWords {
            roles: ["ml-engineer", "product-manager", "it-operations"].into(),
            capabilities: ["data-versioning"].into(),
            machines: Some(machines),
        };
        let text = SMALL.replace(&id, named);
        let policy = Policy::parse(&text, "policy.toml").unwrap();
        let unknown = policy.unknown_words(&text, "policy.toml", &known);
        unknown.into_iter().map(|one| format!("{} {}", one.field, one.message)).collect::<Vec<_>>()
    };
    assert_eq!(told(&id, &two), [""; 0]);
    let named = told("release", &two).join("");
    assert!(
        named.starts_with("external[0].trust_rule unknown_machine: name the trust rule by its id"),
        "{named}"
    );
    assert!(named.contains(&id) && named.contains(&other), "{named}");
    // A token of that id is no trust rule.
    let token = BTreeMap::from([(Machine::Token(id.clone()), "release".to_owned())]);
    assert!(told(&id, &token).join("").contains("there is no trust rule with the id"));
}

#[test]
fn a_name_in_an_older_text_means_what_was_settled_once() {
    let named =
        policy(&[("trust_rule = \"00000000-0000-0000-0000-00000000012c\"", "trust_rule = \"release\"")]);
    let machine = Machine::TrustRule("release".to_owned());
    assert_eq!(named.machines_by_name(), [machine.clone()]);
    assert_eq!(policy(&[]).machines_by_name(), []);
    let id = Uuid::from_u128(300);
    let settled = named.clone().with_machines(&BTreeMap::from([(machine, id)]));
    assert_eq!(settled.sha256(), named.sha256(), "the text is the same");
    assert_eq!(settled.external[0].trust_rule, Some(id.to_string()));
    assert_eq!(named.clone().with_machines(&BTreeMap::new()).external, named.external);
}
#[test]
fn a_version_comes_after_all_there_were() {
    let version = |text: &str| text.parse::<Version>().expect("a version");
    let before = ["1.0.0", "2.0.0", "1.9.9"].map(version);
    assert_eq!(comes_after(version("2.0.1"), before), Ok(()));
    assert_eq!(comes_after(version("0.1.0"), []), Ok(()));
    for lower in ["2.0.0", "1.9.10"] {
        let refused = comes_after(version(lower), before).expect_err("too low");
        assert_eq!(refused.rule(), "version_not_higher");
        assert!(refused.to_string().contains("2.0.0"), "{refused}");
    }
}
