//! Every move that anybody can try in the small world.

use assay_domain::approvals::{AuthorClaim, BoundState, Command, Decision, Exclusion, Policy, Turn};
use assay_domain::models::Tier;

use super::world::{
    ACCOUNTS, Account, CLAIM, CONDITION, OTHER_REQUEST, SOMEBODY_ELSE, VARIANTS, Variant, condition, decide,
    delegation, earlier, raised, reported, somebody_else, terms,
};

/// A move, with what the model has to know of it, apart from what the machine says.
#[derive(Debug, Clone)]
pub(super) struct Move {
    pub(super) command: Command,
    pub(super) meaning: Meaning,
    /// It is tried only when this is what is decided about.
    pub(super) only_when: Option<Variant>,
}

/// What a move means, if it is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Meaning {
    /// These people say yes to a step, looking at this variant; in other tools, at the artefact only, which all have.
    Yes { humans: [u8; 2], step: &'static str, looked_at: Option<Variant>, with_condition: bool },
    /// A machine says that somebody says yes to the first step.
    MachineSays { human: u8 },
    /// Bo, who may have decided, is named as an author, or is not one after all.
    Named(Turn),
    /// Somebody says no.
    No { humans: [u8; 2], step: &'static str },
    /// What is decided about becomes this.
    Changed(Variant),
    /// The condition is fulfilled.
    Met { human: u8 },
    /// Somebody declares an emergency.
    Emergency { human: u8 },
    /// Somebody reviews it.
    Reviewed { human: u8, justified: bool },
    /// Somebody lifts what it blocks, or nobody could.
    Lifted { human: Option<u8> },
    /// The risk tier is raised.
    Raised,
    /// The raise is taken back.
    TakenBack,
    /// Something else.
    Other,
}

const STEPS: [&str; 2] = ["craft", "product"];

/// All moves. `bounds` are the digests' states in the order of [`VARIANTS`].
pub(super) fn all(policy: &Policy, bounds: &[BoundState; 3]) -> Vec<Move> {
    let mut moves = decisions(bounds);
    moves.extend(lifts());
    moves.extend(external());
    moves.extend(VARIANTS.iter().zip(bounds).map(|(variant, bound)| Move {
        command: Command::BoundChanged { now: bound.clone() },
        meaning: Meaning::Changed(*variant),
        only_when: None,
    }));
    // A raise is confirmed for the state that there is, and does not hide what else has changed.
    for (variant, bound) in VARIANTS.iter().zip(bounds) {
        let confirmed = Command::RaiseConfirmed { now: raised(bound) };
        moves.push(Move { command: confirmed, meaning: Meaning::Other, only_when: Some(*variant) });
    }
    let other = |command| Move { command, meaning: Meaning::Other, only_when: None };
    moves.extend([
        Move { meaning: Meaning::Raised, ..other(Command::TierRaised { from: Tier::High }) },
        Move { meaning: Meaning::TakenBack, ..other(Command::RaiseTakenBack) },
    ]);
    moves.extend([
        other(Command::Withdraw),
        other(Command::TimePassed),
        other(Command::Revoke { by: Account::Bo.acting(), reason: "A complaint.".to_owned() }),
        other(Command::Superseded { by: OTHER_REQUEST }),
        other(Command::Superseded { by: terms().id }),
        other(Command::RenewalRejected { by: OTHER_REQUEST }),
        other(Command::ConditionOverdue { id: CONDITION }),
    ]);
    for account in ACCOUNTS {
        let (by, human) = (account.acting(), account.human());
        moves.push(Move {
            command: Command::ConditionMet { id: CONDITION, by: by.clone() },
            meaning: Meaning::Met { human },
            only_when: None,
        });
        moves.push(Move {
            command: Command::ReviewEmergency {
                by,
                justified: account != Account::BoToo,
                reason: "Seen.".to_owned(),
            },
            meaning: Meaning::Reviewed { human, justified: account != Account::BoToo },
            only_when: None,
        });
    }
    for turn in Turn::ALL {
        let (who, part) = (Account::BoToo.who(), Exclusion::Author);
        moves.push(Move {
            command: Command::AuthorClaim(AuthorClaim { id: CLAIM, who, part, turn: *turn }),
            meaning: Meaning::Named(*turn),
            only_when: None,
        });
    }
    // One emergency is like another, whatever it is declared for; declaring it for everything would only multiply the
    // states.
    for account in [Account::Rita, Account::Bo] {
        moves.push(Move {
            command: Command::BreakGlass {
                by: account.acting(),
                reason: "It is down.".to_owned(),
                // One that nobody reviewed: from its day on there is no other.
                earlier: vec![earlier(policy, Account::Ada, 0)],
            },
            meaning: Meaning::Emergency { human: account.human() },
            only_when: Some(Variant::First),
        });
    }
    moves
}

fn lifts() -> Vec<Move> {
    let lift = |by: Option<Account>| Move {
        command: Command::LiftBlock {
            by: by.map(Account::who),
            reason: "It will not happen again.".to_owned(),
        },
        meaning: Meaning::Lifted { human: by.map(Account::human) },
        only_when: None,
    };
    ACCOUNTS.into_iter().map(Some).chain([None]).map(lift).collect()
}

/// Each account, for itself and for each other one, in each step, yes and no. That a decision names what was looked at
/// does not depend on who decides, so only Bo tries to decide about something else.
fn decisions(bounds: &[BoundState; 3]) -> Vec<Move> {
    let mut moves = Vec::new();
    for by in ACCOUNTS {
        for from in std::iter::once(None).chain(ACCOUNTS.map(Some)) {
            for step in STEPS {
                let humans = [by.human(), from.map_or(by.human(), Account::human)];
                let meaning =
                    |looked_at, with_condition| Meaning::Yes { humans, step, looked_at, with_condition };
                for (looked_at, bound) in VARIANTS.iter().zip(bounds) {
                    let mut yes = decide(by, step, Decision::Approved, bound);
                    yes.on_behalf_of = from.map(|from| delegation(from, by));
                    let only_when = (by != Account::Bo || from.is_some()).then_some(*looked_at);
                    moves.push(Move {
                        command: Command::Decide(yes.clone()),
                        meaning: meaning(Some(*looked_at), false),
                        only_when,
                    });
                    if by == Account::Bo && from.is_none() && step == "craft" {
                        yes.conditions = vec![condition()];
                        let meaning = meaning(Some(*looked_at), true);
                        moves.push(Move { command: Command::Decide(yes), meaning, only_when });
                    }
                }
                let mut no = decide(by, step, Decision::Rejected, &bounds[0]);
                no.on_behalf_of = from.map(|from| delegation(from, by));
                moves.push(Move {
                    command: Command::Decide(no),
                    meaning: Meaning::No { humans, step },
                    only_when: None,
                });
            }
        }
    }
    moves
}

fn external() -> Vec<Move> {
    let mut moves = Vec::new();
    for (who, human) in [
        (Account::Rita.who(), Account::Rita.human()),
        (Account::Ada.who(), Account::Ada.human()),
        (Account::BoToo.who(), Account::Bo.human()),
        (somebody_else(), SOMEBODY_ELSE),
    ] {
        let humans = [human, human];
        moves.push(Move {
            command: Command::DecideExternally(reported(who.clone(), Decision::Approved)),
            meaning: Meaning::MachineSays { human },
            only_when: None,
        });
        moves.push(Move {
            command: Command::DecideExternally(reported(who, Decision::Rejected)),
            meaning: Meaning::No { humans, step: "craft" },
            only_when: None,
        });
    }
    moves
}
