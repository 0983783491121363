//! The matrix to fill: a form of text cells that works without script, and copying from another team.

use leptos::prelude::*;

use super::grid::OwnershipGrid;
use super::matrix::{Legend, MatrixRole, head};
use super::{OwnershipHead, OwnershipPlace};
use crate::components::{
    Button, ButtonKind, ErrorSummary, ErrorsByField, Field, FieldError, LinkButton, Notice, Select,
    SelectOption, Tone,
};
use crate::teams::TeamNav;

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditCell {
    /// The name of the field: `capability/privacy@ml-engineer`.
    pub name: String,
    /// What was typed, or is stored.
    pub text: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// A row of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditRow {
    /// What people call the thing.
    pub title: String,
    /// The cells, in the order of the columns.
    pub cells: Vec<EditCell>,
}

/// Rows of one dimension, or of one kind of thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditGroup {
    /// The dimension, or "Models".
    pub title: String,
    /// Its rows.
    pub rows: Vec<EditRow>,
}

/// Somebody of another team who cannot hold anything here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The person's id.
    pub id: String,
    /// Full name, with why it is no use here.
    pub label: String,
    /// Who was chosen instead.
    pub value: String,
}

/// Copying the pattern of another team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyFrom {
    /// The teams whose ownership one may see: short name and name.
    pub teams: Vec<SelectOption>,
    /// The short name of the one that was chosen.
    pub from: String,
    /// Its name.
    pub from_name: String,
    /// Who has to be replaced.
    pub replace: Vec<Replacement>,
    /// By whom.
    pub candidates: Vec<SelectOption>,
}

/// All that the page shows.
#[derive(Clone, Debug)]
pub struct EditView {
    /// The team.
    pub nav: TeamNav,
    /// The columns.
    pub roles: Vec<MatrixRole>,
    /// The rows.
    pub groups: Vec<EditGroup>,
    /// What is stored in the cells, as the form was drawn first: what saving compares with.
    pub seen: String,
    /// How people can be written.
    pub people: Vec<String>,
    /// What is wrong, with the cells' ids as fields.
    pub errors: Vec<FieldError>,
    /// Copying from another team.
    pub copy: CopyFrom,
    /// Kind of a row to add, and which.
    pub add: (String, String),
}

/// The id of a cell: row and column, from 0.
#[must_use]
pub fn cell_id(row: usize, column: usize) -> String {
    format!("r{row}c{column}")
}

/// The matrix to fill.
#[component]
pub fn EditPage(
    /// The matrix.
    view: EditView,
) -> AnyView {
    let EditView { nav, roles, groups, seen, people, errors, copy, add } = view;
    let href = format!("{}/ownership", nav.href);
    let action = format!("{href}/edit");
    let lede = "Write names or mail addresses into the cells, with A, R, C or I behind them: “Ana Lima A, Bo R”. What you change holds from today.";
    let names = people.into_iter().map(|name| view! { <option value=name></option> }).collect_view();
    let from = copy.from.clone();
    let added = errors.clone();
    view! {
        <div class="stack">
            <OwnershipHead nav place=OwnershipPlace::Matrix title="Edit who holds what" lede />
            <ErrorSummary errors />
            <Copy copy action=action.clone() />
            <form method="post" action=action id="matrix">
                <input type="hidden" name="seen" value=seen />
                <input type="hidden" name="from" value=from />
                <datalist id="people">{names}</datalist>
                <div class="own-bar">
                    <Button>"Save"</Button>
                    <LinkButton href kind=ButtonKind::Secondary>"Cancel"</LinkButton>
                    <p class="own-keys">"Arrows and Enter move between cells, Ctrl+D repeats the cell above, pasting fills a block."</p>
                </div>
                <Legend />
                <OwnershipGrid><Cells roles groups /></OwnershipGrid>
                <AddRow add errors=added />
            </form>
        </div>
    }
    .into_any()
}

