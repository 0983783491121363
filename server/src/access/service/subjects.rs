//! Who somebody is: the account here, and the names under which other systems know the same person.
//!
//! Rules about four eyes hold for people, not for accounts. A person is known by the mail address, as `email|ADDRESS`, and
//! by what an administrator put on record (`issuer|subject`) and the person or an officer confirmed. Accounts that share a
//! name are one person, also by way of a third account; [`who`] gathers all names that are known in this way, and
//! [`accounts`] all accounts: what rules that keep people from judging their own work compare with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use assay_domain::access::Permission;
use assay_domain::approvals::Who;
use assay_domain::audit::Actor;
use assay_domain::audit::catalogue::{SubjectAdded, SubjectRemoved};
use assay_domain::proposals::{Kind, Need};
use futures::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{checked_email, may_manage_people, person_subject};
use crate::access::store::{self, SubjectRow};
use crate::app::App;
use crate::approvals::requests::service as approvals;
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldError};
use crate::http::Caller;
use crate::proposals::service::{self as proposals, NewProposal};
use crate::proposals::store::ProposalRow;

/// The issuer of mail addresses.
pub const EMAIL: &str = "email";

/// The most characters of an issuer or a subject: an address of an issuer is no longer.
const LONGEST: usize = 255;

/// A name under which another system knows somebody.
#[derive(Clone, Debug)]
pub struct NewSubject {
    /// The system: an issuer's address, the name of a kind of pipeline, or `email`.
    pub issuer: String,
    /// The name there.
    pub subject: String,
}

/// Who somebody with an account is: all names that are known of the person.
///
/// # Errors
/// [`Error::NotFound`] for somebody who has no account.
pub async fn who(conn: &mut Conn, person: Uuid) -> Result<Who, Error> {
    let row = store::person(conn, person).await?.ok_or(Error::NotFound)?;
    Ok(gather(conn, Who::account(person), vec![(person, row.email)]).await?.0)
}

/// All accounts of the person behind an account, which is one of them. A machine is itself alone.
///
/// # Errors
/// Those of the database.
pub async fn accounts(conn: &mut Conn, account: Uuid) -> Result<BTreeSet<Uuid>, Error> {
    match store::person(conn, account).await? {
        Some(row) => Ok(gather(conn, Who::account(account), vec![(account, row.email)]).await?.1),
        None => Ok(BTreeSet::from([account])),
    }
}

/// Whom a pipeline names: everything that is known of whoever may be meant, so that nobody who may not decide gets in by
/// another name. It is the word of the pipeline, so it is nobody's account.
///
/// # Errors
/// Those of the database.
pub async fn who_is_named(conn: &mut Conn, provider: &str, subject: &str) -> Result<Who, Error> {
    let mut who = Who { account: None, subjects: BTreeSet::from([named(provider, subject)]) };
    let mut found = Vec::new();
    // Pipelines name people by mail address more often than not.
    if let Ok(email) = checked_email(subject) {
        who.subjects.insert(named(EMAIL, &email));
        found.extend(store::person_by_email(conn, &email).await?.map(|row| (row.id, row.email)));
        found.extend(store::people_of_subject(conn, EMAIL, &email).await?);
    }
    found.extend(store::people_of_subject(conn, provider, subject).await?);
    Ok(gather(conn, who, found).await?.0)
}

/// Whom the issuer of a job's token has signed to be behind the job: the account that is linked to that id, where one is.
///
/// # Errors
/// Those of the database.
pub async fn who_is_signed(
    conn: &mut Conn,
    provider: &str,
    issuer: &str,
    subject: &str,
) -> Result<Who, Error> {
    let subjects = BTreeSet::from([named(provider, subject), named(issuer, subject)]);
    let mut found = store::people_of_subject(conn, provider, subject).await?;
    found.extend(store::people_of_subject(conn, issuer, subject).await?);
    let account = found.first().map(|(id, _)| *id);
    Ok(gather(conn, Who { account, subjects }, found).await?.0)
}

/// Follows names to accounts and accounts to names until nothing new is found: all names, and all accounts.
async fn gather(
    conn: &mut Conn,
    mut who: Who,
    mut next: Vec<(Uuid, String)>,
) -> Result<(Who, BTreeSet<Uuid>), Error> {
    let mut seen = BTreeSet::new();
    while let Some((person, email)) = next.pop() {
        if !seen.insert(person) {
            continue;
        }
        let mut names = vec![(EMAIL.to_owned(), email.clone())];
        names.extend(store::subjects(conn, person).await?.into_iter().map(|row| (row.issuer, row.subject)));
        for (issuer, subject) in names {
            next.extend(store::people_of_subject(conn, &issuer, &subject).await?);
            if issuer == EMAIL && subject != email {
                next.extend(store::person_by_email(conn, &subject).await?.map(|row| (row.id, row.email)));
            }
            who.subjects.insert(named(&issuer, &subject));
        }
    }
    Ok((who, seen))
}

