//! Filling the matrix: cells are read as people write them, compared with what the form was drawn with, and what others
//! changed meanwhile is kept.

use std::collections::{BTreeMap, BTreeSet};

use assay_app::components::{FieldError, SelectOption};
use assay_app::ownership::{CopyFrom, EditCell, EditGroup, EditPage, EditRow, EditView, Replacement};
use assay_domain::access::Permission;
use assay_domain::ownership::{Held, Holder, Thing, ThingKind, Wish, cell, held_on};
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use uuid::Uuid;

use super::sentence;
use super::service::{self, Ownership};
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Form, IfMatch, Page, Path, Query};
use crate::teams::service as teams;

/// A cell: for what, as which role.
type Place = (Thing, String);
/// What stands in cells. Empty ones are left out.
type Cells = BTreeMap<Place, String>;

fn field_name((thing, role): &Place) -> String {
    format!("{thing}@{role}")
}

fn place_of(name: &str) -> Option<Place> {
    let (thing, role) = name.rsplit_once('@')?;
    Some((thing.parse().ok()?, role.to_owned()))
}

/// Cells in one hidden field: a line each.
fn pack(cells: &Cells) -> String {
    cells.iter().map(|(place, text)| format!("{}\t{text}\n", field_name(place))).collect()
}

fn unpack(packed: &str) -> Cells {
    let line = |line: &str| {
        let (name, text) = line.split_once('\t')?;
        Some((place_of(name)?, text.trim_end_matches('\r').to_owned()))
    };
    packed.split('\n').filter_map(line).collect()
}

/// The cells as they are stored today.
fn stored(ownership: &Ownership) -> Cells {
    write(&ownership.on(ownership.today), &ownership.ground.holders)
}

fn write(held: &BTreeSet<Held>, holders: &[Holder]) -> Cells {
    let mut people: BTreeMap<Place, Vec<_>> = BTreeMap::new();
    for held in held {
        people.entry((held.thing.clone(), held.role.clone())).or_default().push((held.person, held.part));
    }
    people.into_iter().map(|(place, people)| (place, cell::write(&people, holders))).collect()
}

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
    Query(pairs): Query<Vec<(String, String)>>,
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

/// What the form says.
#[derive(Default)]
struct Posted {
    cells: Cells,
    /// Every cell that the form had, also the empty ones.
    places: BTreeSet<Place>,
    seen: Cells,
    from: String,
    then: String,
    add: (String, String),
}

impl Posted {
    fn read(pairs: Vec<(String, String)>) -> Result<Self, Error> {
        let mut posted = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "seen" => posted.seen = unpack(&value),
                "from" => posted.from = value,
                "then" => posted.then = value,
                "add-kind" => posted.add.0 = value,
                "add-of" => posted.add.1 = value.trim().to_owned(),
                _ => {
                    let unknown = || Error::invalid(format!("/{name}"), "unknown field");
                    let place = place_of(&name).ok_or_else(unknown)?;
                    posted.places.insert(place.clone());
                    if !value.trim().is_empty() {
                        posted.cells.insert(place, value.trim().to_owned());
                    }
                }
            }
        }
        Ok(posted)
    }

    /// What is wanted, cell by cell: what was not touched is as it is stored by now. Where both the form and somebody
    /// else changed a cell, the mistake says what is stored.
    fn merge(&self, stored: &Cells) -> (Cells, BTreeMap<Place, String>) {
        let (mut merged, mut met) = (stored.clone(), BTreeMap::new());
        for place in &self.places {
            let (typed, seen, now) = (self.cells.get(place), self.seen.get(place), stored.get(place));
            if typed == seen || typed == now {
                continue;
            }
            if seen != now {
                let now = now.map_or("nothing", String::as_str);
                met.insert(place.clone(), format!("Somebody else changed this meanwhile; stored is now: {now}. Save again to keep yours."));
            }
            match typed {
                Some(text) => drop(merged.insert(place.clone(), text.clone())),
                None => drop(merged.remove(place)),
            }
        }
        (merged, met)
    }
}

pub(super) async fn save(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
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

/// What the cells say. What stands there already keeps its end; cells that nobody touched are not read again.
fn read_cells(
    ownership: &Ownership,
    cells: &Cells,
    stored: &Cells,
    holders: &[Holder],
) -> (Vec<Wish>, BTreeMap<Place, String>) {
    let present: Vec<Wish> = held_on(&ownership.history, ownership.today)
        .map(|row| Wish { held: row.holding.held.clone(), until: row.holding.until })
        .collect();
    let is_at = |wish: &Wish, (thing, role): &Place| wish.held.thing == *thing && wish.held.role == *role;
    let (mut wishes, mut errors) = (Vec::new(), BTreeMap::new());
    for (place, text) in cells {
        if stored.get(place) == Some(text) {
            wishes.extend(present.iter().filter(|wish| is_at(wish, place)).cloned());
            continue;
        }
        match cell::read(text, holders) {
            Ok(people) => wishes.extend(people.into_iter().map(|(person, part)| {
                let held = Held { thing: place.0.clone(), role: place.1.clone(), person, part };
                let until = present.iter().find(|wish| wish.held == held).and_then(|wish| wish.until);
                Wish { held, until }
            })),
            Err(mistakes) => drop(errors.insert(place.clone(), mistakes.join(" "))),
        }
    }
    (wishes, errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(of: &[(&str, &str)]) -> Cells {
        of.iter().map(|(name, text)| (place_of(name).unwrap(), (*text).to_owned())).collect()
    }

    fn posted(seen: &[(&str, &str)], typed: &[(&str, &str)]) -> Posted {
        let mut pairs = vec![("seen".to_owned(), pack(&cells(seen)))];
        pairs.extend(typed.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
        Posted::read(pairs).unwrap()
    }

    const A: &str = "capability/privacy@ml-engineer";
    const B: &str = "dataset/claims/2025@data-engineer";

    #[test]
    fn cells_go_into_a_hidden_field_and_come_back() {
        let some = cells(&[(A, "Ana A, Bo R"), (B, "Cem I")]);
        assert_eq!(unpack(&pack(&some)), some);
        assert_eq!(unpack(&pack(&some).replace('\n', "\r\n")), some, "browsers send lines like this");
    }

    #[test]
    fn what_nobody_touched_is_what_others_made_of_it() {
        let form = posted(&[(A, "Ana A")], &[(A, "Ana A"), (B, "Bo R")]);
        let (merged, met) = form.merge(&cells(&[(A, "Cem A")]));
        assert_eq!((merged, met.len()), (cells(&[(A, "Cem A"), (B, "Bo R")]), 0));
    }

    #[test]
    fn an_emptied_cell_is_emptied_and_the_same_change_is_no_quarrel() {
        let form = posted(&[(A, "Ana A"), (B, "Bo R")], &[(A, " "), (B, "Bo A")]);
        let (merged, met) = form.merge(&cells(&[(A, "Ana A"), (B, "Bo A")]));
        assert_eq!((merged, met.len()), (cells(&[(B, "Bo A")]), 0));
    }

    #[test]
    fn where_both_changed_a_cell_the_form_is_told() {
        let form = posted(&[(A, "Ana A")], &[(A, "Bo A")]);
        let (_, met) = form.merge(&cells(&[(A, "Cem A")]));
        assert!(met[&place_of(A).unwrap()].contains("stored is now: Cem A"), "{met:?}");
    }

    #[test]
    fn fields_that_are_no_cells_are_refused() {
        let pairs = vec![("planet/mars@ml-engineer".to_owned(), "Ana".to_owned())];
        assert!(Posted::read(pairs).is_err());
    }
}
