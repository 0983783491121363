//! Naming people who have decided already, and taking off who was named wrongly.
//!
//! Whoever is named as an author may not decide, so naming those who decided would undo what they decided. It is a
//! [`Kind::AuthorClaim`]: the person or an officer confirms it, and until then the list stays as it is. What becomes of the
//! decisions is a matter of approvals (`approvals/requests/service/claims.rs`). An entry is taken off by an officer without
//! a part in the version, at once; where there is none, the person proposes it and an administrator confirms
//! ([`Kind::RemoveAuthor`]).

use super::contributors::contributed;
use super::people::{self, Named, grown, is_among};
use super::{of_version, visible_version};
use crate::App;
use crate::access::service::subjects::who;
use crate::approvals::requests::service as approvals;
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldError};
use crate::http::Caller;
use crate::models::store::{self, FoundRow};
use crate::models::version_href;
use crate::proposals::service::{self as proposals, NewProposal};
use crate::proposals::store::ProposalRow;
use assay_domain::access::{Permission, Rights, Role, RoleHeld};
use assay_domain::approvals::{AuthorClaim, Exclusion, Turn, Who};
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::{ModelPersonRemoved, ModelVersionChanged};
use assay_domain::proposals::{Confirmer, Kind, Need, Part};
use chrono::{DateTime, Utc};
use futures::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// A list of people who made a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ModelPeopleList)]
pub enum PeopleList {
    /// Who made it.
    Authors,
    /// Whose commits are in it.
    Committers,
}

impl PeopleList {
    /// The name in the API and the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authors => "authors",
            Self::Committers => "committers",
        }
    }

    const fn part(self) -> Exclusion {
        match self {
            Self::Authors => Exclusion::Author,
            Self::Committers => Exclusion::Committer,
        }
    }

    fn of(self, found: &FoundRow) -> Result<Vec<Who>, Error> {
        match self {
            Self::Authors => found.version.authors(),
            Self::Committers => found.version.committers(),
        }
    }

    fn set(self, found: &mut FoundRow, people: &[Who]) -> Result<(), Error> {
        let text = serde_json::to_string(people).map_err(Error::internal)?;
        match self {
            Self::Authors => found.version.authors = text,
            Self::Committers => found.version.committers = text,
        }
        Ok(())
    }
}

/// What a proposal about a person on a list keeps.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Payload {
    version: Uuid,
    list: PeopleList,
    who: Who,
}

/// The people of a list after a change, and those who have decided and are therefore only said to belong on it.
pub(super) async fn named(
    tx: &mut Tx,
    caller: &Caller,
    found: &FoundRow,
    list: PeopleList,
    named: Option<&[Named]>,
) -> Result<(Vec<Who>, Vec<Who>), Error> {
    let before = list.of(found)?;
    let Some(named) = named else { return Ok((before, Vec::new())) };
    let named = people::checked(tx, &format!("/{}", list.name()), named).await?;
    let (mut joining, mut claimed) = (Vec::new(), Vec::new());
    for one in named {
        let joins_nothing = grown(list.name(), &before, vec![one.clone()])? == before;
        let known = approvals::known_of(tx, one.clone()).await?;
        let oneself = match caller.person() {
            Some(id) => who(tx, id).await?.is(&known),
            None => false,
        };
        let waits = !joins_nothing
            && !oneself
            && approvals::has_decided_as(tx, found.version.id, &known, list.part()).await?;
        if waits { claimed.push(one) } else { joining.push(one) }
    }
    Ok((grown(list.name(), &before, joining)?, claimed))
}

/// Says what was decided of those who joined a list: only who named themselves has decided before.
pub(super) async fn joined(
    tx: &mut Tx,
    caller: &Caller,
    version: Uuid,
    list: PeopleList,
    new: Vec<Who>,
) -> Result<(), Error> {
    for who in new {
        let id = tx.new_id();
        let claim = AuthorClaim { id, who, part: list.part(), turn: Turn::Confirmed };
        approvals::claim(tx, caller, version, claim).await?;
    }
    Ok(())
}

/// Proposes that somebody who has decided belongs on a list. Saying it again while it waits changes nothing.
pub(super) async fn propose(
    tx: &mut Tx,
    caller: &Caller,
    found: &FoundRow,
    list: PeopleList,
    who: Who,
) -> Result<(), Error> {
    let (subject, key) = (about(found), key(list, &who));
    let waiting = proposals::waiting(tx, Kind::AuthorClaim, &subject).await?;
    if waiting.iter().any(|row| row.subject_key == key) {
        return Ok(());
    }
    let what = list.part().label();
    let need = Need::officer();
    let need = match who.account {
        Some(account) => need.or_person(account, "the person who is named"),
        None => need,
    };
    let new = NewProposal {
        kind: Kind::AuthorClaim,
        subject,
        key,
        team: Some(found.team_id),
        title: format!("Name {what} of {} {} who has decided about it", found.model, found.version.version),
        href: Some(version_href(&found.model, &found.version.version)),
        from: "decided about the version".to_owned(),
        to: format!("is {what} of the version"),
        consequence: "When it is so, the person's decision counts no more where the policy keeps them out: an open request \
                      waits for somebody else there, and an approval no longer holds. Until this is decided an open request \
                      waits at that step, and an approval goes on for seven days."
            .to_owned(),
        reason: String::new(),
        content_sha256: None,
        payload: json!(Payload { version: found.version.id, list, who: who.clone() }),
        needs: vec![need],
        involved: Vec::new(),
    };
    let row = proposals::propose(tx, caller, new).await?;
    contributed(tx, caller, found.version.id, "people").await?;
    let claim = AuthorClaim { id: row.id, who, part: list.part(), turn: Turn::Made };
    approvals::claim(tx, caller, found.version.id, claim).await
}

