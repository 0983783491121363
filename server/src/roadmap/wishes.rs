//! Wishes as they come in a query or a form, and the domain's objections at the field that they are about.
//!
//! Names are those of the JSON, maps and the calendar with brackets (OpenAPI's `deepObject`): `target=2`,
//! `capacities[ml-engineer]=8`, `switched_off=MC-2.1`, `calendar[start]=2026-12-01`. A new field of the domain's
//! [`Wishes`] needs an arm in [`set`], a line in [`pairs`] and, if it can be wrong, one in [`place`].

use crate::error::{Error, FieldError};
use assay_domain::assessments::Scorecard;
use assay_domain::questionnaires::{Bank, Question};
use assay_domain::roadmap::{Calendar, DEFAULT_PHASE_WEEKS, PlanError, Wishes};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::str::FromStr;

/// The names of wishes in a query or form, without what stands in brackets.
const NAMES: [&str; 6] =
    ["target", "dimension_targets", "capacities", "switched_off", "not_before", "calendar"];

/// Whether a parameter belongs to the wishes.
#[must_use]
pub fn is_wish(name: &str) -> bool {
    NAMES.contains(&parts(name).0)
}

/// Reads wishes. Empty fields wish nothing, because forms send them.
///
/// # Errors
/// [`Error::Invalid`] with every field that is unknown or does not hold what it should.
pub fn read<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Result<Wishes, Error> {
    let (mut wishes, mut calendar, mut wrong) = (Wishes::default(), (None, None), Vec::new());
    for (name, value) in pairs {
        if value.trim().is_empty() {
            continue;
        }
        if let Err(message) = set(&mut wishes, &mut calendar, parts(name), value.trim()) {
            wrong.push(FieldError::new(pointer(name), message));
        }
    }
    wishes.calendar = match calendar {
        (Some(start), Some(phase_weeks)) => Some(Calendar { start, phase_weeks }),
        (Some(start), None) => Some(Calendar { start, phase_weeks: DEFAULT_PHASE_WEEKS }),
        (None, Some(_)) => {
            wrong.push(FieldError::new("/calendar/start", "say on which day the first phase begins"));
            None
        }
        (None, None) => None,
    };
    if wrong.is_empty() { Ok(wishes) } else { Err(Error::Invalid(wrong)) }
}

/// `name[key]` as name and key.
fn parts(name: &str) -> (&str, Option<&str>) {
    match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        Some((name, key)) => (name, Some(key)),
        None => (name, None),
    }
}

fn pointer(name: &str) -> String {
    match parts(name) {
        (name, Some(key)) => format!("/{name}/{}", key.replace('~', "~0").replace('/', "~1")),
        (name, None) => format!("/{name}"),
    }
}

fn set(
    wishes: &mut Wishes,
    calendar: &mut (Option<NaiveDate>, Option<u32>),
    name: (&str, Option<&str>),
    value: &str,
) -> Result<(), String> {
    match name {
        ("target", None) => wishes.target = Some(number(value)?),
        ("dimension_targets", Some(id)) => {
            wishes.dimension_targets.insert(id.to_owned(), number(value)?);
        }
        ("capacities", Some(role)) => {
            wishes.capacities.insert(role.to_owned(), number(value)?);
        }
        ("switched_off", None) => {
            wishes.switched_off.insert(value.to_owned());
        }
        ("not_before", Some(code)) => {
            wishes.not_before.insert(code.to_owned(), number(value)?);
        }
        ("calendar", Some("start")) => {
            let day = value.parse().map_err(|_| format!("{value:?} is no day: write it as 2026-12-01"))?;
            calendar.0 = Some(day);
        }
        ("calendar", Some("phase_weeks")) => calendar.1 = Some(number(value)?),
        _ => return Err("unknown field".to_owned()),
    }
    Ok(())
}

fn number<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{text:?} is no whole number that can be meant here"))
}

/// Wishes as the pairs that [`read`] reads, for hidden fields and addresses.
#[must_use]
pub fn pairs(wishes: &Wishes) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut add = |name: String, value: String| pairs.push((name, value));
    if let Some(target) = wishes.target {
        add("target".to_owned(), target.to_string());
    }
    for (id, target) in &wishes.dimension_targets {
        add(format!("dimension_targets[{id}]"), target.to_string());
    }
    for (role, points) in &wishes.capacities {
        add(format!("capacities[{role}]"), points.to_string());
    }
    for code in &wishes.switched_off {
        add("switched_off".to_owned(), code.clone());
    }
    for (code, phase) in &wishes.not_before {
        add(format!("not_before[{code}]"), phase.to_string());
    }
    if let Some(Calendar { start, phase_weeks }) = wishes.calendar {
        add("calendar[start]".to_owned(), start.to_string());
        add("calendar[phase_weeks]".to_owned(), phase_weeks.to_string());
    }
    pairs
}

/// The rule's objection as an answer to whoever wished.
#[must_use]
pub fn refused(error: PlanError, wishes: &Wishes) -> Error {
    match error {
        PlanError::Cycle(_) => Error::Conflict { code: "cycle", detail: error.to_string() },
        PlanError::Score(error) => Error::internal(error),
        _ => Error::Invalid(vec![FieldError::new(place(&error, wishes), error.to_string())]),
    }
}

