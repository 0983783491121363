//! All states that the machine can reach in the small world, and what holds in each of them.
//!
//! The walk tries every move in every state, at every of a few moments, and keeps beside the machine a [`Diary`] of its
//! own: what was said by which human about what. The properties are checked against the diary, never against what the
//! machine says of itself. There are no other states: what is not found here cannot happen with these people and
//! moments.

use std::collections::{BTreeSet, HashSet, VecDeque};

use assay_domain::approvals::gate::{self, Code, Facts, ModelFact, VersionFact};
use assay_domain::approvals::{
    Approval, Approving, BoundState, Command, Happened, Outcome, Policy, Retold, Review, State, Turn, Who,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::moves::{Meaning, Move, all};
use super::world::{
    ACCOUNTS, ADA, BO, RITA, SOMEBODY_ELSE, VARIANTS, Variant, artefact, asked, at, bound, short_policy,
    standing,
};

/// Day 0: before anybody is away. 1: delegations count. 2: conditions and emergencies are late. 4: requests have expired,
/// delegations ended. 8: everything has expired.
const MOMENTS: [i64; 5] = [0, 1, 2, 4, 8];

/// What was said and done, told apart from the machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Diary {
    now: Variant,
    yes: Vec<Yes>,
    emergency: Option<(u8, Variant, i64, Option<bool>)>,
    lifted: bool,
    condition_open: bool,
    opened: bool,
    approved_on: Option<i64>,
    raised: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Yes {
    humans: [u8; 2],
    step: &'static str,
    /// Whether it is a machine's word.
    by_machine: bool,
    /// Whether whoever said it is named as an author, and whether that is confirmed.
    named: Option<bool>,
}

#[derive(Debug, Clone)]
struct Node {
    approval: Approval,
    diary: Diary,
    moment: usize,
    /// What the entries recorded on the way here tell.
    told: Retold,
}

/// What the walk has seen.
#[derive(Default)]
struct Seen {
    states: BTreeSet<&'static str>,
    refusals: BTreeSet<&'static str>,
    recorded: BTreeSet<&'static str>,
    codes: BTreeSet<Code>,
    transitions: usize,
    nodes: usize,
}

/// What happens in a walk besides decisions and changes. All of it at once would be more states than can be walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    /// Emergencies are declared, reviewed and lifted.
    Emergencies,
    /// Machines decide, and people are named as authors.
    Claims,
    /// The risk tier is raised.
    Raises,
}

impl Round {
    /// Whether a move is part of it.
    const fn has(self, meaning: &Meaning) -> bool {
        match meaning {
            Meaning::Emergency { .. } | Meaning::Reviewed { .. } | Meaning::Lifted { .. } => {
                matches!(self, Self::Emergencies)
            }
            Meaning::MachineSays { .. } | Meaning::Named(_) => matches!(self, Self::Claims),
            Meaning::Raised | Meaning::TakenBack => matches!(self, Self::Raises),
            _ => true,
        }
    }
}

fn walk(policy: &Policy, round: Round) -> Seen {
    let bounds = VARIANTS.map(|variant| bound(policy, variant));
    let mut moves = all(policy, &bounds);
    moves.retain(|one| round.has(&one.meaning));
    let diary = Diary {
        now: Variant::First,
        yes: Vec::new(),
        emergency: None,
        lifted: false,
        condition_open: false,
        opened: true,
        approved_on: None,
        raised: false,
    };
    let (approval, happened) = asked(policy);
    let told = tell(&Retold::default(), Uuid::nil(), at(0), &approval, &happened);
    let first = Node { approval, diary, moment: 0, told };
    let (mut known, mut queue) = (HashSet::from([key(&first)]), VecDeque::from([first]));
    let mut seen = Seen::default();
    while let Some(node) = queue.pop_front() {
        holds(policy, &bounds, &node, &mut seen);
        let later =
            (node.moment + 1 < MOMENTS.len()).then(|| Node { moment: node.moment + 1, ..node.clone() });
        let tried = moves.iter().filter(|one| one.only_when.is_none_or(|variant| variant == node.diary.now));
        let after: Vec<Node> = tried.filter_map(|one| step(policy, &node, one, &mut seen)).collect();
        for next in later.into_iter().chain(after) {
            if known.insert(key(&next)) {
                queue.push_back(next);
            }
        }
    }
    seen.nodes = known.len();
    seen
}

