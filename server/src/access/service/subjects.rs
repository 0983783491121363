//! Who somebody is: the account here, and the names under which other systems know the same person.
//!
//! Rules about four eyes hold for people, not for accounts. A person is known by the mail address, as `email|ADDRESS`, and
//! by what an administrator put on record (`issuer|subject`). Accounts that share a name are one person, also by way of a
//! third account; [`who`] gathers all names that are known in this way, and [`accounts`] all accounts: what rules that
//! keep people from judging their own work compare with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use assay_domain::access::Permission;
use assay_domain::approvals::Who;
use assay_domain::audit::catalogue::{SubjectAdded, SubjectRemoved};
use futures::FutureExt;
use uuid::Uuid;

use super::{checked_email, may_manage_people, person_subject};
use crate::access::store::{self, SubjectRow};
use crate::app::App;
use crate::db::Conn;
use crate::error::{Error, FieldError};
use crate::http::Caller;

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

/// Who a pipeline means by a name: whoever has an account that is known by it, or else somebody of whom nothing is known
/// but the name.
///
/// # Errors
/// Those of the database.
pub async fn who_of_subject(conn: &mut Conn, provider: &str, subject: &str) -> Result<Who, Error> {
    let mut who = Who { account: None, subjects: BTreeSet::from([named(provider, subject)]) };
    let mut found = Vec::new();
    // Pipelines name people by mail address more often than not.
    if let Ok(email) = checked_email(subject) {
        who.subjects.insert(named(EMAIL, &email));
        found.extend(store::person_by_email(conn, &email).await?.map(|row| (row.id, row.email)));
        found.extend(store::people_of_subject(conn, EMAIL, &email).await?);
    }
    found.extend(store::people_of_subject(conn, provider, subject).await?);
    who.account = found.first().map(|(id, _)| *id);
    Ok(gather(conn, who, found).await?.0)
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

/// Puts on record under which name another system knows somebody. Saying it twice changes nothing.
///
/// # Errors
/// [`Error::Invalid`] for a wrong field; [`Error::NotFound`], [`Error::Forbidden`], [`Error::Hidden`].
pub async fn add(app: &App, caller: &Caller, person: Uuid, new: NewSubject) -> Result<SubjectRow, Error> {
    may_manage_people(caller)?;
    let given = Arc::new((caller.clone(), checked(new)?));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, NewSubject { issuer, subject }) = &*given;
            store::person(tx, person).await?.ok_or(Error::NotFound)?;
            let known = store::subjects(tx, person).await?;
            if let Some(known) =
                known.into_iter().find(|row| row.issuer == *issuer && row.subject == *subject)
            {
                return Ok(known);
            }
            let row = SubjectRow {
                id: tx.new_id(),
                person_id: person,
                issuer: issuer.clone(),
                subject: subject.clone(),
                added_at: tx.now(),
            };
            store::insert_subject(tx, row.clone()).await?;
            let facts = SubjectAdded { record: row.id, issuer: issuer.clone() };
            tx.record(caller.event(facts, person_subject(person)).commit("subject", subject.clone())).await?;
            Ok(row)
        }
        .boxed()
    });
    Ok(write.await?.value)
}

/// Takes it from the record again.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Hidden`].
pub async fn remove(app: &App, caller: &Caller, person: Uuid, id: Uuid) -> Result<(), Error> {
    may_manage_people(caller)?;
    let caller = caller.clone();
    let write = app.db.write(move |tx| {
        let caller = caller.clone();
        async move {
            let known = store::subjects(tx, person).await?;
            let row = known.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
            store::delete_subject(tx, id).await?;
            let facts = SubjectRemoved { record: id, issuer: row.issuer };
            tx.record(caller.event(facts, person_subject(person))).await.map(drop)
        }
        .boxed()
    });
    write.await.map(drop)
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