/// The field that an objection is about.
fn place(error: &PlanError, wishes: &Wishes) -> String {
    match error {
        PlanError::NoCapacity(role) => format!("/capacities/{role}"),
        PlanError::NoSuchLevel(level) => {
            let meant = |(_, target): &(&String, &u8)| *target == level;
            match wishes.dimension_targets.iter().find(meant).filter(|_| wishes.target != Some(*level)) {
                Some((id, _)) => format!("/dimension_targets/{id}"),
                None => "/target".to_owned(),
            }
        }
        PlanError::BelowPresent { dimension: Some(id), .. } => format!("/dimension_targets/{id}"),
        PlanError::BelowPresent { dimension: None, .. } => "/target".to_owned(),
        PlanError::Unknown { name, .. } if wishes.dimension_targets.contains_key(name) => {
            format!("/dimension_targets/{name}")
        }
        PlanError::Unknown { name, .. } if wishes.capacities.contains_key(name) => {
            format!("/capacities/{name}")
        }
        PlanError::Unknown { name, .. } if wishes.not_before.contains_key(name) => {
            format!("/not_before/{name}")
        }
        PlanError::Unknown { .. } => "/switched_off".to_owned(),
        PlanError::PhaseLength(_) => "/calendar/phase_weeks".to_owned(),
        PlanError::BeyondCalendar => "/calendar/start".to_owned(),
        PlanError::PhaseZero(code) => format!("/not_before/{code}"),
        PlanError::TooLong(code) if wishes.not_before.contains_key(code) => format!("/not_before/{code}"),
        PlanError::TooLong(_) => "/capacities".to_owned(),
        PlanError::Cycle(_) | PlanError::Score(_) => String::new(),
    }
}

/// Wishes that were saved, as they are still meant: a target that was passed since is reached, and what a newer version
/// of the questionnaire no longer has is no longer wished for.
#[must_use]
pub fn still_meant(mut wishes: Wishes, bank: &Bank, card: &Scorecard) -> Wishes {
    let codes: BTreeSet<&str> = codes(bank, &card.questionnaire.profile).collect();
    if let Some(target) = &mut wishes.target {
        *target = (*target).max(card.headline.claimed);
    }
    wishes.dimension_targets.retain(|id, _| card.dimensions.iter().any(|dimension| dimension.id == *id));
    for dimension in &card.dimensions {
        if let Some(target) = wishes.dimension_targets.get_mut(&dimension.id) {
            *target = (*target).max(dimension.claimed);
        }
    }
    wishes.capacities.retain(|role, _| bank.roles.iter().any(|known| known.id == *role));
    wishes.switched_off.retain(|code| codes.contains(code.as_str()));
    wishes.not_before.retain(|code, _| codes.contains(code.as_str()));
    wishes
}

/// The codes of a profile's questions.
pub(super) fn codes<'b>(bank: &'b Bank, profile: &'b str) -> impl Iterator<Item = &'b str> {
    bank.questions_of(profile).map(|question: &Question| question.code.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(pairs: &[(&str, &str)]) -> String {
        match read(pairs.iter().copied()) {
            Err(Error::Invalid(errors)) => errors[0].pointer.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn wishes_survive_their_form() {
        let wishes = Wishes {
            target: Some(3),
            dimension_targets: [("people".to_owned(), 2)].into(),
            capacities: [("ml-engineer".to_owned(), 8)].into(),
            switched_off: ["MC-2.1".to_owned(), "MC-2.2".to_owned()].into(),
            not_before: [("OP-2.1".to_owned(), 4)].into(),
            calendar: Some(Calendar { start: "2026-12-01".parse().unwrap(), phase_weeks: 6 }),
            ..Wishes::default()
        };
        let pairs = pairs(&wishes);
        assert!(pairs.iter().all(|(name, _)| is_wish(name)));
        assert_eq!(read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))).unwrap(), wishes);
        assert_eq!(read([("target", ""), ("capacities[x]", " ")]).unwrap(), Wishes::default());
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        assert_eq!(wrong(&[("target", "high")]), "/target");
        assert_eq!(wrong(&[("capacities[x]", "-1")]), "/capacities/x");
        assert_eq!(wrong(&[("capacities", "1")]), "/capacities");
        assert_eq!(wrong(&[("calendar[start]", "soon"), ("calendar[phase_weeks]", "2")]), "/calendar/start");
        assert_eq!(wrong(&[("calendar[phase_weeks]", "2")]), "/calendar/start");
        assert_eq!(wrong(&[("unowned", "MC-2.1")]), "/unowned");
    }

    #[test]
    fn an_objection_stands_at_its_field() {
        let wishes = Wishes {
            target: Some(2),
            dimension_targets: [("people".to_owned(), 9), ("nothing".to_owned(), 1)].into(),
            not_before: [("XX-1".to_owned(), 0)].into(),
            ..Wishes::default()
        };
        let unknown = |name: &str| PlanError::Unknown { what: "dimension", name: name.to_owned() };
        for (error, field) in [
            (PlanError::NoSuchLevel(9), "/dimension_targets/people"),
            (PlanError::NoSuchLevel(7), "/target"),
            (unknown("nothing"), "/dimension_targets/nothing"),
            (unknown("XX-1"), "/not_before/XX-1"),
            (unknown("elsewhere"), "/switched_off"),
            (PlanError::PhaseZero("XX-1".to_owned()), "/not_before/XX-1"),
            (PlanError::NoCapacity("data-engineer".to_owned()), "/capacities/data-engineer"),
        ] {
            assert_eq!(place(&error, &wishes), field, "{error}");
        }
    }
}
