//! Who holds what, by example; and the catalogue that comes with the product.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::ownership::{
    Catalogue, Change, FindingKind, FixAction, Ground, Held, Holder, Holding, KnownThing, Mistake, Part,
    Recorded, RoleTitle, Severity, Thing, ThingKind, Wish, cell, findings, hand_over, held_on, plan,
    skill_gaps,
};
use assay_domain::questionnaires::Bank;
use chrono::NaiveDate;
use uuid::Uuid;

use crate::support::day;

const FILE: &str = include_str!("../../../questionnaires/roles/mlops-roles.toml");

pub(crate) fn catalogue() -> Catalogue {
    Catalogue::parse(FILE, "mlops-roles.toml").unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

pub(crate) fn person(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(crate) fn holder(number: u128, name: &str) -> Holder {
    let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    let (active, member, officer, auditor) = (true, true, false, false);
    Holder { id: person(number), name: name.to_owned(), email, active, member, officer, auditor }
}

/// A team of four with three capabilities and a model.
pub(crate) fn ground() -> Ground {
    let thing = |kind, id: &str, title: &str| KnownThing { thing: Thing::new(kind, id), title: title.into() };
    let role = |id: &str, title: &str| RoleTitle { id: id.into(), title: title.into() };
    Ground {
        roles: vec![role("ml-engineer", "ML engineer"), role("data-engineer", "Data engineer")],
        things: vec![
            thing(ThingKind::Capability, "privacy", "Privacy"),
            thing(ThingKind::Capability, "data-quality", "Data quality"),
            thing(ThingKind::Capability, "teamwork", "Teamwork"),
            thing(ThingKind::Model, "fraud", "fraud"),
        ],
        controls: BTreeSet::from(["gdpr:art-5".to_owned()]),
        holders: vec![
            holder(1, "Ana Lima"),
            holder(2, "Bo Berg"),
            holder(3, "Cem Kaya"),
            Holder { active: false, ..holder(4, "Dee Dunn") },
            Holder { auditor: true, ..holder(5, "Eve Aude") },
            Holder { member: false, ..holder(6, "Far Away") },
            Holder { member: false, officer: true, ..holder(7, "Off Icer") },
        ],
    }
}

pub(crate) fn held(thing: Thing, role: &str, number: u128, part: Part) -> Held {
    Held { thing, role: role.to_owned(), person: person(number), part }
}

fn privacy(number: u128, part: Part) -> Held {
    held(Thing::capability("privacy"), "ml-engineer", number, part)
}

pub(crate) fn wish(held: Held) -> Wish {
    Wish { held, until: None }
}

/// The history after some changes, with ids counted on.
pub(crate) fn apply(history: &[Recorded], changes: &[Change]) -> Vec<Recorded> {
    let mut after = history.to_vec();
    for change in changes {
        match change {
            Change::End { id, holding } | Change::Prolong { id, holding } => {
                let row = after.iter_mut().find(|row| row.id == *id).expect("it is on record");
                row.holding = holding.clone();
            }
            Change::TakeBack { id, .. } => after.retain(|row| row.id != *id),
            Change::Start(holding) => {
                let next = after.iter().map(|row| row.id.as_u128()).max().unwrap_or(0) + 1;
                after.push(Recorded { id: Uuid::from_u128(next), holding: holding.clone() });
            }
        }
    }
    after
}

pub(crate) fn on(history: &[Recorded], day: NaiveDate) -> BTreeSet<Held> {
    held_on(history, day).map(|recorded| recorded.holding.held.clone()).collect()
}

fn planned(history: &[Recorded], wishes: &[Wish], from: &str) -> Vec<Recorded> {
    let changes = plan(&ground(), history, wishes, day(from)).expect("wishes that can be fulfilled");
    apply(history, &changes)
}

fn refused(wishes: &[Wish]) -> Vec<(usize, &'static str, String)> {
    let mistakes = plan(&ground(), &[], wishes, day("2026-03-01")).expect_err("something is wrong");
    mistakes.into_iter().map(|Mistake { index, field, message }| (index, field, message)).collect()
}

#[test]
fn the_shipped_catalogue_fits_the_shipped_bank() {
    let text = include_str!("../../../questionnaires/maturity/mlops-levels.toml");
    let bank = Bank::parse(text, "mlops-levels.toml").expect("the bank is fine");
    let catalogue = catalogue();
    assert_eq!(catalogue.unknown_to(&bank), Vec::<String>::new());
    let names = |ids: Vec<(&String, &String)>| format!("{ids:?}");
    assert_eq!(
        names(catalogue.roles.iter().map(|role| (&role.id, &role.title)).collect()),
        names(bank.roles.iter().map(|role| (&role.id, &role.title)).collect())
    );
    let from_001 = catalogue.responsibilities.iter().filter(|heading| heading.source.starts_with("001 duty"));
    assert_eq!(from_001.count(), 10, "the ten responsibilities of 001");
    let touched: BTreeSet<&String> = catalogue.duties.iter().flat_map(|duty| &duty.capabilities).collect();
    let untouched: Vec<_> = bank.capabilities.iter().filter(|known| !touched.contains(&known.id)).collect();
    assert!(untouched.is_empty(), "{untouched:?} is touched by no duty");
    let needed: BTreeSet<&String> = catalogue.roles.iter().flat_map(|role| &role.skills).collect();
    let idle: Vec<_> = catalogue.skills.iter().filter(|skill| !needed.contains(&skill.id)).collect();
    assert!(idle.is_empty(), "{idle:?} is needed by no role");
}

#[test]
fn mistakes_in_a_catalogue_name_file_line_and_field() {
    let changed = FILE
        .replacen("accountable = 8", "accountable = 0", 1)
        .replacen("id = \"keep-fair\"", "id = \"retrain\"", 1)
        .replacen("skills = [\"planning\", \"communication\"]", "skills = [\"planning\", \"juggling\"]", 1)
        .replacen("responsibility = \"renewal\"", "responsibility = \"revival\"", 1)
        .replacen("roles = [\"product-manager\"]", "roles = []", 1);
    let mistakes = Catalogue::parse(&changed, "roles.toml").expect_err("it has mistakes");
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
    let unknown = FILE.replacen("blurb = ", "blurp = ", 1);
    let told = Catalogue::parse(&unknown, "roles.toml").expect_err("it has a mistake")[0].to_string();
    assert!(told.starts_with("roles.toml:24:1: skills[0].blurp: unknown field `blurp`"), "{told}");
}

#[test]
fn every_day_of_a_history_can_be_answered() {
    let (first, second, third) =
        (privacy(1, Part::Accountable), privacy(2, Part::Responsible), privacy(2, Part::Accountable));
    let history = planned(&[], &[wish(first.clone()), wish(second.clone())], "2026-01-10");
    let history = planned(&history, &[wish(third.clone())], "2026-03-01");
    assert_eq!(on(&history, day("2026-01-09")), BTreeSet::new());
    assert_eq!(on(&history, day("2026-01-10")), BTreeSet::from([first.clone(), second.clone()]));
    assert_eq!(on(&history, day("2026-02-28")), BTreeSet::from([first, second]));
    assert_eq!(on(&history, day("2026-03-01")), BTreeSet::from([third.clone()]));
    assert_eq!(on(&history, day("2030-01-01")), BTreeSet::from([third]));
}

#[test]
fn what_began_that_very_day_is_taken_back_and_the_same_again_changes_nothing() {
    let history = planned(&[], &[wish(privacy(1, Part::Accountable))], "2026-01-10");
    let again = plan(&ground(), &history, &[wish(privacy(1, Part::Accountable))], day("2026-02-01"));
    assert_eq!(again, Ok(vec![]));
    let back = plan(&ground(), &history, &[], day("2026-01-10")).expect("nothing is wrong");
    assert!(matches!(back.as_slice(), [Change::TakeBack { .. }]), "{back:?}");
    assert_eq!(apply(&history, &back), vec![]);
}

#[test]
fn an_end_can_be_set_moved_and_lifted() {
    let until = |last: &str| Wish { held: privacy(1, Part::Accountable), until: Some(day(last)) };
    let history = planned(&[], &[wish(privacy(1, Part::Accountable))], "2026-01-10");
    let history = planned(&history, &[until("2026-06-30")], "2026-02-01");
    assert!(on(&history, day("2026-06-30")).len() == 1 && on(&history, day("2026-07-01")).is_empty());
    let history = planned(&history, &[until("2026-08-31")], "2026-02-01");
    assert_eq!(on(&history, day("2026-08-31")).len(), 1);
    let history = planned(&history, &[wish(privacy(1, Part::Accountable))], "2026-02-01");
    assert_eq!(history.len(), 1, "it is the same holding all the time");
    assert_eq!(history[0].holding.from, day("2026-01-10"));
    assert_eq!(history[0].holding.until, None);
}

#[test]
fn what_is_arranged_for_later_stays_and_an_open_end_reaches_up_to_it() {
    let history = planned(&[], &[wish(privacy(1, Part::Accountable))], "2026-06-01");
    let history = planned(&history, &[wish(privacy(1, Part::Responsible))], "2026-01-10");
    assert_eq!(on(&history, day("2026-05-31")), BTreeSet::from([privacy(1, Part::Responsible)]));
    assert_eq!(on(&history, day("2026-06-01")), BTreeSet::from([privacy(1, Part::Accountable)]));
    let over = Wish { held: privacy(1, Part::Responsible), until: Some(day("2026-07-01")) };
    let mistakes = plan(&ground(), &history, &[over], day("2026-02-01")).expect_err("both at once");
    assert_eq!(mistakes[0].field, "until");
}

#[test]
fn wishes_that_break_a_rule_are_refused_in_its_words() {
    let end = Wish { held: privacy(1, Part::Accountable), until: Some(day("2026-02-28")) };
    assert_eq!(refused(&[end]), [(0, "until", "2026-02-28 is before the first day, 2026-03-01".to_owned())]);
    let twice = refused(&[wish(privacy(1, Part::Accountable)), wish(privacy(1, Part::Informed))]);
    assert_eq!(twice[0].0, 1);
    assert_eq!(twice[0].2, "Ana Lima is named twice as ML engineer for Privacy: one part is enough");
    let of = |held| refused(&[wish(held)]).remove(0);
    let (_, field, words) = of(held(Thing::capability("juggling"), "ml-engineer", 1, Part::Responsible));
    assert_eq!((field, words.as_str()), ("of", "the team's questionnaire has no capability \"juggling\""));
    let (_, field, words) = of(held(Thing::capability("privacy"), "juggler", 1, Part::Responsible));
    assert_eq!((field, words.contains("ml-engineer, data-engineer")), ("role", true));
    for (kind, id, words) in [
        (ThingKind::Model, "else", "no model \"else\" is registered for the team"),
        (ThingKind::Control, "gdpr:art-99", "names the control"),
        (ThingKind::Dataset, "Claims!", "is no name of a dataset"),
    ] {
        assert!(
            of(held(Thing::new(kind, id), "ml-engineer", 1, Part::Responsible)).2.contains(words),
            "{id}"
        );
    }
    for (number, words) in [
        (4, "Dee Dunn is deactivated"),
        (5, "Eve Aude is an auditor"),
        (6, "Far Away does not belong to the team"),
        (99, "there is no such person"),
    ] {
        let (_, field, said) = of(privacy(number, Part::Responsible));
        assert!(field == "person" && said.starts_with(words), "{said}");
    }
    let fine = [
        held(Thing::new(ThingKind::Dataset, "claims/2025"), "data-engineer", 7, Part::Informed),
        held(Thing::new(ThingKind::Control, "gdpr:art-5"), "data-engineer", 7, Part::Informed),
    ];
    assert!(plan(&ground(), &[], &fine.map(wish), day("2026-03-01")).is_ok());
}

#[test]
fn what_somebody_who_left_holds_may_stay_until_it_is_ended() {
    let left = privacy(4, Part::Accountable);
    let history = [Recorded {
        id: person(9),
        holding: Holding { held: left.clone(), from: day("2026-01-01"), until: None },
    }];
    assert_eq!(plan(&ground(), &history, &[wish(left)], day("2026-03-01")), Ok(vec![]));
}

fn found(held: &[Held]) -> Vec<(FindingKind, Severity, String)> {
    let from = day("2026-01-01");
    let record = |(n, held): (u128, &Held)| Recorded {
        id: person(n),
        holding: Holding { held: held.clone(), from, until: None },
    };
    let history: Vec<_> = (100..).zip(held).map(record).collect();
    let all = findings(day("2026-03-01"), &history, &ground(), &catalogue());
    all.into_iter().map(|finding| (finding.kind, finding.severity, finding.sentence)).collect()
}

fn sentences(held: &[Held], kind: FindingKind) -> Vec<String> {
    found(held).into_iter().filter(|(of, ..)| *of == kind).map(|(.., sentence)| sentence).collect()
}

#[test]
fn what_is_missing_is_found() {
    use Part::{Accountable as A, Consulted as C, Responsible as R};
    let nothing = sentences(&[], FindingKind::NoAccountable);
    assert_eq!(nothing.len(), 4);
    assert_eq!(nothing[0], "Nobody is accountable for Privacy.");
    assert_eq!(sentences(&[privacy(1, A)], FindingKind::NoAccountable).len(), 3);
    let both = sentences(&[privacy(1, A), privacy(2, A)], FindingKind::SeveralAccountable);
    assert_eq!(both, ["Ana Lima and Bo Berg are accountable for Privacy: when several are, nobody is."]);
    let alone = sentences(&[privacy(1, A), privacy(2, C)], FindingKind::NoStandIn);
    assert_eq!(alone, ["Only Ana Lima works on Privacy: nobody can stand in."]);
    assert!(sentences(&[privacy(1, A), privacy(2, R)], FindingKind::NoStandIn).is_empty());
    assert_eq!(
        sentences(&[privacy(1, A), privacy(4, R)], FindingKind::NoStandIn).len(),
        1,
        "who left cannot"
    );
    let left = sentences(&[privacy(4, A)], FindingKind::Left);
    assert_eq!(left, ["Dee Dunn is deactivated and can hold nothing, but is still named for Privacy."]);
    let dataset = |n: u32| held(Thing::new(ThingKind::Dataset, format!("d{n}")), "ml-engineer", 1, A);
    let many: Vec<Held> = (0..9).map(dataset).collect();
    assert!(sentences(&many[..8], FindingKind::Overloaded).is_empty());
    assert_eq!(
        sentences(&many, FindingKind::Overloaded),
        ["Ana Lima is accountable for 9 things; 8 are as many as one person can look after."]
    );
    let uncovered = |held: &[Held]| sentences(held, FindingKind::UncoveredDuty).join("\n");
    assert!(uncovered(&[]).contains("“Check data before it is used”"), "{}", uncovered(&[]));
    let engineer = held(Thing::capability("data-quality"), "data-engineer", 1, R);
    assert!(!uncovered(std::slice::from_ref(&engineer)).contains("“Check data before it is used”"));
    assert!(uncovered(&[Held { part: C, ..engineer }]).contains("“Check data before it is used”"));
}

#[test]
fn what_matters_most_comes_first_and_ids_stay() {
    let held = [privacy(1, Part::Accountable)];
    let severities: Vec<Severity> = found(&held).iter().map(|(_, severity, _)| *severity).collect();
    assert!(severities.is_sorted(), "{severities:?}");
    let all = findings(day("2026-03-01"), &[], &ground(), &catalogue());
    assert_eq!(all[0].id, "no_accountable-8ccf6d517a03");
    assert_eq!((all[0].fix.action, all[0].fix.person), (FixAction::MakeAccountable, Some(person(1))));
    let ids: BTreeSet<&String> = all.iter().map(|finding| &finding.id).collect();
    assert_eq!(ids.len(), all.len());
}

#[test]
fn handing_over_keeps_what_the_successor_holds_already() {
    let history = planned(
        &[],
        &[
            wish(privacy(1, Part::Accountable)),
            wish(privacy(2, Part::Responsible)),
            wish(held(Thing::capability("teamwork"), "ml-engineer", 1, Part::Consulted)),
            wish(held(Thing::capability("teamwork"), "ml-engineer", 2, Part::Accountable)),
        ],
        "2026-01-10",
    );
    let changes = hand_over(&history, person(1), person(2), day("2026-03-01"));
    let history = apply(&history, &changes);
    assert_eq!(on(&history, day("2026-02-28")).len(), 4, "the past stays");
    assert_eq!(
        on(&history, day("2026-03-01")),
        BTreeSet::from([
            privacy(2, Part::Accountable),
            held(Thing::capability("teamwork"), "ml-engineer", 2, Part::Accountable)
        ])
    );
}

#[test]
fn cells_are_read_as_people_write_them() {
    let holders =
        [holder(1, "Ana Lima"), holder(2, "Bo Berg"), holder(3, "Anton Lund"), holder(8, "Bo Berg")];
    let read = |text: &str| cell::read(text, &holders);
    let ana = (person(1), Part::Accountable);
    for text in [
        "Ana Lima A",
        "ana lima a",
        "ana.lima@example.org A",
        "ana.lima accountable",
        " Ana L  A ,",
        "ana A\n",
    ] {
        assert_eq!(read(text), Ok(vec![ana]), "{text:?}");
    }
    assert_eq!(
        read("Anton, Ana Lima I"),
        Ok(vec![(person(3), Part::Responsible), (person(1), Part::Informed)])
    );
    assert_eq!(read(""), Ok(vec![]));
    let wrong = |text: &str| read(text).expect_err("nobody is meant").join(" ");
    assert!(
        wrong("An A").contains("could be Ana Lima (ana.lima@example.org) or Anton Lund"),
        "{}",
        wrong("An A")
    );
    assert!(wrong("Zoe").starts_with("Nobody here is called “Zoe”"));
    assert!(wrong("Bo Berg A").contains("Write more of it"));
    assert_eq!(wrong("Ana Lima, ana.lima C"), "Ana Lima is named twice.");
    assert_eq!(cell::write(&[(person(3), Part::Responsible), ana], &holders), "Ana A, Anton R");
}

#[test]
fn skills_that_a_role_needs_and_nobody_has_are_gaps() {
    let catalogue = catalogue();
    let held = [
        held(Thing::capability("teamwork"), "product-manager", 1, Part::Accountable),
        held(Thing::capability("teamwork"), "security-specialist", 2, Part::Informed),
    ];
    let skills = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<String>>();
    let have = BTreeMap::from([(person(1), skills(&["planning"])), (person(3), skills(&["communication"]))]);
    let gaps = skill_gaps(&held, &have, &catalogue);
    assert_eq!(gaps.missing, BTreeMap::from([(person(1), skills(&["communication"]))]));
    assert_eq!(gaps.nobody, BTreeSet::new());
    let gaps = skill_gaps(&held, &BTreeMap::new(), &catalogue);
    assert_eq!(gaps.nobody, skills(&["planning", "communication"]));
}