/// The person was confirmed to belong on the list.
///
/// # Errors
/// Those of the database.
pub(crate) async fn confirmed(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    let Payload { version, list, who } = row.payload()?;
    let mut found = store::find_by_id(tx, version).await?.ok_or(Error::NotFound)?;
    let now = grown(list.name(), &list.of(&found)?, vec![who.clone()])?;
    list.set(&mut found, &now)?;
    found.version.revision += 1;
    store::update_version(tx, &found.version).await?;
    let facts = ModelVersionChanged {
        model: found.model.clone(),
        version: found.version.version.clone(),
        changed: vec![list.name().to_owned()],
    };
    let people = serde_json::to_value(&now).map_err(Error::internal)?;
    tx.record(of_version(by, &found, facts).commit(list.name(), people)).await?;
    let claim = AuthorClaim { id: row.id, who, part: list.part(), turn: Turn::Confirmed };
    approvals::claim(tx, by, version, claim).await
}

/// It is not so: everything is as before.
///
/// # Errors
/// Those of the database.
pub(crate) async fn ended(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    let Payload { version, list, who } = row.payload()?;
    let claim = AuthorClaim { id: row.id, who, part: list.part(), turn: Turn::TakenBack };
    approvals::claim(tx, by, version, claim).await
}

/// An entry that is wrong.
#[derive(Clone, Debug)]
pub struct WrongEntry {
    /// Where it stands.
    pub list: PeopleList,
    /// Who is named.
    pub person: Named,
    /// Why it is wrong.
    pub reason: String,
}

/// Takes an entry off that is wrong: by an officer without a part in the version at once; by the person named, where there
/// is no such officer, as a proposal. Gives the version, and the proposal where one waits now.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`]; [`Error::Refused`] for everybody else; [`Error::Invalid`] naming the field.
pub async fn take_off(
    app: &App,
    caller: &Caller,
    (model, version): (&str, &str),
    wrong: WrongEntry,
) -> Result<(FoundRow, Option<ProposalRow>), Error> {
    let found = visible_version(&mut app.db.read().await?, caller, model, version).await?;
    let reason = wrong.reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Error::Invalid(vec![FieldError::new("/reason", "say why the entry is wrong")]));
    }
    let given = Arc::new((caller.clone(), WrongEntry { reason, ..wrong }));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, wrong) = &*given;
            let mut found = store::find_by_id(tx, found.version.id).await?.ok_or(Error::NotFound)?;
            let waits = begin(tx, caller, &mut found, wrong).await?;
            Ok((store::find_by_id(tx, found.version.id).await?.ok_or(Error::NotFound)?, waits))
        }
        .boxed()
    });
    Ok(write.await?.value)
}

async fn begin(
    tx: &mut Tx,
    caller: &Caller,
    found: &mut FoundRow,
    wrong: &WrongEntry,
) -> Result<Option<ProposalRow>, Error> {
    let refused = |rule, detail: &str| Error::Refused {
        permission: Permission::RegisterModels,
        rule,
        detail: detail.to_owned(),
    };
    let named = people::checked(tx, "/person", std::slice::from_ref(&wrong.person)).await?;
    let entry = match named.first() {
        Some(named) => wrong.list.of(found)?.into_iter().find(|who| who.is(named)),
        None => None,
    };
    let entry = entry.ok_or_else(|| Error::invalid("/person", "nobody of this name stands on the list"))?;
    let entry = approvals::known_of(tx, entry).await?;
    let person = caller.principal.person().ok_or_else(|| {
        refused("people_only", "this is for people who are signed in; a token cannot do it")
    })?;
    let me = who(tx, person).await?;
    if is_officer(caller) {
        if takes_part(tx, found, &me).await? {
            return Err(refused(
                "took_part",
                "an officer takes it off who is not on record as having made the version and has not decided about it",
            ));
        }
        remove(tx, caller, found, wrong.list, &entry, &wrong.reason).await?;
        let asked = proposals::waiting(tx, Kind::RemoveAuthor, &about(found)).await?;
        for row in asked.into_iter().filter(|row| row.subject_key == key(wrong.list, &entry)) {
            proposals::take_back(tx, caller, row, "an officer took the entry off").await?;
        }
        return Ok(None);
    }
    if !entry.is(&me) {
        return Err(refused("officer_only", "a compliance officer takes off who was named wrongly"));
    }
    propose_removal(tx, caller, found, wrong, entry).await.map(Some)
}

