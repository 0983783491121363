//! What holds for the roadmaps of all banks, answers and wishes. Nothing here looks into the planner: edges are those of
//! the bank, charges are added up anew, and levels are those of `Snapshot::score`.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::assessments::{Answer, Scorecard, Snapshot};
use assay_domain::questionnaires::{Bank, Question};
use assay_domain::roadmap::{Calendar, DEFAULT_CAPACITY, Item, ProjectedDimension, Roadmap, Wishes, plan};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::support::{Q, TODAY, answer, bank, day, q, score_answers};

type Answers = BTreeMap<String, Answer>;

/// A bank, answers to it, and wishes that can be fulfilled.
#[derive(Debug, Clone)]
struct Case {
    bank: Bank,
    answers: Answers,
    wishes: Wishes,
}

impl Case {
    fn plan(&self) -> Roadmap {
        self.plan_with(&self.wishes)
    }

    fn plan_with(&self, wishes: &Wishes) -> Roadmap {
        let snapshot = Snapshot::new(&self.bank, None, day(TODAY), self.answers.clone()).expect("answers");
        plan(&self.bank, &snapshot, wishes).expect("a roadmap")
    }

    fn question(&self, code: &str) -> &Question {
        self.bank.question(code).expect("a question")
    }

    fn capacity(&self, role: &str) -> u32 {
        self.wishes.capacities.get(role).copied().unwrap_or(DEFAULT_CAPACITY)
    }
}

/// A question of one of three dimensions. Codes are finished by position, so that they are unique.
fn question() -> impl Strategy<Value = Q> {
    let flags = (prop::bool::weighted(0.3), any::<(bool, bool)>());
    let place = (select(vec!["a", "b", "c"]), 1..=4u8);
    let cost = ([1..=5u8, 1..=5, 1..=5], select(vec!["dev", "ops", "sec"]));
    (place, flags, cost, 1..=3u8, 1..=5u8).prop_map(|(place, flags, cost, weight, usefulness)| {
        let ((dimension, level), (mandatory, (automation, not_applicable))) = (place, flags);
        let question = Q { mandatory, automation, not_applicable, ..q(&format!("{dimension}-{level}.")) };
        question.weight(weight).usefulness(usefulness).effort(cost.0).role(cost.1)
    })
}

/// Questions that depend on each other without a cycle: either on levels that are not higher, or on other dimensions.
fn questions() -> impl Strategy<Value = Vec<Q>> {
    let questions = prop::collection::vec(question(), 1..16);
    let edges = prop::collection::vec(any::<(Index, Index)>(), 0..20);
    (questions, edges, any::<bool>()).prop_map(|(mut questions, edges, by_level)| {
        for (number, question) in questions.iter_mut().enumerate() {
            question.code.push_str(&number.to_string());
        }
        if by_level {
            questions.sort_by_key(Q::level);
        } else {
            questions.sort_by_key(|q| (q.dimension().to_owned(), q.level()));
        }
        for (one, other) in edges {
            let (one, other) = (one.index(questions.len()), other.index(questions.len()));
            if one != other {
                let first = questions[one.min(other)].code.clone();
                questions[one.max(other)].depends_on.push(first);
            }
        }
        questions
    })
}

/// A short answer, or none.
fn given(question: &Q) -> impl Strategy<Value = Option<&'static str>> + use<> {
    let rungs = if question.automation {
        vec!["no", "manual", "automated"]
    } else {
        vec!["none", "some", "most", "all"]
    };
    let rung = select(rungs).prop_map(Some);
    prop_oneof![2 => Just(None), 1 => Just(Some("dont_know")), 1 => Just(Some("na")), 1 => Just(Some("na?")), 12 => rung]
}

fn wishes(codes: Vec<String>) -> impl Strategy<Value = Wishes> {
    let targets =
        (prop::option::of(0..=4u8), prop::collection::btree_map(select(vec!["a", "b", "c"]), 0..=4u8, 0..3));
    let capacities = prop::collection::btree_map(select(vec!["dev", "ops", "sec"]), 1..20u32, 0..4);
    let off = prop::collection::btree_set(select(codes.clone()), 0..3);
    let later = prop::collection::btree_map(select(codes.clone()), 1..6u32, 0..3);
    let unowned = prop::collection::btree_set(select(codes), 0..3);
    let weeks = prop::option::of(1..=52u32);
    let owned = |map: BTreeMap<&str, u32>| map.into_iter().map(|(id, n)| (id.to_owned(), n)).collect();
    (targets, capacities, off, later, unowned, weeks).prop_map(
        move |((target, dimensions), capacities, switched_off, not_before, unowned, weeks)| Wishes {
            target,
            dimension_targets: dimensions.into_iter().map(|(id, level)| (id.to_owned(), level)).collect(),
            capacities: owned(capacities),
            switched_off,
            not_before,
            unowned,
            calendar: weeks.map(|phase_weeks| Calendar { start: day("2027-01-04"), phase_weeks }),
        },
    )
}

