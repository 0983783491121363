//! Trying wishes before they are saved: a form sent with GET, what it would change, and the button that saves it.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::questionnaires::LEVELS;
use assay_domain::roadmap::{DEFAULT_CAPACITY, DEFAULT_PHASE_WEEKS, Roadmap};
use leptos::prelude::*;

use super::compare::differences;
use super::view::{RoadmapView, end_level, role_title};
use crate::components::{
    Button, ButtonKind, Card, Column, ErrorsByField, Field, FieldError, InputKind, Notice, Select,
    SelectOption, Table, Tone,
};

/// What stands in the form, by the names of its fields; several values of one name are what is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WishFields(pub Vec<(String, String)>);

impl WishFields {
    fn value(&self, name: &str) -> String {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    fn is_off(&self, code: &str) -> bool {
        self.0.iter().any(|(name, value)| name == "switched_off" && value == code)
    }
}

/// What is tried out.
#[derive(Clone, Debug)]
pub struct WhatIf {
    /// What stands in the form.
    pub fields: WishFields,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
    /// The plan to compare with, where something is tried out.
    pub before: Option<Roadmap>,
    /// Every item that could be in a plan: code, and what to do.
    pub items: Vec<(String, String)>,
    /// Whether the form is open.
    pub open: bool,
}

/// What is tried out beside what was saved, and the way to save it.
#[component]
pub(super) fn Tried(view: RoadmapView, what_if: WhatIf) -> AnyView {
    let Some(before) = what_if.before else { return ().into_any() };
    let told = differences(&before, &view.plan);
    let words = if told.is_empty() {
        view! { <p>"Nothing changes."</p> }.into_any()
    } else {
        let told = told.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view();
        view! { <ul class="plain-list tried-words">{told}</ul> }.into_any()
    };
    let save = view.rights.plan.then(|| view! { <Save view=view.clone() fields=what_if.fields.clone() /> });
    let back = view.href(&format!("?view={}", view.shown.word()));
    let table = view! { <BesideEachOther before after=view.plan.clone() view=view.clone() /> };
    let label = if view.revision == 0 { "the shortest way" } else { "the saved plan" };
    view! {
        <section class="tried" aria-label="What if">
            <Notice tone=Tone::Info title=format!("What if: compared with {label}")>{words}</Notice>
            {table}
            <div class="actions">{save}<a href=back>{format!("Back to {label}")}</a></div>
        </section>
    }
    .into_any()
}

#[component]
fn BesideEachOther(before: Roadmap, after: Roadmap, view: RoadmapView) -> AnyView {
    let columns = vec![
        Column::new("Dimension"),
        Column::numeric("Today"),
        Column::numeric("At the end, before"),
        Column::numeric("At the end, what if"),
    ];
    let end = |plan: &Roadmap, id: &str| {
        let dimensions =
            plan.phases.last().map_or(&plan.start.dimensions, |phase| &phase.projected.dimensions);
        dimensions.iter().find(|dimension| dimension.id == id).map(|dimension| dimension.claimed)
    };
    let number = |level: Option<u8>| level.map(|level| level.to_string()).unwrap_or_default();
    let line = |name: String, levels: [Option<u8>; 3]| {
        let [today, then, now] = levels;
        let changed = now != then;
        let now = number(now);
        let now = if changed { view! { <strong>{now}</strong> }.into_any() } else { now.into_any() };
        vec![name.into_any(), number(today).into_any(), number(then).into_any(), now]
    };
    let whole = [Some(after.start.claimed), Some(end_level(&before)), Some(end_level(&after))];
    let mut rows = vec![line("The whole".to_owned(), whole)];
    for dimension in &after.start.dimensions {
        let title =
            view.bank.dimension(&dimension.id).map_or(dimension.id.clone(), |known| known.title.clone());
        let levels = [Some(dimension.claimed), end(&before, &dimension.id), end(&after, &dimension.id)];
        rows.push(line(title, levels));
    }
    view! { <Table caption="Claimed levels" columns rows /> }.into_any()
}

/// The button that saves what is shown.
#[component]
pub(super) fn Save(view: RoadmapView, fields: WishFields) -> AnyView {
    let hidden = fields
        .0
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form class="save-plan" method="post" action=view.href("")>
            {hidden}
            <input type="hidden" name="revision" value=view.revision.to_string() />
            <input type="hidden" name="view" value=view.shown.word() />
            <Button>"Save this plan"</Button>
        </form>
    }
    .into_any()
}

