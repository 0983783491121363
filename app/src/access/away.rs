//! On the own account: who decides for one while one is away.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::TeamChoice;
use crate::components::{
    Button, ButtonKind, Column, ErrorsByField, Field, FieldError, InputKind, Select, SelectOption, Table, day,
};

/// A delegation in the list.
#[derive(Clone, Debug)]
pub struct DelegationLine {
    /// Who decides meanwhile, or who is away.
    pub person: String,
    /// For which team, in words.
    pub team: String,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day.
    pub last_day: NaiveDate,
    /// Where it is ended; nothing for one that somebody else made.
    pub end: Option<String>,
}

/// What was typed for a delegation, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct DelegationForm {
    /// The mail address of who is to decide.
    pub to: String,
    /// The team's id; empty for all.
    pub away_team: String,
    /// The first day.
    pub first_day: String,
    /// The last day.
    pub last_day: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Who decides while one is away, and for whom one decides.
#[derive(Clone, Debug, Default)]
pub struct AwayData {
    /// Whether there is anything that one decides.
    pub decides: bool,
    /// One's own delegations.
    pub made: Vec<DelegationLine>,
    /// Those to oneself.
    pub received: Vec<DelegationLine>,
    /// What was typed.
    pub form: DelegationForm,
}

/// The section about absence; nothing for those who neither decide nor stand in for anybody.
#[component]
pub(super) fn Away(
    /// What it shows.
    away: AwayData,
    /// The person's teams.
    teams: Vec<TeamChoice>,
) -> AnyView {
    if !away.decides && away.made.is_empty() && away.received.is_empty() {
        return ().into_any();
    }
    let received = (!away.received.is_empty()).then(|| {
        view! {
            <h3>"You decide for others"</h3>
            <Delegations caption="You decide for others" who="Who is away" lines=away.received />
        }
    });
    let form = away.decides.then(|| view! { <Form form=away.form teams /> });
    view! {
        <section class="section stack" id="away">
            <h2>"While you are away"</h2>
            <p class="soft prose">"Somebody else can decide on approvals for you. What counts is still your job role, and nobody who is kept from deciding gets around it in this way."</p>
            <Delegations caption="While you are away" who="Who decides for you" lines=away.made />
            {received}
            {form}
        </section>
    }
    .into_any()
}

#[component]
fn Delegations(caption: &'static str, who: &'static str, lines: Vec<DelegationLine>) -> AnyView {
    let columns = [who, "For", "From", "Until", "Action"].map(Column::new).to_vec();
    let rows = lines
        .into_iter()
        .map(|line| {
            let label = format!("End what {} decides for you", line.person);
            let end = line.end.map(|end| {
                view! { <form method="post" action=end><Button kind=ButtonKind::Secondary label>"End"</Button></form> }
            });
            vec![
                line.person.into_any(),
                line.team.into_any(),
                day(line.first_day).into_any(),
                day(line.last_day).into_any(),
                end.into_any(),
            ]
        })
        .collect();
    view! { <Table caption columns rows hide_caption=true empty="You decide by yourself." /> }.into_any()
}

#[component]
fn Form(form: DelegationForm, teams: Vec<TeamChoice>) -> AnyView {
    let errors = form.errors;
    let all = SelectOption::new("", "All my teams");
    let options = std::iter::once(all)
        .chain(teams.into_iter().map(|team| SelectOption::new(team.id, team.name)))
        .collect();
    view! {
        <form class="stack narrow" method="post" action="/account/delegations">
            <Field id="to" label="Who decides for you" kind=InputKind::Email hint="The e-mail address of somebody who can see the team." value=form.to error=errors.at("to") required=true />
            <Select id="away_team" label="For" options value=form.away_team error=errors.at("away_team") />
            <Field id="first_day" label="First day" kind=InputKind::Date value=form.first_day error=errors.at("first_day") required=true />
            <Field id="last_day" label="Last day" kind=InputKind::Date value=form.last_day error=errors.at("last_day") required=true />
            <Button kind=ButtonKind::Secondary>"Let them decide"</Button>
        </form>
    }
    .into_any()
}
