//! Who can do what: people by skills, what the roles held need, and the gaps.

use leptos::prelude::*;

use super::{OwnershipHead, OwnershipPlace};
use crate::components::{Button, Empty, ErrorSummary, FieldError, Notice, Tone};
use crate::teams::TeamNav;

/// A person's box for a skill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkillCell {
    /// What the form sends: `{person}/{skill}`.
    pub value: String,
    /// Whether the person has it.
    pub has: bool,
    /// The roles for which the person needs it: "ML engineer".
    pub needed: Option<String>,
}

/// A skill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkillRow {
    /// What people call it.
    pub title: String,
    /// What somebody with it can do.
    pub blurb: String,
    /// A box for each person.
    pub cells: Vec<SkillCell>,
}

/// Skills under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkillArea {
    /// The heading.
    pub title: String,
    /// The skills.
    pub rows: Vec<SkillRow>,
}

/// What a person lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonGap {
    /// Full name.
    pub name: String,
    /// The roles held: "ML engineer and data engineer".
    pub roles: String,
    /// The titles of what is missing.
    pub missing: Vec<String>,
}

/// All that the page shows.
#[derive(Clone, Debug, Default)]
pub struct SkillsView {
    /// The team.
    pub nav: TeamNav,
    /// The people: id and name.
    pub people: Vec<(String, String)>,
    /// The skills.
    pub areas: Vec<SkillArea>,
    /// What people lack.
    pub gaps: Vec<PersonGap>,
    /// What a role held needs and nobody has.
    pub nobody: Vec<String>,
    /// The revision that the form was drawn with.
    pub revision: String,
    /// Whether the one looking may change it.
    pub editable: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Who can do what.
#[component]
pub fn SkillsPage(
    /// The skills.
    view: SkillsView,
) -> AnyView {
    let SkillsView { nav, people, areas, gaps, nobody, revision, editable, errors } = view;
    let action = format!("{}/ownership/skills", nav.href);
    let lede = "What the people of the team can do, beside what the roles that they hold need.";
    let members = nav.href.clone();
    let body = if people.is_empty() {
        view! {
            <Empty title="Nobody here yet">
                <p>"Add members to the team, then note what each of them can do."</p>
                <p><a href=members>"Go to the members"</a></p>
            </Empty>
        }
        .into_any()
    } else {
        let hidden = people
            .iter()
            .map(|(id, _)| view! { <input type="hidden" name="person" value=id.clone() /> })
            .collect_view();
        let save = editable.then(|| view! { <div class="own-bar"><Button>"Save the skills"</Button></div> });
        view! {
            <form method="post" action=action>
                <input type="hidden" name="revision" value=revision />
                {hidden}
                {save}
                <Boxes people areas editable />
            </form>
        }
        .into_any()
    };
    view! {
        <div class="stack">
            <OwnershipHead nav place=OwnershipPlace::Skills title="Skills" lede />
            <ErrorSummary errors />
            <Gaps gaps nobody />
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Gaps(gaps: Vec<PersonGap>, nobody: Vec<String>) -> AnyView {
    let nobody = (!nobody.is_empty()).then(|| {
        view! {
            <Notice tone=Tone::Warn title="Needed by a role that is held here, and nobody has it">
                <p>{nobody.join(", ")}</p>
            </Notice>
        }
    });
    let gaps = (!gaps.is_empty()).then(|| {
        let entries = gaps
            .into_iter()
            .map(|gap| {
                view! {
                    <div>
                        <dt>{gap.name}<span class="small soft">{format!(" as {}", gap.roles)}</span></dt>
                        <dd>{format!("lacks {}", gap.missing.join(", "))}</dd>
                    </div>
                }
            })
            .collect_view();
        view! { <section class="section stack"><h2>"Gaps"</h2><dl class="definitions own-gaps">{entries}</dl></section> }
    });
    view! { {nobody}{gaps} }.into_any()
}

#[component]
fn Boxes(people: Vec<(String, String)>, areas: Vec<SkillArea>, editable: bool) -> AnyView {
    let width = (people.len() + 1).to_string();
    let heads = people.iter().map(|(_, name)| view! { <th scope="col">{name.clone()}</th> }).collect_view();
    let names: Vec<String> = people.into_iter().map(|(_, name)| name).collect();
    let bodies = areas
        .into_iter()
        .map(|area| {
            let rows = area.rows.into_iter().map(|row| skill_row(row, &names, editable)).collect_view();
            view! {
                <tbody>
                    <tr class="own-group"><th scope="rowgroup" colspan=width.clone()>{area.title}</th></tr>
                    {rows}
                </tbody>
            }
        })
        .collect_view();
    view! {
        <div class="own-scroll" tabindex="0" role="group" aria-label="People by skills">
            <table class="own-matrix own-skills">
                <caption class="visually-hidden">"People by skills"</caption>
                <thead><tr><th scope="col">"Skill"</th>{heads}</tr></thead>
                {bodies}
            </table>
        </div>
    }
    .into_any()
}

fn skill_row(row: SkillRow, names: &[String], editable: bool) -> AnyView {
    let cells = row
        .cells
        .into_iter()
        .zip(names)
        .map(|(cell, name)| {
            let needed = cell.needed.map(|roles| {
                let class = if cell.has { "own-needed" } else { "own-needed own-lacks" };
                view! { <span class=class>{format!("needed as {roles}")}</span> }
            });
            let label = format!("{name}: {}", row.title);
            view! {
                <td data-label=name.clone()>
                    <label class="own-box">
                        <input type="checkbox" name="has" value=cell.value checked=cell.has disabled=!editable aria-label=label />
                    </label>
                    {needed}
                </td>
            }
        })
        .collect_view();
    view! { <tr><th scope="row">{row.title}<span class="own-blurb">{row.blurb}</span></th>{cells}</tr> }
        .into_any()
}