fn named(issuer: &str, subject: &str) -> String {
    format!("{issuer}|{subject}")
}

/// Accounts that are one person with others, each with the one that stands for all. Who has one account is not in it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn same_people(conn: &mut Conn) -> Result<BTreeMap<Uuid, Uuid>, Error> {
    let accounts: BTreeSet<Uuid> = store::all_subjects(conn).await?.iter().map(|row| row.person_id).collect();
    let mut groups: Vec<(BTreeSet<Uuid>, Who)> = Vec::new();
    for account in accounts {
        let who = who(conn, account).await?;
        match groups.iter_mut().find(|(_, other)| other.is(&who)) {
            Some((group, _)) => drop(group.insert(account)),
            None => groups.push((BTreeSet::from([account]), who)),
        }
    }
    // An account that others are linked to by its mail address need not have a row of its own.
    for (group, who) in &mut groups {
        for email in who.subjects.iter().filter_map(|name| name.strip_prefix("email|")) {
            group.extend(store::person_by_email(conn, email).await?.map(|row| row.id));
        }
    }
    let several = groups.iter().filter(|(group, _)| group.len() > 1);
    let each = several.flat_map(|(group, _)| {
        group.iter().flat_map(move |account| group.first().map(|first| (*account, *first)))
    });
    Ok(each.collect())
}

/// Under which names other systems know somebody, in the order in which they were put on record.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`] for those who may not see people.
pub async fn list(app: &App, caller: &Caller, person: Uuid) -> Result<Vec<SubjectRow>, Error> {
    caller.see(Permission::ReadPeople, None)?;
    let mut conn = app.db.read().await?;
    store::person(&mut conn, person).await?.ok_or(Error::NotFound)?;
    store::subjects(&mut conn, person).await
}

/// Other accounts that are the same person, by name.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`] for those who may not see people.
pub async fn other_accounts(app: &App, caller: &Caller, person: Uuid) -> Result<Vec<(Uuid, String)>, Error> {
    caller.see(Permission::ReadPeople, None)?;
    let mut conn = app.db.read().await?;
    let who = who(&mut conn, person).await?;
    let mut others = BTreeMap::new();
    for name in &who.subjects {
        let Some((issuer, subject)) = name.split_once('|') else { continue };
        let mut found = store::people_of_subject(&mut conn, issuer, subject).await?;
        if issuer == EMAIL {
            found.extend(store::person_by_email(&mut conn, subject).await?.map(|row| (row.id, row.email)));
        }
        others.extend(found.into_iter().filter(|(id, _)| *id != person));
    }
    Ok(others.into_iter().collect())
}

/// What became of a name that was to be put on record.
#[derive(Clone, Debug)]
pub enum Linked {
    /// It is on record.
    Held(SubjectRow),
    /// The person or an officer has to confirm it first.
    Waits(Box<ProposalRow>),
}

/// What a proposal about a name keeps.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Payload {
    person: Uuid,
    issuer: String,
    subject: String,
}

/// Puts on record under which name another system knows somebody, once the person or an officer has confirmed it: who is one
/// person decides about four eyes. The installation's own word holds at once. Saying it twice changes nothing.
///
/// # Errors
/// [`Error::Invalid`] for a wrong field; [`Error::NotFound`], [`Error::Forbidden`], [`Error::Hidden`]; [`Error::Conflict`]
/// while it waits.
pub async fn add(app: &App, caller: &Caller, person: Uuid, new: NewSubject) -> Result<Linked, Error> {
    may_manage_people(caller)?;
    let given = Arc::new((caller.clone(), checked(new)?));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, NewSubject { issuer, subject }) = &*given;
            store::person(tx, person).await?.ok_or(Error::NotFound)?;
            if let Some(known) = find(tx, person, issuer, subject).await? {
                return Ok(Linked::Held(known));
            }
            let payload = Payload { person, issuer: issuer.clone(), subject: subject.clone() };
            if matches!(caller.actor(), Actor::System(_)) {
                return Ok(Linked::Held(insert(tx, caller, payload).await?));
            }
            let row = proposals::propose(tx, caller, link_proposal(Kind::LinkIdentity, payload)).await?;
            // Where nobody could confirm it may hold at once.
            Ok(match find(tx, person, issuer, subject).await? {
                Some(held) => Linked::Held(held),
                None => Linked::Waits(Box::new(row)),
            })
        }
        .boxed()
    });
    Ok(write.await?.value)
}

async fn find(
    conn: &mut Conn,
    person: Uuid,
    issuer: &str,
    subject: &str,
) -> Result<Option<SubjectRow>, Error> {
    let known = store::subjects(conn, person).await?;
    Ok(known.into_iter().find(|row| row.issuer == issuer && row.subject == subject))
}