fn case() -> impl Strategy<Value = Case> {
    questions().prop_flat_map(|questions| {
        let given: Vec<_> = questions.iter().map(given).collect();
        let wishes = wishes(questions.iter().map(|q| q.code.clone()).collect());
        (Just(questions), given, wishes).prop_map(|(questions, given, mut wishes)| {
            let bank = bank(&questions);
            let given = questions.iter().zip(given);
            let answers: Answers =
                given.filter_map(|(q, short)| Some((q.code.clone(), answer(short?)))).collect();
            let card = score_answers(&bank, answers.clone());
            possible(&mut wishes, &card, &bank);
            Case { bank, answers, wishes }
        })
    })
}

/// Keeps to capacities and dimensions that exist and to targets that are not below the present level.
fn possible(wishes: &mut Wishes, card: &Scorecard, bank: &Bank) {
    wishes.target = wishes.target.map(|target| target.max(card.headline.claimed));
    wishes.capacities.retain(|id, _| bank.roles.iter().any(|role| role.id == *id));
    wishes.dimension_targets.retain(|id, _| card.dimensions.iter().any(|dimension| dimension.id == *id));
    for (id, target) in &mut wishes.dimension_targets {
        *target = (*target).max(crate::support::dimension(card, id).claimed);
    }
}

/// The items with the phase in which each ends, in the order of the phases.
fn items(roadmap: &Roadmap) -> Vec<(u32, &Item)> {
    roadmap.phases.iter().flat_map(|phase| phase.items.iter().map(|item| (phase.number, item))).collect()
}

/// The answers with these items at the top of their ladders.
fn done<'a>(case: &Case, items: impl IntoIterator<Item = &'a Item>) -> Answers {
    let mut answers = case.answers.clone();
    for item in items {
        answers.insert(item.code.clone(), Answer::of(item.to));
    }
    answers
}

fn levels(card: &Scorecard) -> (u8, Vec<(String, u8)>) {
    (card.headline.claimed, card.dimensions.iter().map(|d| (d.id.clone(), d.claimed)).collect())
}

fn named(dimensions: &[ProjectedDimension]) -> Vec<(String, u8)> {
    dimensions.iter().map(|dimension| (dimension.id.clone(), dimension.claimed)).collect()
}

/// Where the roadmap leads to.
fn end(roadmap: &Roadmap) -> (u8, Vec<(String, u8)>) {
    match roadmap.phases.last() {
        Some(last) => (last.projected.claimed, named(&last.projected.dimensions)),
        None => (roadmap.start.claimed, named(&roadmap.start.dimensions)),
    }
}