/// Whether the caller is a compliance officer who is signed in.
pub fn is_officer(caller: &Caller) -> bool {
    let held = RoleHeld { role: Role::ComplianceOfficer, team: None };
    matches!(&caller.principal.rights, Rights::Person(roles) if roles.contains(&held))
}

/// Whether somebody made the version or decided about it.
async fn takes_part(conn: &mut Conn, found: &FoundRow, who: &Who) -> Result<bool, Error> {
    let made_by = approvals::makers(conn, found.version.id).await?;
    let made_it = is_among(&made_by.authors, who) || is_among(&made_by.committers, who);
    Ok(made_it || approvals::has_decided(conn, found.version.id, who).await?)
}

/// Asked by the person named: an officer without a part confirms; where there is none, an administrator without one.
async fn propose_removal(
    tx: &mut Tx,
    caller: &Caller,
    found: &FoundRow,
    wrong: &WrongEntry,
    entry: Who,
) -> Result<ProposalRow, Error> {
    let made_by = approvals::makers(tx, found.version.id).await?;
    let makers = made_by.authors.iter().chain(&made_by.committers).filter_map(|who| who.account);
    let mut involved: Vec<(Uuid, Part)> = makers.map(|account| (account, Part::Author)).collect();
    for account in approvals::deciders(tx, found.version.id).await? {
        involved.push((account, Part::Decided));
    }
    let what = wrong.list.part().label();
    let new = NewProposal {
        kind: Kind::RemoveAuthor,
        subject: about(found),
        key: key(wrong.list, &entry),
        team: Some(found.team_id),
        title: format!("Take {what} of {} {} off who was named wrongly", found.model, found.version.version),
        href: Some(version_href(&found.model, &found.version.version)),
        from: format!("is {what} of the version"),
        to: "is none".to_owned(),
        consequence: "The person may decide about the version again, and decisions of theirs that were voided by the entry \
                      count again."
            .to_owned(),
        reason: wrong.reason.clone(),
        content_sha256: None,
        payload: json!(Payload { version: found.version.id, list: wrong.list, who: entry }),
        needs: vec![Need {
            what: "a compliance officer without a part in the version".to_owned(),
            by: vec![Confirmer::role(Role::ComplianceOfficer)],
        }],
        involved,
    };
    proposals::propose(tx, caller, new).await
}

/// The removal was confirmed.
///
/// # Errors
/// Those of the database.
pub(crate) async fn removed(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    let Payload { version, list, who } = row.payload()?;
    let mut found = store::find_by_id(tx, version).await?.ok_or(Error::NotFound)?;
    remove(tx, by, &mut found, list, &who, &row.reason).await
}

async fn remove(
    tx: &mut Tx,
    by: &Caller,
    found: &mut FoundRow,
    list: PeopleList,
    who: &Who,
    reason: &str,
) -> Result<(), Error> {
    let mut now = list.of(found)?;
    now.retain(|one| !one.is(who));
    list.set(found, &now)?;
    found.version.revision += 1;
    store::update_version(tx, &found.version).await?;
    let facts = ModelPersonRemoved {
        model: found.model.clone(),
        version: found.version.version.clone(),
        list: list.name().to_owned(),
    };
    let person = serde_json::to_value(who).map_err(Error::internal)?;
    tx.record(of_version(by, found, facts).commit("person", person).commit("reason", reason)).await?;
    contributed(tx, by, found.version.id, "people").await?;
    let (version, part) = (found.version.id, list.part());
    let mut said = approvals::claims_about(tx, version, who, part).await?;
    said.insert(tx.new_id());
    for id in said {
        let claim = AuthorClaim { id, who: who.clone(), part, turn: Turn::TakenBack };
        approvals::claim(tx, by, version, claim).await?;
    }
    Ok(())
}

fn about(found: &FoundRow) -> Subject {
    Subject::new("model_version", found.version.id)
}

/// At most one proposal waits about a person on a list.
fn key(list: PeopleList, who: &Who) -> String {
    let person = who.account.map(|account| account.to_string());
    let person = person.or_else(|| who.subjects.iter().next().cloned()).unwrap_or_default();
    format!("{} {person}", list.name())
}

/// Something about who made a version that waits to be confirmed.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The proposal.
    pub proposal: Uuid,
    /// What kind it is.
    pub kind: Kind,
    /// Which list it is about.
    pub list: PeopleList,
    /// Who is named.
    pub who: Who,
    /// Since when it waits.
    pub since: DateTime<Utc>,
}

/// What waits to be confirmed about who made a version.
///
/// # Errors
/// Those of the database.
pub async fn waiting(conn: &mut Conn, version: Uuid) -> Result<Vec<Waiting>, Error> {
    let subject = Subject::new("model_version", version);
    let mut found = Vec::new();
    for kind in [Kind::AuthorClaim, Kind::RemoveAuthor] {
        for row in proposals::waiting(conn, kind, &subject).await? {
            let Payload { list, who, .. } = row.payload()?;
            found.push(Waiting { proposal: row.id, kind, list, who, since: row.proposed_at });
        }
    }
    Ok(found)
}
