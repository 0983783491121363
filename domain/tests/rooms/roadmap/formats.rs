//! Roadmaps as people and machines read them, and the roadmaps of many teams side by side.

use assay_domain::assessments::{AnswersFile, Distribution, Snapshot};
use assay_domain::questionnaires::Bank;
use assay_domain::roadmap::formats::{Overlay, Tracking, csv, json, markdown, text};
use assay_domain::roadmap::{Calendar, Roadmap, Wishes, organisation, plan};

use crate::support::{TODAY, answers, bank, day, q};

/// The roadmap of a data scientist who works by hand, with some wishes.
fn by_hand(wishes: &Wishes) -> (Bank, Roadmap) {
    let bank = include_str!("../../../../questionnaires/maturity/mlops-levels.toml");
    let bank = Bank::parse(bank, "mlops-levels.toml").unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let file = include_str!("../../../../questionnaires/examples/by-hand.toml");
    let file = AnswersFile::parse(file, "by-hand.toml", &bank).unwrap_or_else(|found| panic!("{found:#?}"));
    let snapshot = Snapshot::new(&bank, None, day(TODAY), file.into_answers()).expect("answers");
    let roadmap = plan(&bank, &snapshot, wishes).expect("a roadmap");
    (bank, roadmap)
}

fn wishes() -> Wishes {
    Wishes {
        calendar: Some(Calendar { start: day("2027-01-04"), phase_weeks: 4 }),
        capacities: [("software-engineer".to_owned(), 6)].into(),
        switched_off: ["GO-1.2".to_owned()].into(),
        unowned: ["PE-1.1".to_owned()].into(),
        ..Wishes::default()
    }
}

/// What the server knows of two items.
fn tracked() -> Overlay {
    let named = Tracking {
        owner: Some("Ana | =Lead".to_owned()),
        status: Some("in_progress".to_owned()),
        due: Some(day("2027-02-01")),
    };
    let open = Tracking { status: Some("planned".to_owned()), ..Tracking::default() };
    [("PE-1.1".to_owned(), named), ("PE-1.2".to_owned(), open)].into()
}

#[test]
fn work_by_hand_as_text() {
    let (bank, roadmap) = by_hand(&wishes());
    insta::assert_snapshot!(text(&roadmap, &bank, None));
}

#[test]
fn work_by_hand_as_markdown() {
    let (bank, roadmap) = by_hand(&wishes());
    insta::assert_snapshot!(markdown(&roadmap, &bank, None));
}

#[test]
fn work_by_hand_as_csv() {
    let (bank, roadmap) = by_hand(&wishes());
    insta::assert_snapshot!(csv(&roadmap, &bank, None));
}

#[test]
fn work_by_hand_as_json() {
    let (_, roadmap) = by_hand(&wishes());
    let json = json(&roadmap, None).expect("json");
    assert_eq!(serde_json::from_str::<Roadmap>(&json).expect("a roadmap"), roadmap);
    insta::assert_json_snapshot!(roadmap);
}

#[test]
fn tracked_items_bring_owner_status_and_due_date() {
    let (bank, roadmap) = by_hand(&Wishes { dimension_targets: others_stay(), ..Wishes::default() });
    let overlay = tracked();
    let all = [
        text(&roadmap, &bank, Some(&overlay)),
        markdown(&roadmap, &bank, Some(&overlay)),
        csv(&roadmap, &bank, Some(&overlay)),
        json(&roadmap, Some(&overlay)).expect("json"),
    ];
    insta::assert_snapshot!(all.join("\n-----\n"));
}

/// Everything but people stays where it is.
fn others_stay() -> std::collections::BTreeMap<String, u8> {
    let ids = ["data", "model-creation", "model-release", "integration", "operations", "governance"];
    ids.into_iter().map(|id| (id.to_owned(), 0)).collect()
}

#[test]
fn without_anything_to_do_there_is_little_to_read() {
    let bank = bank(&[q("a-1.1")]);
    let snapshot = |given: &[(&str, &str)]| {
        Snapshot::new(&bank, None, day(TODAY), answers(given.iter().copied())).expect("answers")
    };
    let off = Wishes { switched_off: ["a-1.1".to_owned()].into(), ..Wishes::default() };
    let reached = plan(&bank, &snapshot(&[("a-1.1", "all")]), &Wishes::default()).expect("a roadmap");
    let stopped = plan(&bank, &snapshot(&[]), &off).expect("a roadmap");
    let all: Vec<String> = [reached, stopped]
        .iter()
        .flat_map(|roadmap| {
            [text(roadmap, &bank, None), markdown(roadmap, &bank, None), csv(roadmap, &bank, None)]
        })
        .collect();
    insta::assert_snapshot!(all.join("\n-----\n"));
}

#[test]
fn teams_share_items_and_the_order_of_teams_does_not_matter() {
    let questions =
        [q("a-1.1").role("ops"), q("a-1.2").usefulness(5), q("a-1.3"), q("a-2.1"), q("b-1.1").time(4)];
    let bank = bank(&questions);
    let team = |key: &str, given: &[(&str, &str)]| {
        let snapshot =
            Snapshot::new(&bank, None, day(TODAY), answers(given.iter().copied())).expect("answers");
        (key.to_owned(), plan(&bank, &snapshot, &Wishes::default()).expect("a roadmap"))
    };
    let full = [("a-1.1", "all"), ("a-1.2", "all"), ("a-1.3", "all"), ("b-1.1", "all")];
    let mut teams =
        vec![team("red", &[("a-1.2", "all")]), team("blue", &[("b-1.1", "all")]), team("green", &full)];
    let together = organisation(&bank, &teams);
    teams.reverse();
    assert_eq!(organisation(&bank, &teams), together);
    let shared: Vec<_> =
        together.items.iter().map(|item| (item.code.as_str(), item.teams.join(" "), item.effort)).collect();
    // Two teams share a-1.1 and a-1.3; among those of one team, the more valuable go first, then codes.
    assert_eq!(
        shared,
        [
            ("a-1.1", "blue red".to_owned(), 6),
            ("a-1.3", "blue red".to_owned(), 6),
            ("a-1.2", "blue".to_owned(), 3),
            ("a-2.1", "green".to_owned(), 3),
            ("b-1.1", "red".to_owned(), 6),
        ]
    );
    assert_eq!(<(i64, i64)>::from(together.items[0].value), (16, 1));
    let summary = &together.summary;
    assert_eq!((summary.teams, summary.items), (3, 7));
    let effort: Vec<_> = summary.effort.iter().map(|own| (own.role.as_str(), own.effort)).collect();
    assert_eq!(effort, [("dev", 18), ("ops", 6)]);
    assert_eq!(summary.start, Distribution { counts: [2, 1, 0, 0, 0], median: Some(0) });
    assert_eq!(summary.target, Distribution { counts: [0, 2, 1, 0, 0], median: Some(1) });
    assert_eq!(summary.end, Distribution { counts: [0, 2, 0, 0, 1], median: Some(1) });
}
