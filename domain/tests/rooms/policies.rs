//! Approval policies: reading, refusing, and whether the people there are can satisfy them.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::approvals::{People, Policy, PolicyRule, PolicySet, policy_schema};
use assay_domain::models::Tier;
use assay_domain::questionnaires::Bank;
use proptest::prelude::*;
use uuid::Uuid;

pub(crate) const SMALL: &str = include_str!("../data/small-policy.toml");

const SHIPPED: [(&str, &str); 4] = [
    ("minimal.toml", include_str!("../../../questionnaires/policies/minimal.toml")),
    ("limited.toml", include_str!("../../../questionnaires/policies/limited.toml")),
    ("high.toml", include_str!("../../../questionnaires/policies/high.toml")),
    ("critical.toml", include_str!("../../../questionnaires/policies/critical.toml")),
];

/// The small policy, with what a test edits in it.
pub(crate) fn policy(edits: &[(&str, &str)]) -> Policy {
    Policy::parse(&edited(edits), "policy.toml").unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(SMALL.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "nothing to edit: {from}");
        text.replacen(from, to, 1)
    })
}

fn mistakes(from: &str, to: &str) -> Vec<String> {
    let mistakes = Policy::parse(&edited(&[(from, to)]), "policy.toml").expect_err("a mistake");
    mistakes.iter().map(ToString::to_string).collect()
}

fn shipped() -> Vec<Policy> {
    let parse = |(file, text): &(&str, &str)| Policy::parse(text, file).unwrap_or_else(|m| panic!("{m:#?}"));
    SHIPPED.iter().map(parse).collect()
}

#[test]
fn the_four_tiers_have_a_policy_each() {
    let set = PolicySet::new(shipped()).expect("no conflicts");
    for tier in Tier::ALL {
        let policy = set.decides("production", *tier).expect("a policy");
        assert_eq!(policy.id, tier.name());
    }
    assert_eq!(PolicySet::new(Vec::new()).expect("none").decides("production", Tier::High), None);
}

#[test]
fn shipped_policies_speak_of_the_roles_and_capabilities_of_the_shipped_bank() {
    let text = include_str!("../../../questionnaires/maturity/mlops-levels.toml");
    let bank = Bank::parse(text, "mlops-levels.toml").expect("a bank");
    let mut roles: BTreeSet<&str> = bank.roles.iter().map(|role| role.id.as_str()).collect();
    roles.insert("compliance-officer");
    for policy in shipped() {
        let emergency =
            policy.break_glass.iter().flat_map(|glass| glass.roles.iter().chain(&glass.reviewers));
        for role in policy.steps.iter().flat_map(|step| &step.roles).chain(emergency) {
            assert!(roles.contains(role.as_str()), "{}: {role}", policy.id);
        }
        for level in policy.demands.request.levels.iter().chain(&policy.demands.gate.levels) {
            assert!(bank.capability(&level.capability).is_some(), "{}: {level:?}", policy.id);
        }
    }
}

#[test]
fn a_higher_tier_asks_for_no_less() {
    let policies = shipped();
    for pair in policies.windows(2) {
        let people = |policy: &Policy| policy.steps.iter().map(|step| u32::from(step.count)).sum::<u32>();
        let kinds =
            |policy: &Policy| policy.evidence.iter().map(|needed| needed.kind).collect::<BTreeSet<_>>();
        assert!(people(&pair[0]) < people(&pair[1]));
        assert!(pair[0].validity_days >= pair[1].validity_days);
        assert!(kinds(&pair[0]).is_subset(&kinds(&pair[1])));
    }
}

