use proptest::prelude::*;
use serde_json::json;

use super::*;

pub(crate) fn example() -> Leaf {
    Leaf {
        v: Version,
        id: "0195f1e2-7c00-7000-8000-0000000000aa".parse().unwrap(),
        ts: "2026-11-21T07:04:05.120Z".parse().unwrap(),
        actor: Actor { kind: ActorKind::Person, id: Uuid::from_u128(1) },
        action: "approval.decided".into(),
        subject: Subject {
            kind: "approval_request".into(),
            id: Uuid::from_u128(2).to_string(),
            version: None,
        },
        team: None,
        outcome: Outcome::Ok,
        request: Uuid::from_u128(3),
        facts: json!({"decision": "approve", "rung": -3, "digests": ["a", "b"]}).as_object().unwrap().clone(),
        commit: BTreeMap::from([("reason".into(), Hash([9; 32]))]),
    }
}

const CANONICAL: &str = include_str!("leaf.json");

#[test]
fn the_bytes_are_canonical_and_read_back() {
    let bytes = example().to_bytes().unwrap();
    assert_eq!(std::str::from_utf8(&bytes).unwrap(), CANONICAL);
    assert_eq!(Leaf::parse(&bytes).unwrap(), example());
}

#[test]
fn rules_are_named_with_their_place() {
    let broken = |change: &dyn Fn(&mut Leaf)| {
        let mut leaf = example();
        change(&mut leaf);
        leaf.to_bytes().unwrap_err().to_string()
    };
    let fact = |value: Value| broken(&|leaf| drop(leaf.facts.insert("x".into(), value.clone())));
    assert_eq!(fact(json!(1.5)), "facts.x: 1.5 is not an integer between -(2^53-1) and 2^53-1");
    assert!(fact(json!([{"y": 1_u64 << 53}])).starts_with("facts.x[0].y: 9007199254740992 is not"));
    assert!(fact(json!(i64::MIN)).starts_with("facts.x: "));
    assert_eq!(fact(json!("z".repeat(70_000))).split(' ').nth(1), Some("bytes"));
    assert!(broken(&|leaf| leaf.id = Uuid::from_u128(1)).starts_with("id: "));
    assert!(broken(&|leaf| leaf.ts = "2026-11-21T07:04:05.1234Z".parse().unwrap()).starts_with("ts: "));
    assert!(broken(&|leaf| leaf.action = "Approval decided".into()).starts_with("action: "));
    assert!(broken(&|leaf| leaf.subject.id.clear()).starts_with("subject.id: "));
    let mut leaf = example();
    leaf.facts.insert("x".into(), json!((1_u64 << 53) - 1));
    assert!(leaf.to_bytes().is_ok());
}

#[test]
fn a_leaf_of_the_largest_size_is_written_and_a_larger_one_is_not() {
    let mut leaf = example();
    leaf.facts.insert("x".into(), json!(""));
    let room = MAX_BYTES - leaf.to_bytes().unwrap().len();
    leaf.facts.insert("x".into(), json!("a".repeat(room)));
    assert_eq!(leaf.to_bytes().unwrap().len(), 65_535);
    leaf.facts.insert("x".into(), json!("a".repeat(room + 1)));
    assert!(matches!(leaf.to_bytes(), Err(LeafError::TooLarge(65_536))));
}

#[test]
fn other_spellings_are_refused() {
    for (from, to) in [
        ("\"v\":1", "\"v\":2"),
        ("\"v\":1", "\"v\":1,\"w\":1"),
        ("\"v\":1", "\"v\": 1"),
        ("\"v\":1", "\"v\":1,\"v\":1"),
        ("00aa\"", "00AA\""),
        (".120Z", ".12Z"),
        (".120Z", ".120+00:00"),
        ("\"ok\"", "\"fine\""),
        ("\"person\"", "\"robot\""),
        ("\"outcome\":\"ok\",", ""),
        ("\"decision\":\"approve\"", "\"decision\":\"approve\",\"decision\":\"approve\""),
        ("\"approve\"", "\"\\u0061pprove\""),
        ("\"rung\":-3", "\"rung\":-3.0"),
        ("{\"reason\":\"CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\"}", "{}"),
        ("CQk=", "CQl="),
    ] {
        let text = CANONICAL.replacen(from, to, 1);
        assert_ne!(text, CANONICAL, "{from}");
        assert!(Leaf::parse(text.as_bytes()).is_err(), "{text}");
    }
}

fn fact() -> impl Strategy<Value = Value> {
    let max = MAX_INTEGER as i64;
    let simple = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (-max..=max).prop_map(Value::from),
        ".*".prop_map(Value::from)
    ];
    simple.prop_recursive(3, 20, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(".*", inner, 0..4)
                .prop_map(|map| Value::from(Map::from_iter(map))),
        ]
    })
}

proptest! {
    #[test]
    fn any_facts_round_trip(facts in proptest::collection::btree_map(".*", fact(), 0..5), ms in 0i64..4_000_000_000_000) {
        let mut leaf = example();
        leaf.facts = Map::from_iter(facts);
        leaf.ts = DateTime::from_timestamp_millis(ms).unwrap();
        let bytes = leaf.to_bytes().unwrap();
        prop_assert!(!bytes.contains(&b'\n'), "an entry must fit on a line");
        prop_assert_eq!(Leaf::parse(&bytes).unwrap(), leaf);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in any::<Vec<u8>>(), at in 0..CANONICAL.len(), byte in any::<u8>()) {
        let _ = Leaf::parse(&bytes);
        let mut changed = CANONICAL.as_bytes().to_vec();
        changed[at] = byte;
        if let Ok(leaf) = Leaf::parse(&changed) {
            prop_assert_eq!(leaf.to_bytes().unwrap(), changed);
        }
    }
}
