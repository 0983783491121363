//! Banks: what is read, what is refused and where, what a difference means.

use std::collections::BTreeMap;

use assay_domain::assessments::{Answer, carry_over};
use assay_domain::questionnaires::{Bank, Bump, Change, Rung, Version, diff, schema};

const SMALL: &str = include_str!("../data/small-bank.toml");

fn small() -> Bank {
    Bank::parse(SMALL, "small-bank.toml").expect("the example is a bank")
}

/// The small bank with one text replaced by another.
fn edited(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from}");
    SMALL.replacen(from, to, 1)
}

/// The mistakes of the small bank with one text replaced, as people read them.
fn mistakes(from: &str, to: &str) -> Vec<String> {
    let mistakes = Bank::parse(&edited(from, to), "bank.toml").expect_err("a mistake");
    mistakes.iter().map(ToString::to_string).collect()
}

/// The 1-based line of the first line that contains `text`.
fn line_of(text: &str) -> usize {
    SMALL.lines().position(|line| line.contains(text)).expect("a line") + 1
}

#[test]
fn the_example_is_a_bank() {
    let bank = small();
    assert_eq!(bank.questions.len(), 7);
    assert_eq!(bank.questions_of("strict").count(), 5);
    assert_eq!(bank.question("MC-2.2").expect("a question").depends_on, ["MC-2.1"]);
}

#[test]
fn the_digest_is_of_the_content_not_of_the_layout() {
    let relaid = edited("weight = 3                                    # 1 to 3", "weight=3");
    assert_eq!(small().sha256(), Bank::parse(&relaid, "x").expect("a bank").sha256());
    let reweighed = edited("weight = 3  ", "weight = 2  ");
    assert_ne!(small().sha256(), Bank::parse(&reweighed, "x").expect("a bank").sha256());
}

#[test]
fn the_digest_is_of_the_canonical_json() {
    let json = serde_json::to_value(small()).expect("json");
    assert_eq!(assay_domain::digest::canonical_sha256(&json), small().sha256());
    let read: Bank = serde_json::from_value(json).expect("a bank");
    assert_eq!(read.sha256(), small().sha256());
}

#[test]
fn mistakes_name_file_line_and_field() {
    let mut all = Vec::new();
    for (from, to) in [
        ("title = \"A small bank\"", "title = \"A small bank"),
        ("scoring = 1 ", "scorin = 1 "),
        ("scoring = 1 ", "scoring = 2 "),
        ("level = 1      ", "level = \"one\" "),
        ("level = 1      ", "level = 5      "),
        ("weight = 3  ", "weight = 0  "),
        ("usefulness = 5", "usefulness = 6"),
        ("mandatory = true", "mandatroy = true"),
        ("risk = \"The best run of last month is a memory.\"", ""),
        ("risk = \"The best run of last month is a memory.\"", "risk = \" \""),
        ("ladder = \"coverage\"", "ladder = \"scale\""),
        ("ladder = \"coverage\"", "ladder = \"automation\""),
        ("some = \"At least a quarter of the models.\", ", ""),
        ("time = 2,", "time = 9,"),
        ("depends_on = [\"MC-1.1\"]", "depends_on = [\"MC-1.1\", \"MC-9.9\"]"),
        ("principle = \"reproducibility\"", "principle = \"beauty\""),
        ("profiles = [\"strict\", \"extended\"]", "profiles = []"),
        ("owner_roles = [\"data-scientist\"]", "owner_roles = [\"wizard\"]"),
        ("default_profile = \"extended\"", "default_profile = \"full\""),
        ("code = \"MC-2.1\"", "code = \"MC-1.1\""),
        ("0d6a3a1b0002", "0d6a3a1b0001"),
        ("0d6a3a1b0002", "0d6a"),
        ("id = \"monitoring-drift\"", "id = \"reproducibility\""),
        ("version = \"1.0.0\"", "version = \"1.0\""),
        ("id = \"small-bank\"", "id = \"Small bank\""),
        ("dimension = \"operations\"\n\n", "dimension = \"people\"\n\n"),
    ] {
        all.push(format!("{from} -> {to}\n  {}", mistakes(from, to).join("\n  ")));
    }
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_dimension_capability_or_profile_without_questions_is_a_mistake() {
    let more = "[[dimensions]]\nid = \"people\"\ntitle = \"People\"\nblurb = \"Who.\"\n\n[[capabilities]]\n\
        id = \"roles\"\ntitle = \"Roles\"\ndimension = \"people\"\n\n[[profiles]]\nid = \"p\"\ntitle = \"P\"\nblurb = \"\"\n";
    let text = edited("[[principles]]", &format!("{more}\n[[principles]]"));
    let mistakes = Bank::parse(&text, "bank.toml").expect_err("mistakes");
    let messages: Vec<&str> = mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "the dimension `people` has no question",
            "the capability `roles` has no question",
            "the profile `p` has no question"
        ]
    );
}

