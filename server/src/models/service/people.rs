//! Authors and committers: who may not decide about what they made.

use crate::access::service::{checked_email, people as accounts};
use crate::access::store as access;
use crate::db::Conn;
use crate::error::{Error, FieldError};
use assay_domain::approvals::Who;
use assay_domain::texts::is_text;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The most people on a list.
const MOST: usize = 100;

/// Somebody as they are named by who registers a version: an account, or how another system knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The account.
    pub account: Option<Uuid>,
    /// `issuer|subject` of other systems; `email|ada@example.org` for a mail address.
    pub subjects: BTreeSet<String>,
}

impl Named {
    /// Somebody by mail address.
    #[must_use]
    pub fn by_mail(address: &str) -> Self {
        Self { account: None, subjects: BTreeSet::from([format!("email|{address}")]) }
    }
}

/// The people whom a list names, each once, in order. A mail address that belongs to an account means the account, too.
pub(super) async fn checked(conn: &mut Conn, list: &str, named: &[Named]) -> Result<Vec<Who>, Error> {
    let (mut found, mut wrong) = (BTreeSet::new(), Vec::new());
    if named.len() > MOST {
        wrong.push(FieldError::new(list, format!("must be at most {MOST} people")));
    }
    for (n, one) in named.iter().take(MOST).enumerate() {
        match checked_one(conn, &format!("{list}/{n}"), one).await {
            Ok(who) => drop(found.insert(who)),
            Err(Error::Invalid(errors)) => wrong.extend(errors),
            Err(other) => return Err(other),
        }
    }
    super::fine(wrong)?;
    Ok(found.into_iter().collect())
}

async fn checked_one(conn: &mut Conn, at: &str, named: &Named) -> Result<Who, Error> {
    if named.account.is_none() && named.subjects.is_empty() {
        return Err(Error::invalid(at, "name an account, or a subject such as email|ada@example.org"));
    }
    let mut who = Who { account: named.account, subjects: BTreeSet::new() };
    if let Some(id) = named.account
        && access::person(conn, id).await?.is_none()
    {
        return Err(Error::invalid(format!("{at}/account"), "there is no such person"));
    }
    for (n, subject) in named.subjects.iter().enumerate() {
        let at = format!("{at}/subjects/{n}");
        let subject = checked_subject(&at, subject)?;
        if let Some(address) = subject.strip_prefix("email|") {
            match accounts::find(conn, address).await {
                Ok(person) => match who.account {
                    Some(account) if account != person.id => {
                        return Err(Error::invalid(at, "this address belongs to another account"));
                    }
                    _ => who.account = Some(person.id),
                },
                Err(Error::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        who.subjects.insert(subject);
    }
    Ok(who)
}

fn checked_subject(at: &str, subject: &str) -> Result<String, Error> {
    let wrong = || {
        Error::invalid(
            at,
            "must be issuer|subject, such as email|ada@example.org or https://gitlab.example|4711, at most 400 characters",
        )
    };
    let (issuer, name) = subject.split_once('|').ok_or_else(wrong)?;
    if issuer.is_empty() || name.is_empty() || !is_text(subject, 400) {
        return Err(wrong());
    }
    if issuer == "email" {
        return Ok(format!("email|{}", checked_email(name).map_err(|_| wrong())?));
    }
    Ok(subject.to_owned())
}

/// A list with more people on it. It only grows: who is on record and not named stays, because whoever is on it may not
/// decide about the version. Saying the same again changes nothing, so a job may post its list as often as it runs.
pub(super) fn grown(list: &str, before: &[Who], named: Vec<Who>) -> Result<Vec<Who>, Error> {
    let mut now = before.to_vec();
    for who in named {
        let same = |known: &&mut Who| {
            known.is(&who)
                && (known.account == who.account || known.account.is_none() || who.account.is_none())
        };
        match now.iter_mut().find(same) {
            Some(known) => {
                known.account = known.account.or(who.account);
                known.subjects.extend(who.subjects);
            }
            None => now.push(who),
        }
    }
    if now.len() > MOST {
        return Err(Error::invalid(format!("/{list}"), format!("must be at most {MOST} people in all")));
    }
    now.sort();
    Ok(now)
}

/// The people on a list who were not named when it was given anew.
#[must_use]
pub fn kept(now: &[Who], named: &[Named]) -> Vec<Who> {
    let names = |who: &&Who| {
        named.iter().any(|one| {
            let one = Who { account: one.account, subjects: one.subjects.clone() };
            one.is(who) || one.subjects.iter().any(|subject| who.subjects.contains(&subject.to_lowercase()))
        })
    };
    now.iter().filter(|who| !names(who)).cloned().collect()
}

/// Whether somebody is one of these people.
pub(super) fn is_among(people: &[Who], who: &Who) -> bool {
    people.iter().any(|one| one.is(who))
}