/// What two nodes have in common that behave alike. When exactly a decision was made, and with which of their accounts
/// somebody made it, is kept but never read; of what is closed, only the emergency can still change.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    state: &'static str,
    bound: BoundState,
    until: Option<DateTime<Utc>>,
    approvals: BTreeSet<String>,
    emergency: Option<String>,
    diary: Diary,
    moment: usize,
}

fn key(node: &Node) -> Key {
    let state = node.approval.state();
    let (until, approvals) = match state {
        State::Open(open) => (Some(open.until()), open.approvals()),
        State::Approved(approved) => (Some(approved.until()), approved.approvals()),
        State::Suspended(one) => (Some(one.approved.until()), one.approved.approvals()),
        _ => (None, [].as_slice()),
    };
    let alike = |one: &Approving| {
        let humans: BTreeSet<u8> = one.decider.involved().map(human).collect();
        let conditions: Vec<_> =
            one.conditions.iter().map(|one| std::mem::discriminant(&one.state)).collect();
        let claims: Vec<_> = one.claims.iter().map(|claim| claim.confirmed).collect();
        format!("{} {humans:?} {conditions:?} {claims:?}", one.step)
    };
    let mut diary = node.diary.clone();
    if state.is_closed() {
        diary.yes.clear();
    }
    diary.yes.sort();
    let approvals = approvals.iter().map(alike).collect();
    let bound = state.bound().clone();
    let emergency = node.approval.emergency().map(|emergency| {
        let review = match emergency.review() {
            Review::Due { by } => format!("due {by}"),
            Review::Done { justified, .. } => format!("done {justified}"),
        };
        let lifted = emergency.lifted().is_some();
        format!("{} {} {review} {lifted}", human(emergency.by()), emergency.until())
    });
    Key { state: state.name(), bound, until, approvals, emergency, diary, moment: node.moment }
}

fn human(who: &Who) -> u8 {
    ACCOUNTS.iter().find(|account| account.who().is(who)).map_or(SOMEBODY_ELSE, |account| account.human())
}

/// The node after a move; `None` where it is refused.
fn step(policy: &Policy, node: &Node, one: &Move, seen: &mut Seen) -> Option<Node> {
    let now = at(MOMENTS[node.moment]);
    match node.approval.apply(policy, one.command.clone(), now) {
        Err(refusal) => {
            seen.refusals.insert(refusal.rule());
            None
        }
        Ok((approval, happened)) => {
            seen.transitions += 1;
            assert_ne!(approval, node.approval, "an accepted move changes something: {one:?}");
            one_fitting_event(&node.approval, &approval, &happened);
            seen.recorded.insert(approval.action(&happened).name());
            if node.approval.state().is_closed() {
                assert_eq!(approval.state(), node.approval.state(), "closed states stay closed: {one:?}");
            }
            let diary = write(&node.diary, one.meaning, &approval, node.moment);
            if let (State::Open(_), State::Approved(_)) = (node.approval.state(), approval.state()) {
                assert!(has_quorum(policy, &diary, |yes| yes.named.is_none()), "who is named was counted");
            }
            let told = tell(&node.told, actor(&one.command), now, &approval, &happened);
            Some(Node { approval, diary, moment: node.moment, told })
        }
    }
}

fn tell(so_far: &Retold, by: Uuid, now: DateTime<Utc>, approval: &Approval, happened: &Happened) -> Retold {
    let mut told = so_far.clone();
    told.add(by, now, &approval.action(happened));
    told
}

/// The account that the entry of a command names.
fn actor(command: &Command) -> Uuid {
    let by = match command {
        Command::LiftBlock { by, .. } => return by.as_ref().and_then(|by| by.account).unwrap_or_default(),
        Command::Decide(decide) => &decide.by,
        Command::BreakGlass { by, .. }
        | Command::ReviewEmergency { by, .. }
        | Command::ConditionMet { by, .. }
        | Command::Revoke { by, .. } => by,
        Command::DecideExternally(report) => return report.reporter,
        _ => return Uuid::nil(),
    };
    by.who.account.expect("only those with an account act")
}

