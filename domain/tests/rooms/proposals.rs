//! Who confirms what somebody else proposed, whatever the room.

use assay_domain::access::{Role, RoleHeld};
use assay_domain::approvals::Who;
use assay_domain::proposals::{
    Candidate, Confirmation, Confirmer, Involved, Kind, Need, Part, Proposal, ProposalRefused, ProposalState,
    Vacancy,
};
use chrono::DateTime;
use proptest::prelude::*;
use uuid::Uuid;

fn id(n: u8) -> Uuid {
    Uuid::from_bytes([n; 16])
}

fn who(n: u8) -> Who {
    Who::account(id(n))
}

fn candidate(n: u8, role: Role) -> Candidate {
    let team = (!role.organisation_only()).then(|| id(100));
    Candidate { account: id(n), who: who(n), roles: vec![RoleHeld { role, team }] }
}

fn proposal(by: Who, needs: Vec<Need>) -> Proposal {
    Proposal {
        kind: Kind::LowerTier,
        state: ProposalState::Waiting,
        needs,
        involved: vec![Involved { who: by, part: Part::Proposer }],
        given: Vec::new(),
    }
}

fn given(need: usize, n: u8) -> (Confirmation, Option<Who>) {
    let by = Some(id(n));
    (Confirmation { need, by, at: DateTime::UNIX_EPOCH, stands_in: false }, Some(who(n)))
}

#[test]
fn nobody_decides_about_the_own_proposal_under_whatever_account() {
    let own = proposal(who(1).known_as("idp|ana"), vec![Need::officer()]);
    let officer = |n: u8, subject: &str| Candidate {
        who: who(n).known_as(subject),
        ..candidate(n, Role::ComplianceOfficer)
    };
    let people = [officer(1, "idp|ana"), officer(2, "idp|li")];
    assert_eq!(own.confirm(&people[0], &people), Err(ProposalRefused::SelfConfirmation));
    assert_eq!(own.confirm(&officer(2, "idp|ana"), &people), Err(ProposalRefused::SamePerson));
    assert_eq!(own.may_be_rejected_by(&officer(2, "idp|ana"), &people), Err(ProposalRefused::SamePerson));
    assert_eq!(own.confirm(&people[1], &people), Ok((0, false)));
    assert_eq!(own.may_be_withdrawn_by(&who(2)), Err(ProposalRefused::NotTheProposer));
    assert_eq!(own.may_be_withdrawn_by(&who(2).known_as("idp|ana")), Ok(()), "it is the same person");
    for state in ProposalState::ALL.iter().filter(|state| **state != ProposalState::Waiting) {
        let decided = Proposal { state: *state, ..own.clone() };
        assert_eq!(decided.confirm(&people[1], &people), Err(ProposalRefused::Closed(*state)));
        assert_eq!(decided.may_be_withdrawn_by(&who(1)), Err(ProposalRefused::Closed(*state)));
    }
}

#[test]
fn whoever_has_a_part_in_it_does_not_confirm() {
    for part in Part::ALL.iter().filter(|part| **part != Part::Proposer) {
        let mut about = proposal(who(1), vec![Need::officer()]);
        about.involved.push(Involved { who: who(2), part: *part });
        let officer = candidate(2, Role::ComplianceOfficer);
        let refused = about.confirm(&officer, std::slice::from_ref(&officer));
        assert_eq!(refused, Err(ProposalRefused::HasPart { part: *part }));
    }
}

#[test]
fn two_confirmations_come_from_two_people() {
    let lead = |team: u8| Need {
        what: format!("a lead of team {team}"),
        by: vec![Confirmer::Role { role: Role::TeamLead, team: Some(id(team)) }],
    };
    let mut moved = proposal(who(1), vec![lead(100), lead(101)]);
    let both = Candidate {
        roles: [100, 101].map(|team| RoleHeld { role: Role::TeamLead, team: Some(id(team)) }).into(),
        ..candidate(2, Role::TeamLead)
    };
    let people = [both.clone()];
    assert_eq!(moved.confirm(&both, &people), Ok((0, false)));
    moved.given.push(given(0, 2));
    assert_eq!(moved.confirm(&both, &people), Err(ProposalRefused::ConfirmedAlready));
    assert_eq!(moved.may_be_rejected_by(&both, &people), Ok(()), "who confirmed may think again");
    let other = Candidate {
        roles: vec![RoleHeld { role: Role::TeamLead, team: Some(id(101)) }],
        ..candidate(3, Role::TeamLead)
    };
    assert_eq!(moved.confirm(&other, &people), Ok((1, false)));
}

#[test]
fn an_administrator_stands_in_only_where_nobody_else_could() {
    let about = proposal(who(1), vec![Need::officer()]);
    let (admin, officer) = (candidate(2, Role::Admin), candidate(3, Role::ComplianceOfficer));
    let alone = [admin.clone()];
    assert_eq!(about.vacancy(0, &alone), Vacancy::Administrator);
    assert_eq!(about.confirm(&admin, &alone), Ok((0, true)));
    // The officer was there in the last seven days, so the administrator waits.
    let both = [admin.clone(), officer];
    assert_eq!(about.vacancy(0, &both), Vacancy::Filled);
    assert!(matches!(about.confirm(&admin, &both), Err(ProposalRefused::NotAsked { .. })));
    let own = proposal(who(2), vec![Need::officer()]);
    assert!(own.nobody_could(&alone), "the only administrator proposed it");
}

proptest! {
    /// Whatever is needed and whoever there is: who confirms is asked for or stands in, and never has a part in it.
    #[test]
    fn who_confirms_never_has_a_part_in_it(
        roles in prop::collection::vec(0..7_usize, 1..6),
        involved in prop::collection::vec((0..6_u8, 0..Part::ALL.len()), 0..4),
        officer in any::<bool>(),
        asks in 0..6_usize,
    ) {
        let people: Vec<Candidate> =
            roles.iter().zip(0_u8..).map(|(role, n)| candidate(n, Role::ALL[*role])).collect();
        let need = if officer { Need::officer() } else { Need::officer_or_administrator() };
        let involved: Vec<Involved> = involved
            .into_iter()
            .map(|(n, part)| Involved { who: who(n), part: Part::ALL[part] })
            .collect();
        let about = Proposal { involved: involved.clone(), ..proposal(who(9), vec![need.clone()]) };
        let by = &people[asks % people.len()];
        if let Ok((_, stands_in)) = about.confirm(by, &people) {
            prop_assert!(involved.iter().all(|one| !one.who.is(&by.who)));
            prop_assert!(stands_in || need.can_be_given_by(by));
            prop_assert!(!about.nobody_could(&people));
        }
    }
}
