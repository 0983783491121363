//! Who decides for somebody who is away: on the own account, and on a person's page.

use std::collections::BTreeSet;

use assay_app::access::{AbsenceLine, AwayData, DelegationForm, DelegationLine, TeamChoice};
use assay_domain::access::Permission;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    app::App,
    audit::Names,
    delegations::service::{self, NewDelegation},
    delegations::store::DelegationRow,
    error::{Error, FieldError},
    http::{Caller, page::form_errors},
};

/// The section of the own account.
pub(super) async fn data(app: &App, caller: &Caller, teams: &[TeamChoice]) -> Result<AwayData, Error> {
    let rows = service::own(app, caller).await?;
    let names = names(app, &rows).await?;
    let (made, received): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| Some(row.from_person) == caller.person());
    let line = |row: &DelegationRow, other: Uuid, end: Option<String>| DelegationLine {
        person: names.anybody(other),
        team: team(row, teams),
        first_day: row.first_day,
        last_day: row.last_day,
        end,
    };
    let end = |row: &DelegationRow| Some(format!("/account/delegations/{}/end", row.id));
    Ok(AwayData {
        decides: caller.principal.may_somewhere(Permission::DecideApprovals),
        made: made.iter().map(|row| line(row, row.to_person, end(row))).collect(),
        received: received.iter().map(|row| line(row, row.from_person, None)).collect(),
        form: DelegationForm::default(),
    })
}

/// The section of a person's page.
pub(super) async fn absences(
    app: &App,
    caller: &Caller,
    person: Uuid,
    teams: &[TeamChoice],
) -> Result<Vec<AbsenceLine>, Error> {
    let rows = service::made_by(app, caller, person).await?;
    let names = names(app, &rows).await?;
    let line = |row: DelegationRow| AbsenceLine {
        to: names.anybody(row.to_person),
        team: team(&row, teams),
        first_day: row.first_day,
        last_day: row.last_day,
        ended_at: row.ended_at,
    };
    Ok(rows.into_iter().map(line).collect())
}

async fn names(app: &App, rows: &[DelegationRow]) -> Result<Names, Error> {
    let people: BTreeSet<Uuid> = rows.iter().flat_map(|row| [row.from_person, row.to_person]).collect();
    Names::of_actors(&mut app.db.read().await?, people).await
}

fn team(row: &DelegationRow, teams: &[TeamChoice]) -> String {
    row.team_id.map_or_else(|| "All teams".to_owned(), |team| super::team_name(team, teams))
}

/// An absence as it was typed.
#[derive(Clone, Deserialize)]
pub(super) struct Absence {
    to: String,
    away_team: String,
    first_day: String,
    last_day: String,
}

impl Absence {
    pub(super) fn parse(&self) -> Result<NewDelegation, Error> {
        let day = |pointer: &str, typed: &str| {
            typed.trim().parse::<NaiveDate>().map_err(|_| FieldError::new(pointer, "Choose a day."))
        };
        let days = (day("/first_day", &self.first_day), day("/last_day", &self.last_day));
        match days {
            (Ok(first_day), Ok(last_day)) => Ok(NewDelegation {
                to: self.to.clone(),
                team: (!self.away_team.is_empty()).then(|| self.away_team.clone()),
                first_day,
                last_day,
            }),
            (first, last) => Err(Error::Invalid([first.err(), last.err()].into_iter().flatten().collect())),
        }
    }

    /// What was typed, with what was wrong. The page has another field for a team, so this one has a name of its own.
    pub(super) fn shown(self, errors: Vec<FieldError>) -> DelegationForm {
        let own = |error: FieldError| match error.pointer.as_str() {
            "/team" => FieldError { pointer: "/away_team".to_owned(), ..error },
            _ => error,
        };
        let errors = form_errors(errors.into_iter().map(own).collect());
        let Self { to, away_team, first_day, last_day } = self;
        DelegationForm { to, away_team, first_day, last_day, errors }
    }
}