/// Every transition of the state has the one event that tells it, and no event tells a transition that was none.
fn one_fitting_event(before: &Approval, after: &Approval, happened: &Happened) {
    let expected: &[(&str, &str)] = match happened {
        Happened::Decided { outcome: Outcome::Approved, .. } => &[("open", "approved")],
        Happened::Decided { outcome: Outcome::Rejected, .. } => &[("open", "rejected")],
        Happened::Decided { outcome: Outcome::Open, .. } | Happened::DecisionsVoided { .. } => {
            &[("open", "open")]
        }
        Happened::Withdrawn => &[("open", "withdrawn")],
        Happened::Expired { was_approved: false } => &[("open", "expired")],
        Happened::Expired { was_approved: true } => &[("approved", "expired"), ("suspended", "expired")],
        Happened::Revoked { .. } => &[("approved", "revoked"), ("suspended", "revoked")],
        Happened::Superseded { .. } | Happened::RenewalRejected { .. } => {
            &[("approved", "superseded"), ("suspended", "superseded")]
        }
        Happened::BecameStale { .. } => &[("approved", "stale"), ("suspended", "stale")],
        Happened::Suspended { .. } => &[("approved", "suspended")],
        Happened::Resumed => &[("suspended", "approved")],
        Happened::ConditionMet { .. } | Happened::ConditionOverdue { .. } => {
            &[("open", "open"), ("approved", "approved"), ("suspended", "suspended")]
        }
        Happened::GlassBroken { .. } => &[("open", "open")],
        Happened::Claimed { outcome: Outcome::Approved, .. } => {
            &[("approved", "approved"), ("open", "approved")]
        }
        Happened::Claimed { .. } => &[("open", "open")],
        Happened::EmergencyReviewed { .. } | Happened::BlockLifted { .. } => {
            assert_eq!(
                before.state(),
                after.state(),
                "a review, or lifting a block, leaves the request alone"
            );
            return;
        }
        Happened::Requested { .. } => &[],
    };
    let transition = (before.state().name(), after.state().name());
    assert!(expected.contains(&transition), "{transition:?} is not what {happened:?} tells");
}

/// What the diary says after a move that was accepted.
fn write(before: &Diary, meaning: Meaning, after: &Approval, moment: usize) -> Diary {
    let mut diary = before.clone();
    match meaning {
        Meaning::Yes { humans, step, looked_at, with_condition } => {
            assert!(looked_at.is_none_or(|variant| variant == diary.now), "decided about another state");
            let mut humans = humans;
            humans.sort_unstable();
            diary.yes.push(Yes { humans, step, by_machine: false, named: None });
            diary.condition_open |= with_condition;
        }
        Meaning::MachineSays { human } => {
            diary.yes.push(Yes { humans: [human, human], step: "craft", by_machine: true, named: None });
        }
        Meaning::Named(turn) => name_bo(&mut diary, turn),
        Meaning::No { humans, step } => {
            assert!(
                !humans.contains(&RITA) && (step != "craft" || !humans.contains(&ADA)),
                "{humans:?} said no"
            );
        }
        Meaning::Changed(variant) => {
            diary.now = variant;
            diary.yes.clear();
            diary.condition_open = false;
        }
        Meaning::Met { human } => {
            assert!(human != RITA && human != ADA, "{human} may not say that Bo's condition is met");
            diary.condition_open = false;
        }
        Meaning::Emergency { human } => {
            assert!(MOMENTS[moment] < 2, "an emergency after one that nobody reviewed in time");
            diary.emergency = Some((human, diary.now, MOMENTS[moment], None));
        }
        Meaning::Reviewed { human, justified } => {
            let emergency = diary.emergency.as_mut().expect("an emergency that is reviewed was declared");
            assert!(human != emergency.0 && human != RITA, "{human} reviewed their own emergency or request");
            assert_eq!(emergency.3.replace(justified), None, "reviewed twice");
            diary.lifted &= justified;
        }
        Meaning::Lifted { human } => {
            let (declarer, _, on, reviewed) = diary.emergency.expect("a block that is lifted was one");
            assert!(human != Some(declarer) && human != Some(RITA), "{human:?} lifted their own block");
            let blocks = reviewed.map_or(MOMENTS[moment] >= on + 2, |justified| !justified);
            assert!(blocks && !diary.lifted, "there was nothing to lift");
            diary.lifted = true;
        }
        Meaning::Raised => diary.raised = true,
        Meaning::TakenBack => diary.raised = false,
        Meaning::Other => {}
    }
    diary.opened &= matches!(after.state(), State::Open(_));
    let approved = after.state().running().is_some();
    diary.raised &= approved;
    diary.approved_on = approved.then_some(before.approved_on.unwrap_or(MOMENTS[moment]));
    diary
}