#[component]
fn Cells(roles: Vec<MatrixRole>, groups: Vec<EditGroup>) -> AnyView {
    let width = (roles.len() + 1).to_string();
    let heads = roles.iter().map(|role| head(role.clone())).collect_view();
    let mut number = 0;
    let bodies = groups
        .into_iter()
        .map(|group| {
            let rows = group
                .rows
                .into_iter()
                .map(|row| {
                    let drawn = edit_row(row, number, &roles);
                    number += 1;
                    drawn
                })
                .collect_view();
            view! {
                <tbody>
                    <tr class="own-group"><th scope="rowgroup" colspan=width.clone()>{group.title}</th></tr>
                    {rows}
                </tbody>
            }
        })
        .collect_view();
    view! {
        <div class="own-wide">
            <table class="own-matrix own-edit">
                <caption class="visually-hidden">"Who holds what, to be filled"</caption>
                <thead><tr><th scope="col">"For"</th>{heads}</tr></thead>
                {bodies}
            </table>
        </div>
    }
    .into_any()
}

fn edit_row(row: EditRow, number: usize, roles: &[MatrixRole]) -> AnyView {
    let cells = row
        .cells
        .into_iter()
        .zip(roles)
        .enumerate()
        .map(|(column, (cell, role))| {
            let id = cell_id(number, column);
            let label = format!("{}, {}", row.title, role.title);
            let described = cell.error.as_ref().map(|_| format!("{id}-error"));
            let invalid = cell.error.as_ref().map(|_| "true");
            let error = cell
                .error
                .map(|error| view! { <span class="field-error" id=format!("{id}-error")>{error}</span> });
            view! {
                <td data-label=role.title.clone()>
                    <input class="own-cell" type="text" id=id name=cell.name value=cell.text list="people" autocomplete="off" aria-label=label aria-describedby=described aria-invalid=invalid />
                    {error}
                </td>
            }
        })
        .collect_view();
    view! { <tr><th scope="row">{row.title}</th>{cells}</tr> }.into_any()
}

#[component]
fn AddRow(add: (String, String), errors: Vec<FieldError>) -> AnyView {
    let kinds = [("dataset", "Dataset"), ("control", "Control")]
        .map(|(value, label)| SelectOption::new(value, label))
        .to_vec();
    let hint =
        "A dataset by its name, like claims/2025; a control as the questionnaire names it, like gdpr:art-5.";
    view! {
        <fieldset class="own-add">
            <legend class="field-label">"Add a row"</legend>
            <Select id="add-kind" label="Kind" options=kinds value=add.0 />
            <Field id="add-of" label="Name" value=add.1 hint error=errors.at("add-of") />
            <Button kind=ButtonKind::Secondary name="then" value="add">"Add the row"</Button>
        </fieldset>
    }
    .into_any()
}

#[component]
fn Copy(copy: CopyFrom, action: String) -> AnyView {
    if copy.teams.is_empty() {
        return ().into_any();
    }
    let chosen = !copy.from.is_empty();
    let teams = std::iter::once(SelectOption::new("", "Choose a team")).chain(copy.teams.clone()).collect();
    let form = view! {
        <form class="own-copy" method="get" action=action.clone()>
            <Select id="from" label="Copy from another team" options=teams value=copy.from.clone() hint="Fills in the same roles for the same things. Nothing is stored until you save." />
            <Button kind=ButtonKind::Secondary>"Fill in"</Button>
        </form>
    };
    let told = chosen.then(|| view! { <Filled copy action /> });
    view! {
        <details class="more" open=chosen>
            <summary>"Copy from another team"</summary>
            {form}
            {told}
        </details>
    }
    .into_any()
}

#[component]
fn Filled(copy: CopyFrom, action: String) -> AnyView {
    let title = format!("Filled in from {}. Check it, then save.", copy.from_name);
    if copy.replace.is_empty() {
        return view! { <Notice tone=Tone::Info title><p>"Everybody named there can hold something here too."</p></Notice> }.into_any();
    }
    let options: Vec<SelectOption> =
        std::iter::once(SelectOption::new("", "Leave out")).chain(copy.candidates).collect();
    let selects = copy
        .replace
        .into_iter()
        .map(|one| {
            let (id, name) = (format!("for-{}", one.id), format!("for.{}", one.id));
            view! { <Select id name label=one.label options=options.clone() value=one.value /> }
        })
        .collect_view();
    view! {
        <Notice tone=Tone::Warn title>
            <p>"These people cannot hold anything here. Choose who takes their places."</p>
            <form class="own-replace" method="get" action=action>
                <input type="hidden" name="from" value=copy.from />
                {selects}
                <Button kind=ButtonKind::Secondary>"Replace"</Button>
            </form>
        </Notice>
    }
    .into_any()
}
