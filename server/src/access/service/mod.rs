//! Use cases of the room, one file per kind of thing. Each change is one write: authorise, check, store, record.

pub mod delays;
pub mod invitations;
pub mod people;
pub mod roles;
pub mod sessions;
pub mod setup;
pub mod subjects;
pub mod tokens;

pub use setup::setup_link;
pub use subjects::{who, who_is_named, who_is_signed};

use assay_domain::{access::Permission, audit::Subject};
use uuid::Uuid;

use crate::error::Error;

/// The ledger's name of a person.
pub(crate) fn person_subject(id: Uuid) -> Subject {
    Subject::new("user", id)
}

/// A name as people write it: trimmed, 1 to 100 characters.
pub(crate) fn checked_name(pointer: &str, name: &str) -> Result<String, Error> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err(Error::invalid(pointer, "Enter a name.")),
        1..=100 if !name.chars().any(char::is_control) => Ok(name),
        _ => Err(Error::invalid(pointer, "Use at most 100 characters, without control characters.")),
    }
}

/// A mail address as it is stored: trimmed, lower case, with something on both sides of one @.
pub(crate) fn checked_email(email: &str) -> Result<String, Error> {
    let email = email.trim().to_lowercase();
    let wrong = || Error::invalid("/email", "Enter an e-mail address, like ana@example.org.");
    let (local, host) = email.split_once('@').ok_or_else(wrong)?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '<' | '>' | ',' | '"');
    if local.is_empty() || host.is_empty() || email.len() > 254 || local.contains(odd) || host.contains(odd) {
        return Err(wrong());
    }
    Ok(email)
}

/// Managing people is refused with 403 to those who may look, and with 404 to others.
pub(crate) fn may_manage_people(caller: &crate::http::Caller) -> Result<(), Error> {
    caller.allow(Permission::ReadPeople, Permission::ManagePeople, None)
}

/// Gathers the errors of several fields, so that a form shows them at once.
pub(crate) fn all_of<A, B>(a: Result<A, Error>, b: Result<B, Error>) -> Result<(A, B), Error> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(Error::Invalid(mut first)), Err(Error::Invalid(second))) => {
            first.extend(second);
            Err(Error::Invalid(first))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_folded_and_checked() {
        assert_eq!(checked_email(" Ana@Example.ORG ").unwrap(), "ana@example.org");
        for wrong in [
            "",
            "ana",
            "@example.org",
            "ana@",
            "a na@example.org",
            "ana@ex@ample.org",
            "Ana <ana@example.org>",
        ] {
            assert!(checked_email(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn all_wrong_fields_are_told_at_once() {
        let Err(Error::Invalid(errors)) = all_of(checked_name("/name", ""), checked_email("x")) else {
            panic!()
        };
        let pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/name", "/email"]);
    }
}