/// Only the first step keeps authors out.
fn name_bo(diary: &mut Diary, turn: Turn) {
    for yes in diary.yes.iter_mut().filter(|yes| yes.step == "craft" && yes.humans.contains(&BO)) {
        yes.named = match turn {
            Turn::Made => Some(yes.named.unwrap_or(false)),
            Turn::Confirmed => Some(true),
            Turn::TakenBack => None,
        };
    }
}

/// What holds in every reachable state.
fn holds(policy: &Policy, bounds: &[BoundState; 3], node: &Node, seen: &mut Seen) {
    let (state, diary) = (node.approval.state(), &node.diary);
    seen.states.insert(state.name());
    let machines = diary.yes.iter().filter(|yes| yes.by_machine).count();
    assert!(machines <= 1, "one machine was counted for several people: {node:#?}");
    for yes in &diary.yes {
        assert!(!yes.humans.contains(&RITA), "the requester was counted: {node:#?}");
        assert!(
            yes.step != "craft" || !yes.humans.contains(&ADA),
            "an excluded person was counted: {node:#?}"
        );
    }
    assert_eq!(
        matches!(state, State::Suspended(_)),
        diary.raised,
        "suspended while the tier is raised: {node:#?}"
    );
    if let Some(approved) = state.running() {
        assert_eq!(*approved.bound(), bounds[diary.now as usize], "approved on another state: {node:#?}");
        assert!(has_quorum(policy, diary, |_| true), "approved without quorum: {node:#?}");
        assert_ne!(diary.now, Variant::NoEvidence, "approved without evidence: {node:#?}");
    }
    let blocks = diary.emergency.is_some_and(|(_, _, on, reviewed)| {
        !diary.lifted && reviewed.map_or(MOMENTS[node.moment] >= on + 2, |justified| !justified)
    });
    let said = node.approval.emergency().and_then(|emergency| emergency.blocks(at(MOMENTS[node.moment])));
    assert_eq!(said.is_some(), blocks, "what blocks the next emergency: {node:#?}");
    let differences = node.told.differences(&node.approval, Some(policy));
    assert!(differences.is_empty(), "the entries tell something else: {differences:#?} {node:#?}");
    gate_agrees(policy, bounds, node, seen);
}

/// Whether the diary has enough different humans for every step, counting nobody twice.
fn has_quorum(policy: &Policy, diary: &Diary, counts: impl Fn(&Yes) -> bool) -> bool {
    let mut counted = BTreeSet::new();
    for step in &policy.steps {
        if !policy.distinct_people {
            counted.clear();
        }
        let in_step = diary.yes.iter().filter(|yes| yes.step == step.id && counts(yes));
        let mut count = 0;
        for yes in in_step {
            let humans = BTreeSet::from(yes.humans);
            if !humans.is_disjoint(&counted) {
                return false;
            }
            counted.extend(humans);
            count += 1;
        }
        if count < usize::from(step.count) {
            return false;
        }
    }
    true
}

