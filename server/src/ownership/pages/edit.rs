//! Filling the matrix, and copying the pattern of another team. What the form says is read in [`super::cells`].

use std::collections::{BTreeMap, BTreeSet};

use assay_app::components::{FieldError, SelectOption};
use assay_app::ownership::{CopyFrom, EditCell, EditGroup, EditPage, EditRow, EditView, Replacement};
use assay_domain::access::Permission;
use assay_domain::ownership::{Held, Holder, Thing, ThingKind, cell};
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use uuid::Uuid;

use super::cells::{Cells, Place, Posted, field_name, pack, read_cells, stored, write};
use super::sentence;
use super::service::{self, Ownership};
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Form, IfMatch, Page, Pairs, Path, Query};
use crate::teams::service as teams;

/// What the page has to say beside what stands in the cells.
#[derive(Default)]
struct Said {
    errors: BTreeMap<Place, String>,
    /// What is wrong with the row to add.
    add_error: Option<String>,
    add: (String, String),
    /// Rows that were added and may be empty.
    rows: Vec<Thing>,
    copy: CopyFrom,
}

fn draw(ownership: &Ownership, cells: &Cells, seen: &Cells, said: Said) -> Result<EditView, Error> {
    let ground = &ownership.ground;
    let typed = cells.keys().chain(said.errors.keys()).map(|(thing, _)| thing.clone());
    let more: Vec<Thing> = typed.chain(said.rows).collect();
    let (mut errors, mut number, mut groups) = (Vec::new(), 0, Vec::new());
    for (title, things) in ownership.groups(&ownership.on(ownership.today), &more) {
        let mut rows = Vec::new();
        for thing in things {
            let mut row = EditRow { title: ground.title(&thing).to_owned(), cells: Vec::new() };
            for (column, role) in ground.roles.iter().enumerate() {
                let place = (thing.clone(), role.id.clone());
                let error = said.errors.get(&place).cloned();
                if let Some(message) = &error {
                    let message = format!("{}, {}: {message}", row.title, role.title);
                    errors.push(FieldError::new(assay_app::ownership::cell_id(number, column), message));
                }
                let text = cells.get(&place).cloned().unwrap_or_default();
                row.cells.push(EditCell { name: field_name(&place), text, error });
            }
            rows.push(row);
            number += 1;
        }
        groups.push(EditGroup { title, rows });
    }
    errors.extend(said.add_error.map(|message| FieldError::new("add-of", message)));
    let people =
        ground.candidates().into_iter().map(|holder| cell::label(holder, &ground.holders).to_owned());
    Ok(EditView {
        nav: super::nav(ownership)?,
        roles: super::roles(ownership)?,
        groups,
        seen: pack(seen),
        people: people.collect(),
        errors,
        copy: said.copy,
        add: said.add,
    })
}

fn title(ownership: &Ownership) -> String {
    format!("Edit ownership, {}", ownership.team.name)
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Query(Pairs(pairs)): Query<Pairs>,
) -> Result<Response, Error> {
    let ownership = service::get_to_manage(&app, &page.caller, &team).await?;
    let wanted = Copying::read(pairs)?;
    let seen = stored(&ownership);
    let mut cells = seen.clone();
    let mut copy = copy_choices(&app, &page.caller, &ownership).await?;
    if let Some(from) = wanted.from.as_deref().filter(|from| !from.is_empty()) {
        let source = service::get(&app, &page.caller, from).await?;
        fill_in(&ownership, &source, &wanted, &mut cells, &mut copy);
    }
    let view = draw(&ownership, &cells, &seen, Said { copy, ..Said::default() })?;
    Ok(page.with_islands().render(&title(&ownership), move || view! { <EditPage view /> }))
}

/// From which team to copy, and who takes the places of those who cannot hold anything here.
#[derive(Default)]
struct Copying {
    from: Option<String>,
    instead: BTreeMap<Uuid, String>,
}

impl Copying {
    fn read(pairs: Vec<(String, String)>) -> Result<Self, Error> {
        let mut copying = Self::default();
        for (name, value) in pairs {
            match name.strip_prefix("for.").and_then(|id| id.parse().ok()) {
                Some(person) => drop(copying.instead.insert(person, value)),
                None if name == "from" => copying.from = Some(value),
                None => return Err(Error::invalid(format!("/{name}"), "unknown field")),
            }
        }
        Ok(copying)
    }
}

async fn copy_choices(app: &App, caller: &Caller, ownership: &Ownership) -> Result<CopyFrom, Error> {
    let teams = teams::list(app, caller).await?.into_iter();
    let others = teams
        .filter(|team| team.id != ownership.team.id && caller.may(Permission::ReadOwnership, Some(team.id)));
    let candidates = ownership.ground.candidates().into_iter();
    Ok(CopyFrom {
        teams: others.map(|team| SelectOption::new(team.slug, team.name)).collect(),
        candidates: candidates
            .map(|holder| SelectOption::new(holder.id.to_string(), holder.name.clone()))
            .collect(),
        ..CopyFrom::default()
    })
}

