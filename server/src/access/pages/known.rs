//! On a person's page: under which names other systems know them.

use assay_app::access::{KnownData, SubjectLine};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    access::service::subjects::{self, NewSubject},
    app::App,
    error::{Error, FieldError},
    http::{Caller, page::form_errors},
};

/// What is known of a person elsewhere.
pub(super) async fn data(app: &App, caller: &Caller, person: Uuid) -> Result<KnownData, Error> {
    let rows = subjects::list(app, caller, person).await?;
    let others = subjects::other_accounts(app, caller, person).await?;
    let line = |row: crate::access::store::SubjectRow| SubjectLine {
        remove: format!("/admin/people/{person}/subjects/{}/remove", row.id),
        issuer: row.issuer,
        subject: row.subject,
        added_at: row.added_at,
    };
    Ok(KnownData {
        subjects: rows.into_iter().map(line).collect(),
        others: others.into_iter().map(|(id, email)| (email, format!("/admin/people/{id}"))).collect(),
        ..KnownData::default()
    })
}

/// A name as it was typed.
#[derive(Clone, Deserialize)]
pub(super) struct Typed {
    issuer: String,
    subject: String,
}

impl Typed {
    pub(super) fn parse(&self) -> NewSubject {
        NewSubject { issuer: self.issuer.clone(), subject: self.subject.clone() }
    }

    /// What was typed, with what was wrong.
    pub(super) fn shown(self, errors: Vec<FieldError>, known: KnownData) -> KnownData {
        let Self { issuer, subject } = self;
        KnownData { issuer, subject, errors: form_errors(errors), ..known }
    }
}