#[test]
fn all_broken_rules_are_reported_at_once() {
    let text =
        edited("level = 1 ", "level = 7 ").replacen("weight = 2", "weight = 8", 1).replace("\"Git\"", "\"\"");
    let mistakes = Bank::parse(&text, "bank.toml").expect_err("mistakes");
    assert_eq!(mistakes.len(), 2, "{mistakes:?}");
    assert_eq!(mistakes[0].line, line_of("level = 1 "));
    assert_eq!(mistakes[1].line, line_of("weight = 2"));
}

#[test]
fn a_mistake_of_type_is_reported_for_every_question_that_has_one() {
    let text = edited("mandatory = true", "mandatory = 1").replacen("mandatory = false", "mandatory = 0", 1);
    let mistakes = Bank::parse(&text, "bank.toml").expect_err("mistakes");
    assert_eq!(
        mistakes.iter().map(|mistake| mistake.field.as_str()).collect::<Vec<_>>(),
        ["questions[0].mandatory", "questions[1].mandatory"]
    );
}

#[test]
fn a_circle_of_dependencies_is_a_mistake() {
    let found = mistakes("depends_on = [\"MC-2.1\"]", "depends_on = [\"MC-4.1\"]");
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn a_dependency_on_a_higher_level_of_the_same_dimension_is_a_circle() {
    let found = mistakes("depends_on = []  ", "depends_on = [\"MC-2.2\"]  ");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("questions[0].depends_on[0]"), "{found:?}");
}

#[test]
fn a_circle_through_two_dimensions_is_a_mistake() {
    // MC-1.1 waits for OP-2.1, which waits (by level) for OP-1.1, which waits for MC-2.1, which waits (by level) for MC-1.1.
    let text = edited("depends_on = []  ", "depends_on = [\"OP-2.1\"]  ")
        .replace("action = \"Alert on outages", "depends_on = [\"MC-2.1\"]\naction = \"Alert on outages");
    let mistakes = Bank::parse(&text, "bank.toml").expect_err("a circle");
    assert!(mistakes.iter().all(|mistake| mistake.message.contains("circle")), "{mistakes:?}");
}