/// The form with all wishes.
#[component]
pub(super) fn WishForm(view: RoadmapView, what_if: WhatIf) -> AnyView {
    let WhatIf { fields, errors, items, open, .. } = what_if;
    let target: Vec<_> = std::iter::once(SelectOption::new("", "One above today's level"))
        .chain(levels(view.plan.start.claimed.max(1)))
        .collect();
    let at = |id: &str| errors.at(id);
    let form = view! {
        <form class="wishes" method="get" action=view.href("")>
            <input type="hidden" name="view" value=view.shown.word() />
            <input type="hidden" name="what_if" value="on" />
            <div class="wishes-row">
                <Select id="target" label="Target" options=target value=fields.value("target") error=at("target") />
                <Field id="calendar-start" name="calendar[start]" label="First day of phase 1" kind=InputKind::Date value=fields.value("calendar[start]") error=at("calendar-start") />
                <Field id="calendar-phase_weeks" name="calendar[phase_weeks]" label="Weeks in a phase" kind=InputKind::Number value=fields.value("calendar[phase_weeks]") hint=format!("1 to 52; {DEFAULT_PHASE_WEEKS} where empty") error=at("calendar-phase_weeks") />
            </div>
            <Targets view=view.clone() fields=fields.clone() errors=errors.clone() />
            <Capacities view=view.clone() fields=fields.clone() errors=errors.clone() />
            <Switches fields items errors=errors.clone() />
            <Button kind=ButtonKind::Secondary>"Show what changes"</Button>
        </form>
    };
    view! {
        <details class="more what-if" open=open>
            <summary>"What if: other target, dates, capacities, items"</summary>
            <Card title="What if" hint="Nothing is saved until you say so.">{form}</Card>
        </details>
    }
    .into_any()
}

fn levels(from: u8) -> impl Iterator<Item = SelectOption> {
    LEVELS
        .into_iter()
        .filter(move |level| *level >= from)
        .map(|level| SelectOption::new(level.to_string(), format!("Level {level}")))
}

#[component]
fn Targets(view: RoadmapView, fields: WishFields, errors: Vec<FieldError>) -> AnyView {
    let rows = view
        .plan
        .start
        .dimensions
        .iter()
        .map(|dimension| {
            let title =
                view.bank.dimension(&dimension.id).map_or(dimension.id.clone(), |known| known.title.clone());
            let options = std::iter::once(SelectOption::new("", "As the whole"))
                .chain((dimension.claimed == 0).then(|| SelectOption::new("0", "Level 0")))
                .chain(levels(dimension.claimed.max(1)))
                .collect();
            let name = format!("dimension_targets[{}]", dimension.id);
            let id = format!("dimension_targets-{}", dimension.id);
            let (value, error) = (fields.value(&name), errors.at(&id));
            view! { <Select id name label=title options value error /> }
        })
        .collect_view();
    view! {
        <details class="more"><summary>"Targets of single dimensions"</summary><div class="wishes-row">{rows}</div></details>
    }
    .into_any()
}

#[component]
fn Capacities(view: RoadmapView, fields: WishFields, errors: Vec<FieldError>) -> AnyView {
    let charged: BTreeSet<&str> = view
        .bank
        .questions
        .iter()
        .filter_map(|question| question.owner_roles.first())
        .map(String::as_str)
        .collect();
    let rows = charged
        .into_iter()
        .map(|role| {
            let (name, id) = (format!("capacities[{role}]"), format!("capacities-{role}"));
            let (value, error) = (fields.value(&name), errors.at(&id));
            view! { <Field id name label=role_title(&view.bank, role) kind=InputKind::Number value error /> }
        })
        .collect_view();
    let words = format!("Capacity of job roles, in effort points a phase ({DEFAULT_CAPACITY} where empty)");
    let open = errors.iter().any(|error| error.field.starts_with("capacities"));
    view! {
        <details class="more" open=open><summary>{words}</summary><div class="wishes-row">{rows}</div></details>
    }
    .into_any()
}

#[component]
fn Switches(fields: WishFields, items: Vec<(String, String)>, errors: Vec<FieldError>) -> AnyView {
    let named: BTreeMap<&str, &str> =
        fields.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let touched = named.keys().any(|name| *name == "switched_off" || name.starts_with("not_before"));
    let rows = items
        .into_iter()
        .map(|(code, action)| {
            let (off, name) = (fields.is_off(&code), format!("not_before[{code}]"));
            let value = fields.value(&name);
            let error = errors.at(&format!("not_before-{code}"));
            let wrong = error.as_ref().map(|_| "true");
            let error = error.map(|error| view! { <span class="field-error">{error}</span> });
            view! {
                <li class="switch">
                    <label class="switch-off">
                        <input type="checkbox" name="switched_off" value=code.clone() checked=off />
                        <span>"Leave out"<span class="visually-hidden">{format!(" {code}")}</span></span>
                    </label>
                    <span class="switch-what"><span class="question-code">{code.clone()}</span>{action}</span>
                    <label class="switch-phase">
                        <span>"Not before phase"<span class="visually-hidden">{format!(", {code}")}</span></span>
                        <input class="input" type="text" inputmode="numeric" name=name id=format!("not_before-{code}") value=value aria-invalid=wrong />
                        {error}
                    </label>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="more" open=touched><summary>"Single items: leave out, or begin later"</summary><ul class="switches">{rows}</ul></details>
    }
    .into_any()
}