#[test]
fn mistakes_name_the_rule_the_line_and_the_field() {
    let mut all = Vec::new();
    for (from, to) in [
        ("id = \"small-policy\"", "id = \"Small policy\""),
        ("title = \"A small policy\"", "title = \" \""),
        ("version = \"1.0.0\"", "version = \"1\""),
        ("order = \"in-sequence\"", "order = \"whenever\""),
        ("open_days = 14 ", "open_days = 0 "),
        ("open_days = 14 ", "opendays = 14 "),
        ("validity_days = 90 ", "validity_days = 9000 "),
        ("validity_days = 90 ", "validity_days = 20 "),
        ("validity_days = 90 ", "validity_days = 1 "),
        ("environments = [\"production\"]", "environments = []"),
        ("environments = [\"production\"]", "environments = [\"prod uction\"]"),
        ("environments = [\"production\"]", "environments = [\"production\", \"production\"]"),
        ("tiers = [\"limited\", \"high\"]", "tiers = []"),
        ("tiers = [\"limited\", \"high\"]", "tiers = [\"huge\"]"),
        ("max_days = 30", "max_days = 0"),
        ("reviewers = [\"product-manager\"]", "reviewers = []"),
        ("roles = [\"it-operations\"]", "roles = []"),
        ("review_within_days = 3", "review_within_days = 31"),
        ("number = 2", "number = 11"),
        ("days = 7 }", "days = 0 }"),
        ("level = 2", "level = 5"),
        ("no_finding_from = \"high\"", "no_finding_from = \"bad\""),
        ("roles = [\"ml-engineer\"]", "roles = []"),
        ("roles = [\"ml-engineer\"]", "roles = [\"ml-engineer\", \"ml-engineer\"]"),
        ("roles = [\"ml-engineer\"]", "roles = [\"ML engineer\"]"),
        ("count = 1", "count = 0"),
        ("count = 1", "count = 11"),
        ("count = 1", "count = -1"),
        ("excluded = [\"requester\", \"author\"]", "excluded = [\"author\", \"author\"]"),
        ("excluded = [\"requester\", \"author\"]", "excluded = [\"nobody\"]"),
        ("id = \"product\"", "id = \"craft\""),
        ("kind = \"evaluation\"", "kind = \"luck\""),
        ("max_age_days = 90", "max_age_days = 0"),
        ("[[evidence]]", "[[evidence]]\nkind = \"evaluation\"\n[[evidence]]"),
        ("provider = \"github-actions\"", "provider = \"\""),
        ("trust_rule = \"00000000-0000-0000-0000-00000000012c\"", ""),
        (
            "trust_rule = \"00000000-0000-0000-0000-00000000012c\"",
            "token = \"t\"\ntrust_rule = \"00000000-0000-0000-0000-00000000012c\"",
        ),
        ("job_role = \"ml-engineer\"", "job_role = \"product-manager\""),
        ("step = \"craft\"", "step = \"art\""),
    ] {
        all.push(format!("{from} -> {to}\n  {}", mistakes(from, to).join("\n  ")));
    }
    let no_steps = SMALL.split("[[steps]]").next().expect("a head");
    let found = Policy::parse(no_steps, "policy.toml").expect_err("a mistake");
    all.push(format!("no steps at all\n  {}", found[0]));
    let found = Policy::parse(&no_steps.replacen("[applies]", "steps = []\n[applies]", 1), "policy.toml");
    all.push(format!("an empty list of steps\n  {}", found.expect_err("a mistake")[0]));
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn the_digest_is_of_the_content_not_of_the_layout() {
    let relaid = policy(&[("max_days = 30", "max_days=30 # thirty")]);
    assert_eq!(policy(&[]).sha256(), relaid.sha256());
    assert_ne!(policy(&[]).sha256(), policy(&[("max_days = 30", "max_days = 29")]).sha256());
    let json = serde_json::to_value(policy(&[])).expect("json");
    assert_eq!(serde_json::from_value::<Policy>(json).expect("a policy"), policy(&[]));
}

#[test]
fn the_schema_describes_every_field() {
    let (schema, written) = (policy_schema(), serde_json::to_value(policy(&[])).expect("json"));
    let fields = |value: &serde_json::Value| {
        value.as_object().expect("an object").keys().cloned().collect::<BTreeSet<_>>()
    };
    assert_eq!(fields(&schema["properties"]), fields(&written));
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn two_policies_for_one_deployment_are_refused() {
    let other = policy(&[
        ("id = \"small-policy\"", "id = \"other\""),
        ("tiers = [\"limited\", \"high\"]", "tiers = [\"high\"]"),
    ]);
    let refused = PolicySet::new(vec![policy(&[]), other.clone()]).expect_err("a conflict");
    assert_eq!(refused.iter().map(|r| r.rule).collect::<Vec<_>>(), [PolicyRule::TwoPolicies]);
    insta::assert_snapshot!(refused[0], @"two_policies: `small-policy` and `other` both decide about high models in `production`: take it out of one of them");
    let twice = PolicySet::new(vec![other.clone(), other]).expect_err("a conflict");
    assert_eq!(twice[0].rule, PolicyRule::Duplicate);
}

#[test]
fn a_named_environment_comes_before_any() {
    let any = policy(&[
        ("id = \"small-policy\"", "id = \"any\""),
        ("environments = [\"production\"]", "environments = [\"*\"]"),
    ]);
    let set = PolicySet::new(vec![any, policy(&[])]).expect("no conflict: * and production are different");
    let id = |environment: &str, tier| set.decides(environment, tier).map(|policy| policy.id.as_str());
    assert_eq!(id("production", Tier::High), Some("small-policy"));
    assert_eq!(id("staging", Tier::High), Some("any"));
    assert_eq!(id("production", Tier::Critical), None);
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Who holds what: `people(&[("ml-engineer", &[1, 2])], &[3])` with the requesters last.
fn people(holders: &[(&str, &[u128])], requesters: &[u128]) -> People {
    let holders = holders
        .iter()
        .map(|(role, ids)| ((*role).to_owned(), ids.iter().copied().map(id).collect()))
        .collect::<BTreeMap<_, _>>();
    People { holders, requesters: requesters.iter().copied().map(id).collect() }
}

#[test]
fn a_policy_that_the_people_there_are_can_never_satisfy_is_refused() {
    let rule = |policy: &Policy, people: &People| policy.can_be_satisfied(people).map_err(|r| r.to_string());
    let enough =
        people(&[("ml-engineer", &[1]), ("product-manager", &[2]), ("it-operations", &[1])], &[1, 2, 3]);
    assert_eq!(rule(&policy(&[]), &enough), Ok(()));
    let mut all = Vec::new();
    for (what, policy, people) in [
        ("nobody holds a role", policy(&[]), people(&[("ml-engineer", &[1])], &[3])),
        (
            "one person for both steps",
            policy(&[]),
            people(&[("ml-engineer", &[1]), ("product-manager", &[1])], &[3]),
        ),
        (
            "every requester is needed",
            policy(&[]),
            people(&[("ml-engineer", &[1]), ("product-manager", &[2])], &[1, 2]),
        ),
        (
            "three of two",
            policy(&[("count = 1", "count = 3")]),
            people(&[("ml-engineer", &[1, 2]), ("product-manager", &[4])], &[3]),
        ),
        (
            "who breaks the glass would review it",
            policy(&[]),
            people(&[("ml-engineer", &[1]), ("product-manager", &[2]), ("it-operations", &[2])], &[3]),
        ),
    ] {
        let refused = policy.can_be_satisfied(&people).expect_err(what);
        assert_eq!(refused.rule, PolicyRule::NeverSatisfied);
        all.push(format!("{what}\n  {refused}"));
    }
    insta::assert_snapshot!(all.join("\n"));
    let shared =
        policy(&[("distinct_people = true", "distinct_people = false"), ("it-operations", "ml-engineer")]);
    let one = people(&[("ml-engineer", &[1]), ("product-manager", &[1, 4])], &[3]);
    assert_eq!(rule(&shared, &one), Ok(()));
}

/// Whether there is an assignment of people to two steps, tried one by one.
fn can_be_seated(first: &[u128], second: &[u128], counts: (usize, usize), requester: u128) -> bool {
    let everybody: BTreeSet<u128> = first.iter().chain(second).copied().filter(|p| *p != requester).collect();
    let everybody: Vec<u128> = everybody.into_iter().collect();
    (0..3_u32.pow(u32::try_from(everybody.len()).expect("few"))).any(|code| {
        let part = |n: usize| code / 3_u32.pow(u32::try_from(n).expect("few")) % 3;
        let seated = |step: u32, may: &[u128]| {
            let sit = everybody.iter().enumerate().filter(|(n, p)| part(*n) == step && may.contains(p));
            sit.count()
        };
        seated(1, first) >= counts.0 && seated(2, second) >= counts.1
    })
}

proptest! {
    #[test]
    fn people_are_seated_if_and_only_if_they_can_be(
        first in prop::collection::btree_set(0..6_u128, 0..5),
        second in prop::collection::btree_set(0..6_u128, 0..5),
        counts in (1..3_usize, 1..3_usize),
        requesters in prop::collection::btree_set(0..6_u128, 1..3),
    ) {
        let policy = policy(&[
            ("count = 1", &format!("count = {}", counts.0)),
            ("roles = [\"product-manager\"]\ncount = 1", &format!("roles = [\"product-manager\"]\ncount = {}", counts.1)),
        ]);
        let (first, second): (Vec<_>, Vec<_>) = (first.into_iter().collect(), second.into_iter().collect());
        let requesters: Vec<u128> = requesters.into_iter().collect();
        let people = people(&[("ml-engineer", &first), ("product-manager", &second)], &requesters);
        let possible = requesters.iter().any(|r| can_be_seated(&first, &second, counts, *r));
        prop_assert_eq!(policy.can_be_satisfied(&people).is_ok(), possible);
    }

    #[test]
    fn no_text_makes_the_reader_panic(cut in 0..SMALL.len(), junk in "\\PC{0,20}") {
        let at = (0..=cut).rev().find(|at| SMALL.is_char_boundary(*at)).unwrap_or(0);
        let text = format!("{}{junk}{}", &SMALL[..at], &SMALL[at..]);
        let _ = Policy::parse(&text, "policy.toml");
    }
}