#[test]
fn the_schema_describes_every_field() {
    let schema = schema();
    let bank = serde_json::to_value(small()).expect("json");
    let fields = |value: &serde_json::Value| {
        let mut keys: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
        keys.sort();
        keys
    };
    assert_eq!(fields(&schema["properties"]), fields(&bank));
    assert_eq!(fields(&schema["$defs"]["Question"]["properties"]), fields(&bank["questions"][0]));
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn versions_are_three_numbers() {
    assert_eq!("1.20.3".parse::<Version>().expect("a version").raised(Bump::Minor).to_string(), "1.21.0");
    for text in ["1.0", "1.0.0.0", "01.0.0", "1.0.x", "+1.0.0", ""] {
        assert!(text.parse::<Version>().is_err(), "{text}");
    }
}

/// The only change of a question that the edit makes, and the version it asks for.
fn change(from: &str, to: &str) -> (Vec<(Change, String)>, String) {
    let new = Bank::parse(&edited(from, to), "new.toml").expect("a bank");
    let diff = diff(&small(), &new);
    let changes =
        diff.questions.iter().map(|q| (q.change, format!("{} {}", q.code, q.fields.join(" ")))).collect();
    (changes, diff.required().to_string())
}

#[test]
fn what_a_difference_is_decides_the_version() {
    assert_eq!(change("weight = 3  ", "weight = 3 "), (vec![], "1.0.0".to_owned()));
    assert_eq!(
        change("risk = \"The best", "risk = \"The very best"),
        (vec![(Change::Wording, "MC-2.1 risk".to_owned())], "1.0.1".to_owned())
    );
    assert_eq!(
        change("text = \"Does", "text = \"Really, does"),
        (vec![(Change::Clarified, "MC-2.2 text".to_owned())], "1.1.0".to_owned())
    );
    assert_eq!(
        change("weight = 3  ", "weight = 2  "),
        (vec![(Change::Changed, "MC-1.1 weight".to_owned())], "2.0.0".to_owned())
    );
    assert_eq!(
        change("0d6a3a1b0007", "0d6a3a1b0008"),
        (
            vec![(Change::Added, "OP-3.1 ".to_owned()), (Change::Retired, "OP-3.1 ".to_owned())],
            "2.0.0".to_owned()
        )
    );
    assert_eq!(
        change("title = \"Training\"\ndim", "title = \"Pipelines\"\ndim"),
        (vec![], "1.0.1".to_owned())
    );
}

#[test]
fn a_version_that_says_too_little_is_not_honest() {
    let text = edited("weight = 3  ", "weight = 2  ");
    let minor =
        Bank::parse(&text.replace("version = \"1.0.0\"", "version = \"1.1.0\""), "new").expect("a bank");
    let major =
        Bank::parse(&text.replace("version = \"1.0.0\"", "version = \"2.0.0\""), "new").expect("a bank");
    assert!(!diff(&small(), &minor).is_honest());
    assert!(diff(&small(), &major).is_honest());
}

#[test]
fn answers_carry_over_wording_kept_clarified_flagged_changed_asked_again_retired_archived() {
    let text = edited("risk = \"A model that earns", "risk = \"One that earns") // MC-1.1: wording
        .replace(
            "text = \"For how many of your models are experiments",
            "text = \"How many models have experiments",
        ) // MC-2.1: clarified
        .replace("code = \"MC-2.2\"", "code = \"MC-2.9\"") // another code, the same question
        .replace("\"MC-2.2\", ", "\"MC-2.9\", ")
        .replace("level = 3\nweight = 1", "level = 4\nweight = 1") // OP-3.1: changed
        .replace("0d6a3a1b0005", "0d6a3a1b0009"); // OP-1.1: retired, and a new one of the same code
    let (old, new) = (small(), Bank::parse(&text, "new.toml").expect("a bank"));
    let answers: BTreeMap<String, Answer> =
        old.questions.iter().map(|q| (q.code.clone(), Answer::of(q.ladder.top()))).collect();
    let carried = carry_over(&old, &new, &answers);
    assert_eq!(
        carried.answers.keys().collect::<Vec<_>>(),
        ["MC-1.1", "MC-2.1", "MC-2.9", "MC-4.1", "OP-2.1"]
    );
    assert_eq!(carried.answers["MC-2.9"], Answer::of(Rung::Automated));
    assert_eq!(carried.flagged, ["MC-2.1"]);
    assert_eq!(carried.asked_again, ["OP-3.1"]);
    assert_eq!(carried.archived.keys().collect::<Vec<_>>(), ["OP-1.1"]);
}