/// Puts the pattern of another team into the cells: for what both teams have, with the people who can hold something
/// here, and others in the places of those who cannot. Until somebody is chosen, those stand as they are, so that saving
/// asks again.
fn fill_in(
    ownership: &Ownership,
    source: &Ownership,
    wanted: &Copying,
    cells: &mut Cells,
    copy: &mut CopyFrom,
) {
    let ground = &ownership.ground;
    copy.from = source.team.slug.clone();
    copy.from_name = source.team.name.clone();
    let is_here = |thing: &Thing| {
        thing.kind == ThingKind::Control || ground.things.iter().any(|known| known.thing == *thing)
    };
    let mut pattern: BTreeSet<Held> = BTreeSet::new();
    let mut unable: BTreeSet<Uuid> = BTreeSet::new();
    for mut held in source.on(source.today).into_iter().filter(|held| is_here(&held.thing)) {
        if !ground.can_hold(held.person) {
            unable.insert(held.person);
            match wanted.instead.get(&held.person).map(String::as_str) {
                None => {}
                Some("") => continue,
                Some(id) => held.person = id.parse().unwrap_or(held.person),
            }
        }
        if !pattern.iter().any(|known| known.same_place(&held) && known.part <= held.part) {
            pattern.retain(|known| !known.same_place(&held));
            pattern.insert(held);
        }
    }
    let mut holders = ground.holders.clone();
    for holder in &source.ground.holders {
        if ground.holder(holder.id).is_none() {
            holders.push(holder.clone());
        }
    }
    cells.extend(write(&pattern, &holders));
    copy.replace = unable
        .into_iter()
        .map(|person| {
            let value = wanted.instead.get(&person).cloned().unwrap_or_default();
            Replacement {
                id: person.to_string(),
                label: format!("Instead of {}", source.ground.name(person)),
                value,
            }
        })
        .collect();
}

pub(super) async fn save(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Form(Pairs(pairs)): Form<Pairs>,
) -> Result<Response, Error> {
    let ownership = service::get_to_manage(&app, &page.caller, &team).await?;
    let posted = Posted::read(pairs)?;
    let now = stored(&ownership);
    let mut said = Said { copy: copy_choices(&app, &page.caller, &ownership).await?, ..Said::default() };
    said.rows = posted.places.iter().map(|(thing, _)| thing.clone()).collect();
    if posted.then == "add" {
        add_row(&ownership, &posted, &mut said);
        let wrong = said.add_error.is_some();
        let view = draw(&ownership, &posted.cells, &posted.seen, said)?;
        let (page, title) = (page.with_islands(), title(&ownership));
        let body = move || view! { <EditPage view /> };
        return Ok(if wrong { page.invalid(&title, body) } else { page.render(&title, body) });
    }
    let (merged, met) = posted.merge(&now);
    let holders = known_holders(&app, &page.caller, &ownership, &posted.from).await?;
    let (wishes, unread) = read_cells(&ownership, &merged, &now, &holders);
    said.errors = unread;
    said.errors.extend(met);
    if said.errors.is_empty() {
        let places: Vec<Place> =
            wishes.iter().map(|wish| (wish.held.thing.clone(), wish.held.role.clone())).collect();
        let seen = IfMatch(Some(ownership.revision));
        match service::set(&app, &page.caller, &team, None, wishes, seen).await {
            Ok(_) => {
                let to = format!("{}/ownership", super::href(&ownership.team));
                return Ok(page.redirect(&to, "Saved. It holds from today."));
            }
            Err(Error::Invalid(errors)) => {
                for error in errors {
                    let index = error.pointer.split('/').nth(2).and_then(|n| n.parse::<usize>().ok());
                    let place = index.and_then(|index| places.get(index)).or_else(|| places.first());
                    if let Some(place) = place {
                        said.errors.insert(place.clone(), sentence(&error.message));
                    }
                }
            }
            Err(Error::PreconditionFailed | Error::LostRace(_)) => {
                let message = "Somebody else saved at the same moment. Save again.";
                said.errors.extend(places.first().map(|place| (place.clone(), message.to_owned())));
            }
            Err(other) => return Err(other),
        }
    }
    // What is stored by now is what the form compares with from here on.
    let view = draw(&ownership, &posted.cells, &now, said)?;
    Ok(page.with_islands().invalid(&title(&ownership), move || view! { <EditPage view /> }))
}

fn add_row(ownership: &Ownership, posted: &Posted, said: &mut Said) {
    let (kind, of) = &posted.add;
    let thing = match kind.parse() {
        Ok(kind) => Thing::new(kind, of.clone()),
        Err(message) => {
            said.add_error = Some(sentence(&message));
            return;
        }
    };
    match ownership.ground.knows(&thing) {
        Ok(()) => said.rows.push(thing),
        Err(message) => {
            said.add_error = Some(sentence(&message));
            said.add = posted.add.clone();
        }
    }
}

/// Everybody who can be named in a cell: also those of the team that was copied from, so that it can be said why not.
async fn known_holders(
    app: &App,
    caller: &Caller,
    ownership: &Ownership,
    from: &str,
) -> Result<Vec<Holder>, Error> {
    let mut holders = ownership.ground.holders.clone();
    if !from.is_empty() {
        let source = service::get(app, caller, from).await?;
        let own = |holder: &Holder| ownership.ground.holder(holder.id).is_some();
        holders.extend(source.ground.holders.into_iter().filter(|holder| !own(holder)));
    }
    Ok(holders)
}
