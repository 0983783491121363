//! The matrix to look at: who holds which job role for what, on a day.

use assay_domain::ownership::Part;
use leptos::prelude::*;

use super::{OwnershipHead, OwnershipPlace};
use crate::components::{Button, ButtonKind, Empty, Field, InputKind, LinkButton, Notice, Tone};
use crate::teams::TeamNav;

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixRole {
    /// What people call the job role.
    pub title: String,
    /// What somebody with it does.
    pub blurb: Option<String>,
}

/// Somebody in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellPerson {
    /// Full name.
    pub name: String,
    /// The part.
    pub part: Part,
    /// "since 3 May 2026", "3 May to 30 Jun 2026".
    pub time: String,
    /// Whether the person may hold nothing any more.
    pub left: bool,
    /// Whether it waits for somebody to confirm it.
    pub waits: bool,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixRow {
    /// What people call the thing.
    pub title: String,
    /// Whether somebody is accountable for it.
    pub answered_for: bool,
    /// Who is in each cell, in the order of the columns.
    pub cells: Vec<Vec<CellPerson>>,
}

/// Rows of one dimension, or of one kind of thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixGroup {
    /// The dimension, or "Models".
    pub title: String,
    /// Its rows.
    pub rows: Vec<MatrixRow>,
}

/// All that the page shows.
#[derive(Clone, Debug)]
pub struct MatrixView {
    /// The team.
    pub nav: TeamNav,
    /// The day, `2026-11-21`.
    pub day: String,
    /// The day as people write it.
    pub day_words: String,
    /// Whether it is today.
    pub is_today: bool,
    /// The columns.
    pub roles: Vec<MatrixRole>,
    /// The rows.
    pub groups: Vec<MatrixGroup>,
    /// Where it is edited, for those who may.
    pub edit: Option<String>,
    /// Where the report of the day is made, for those who may.
    pub report: Option<String>,
}

/// Who holds which job role for what.
#[component]
pub fn MatrixPage(
    /// The matrix.
    view: MatrixView,
) -> AnyView {
    let people =
        |group: &MatrixGroup| group.rows.iter().any(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    let is_empty = !view.groups.iter().any(people);
    let lede = "Who answers for what, in which job role. What was stays on record: choose a day to see it as it was.";
    let edit = view.edit.clone().filter(|_| view.is_today);
    let report = view.report.clone().map(
        |href| view! { <LinkButton kind=ButtonKind::Quiet href download="ownership.pdf">"Download as PDF"</LinkButton> },
    );
    let button = edit.clone().map(|href| view! { <LinkButton href>"Edit the matrix"</LinkButton> });
    let body = if is_empty {
        view! { <Nothing edit is_today=view.is_today day=view.day_words.clone() /> }.into_any()
    } else {
        let caption = format!("Who holds what on {}", view.day_words);
        view! { <Legend /><Matrix caption roles=view.roles groups=view.groups /> }.into_any()
    };
    let href = format!("{}/ownership", view.nav.href);
    let then = (!view.is_today).then(|| {
        let (title, href) = (format!("As of {}", view.day_words), href.clone());
        view! {
            <Notice tone=Tone::Info title>
                <p><a href=href>"Show today"</a>", which can be edited."</p>
            </Notice>
        }
    });
    view! {
        <div class="stack">
            <OwnershipHead nav=view.nav place=OwnershipPlace::Matrix title="Who holds what" lede>{report}{button}</OwnershipHead>
            <form class="own-day" method="get" action=href>
                <Field id="on" label="On this day" kind=InputKind::Date value=view.day />
                <Button kind=ButtonKind::Secondary>"Show"</Button>
            </form>
            {then}
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Nothing(edit: Option<String>, is_today: bool, day: String) -> AnyView {
    let (title, sentence) = if is_today {
        (
            "Nobody holds anything yet",
            "Name who is accountable for each capability first; the rest can follow.".to_owned(),
        )
    } else {
        ("Nobody held anything", format!("On {day} nothing was on record."))
    };
    view! {
        <Empty title>
            <p>{sentence}</p>
            {edit.map(|href| view! { <LinkButton href kind=ButtonKind::Secondary>"Fill the matrix"</LinkButton> })}
        </Empty>
    }
    .into_any()
}

/// What the letters mean.
#[component]
pub(super) fn Legend() -> AnyView {
    let entries = Part::ALL
        .map(|part| {
            view! {
                <div>
                    <dt><PartMark part />{capital(part.name())}</dt>
                    <dd>{part.meaning()}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="own-legend" aria-label="Parts">{entries}</dl> }.into_any()
}

/// The letter of a part, in its shape; what it means stands beside it for those who listen.
#[component]
fn PartMark(part: Part) -> AnyView {
    let class = format!("own-part own-part-{}", part.name());
    view! { <span class=class aria-hidden="true">{part.letter().to_string()}</span> }.into_any()
}

#[component]
fn Matrix(caption: String, roles: Vec<MatrixRole>, groups: Vec<MatrixGroup>) -> AnyView {
    let width = (roles.len() + 1).to_string();
    let heads = roles.iter().map(|role| head(role.clone())).collect_view();
    let bodies = groups
        .into_iter()
        .map(|group| {
            let rows = group.rows.into_iter().map(|row| body_row(row, &roles)).collect_view();
            view! {
                <tbody>
                    <tr class="own-group"><th scope="rowgroup" colspan=width.clone()>{group.title}</th></tr>
                    {rows}
                </tbody>
            }
        })
        .collect_view();
    let name = caption.clone();
    view! {
        <div class="own-scroll" tabindex="0" role="group" aria-label=name>
            <table class="own-matrix">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr><th scope="col">"For"</th>{heads}</tr></thead>
                {bodies}
            </table>
        </div>
    }
    .into_any()
}

pub(super) fn head(role: MatrixRole) -> AnyView {
    view! { <th scope="col" title=role.blurb>{role.title}</th> }.into_any()
}

fn body_row(row: MatrixRow, roles: &[MatrixRole]) -> AnyView {
    let cells = row
        .cells
        .into_iter()
        .zip(roles)
        .map(|(people, role)| {
            let inner = (!people.is_empty()).then(|| {
                let entries = people.into_iter().map(person).collect_view();
                view! { <ul>{entries}</ul> }
            });
            view! { <td data-label=role.title.clone()>{inner}</td> }
        })
        .collect_view();
    let note = (!row.answered_for).then(|| view! { <span class="own-gap">"nobody accountable"</span> });
    view! { <tr><th scope="row">{row.title}{note}</th>{cells}</tr> }.into_any()
}

fn person(person: CellPerson) -> AnyView {
    let class = if person.left { "own-held own-left" } else { "own-held" };
    let waits = person.waits.then(|| {
        view! { " "<span class="own-gap">"waits for confirmation"</span> }
    });
    let left = person.left.then_some(", may hold nothing any more");
    view! {
        <li class=class title=person.time>
            <PartMark part=person.part />
            <span>{person.name}{waits}<span class="visually-hidden">{format!(", {}", person.part)}{left}</span></span>
        </li>
    }
    .into_any()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
