//! What a policy says, what changed, and which teams can satisfy it: the pieces that several pages share.

use assay_domain::approvals::{ChangedStatement, PolicyPart, Statement};
use leptos::prelude::*;

use crate::components::{Badge, Column, Definition, DefinitionList, Table, Tone};

/// A team, and whether its people can satisfy a policy.
#[derive(Clone, Debug)]
pub struct TeamLine {
    /// The team's name.
    pub name: String,
    /// Where its ownership is shown.
    pub href: String,
    /// Whether it has models that the policy decides about.
    pub has_models: bool,
    /// Who is missing; nothing where they can.
    pub missing: Option<String>,
    /// Who holds job roles that are asked for, and may not decide: name and job roles.
    pub shut_out: Vec<(String, String)>,
}

/// All that a policy says, part by part.
#[component]
pub(super) fn Said(statements: Vec<Statement>) -> AnyView {
    // What it is stands in the title already.
    let parts = PolicyPart::ALL.iter().filter(|part| **part != PolicyPart::About);
    let parts = parts
        .map(|part| {
            let own: Vec<Statement> = statements.iter().filter(|one| one.part == *part).cloned().collect();
            let body = match part {
                PolicyPart::Steps => view! { <Steps statements=own /> }.into_any(),
                _ => view! { <DefinitionList items=own.into_iter().map(definition).collect() /> }.into_any(),
            };
            view! {
                <section class="policy-part stack-small" aria-labelledby=part.name()>
                    <h3 id=part.name()>{part.label()}</h3>
                    {body}
                </section>
            }
        })
        .collect_view();
    view! { <div class="policy-said">{parts}</div> }.into_any()
}

fn definition(statement: Statement) -> Definition {
    Definition::new(statement.label, statement.text)
}

/// The steps as they follow one another, then what goes for all of them.
#[component]
fn Steps(statements: Vec<Statement>) -> AnyView {
    let is_step = |one: &Statement| one.label.starts_with(|first: char| first.is_ascii_digit());
    let (steps, all): (Vec<_>, Vec<_>) = statements.into_iter().partition(is_step);
    let steps = steps
        .into_iter()
        .map(|step| {
            let (_, title) = step.label.split_once(". ").unwrap_or_default();
            view! {
                <li>
                    <p class="policy-step">{title.to_owned()}</p>
                    <p>{step.text}</p>
                </li>
            }
        })
        .collect_view();
    let all = all.into_iter().map(|one| view! { <p class="soft">{one.text}</p> }).collect_view();
    view! {
        <ol class="policy-steps">{steps}</ol>
        {all}
    }
    .into_any()
}

/// What is said differently in two versions.
#[component]
pub(super) fn Differences(
    /// What differs.
    changed: Vec<ChangedStatement>,
    /// What the earlier is called.
    #[prop(into)]
    before: String,
    /// What the later is called.
    #[prop(into)]
    after: String,
) -> AnyView {
    let columns = vec![Column::new("What"), Column::new(before), Column::new(after)];
    let rows = changed.into_iter().map(row).collect();
    view! {
        <div class="policy-diff">
            <Table caption="What changes" columns rows hide_caption=true empty="Nothing that people would notice: the wording of the file alone." />
        </div>
    }
    .into_any()
}

fn row(one: ChangedStatement) -> Vec<AnyView> {
    let said = |text: Option<String>, class: &'static str| match text {
        Some(text) => view! { <span class=class>{text}</span> }.into_any(),
        None => view! { <span class="soft">"nothing"</span> }.into_any(),
    };
    // Beside its own successor a sentence is not struck out, for one has to read both.
    let gone = if one.after.is_none() { "policy-gone" } else { "policy-before" };
    vec![
        view! { <span class="policy-what"><span class="small soft">{one.part.label()}</span><br />{one.label}</span> }
            .into_any(),
        said(one.before, gone),
        said(one.after, "policy-after"),
    ]
}

/// Which teams can satisfy it, and who is missing in the others.
#[component]
pub(super) fn Teams(teams: Vec<TeamLine>) -> AnyView {
    let none_has_models = teams.iter().all(|team| !team.has_models);
    let note = none_has_models.then(|| {
        view! { <p class="soft">"No team has a model of these risk tiers yet, so all teams are looked at."</p> }
    });
    let columns = ["Team", "Can satisfy it", "What is missing"].map(Column::new).to_vec();
    let rows = teams.into_iter().map(team_row).collect();
    view! {
        {note}
        <Table caption="Teams" columns rows hide_caption=true empty="There is no team yet." />
    }
    .into_any()
}

fn team_row(team: TeamLine) -> Vec<AnyView> {
    let verdict = match &team.missing {
        None => view! { <Badge tone=Tone::Good text="Yes" /> }.into_any(),
        Some(_) => view! { <Badge tone=Tone::Bad text="No" /> }.into_any(),
    };
    let shut_out: Vec<String> =
        team.shut_out.into_iter().map(|(name, roles)| format!("{name} ({roles})")).collect();
    let shut_out = (!shut_out.is_empty()).then(|| {
        let people = shut_out.join(", ");
        let words = format!("Not counted, because they may not decide on approvals in this team: {people}.");
        view! { <p class="soft small">{words}</p> }
    });
    let missing = view! {
        <div class="policy-missing">
            {team.missing.map(|missing| view! { <p>{missing}</p> })}
            {shut_out}
        </div>
    };
    vec![view! { <a href=team.href>{team.name}</a> }.into_any(), verdict, missing.into_any()]
}