/// The gate says yes where the diary says that it may, and nowhere else; and no whatever else is deployed.
fn gate_agrees(policy: &Policy, bounds: &[BoundState; 3], node: &Node, seen: &mut Seen) {
    let digest = artefact().parse().expect("a digest");
    let standing = standing();
    let today = MOMENTS[node.moment];
    for variant in VARIANTS {
        let facts = Facts {
            now: at(today),
            environment: "production",
            model: ModelFact::Known,
            version: VersionFact::Known { digest: Some(&digest) },
            digest: Some(&digest),
            tier_confirmed: true,
            policy: Some(policy),
            requests: std::slice::from_ref(&node.approval),
            bound: Some(&bounds[variant as usize]),
            standing: &standing,
            external: &[],
        };
        let answer = gate::decide(&facts);
        assert!(!answer.reasons.is_empty(), "no answer without a reason: {node:#?}");
        seen.codes.extend(answer.reasons.iter().map(|reason| reason.code));
        let may = variant == node.diary.now
            && (approval_holds(policy, node, today) || emergency_holds(node, today));
        assert_eq!(answer.allowed, may, "{answer:#?} {node:#?}");
    }
}

fn approval_holds(policy: &Policy, node: &Node, today: i64) -> bool {
    // In days that are fewer than those for which a claim waits.
    if !has_quorum(policy, &node.diary, |yes| yes.named != Some(true)) {
        return false;
    }
    let late = node.diary.condition_open && today > 1;
    node.diary.approved_on.is_some_and(|since| today < since + 3) && !late && !node.diary.raised
}

fn emergency_holds(node: &Node, today: i64) -> bool {
    let holds = |(_, variant, since, reviewed): (u8, Variant, i64, Option<bool>)| {
        variant == node.diary.now
            && today < since + 1
            && match reviewed {
                None => today < since + 2,
                Some(justified) => justified,
            }
    };
    node.diary.opened && today < 4 && node.diary.emergency.is_some_and(holds)
}

#[test]
fn all_states_of_the_machine_keep_the_rules() {
    let mut all = Seen::default();
    for (what, edits) in [
        ("in sequence, distinct people", vec![]),
        ("in parallel, distinct people", vec![("in-sequence", "in-parallel")]),
        ("in sequence, once in each step", vec![("distinct_people = true", "distinct_people = false")]),
        (
            "two in the second step",
            vec![
                ("roles = [\"product-manager\"]\ncount = 1", "roles = [\"product-manager\"]\ncount = 2"),
                ("distinct_people = true", "distinct_people = false"),
            ],
        ),
    ] {
        let mut seen = Seen::default();
        for round in [Round::Emergencies, Round::Claims, Round::Raises] {
            let one = walk(&short_policy(&edits), round);
            let (nodes, transitions, refusals) = (one.nodes, one.transitions, one.refusals.len());
            println!(
                "{what}, {round:?}: {nodes} states, {transitions} transitions, {refusals} rules refused"
            );
            seen.nodes += one.nodes;
            seen.states.extend(one.states);
            seen.refusals.extend(one.refusals);
            seen.recorded.extend(one.recorded);
            seen.codes.extend(one.codes);
        }
        assert_eq!(
            seen.states.iter().copied().collect::<Vec<_>>(),
            [
                "approved",
                "expired",
                "open",
                "rejected",
                "revoked",
                "stale",
                "superseded",
                "suspended",
                "withdrawn"
            ],
            "{what}: all states are reached"
        );
        all.nodes += seen.nodes;
        all.refusals.extend(seen.refusals);
        all.recorded.extend(seen.recorded);
        all.codes.extend(seen.codes);
    }
    println!("{} states in all", all.nodes);
    assert!(all.nodes > 10_000, "only {} states: the walk does not go everywhere", all.nodes);
    let refusals: Vec<_> = all.refusals.into_iter().collect();
    insta::assert_snapshot!("rules_that_refuse_in_the_walk", refusals.join("\n"));
    let recorded: Vec<_> = all.recorded.into_iter().collect();
    insta::assert_snapshot!("actions_recorded_in_the_walk", recorded.join("\n"));
    let codes: Vec<_> = all.codes.into_iter().map(Code::name).collect();
    insta::assert_snapshot!("codes_of_the_gate_in_the_walk", codes.join("\n"));
}
