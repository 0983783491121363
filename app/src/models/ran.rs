//! What runs where now, and what ran on a day.

use leptos::prelude::*;

use crate::components::{
    Button, ButtonKind, Column, ErrorsByField, Field, FieldError, InputKind, Select, SelectOption, Table,
};

/// A time during which a version ran.
#[derive(Clone, Debug)]
pub struct RanLine {
    /// The version, with its page.
    pub version: (String, String),
    /// From when.
    pub from: String,
    /// Until when; absent while it runs.
    pub until: Option<String>,
}

/// An environment with what runs there now.
#[derive(Clone, Debug)]
pub struct EnvironmentNow {
    /// Its name.
    pub name: String,
    /// What runs there, in order of its beginning.
    pub runs: Vec<RanLine>,
}

/// A day that was asked for, and what ran then.
#[derive(Clone, Debug, Default)]
pub struct OnADay {
    /// The environments that there are.
    pub environments: Vec<String>,
    /// The one that was chosen.
    pub environment: String,
    /// The day that was typed.
    pub on: String,
    /// The day in words, and what ran then; absent while nobody asked.
    pub ran: Option<(String, Vec<RanLine>)>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// What runs now, and a day to ask for.
#[component]
pub(super) fn Running(
    /// The model's page.
    href: String,
    now: Vec<EnvironmentNow>,
    day: OnADay,
) -> AnyView {
    let columns = ["Environment", "Version", "Since"].map(Column::new).to_vec();
    let rows = now.into_iter().map(|environment| {
        let cells = |line: &RanLine| view! { <li>{link(&line.version)}</li> };
        let versions = environment.runs.iter().map(cells).collect_view();
        let since = environment.runs.iter().map(|line| view! { <li>{line.from.clone()}</li> }).collect_view();
        vec![
            environment.name.into_any(),
            view! { <ul class="plain-list">{versions}</ul> }.into_any(),
            view! { <ul class="plain-list">{since}</ul> }.into_any(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let ask = (!day.environments.is_empty()).then(|| view! { <AskForADay href day /> });
    view! {
        <section class="section stack" aria-labelledby="running">
            <h2 id="running">"What runs now"</h2>
            <Table
                caption="What runs now"
                hide_caption=true
                columns
                rows
                empty="Nothing of it runs anywhere, as far as pipelines have told."
            />
            {ask}
        </section>
    }
    .into_any()
}

fn link((version, href): &(String, String)) -> AnyView {
    view! { <a href=href.clone()>{version.clone()}</a> }.into_any()
}

#[component]
fn AskForADay(href: String, day: OnADay) -> AnyView {
    let options =
        day.environments.iter().map(|name| SelectOption::new(name, name.clone())).collect::<Vec<_>>();
    let answer = day.ran.map(|(when, ran)| view! { <Ran when environment=day.environment.clone() ran /> });
    view! {
        <form class="ask-day" method="get" action=format!("{href}#on-a-day") id="on-a-day" aria-label="What ran on a day">
            <Field id="on" label="What ran on" kind=InputKind::Date value=day.on error=day.errors.at("on") />
            <Select id="environment" label="In" options value=day.environment error=day.errors.at("environment") />
            <Button kind=ButtonKind::Secondary>"Look"</Button>
        </form>
        {answer}
    }
    .into_any()
}

#[component]
fn Ran(when: String, environment: String, ran: Vec<RanLine>) -> AnyView {
    let caption = format!("What ran in {environment} on {when}");
    let columns = ["Version", "From", "Until"].map(Column::new).to_vec();
    let rows = ran.into_iter().map(|line| {
        let until = line.until.unwrap_or_else(|| "still runs".to_owned());
        vec![link(&line.version), line.from.into_any(), until.into_any()]
    });
    view! { <Table caption columns rows=rows.collect() empty="Nothing ran there that day." /> }.into_any()
}