/// Whether work on the items of a role fits into its phases: what fits into a phase lies in one, and what is larger can
/// be spread over the phases between its start and its end. The most urgent first, which finds a way if there is one.
fn fits(role: &[(u32, &Item)], capacity: u32, phases: u32) -> bool {
    let (small, large): (Vec<_>, Vec<_>) = role.iter().partition(|(_, item)| item.effort <= capacity);
    let whole = small.iter().all(|(end, item)| *end == item.started_in);
    let mut left: Vec<(u32, u32, u32)> =
        large.iter().map(|(end, item)| (*end, item.started_in, item.effort)).collect();
    left.sort_unstable();
    for phase in 1..=phases {
        let used: u32 = small.iter().filter(|(end, _)| *end == phase).map(|(_, item)| item.effort).sum();
        let Some(mut room) = capacity.checked_sub(used) else { return false };
        for (_, _, effort) in left.iter_mut().filter(|(end, start, _)| (*start..=*end).contains(&phase)) {
            let taken = room.min(*effort);
            (room, *effort) = (room - taken, *effort - taken);
        }
    }
    whole && left.iter().all(|(_, _, effort)| *effort == 0)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn what_comes_first_ends_before_what_comes_later_begins(case in case()) {
        let roadmap = case.plan();
        let items = items(&roadmap);
        for (place, (end, item)) in items.iter().enumerate() {
            let question = case.question(&item.code);
            for (later_place, (_, later)) in items.iter().enumerate() {
                let after = case.question(&later.code);
                let higher = after.dimension == question.dimension && after.level > question.level;
                if after.depends_on.contains(&item.code) || higher {
                    prop_assert!(*end <= later.started_in, "{} before {}: {roadmap:#?}", item.code, later.code);
                    prop_assert!(place < later_place, "{} before {}: {roadmap:#?}", item.code, later.code);
                }
            }
        }
    }

    #[test]
    fn nothing_that_an_item_depends_on_is_forgotten(case in case()) {
        let roadmap = case.plan();
        let card = score_answers(&case.bank, case.answers.clone());
        let planned: BTreeSet<&str> = roadmap.items().map(|item| item.code.as_str()).collect();
        for code in roadmap.items().flat_map(|item| &case.question(&item.code).depends_on) {
            let question = case.question(code);
            let cell = usize::from(question.level) - 1;
            let passes = crate::support::dimension(&card, &question.dimension).cells[cell].passed;
            let answer = case.answers.get(code);
            let done = answer.is_some_and(|answer| {
                answer.word() == question.ladder.top().as_str() || answer.is_not_applicable(question)
            });
            prop_assert!(planned.contains(code.as_str()) || passes || done, "{code}: {roadmap:#?}");
        }
    }

    #[test]
    fn nothing_begins_before_it_was_wished_to(case in case()) {
        for (end, item) in items(&case.plan()) {
            prop_assert!(item.started_in >= case.wishes.not_before.get(&item.code).copied().unwrap_or(1));
            prop_assert!(item.started_in <= end);
            prop_assert!(!case.wishes.switched_off.contains(&item.code));
        }
    }

    #[test]
    fn the_same_questions_in_any_order_give_the_same_bytes(case in case(), seed in any::<Index>()) {
        let mut turned = case.clone();
        let questions = &mut turned.bank.questions;
        let by = seed.index(questions.len());
        questions.rotate_left(by);
        questions.reverse();
        questions.iter_mut().for_each(|question| question.depends_on.reverse());
        let bytes = |case: &Case| serde_json::to_string(&case.plan()).expect("json");
        prop_assert_eq!(bytes(&turned), bytes(&case));
    }

    #[test]
    fn no_role_carries_more_than_it_can(case in case()) {
        let roadmap = case.plan();
        let phases = u32::try_from(roadmap.phases.len()).expect("few");
        let mut roles: BTreeMap<&str, Vec<(u32, &Item)>> = BTreeMap::new();
        for (end, item) in items(&roadmap) {
            prop_assert_eq!(&item.role, &case.question(&item.code).owner_roles[0]);
            roles.entry(&item.role).or_default().push((end, item));
        }
        for (role, items) in roles {
            prop_assert!(fits(&items, case.capacity(role), phases), "{role}: {roadmap:#?}");
        }
    }

    #[test]
    fn doing_the_items_of_the_phases_reaches_exactly_what_was_projected(case in case()) {
        let roadmap = case.plan();
        let start = levels(&score_answers(&case.bank, case.answers.clone()));
        prop_assert_eq!((roadmap.start.claimed, named(&roadmap.start.dimensions)), start);
        for (count, phase) in (1..).zip(&roadmap.phases) {
            prop_assert_eq!(phase.number, count);
            let ended = items(&roadmap).into_iter().filter(|(end, _)| *end <= count).map(|(_, item)| item);
            let reached = levels(&score_answers(&case.bank, done(&case, ended)));
            prop_assert_eq!((phase.projected.claimed, named(&phase.projected.dimensions)), reached);
        }
    }

    #[test]
    fn switching_an_item_off_never_raises_a_final_level(case in case(), which in any::<Index>()) {
        let mut wishes = case.wishes.clone();
        wishes.switched_off.insert(case.bank.questions[which.index(case.bank.questions.len())].code.clone());
        let ((with, all), (without, fewer)) = (end(&case.plan()), end(&case.plan_with(&wishes)));
        prop_assert!(without <= with);
        for ((id, with), (_, without)) in all.iter().zip(&fewer) {
            prop_assert!(without <= with, "{id}");
        }
    }

    #[test]
    fn every_dimension_reaches_its_target_or_something_of_it_is_said_to_be_unreachable(case in case()) {
        let roadmap = case.plan();
        let (headline, dimensions) = end(&roadmap);
        let card = score_answers(&case.bank, case.answers.clone());
        let whole = case.wishes.target.unwrap_or_else(|| 4.min(card.headline.claimed + 1));
        let stopped: BTreeSet<&str> = roadmap
            .unreachable
            .iter()
            .map(|stop| case.bank.question(&stop.code).map_or(stop.code.as_str(), |question| &question.dimension))
            .collect();
        for (id, reached) in &dimensions {
            let target = case.wishes.dimension_targets.get(id).copied().unwrap_or(whole);
            prop_assert!(*reached >= target || stopped.contains(id.as_str()), "{id}: {roadmap:#?}");
        }
        prop_assert!(headline >= roadmap.target || !roadmap.unreachable.is_empty());
        if case.wishes.switched_off.is_empty() && card.dimensions.iter().all(|dimension| dimension.rated) {
            prop_assert!(roadmap.unreachable.is_empty(), "{roadmap:#?}");
        }
    }

    #[test]
    fn phases_follow_each_other_in_the_calendar_and_the_last_ends_something(case in case()) {
        let roadmap = case.plan();
        let Some(calendar) = case.wishes.calendar else {
            prop_assert!(roadmap.phases.iter().all(|phase| phase.from.is_none() && phase.until.is_none()));
            return Ok(());
        };
        let mut next = calendar.start;
        for phase in &roadmap.phases {
            prop_assert_eq!(phase.from, Some(next));
            next = phase.until.and_then(|day| day.succ_opt()).expect("a day");
            let days = (next - phase.from.expect("a day")).num_days();
            prop_assert_eq!(days, 7 * i64::from(calendar.phase_weeks));
        }
        prop_assert!(roadmap.phases.last().is_none_or(|phase| !phase.items.is_empty()));
    }
}
