//! The cells of the matrix as a form sends them: read as people write them, compared with what the form was drawn with,
//! so that what others changed meanwhile is kept.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::ownership::{Held, Holder, Thing, Wish, cell, held_on};

use super::service::Ownership;
use crate::error::Error;

/// A cell: for what, as which role.
pub(super) type Place = (Thing, String);
/// What stands in cells. Empty ones are left out.
pub(super) type Cells = BTreeMap<Place, String>;

pub(super) fn field_name((thing, role): &Place) -> String {
    format!("{thing}@{role}")
}

pub(super) fn place_of(name: &str) -> Option<Place> {
    let (thing, role) = name.rsplit_once('@')?;
    Some((thing.parse().ok()?, role.to_owned()))
}

/// Cells in one hidden field: a line each.
pub(super) fn pack(cells: &Cells) -> String {
    cells.iter().map(|(place, text)| format!("{}\t{text}\n", field_name(place))).collect()
}

pub(super) fn unpack(packed: &str) -> Cells {
    let line = |line: &str| {
        let (name, text) = line.split_once('\t')?;
        Some((place_of(name)?, text.trim_end_matches('\r').to_owned()))
    };
    packed.split('\n').filter_map(line).collect()
}

/// The cells as they are stored today.
pub(super) fn stored(ownership: &Ownership) -> Cells {
    write(&ownership.on(ownership.today), &ownership.ground.holders)
}

pub(super) fn write(held: &BTreeSet<Held>, holders: &[Holder]) -> Cells {
    let mut people: BTreeMap<Place, Vec<_>> = BTreeMap::new();
    for held in held {
        people.entry((held.thing.clone(), held.role.clone())).or_default().push((held.person, held.part));
    }
    people.into_iter().map(|(place, people)| (place, cell::write(&people, holders))).collect()
}

/// What the form says.
#[derive(Default)]
pub(super) struct Posted {
    pub(super) cells: Cells,
    /// Every cell that the form had, also the empty ones.
    pub(super) places: BTreeSet<Place>,
    pub(super) seen: Cells,
    pub(super) from: String,
    pub(super) then: String,
    pub(super) add: (String, String),
}

impl Posted {
    pub(super) fn read(pairs: Vec<(String, String)>) -> Result<Self, Error> {
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
    pub(super) fn merge(&self, stored: &Cells) -> (Cells, BTreeMap<Place, String>) {
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

/// What the cells say. What stands there already keeps its end; cells that nobody touched are not read again.
pub(super) fn read_cells(
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