fn link_proposal(kind: Kind, payload: Payload) -> NewProposal {
    let (title, from, to, consequence) = if kind == Kind::LinkIdentity {
        (
            format!("Link a name in {} to a person", payload.issuer),
            "not linked",
            "linked",
            "Accounts that share the name count as one person from then on, and what a job signs under it is this person's. \
             Decisions that were made stay.",
        )
    } else {
        (
            format!("Unlink a name in {} from a person", payload.issuer),
            "linked",
            "not linked",
            "Accounts that share only this name count as two people in whatever is asked for from then on. In what is open or \
             holds they stay one.",
        )
    };
    NewProposal {
        kind,
        subject: person_subject(payload.person),
        key: named(&payload.issuer, &payload.subject),
        team: None,
        title,
        href: Some(format!("/admin/people/{}", payload.person)),
        from: from.to_owned(),
        to: to.to_owned(),
        consequence: consequence.to_owned(),
        reason: String::new(),
        content_sha256: None,
        needs: vec![Need::officer().or_person(payload.person, "the person concerned")],
        payload: json!(payload),
        involved: Vec::new(),
    }
}

async fn insert(tx: &mut Tx, caller: &Caller, payload: Payload) -> Result<SubjectRow, Error> {
    let Payload { person, issuer, subject } = payload;
    let row = SubjectRow { id: tx.new_id(), person_id: person, issuer, subject, added_at: tx.now() };
    store::insert_subject(tx, row.clone()).await?;
    let facts = SubjectAdded { record: row.id, issuer: row.issuer.clone() };
    tx.record(caller.event(facts, person_subject(person)).commit("subject", row.subject.clone())).await?;
    Ok(row)
}

/// A link was confirmed.
///
/// # Errors
/// Those of the database.
pub(crate) async fn link(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    let payload: Payload = row.payload()?;
    match find(tx, payload.person, &payload.issuer, &payload.subject).await? {
        Some(_) => Ok(()),
        None => insert(tx, by, payload).await.map(drop),
    }
}

/// Takes it from the record again, once the person or an officer has confirmed it; gives the proposal that waits.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Hidden`]; [`Error::Conflict`] while it waits.
pub async fn remove(
    app: &App,
    caller: &Caller,
    person: Uuid,
    id: Uuid,
) -> Result<Option<ProposalRow>, Error> {
    may_manage_people(caller)?;
    let caller = caller.clone();
    let write = app.db.write(move |tx| {
        let caller = caller.clone();
        async move {
            let known = store::subjects(tx, person).await?;
            let row = known.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
            if matches!(caller.actor(), Actor::System(_)) {
                return delete(tx, &caller, row).await.map(|()| None);
            }
            let payload = Payload { person, issuer: row.issuer, subject: row.subject };
            proposals::propose(tx, &caller, link_proposal(Kind::UnlinkIdentity, payload)).await.map(Some)
        }
        .boxed()
    });
    Ok(write.await?.value)
}

/// Taking a name from the record was confirmed.
///
/// # Errors
/// Those of the database.
pub(crate) async fn unlink(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    let Payload { person, issuer, subject } = row.payload()?;
    match find(tx, person, &issuer, &subject).await? {
        Some(row) => delete(tx, by, row).await,
        None => Ok(()),
    }
}

/// Whom the name kept out of what is open or holds stays out of it.
async fn delete(tx: &mut Tx, caller: &Caller, row: SubjectRow) -> Result<(), Error> {
    let known = who(tx, row.person_id).await?;
    approvals::keep_identity(tx, &known).await?;
    store::delete_subject(tx, row.id).await?;
    let facts = SubjectRemoved { record: row.id, issuer: row.issuer };
    tx.record(caller.event(facts, person_subject(row.person_id))).await.map(drop)
}

/// Both halves, trimmed; a mail address as all are stored.
fn checked(new: NewSubject) -> Result<NewSubject, Error> {
    let (issuer, subject) = (new.issuer.trim().to_owned(), new.subject.trim().to_owned());
    let mut errors = Vec::new();
    // `|` is what stands between the two; in the issuer it would make two different pairs read the same.
    for (pointer, text, what, bar) in [
        ("/issuer", &issuer, "Name the system that knows this person, such as github-actions.", true),
        ("/subject", &subject, "Say under which name it knows this person.", false),
    ] {
        if text.is_empty() {
            errors.push(FieldError::new(pointer, what));
        } else if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
            let message = format!("Use at most {LONGEST} characters, without control characters.");
            errors.push(FieldError::new(pointer, message));
        } else if bar && text.contains('|') {
            errors.push(FieldError::new(pointer, "Leave out the sign |."));
        }
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let is_email = issuer.eq_ignore_ascii_case(EMAIL);
    match is_email {
        true => {
            let wrong = |_| Error::invalid("/subject", "Enter an e-mail address, like ana@example.org.");
            Ok(NewSubject { issuer: EMAIL.to_owned(), subject: checked_email(&subject).map_err(wrong)? })
        }
        false => Ok(NewSubject { issuer, subject }),
    }
}
