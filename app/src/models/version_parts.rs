//! What a version's page lists and takes: evidence, data, deployments.

use assay_domain::models::{Change, EvidenceKind, UsedFor};
use leptos::prelude::*;

use crate::components::{
    Button, ButtonKind, Choice, Column, ErrorsByField, Field, FieldError, Hash, InputKind, RadioGroup,
    Select, SelectOption, Table,
};

/// A piece of evidence.
#[derive(Clone, Debug)]
pub struct EvidenceLine {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// Where it is.
    pub uri: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// The day on which it was made.
    pub made_on: String,
    /// Who attached it.
    pub added_by: String,
}

/// Evidence that is being attached.
#[derive(Clone, Debug, Default)]
pub struct EvidenceForm {
    /// The kind's name.
    pub kind: String,
    /// The title.
    pub title: String,
    /// The link.
    pub uri: String,
    /// The SHA-256.
    pub sha256: String,
    /// The day.
    pub made_on: String,
    /// What is wrong, by the ids of the fields.
    pub errors: Vec<FieldError>,
}

/// Evidence of a version.
#[component]
pub(super) fn EvidenceSection(
    /// The version's page.
    href: String,
    evidence: Vec<EvidenceLine>,
    /// Whether the visitor may attach and take off.
    may_change: bool,
    form: EvidenceForm,
) -> AnyView {
    let mut heads = vec!["Evidence", "About", "Made on", "SHA-256", "Attached by"];
    heads.extend(may_change.then_some("Take off"));
    let columns = heads.into_iter().map(Column::new).collect();
    let at = href.clone();
    let rows = evidence.into_iter().map(|line| {
        let remove = may_change.then(|| {
            let action = format!("{at}/evidence/{}/remove", line.id);
            let label = format!("Take off {}", line.title);
            view! {
                <form method="post" action=action><Button kind=ButtonKind::Quiet label>"Take off"</Button></form>
            }
            .into_any()
        });
        let mut cells = vec![
            view! { <a href=line.uri rel="noreferrer">{line.title}</a> }.into_any(),
            line.kind.into_any(),
            line.made_on.into_any(),
            view! { <Hash value=line.sha256 /> }.into_any(),
            line.added_by.into_any(),
        ];
        cells.extend(remove);
        cells
    });
    let rows: Vec<_> = rows.collect();
    let add = may_change.then(|| view! { <AddEvidence href form /> });
    view! {
        <section class="section stack-small" id="evidence" aria-labelledby="evidence-head">
            <h2 id="evidence-head">"Evidence"</h2>
            <Table caption="Evidence" hide_caption=true columns rows empty="Nothing is shown for it yet." />
            {add}
        </section>
    }
    .into_any()
}

#[component]
fn AddEvidence(href: String, form: EvidenceForm) -> AnyView {
    let errors = form.errors;
    let options = std::iter::once(SelectOption::new("", "Choose"))
        .chain(EvidenceKind::ALL.iter().map(|kind| SelectOption::new(kind.name(), kind.label())))
        .collect::<Vec<_>>();
    view! {
        <details class="more" open=!errors.is_empty()>
            <summary>"Attach evidence"</summary>
            <form class="stack" method="post" action=format!("{href}/evidence")>
                <Select id="kind" label="About" options value=form.kind error=errors.at("kind") required=true />
                <Field id="title" label="Title" value=form.title error=errors.at("title") required=true max_length=200 />
                <Field id="uri" label="Link" kind=InputKind::Url hint="Where it is: http or https." value=form.uri error=errors.at("uri") required=true />
                <Field id="sha256" label="SHA-256" hint="Of the file behind the link, as sha256sum prints it: approvals are bound to exactly this content." value=form.sha256 error=errors.at("sha256") required=true />
                <Field id="made_on" label="Made on" kind=InputKind::Date value=form.made_on error=errors.at("made_on") required=true />
                <Button kind=ButtonKind::Secondary>"Attach it"</Button>
            </form>
        </details>
    }
    .into_any()
}

/// A dataset that the version declares.
#[derive(Clone, Debug)]
pub struct DataLine {
    /// Namespace and name, with its page where there is one.
    pub dataset: (String, Option<String>),
    /// The dataset's version.
    pub version: String,
    /// What for.
    pub used_for: String,
    /// Its digest.
    pub digest: String,
    /// What takes it off the list: the entry's key.
    pub key: String,
}

/// A version of a dataset to choose.
#[derive(Clone, Debug)]
pub struct DataChoice {
    /// Its id.
    pub value: String,
    /// Namespace, name and version.
    pub label: String,
}

/// A dataset that is being declared.
#[derive(Clone, Debug, Default)]
pub struct DataForm {
    /// The version of a dataset, by id.
    pub dataset: String,
    /// The use's name.
    pub used_for: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The data that a version declares.
#[component]
pub(super) fn DataSection(
    href: String,
    data: Vec<DataLine>,
    /// What there is to declare.
    choices: Vec<DataChoice>,
    may_change: bool,
    form: DataForm,
) -> AnyView {
    let mut heads = vec!["Dataset", "Version", "Used for", "Digest"];
    heads.extend(may_change.then_some("Take off"));
    let columns = heads.into_iter().map(Column::new).collect();
    let at = href.clone();
    let rows = data.into_iter().map(|line| {
        let (name, page) = line.dataset;
        let remove = may_change.then(|| {
            let label = format!("Take {name} {} off", line.version);
            view! {
                <form method="post" action=format!("{at}/datasets/remove")>
                    <Button kind=ButtonKind::Quiet name="entry" value=line.key label>"Take off"</Button>
                </form>
            }
            .into_any()
        });
        let name = match page {
            Some(page) => view! { <a href=page>{name}</a> }.into_any(),
            None => name.into_any(),
        };
        let mut cells = vec![
            name,
            line.version.into_any(),
            line.used_for.into_any(),
            view! { <Hash value=line.digest /> }.into_any(),
        ];
        cells.extend(remove);
        cells
    });
    let rows: Vec<_> = rows.collect();
    let add = may_change.then(|| view! { <DeclareData href choices form /> });
    view! {
        <section class="section stack-small" id="data" aria-labelledby="data-head">
            <h2 id="data-head">"Data it was made with"</h2>
            <Table caption="Data it was made with" hide_caption=true columns rows empty="No data is declared." />
            {add}
        </section>
    }
    .into_any()
}

#[component]
fn DeclareData(href: String, choices: Vec<DataChoice>, form: DataForm) -> AnyView {
    if choices.is_empty() {
        return view! {
            <p class="small soft">"There is no registered version of a dataset that you may see. Register it first; then it can be declared here."</p>
        }
        .into_any();
    }
    let errors = form.errors;
    let options = std::iter::once(SelectOption::new("", "Choose"))
        .chain(choices.into_iter().map(|choice| SelectOption::new(choice.value, choice.label)))
        .collect::<Vec<_>>();
    let uses = UsedFor::ALL.iter().map(|used| Choice::new(used.name(), used.label())).collect();
    let used_for = if form.used_for.is_empty() { "training".to_owned() } else { form.used_for };
    view! {
        <details class="more" open=!errors.is_empty()>
            <summary>"Declare data"</summary>
            <form class="stack" method="post" action=format!("{href}/datasets")>
                <Select id="dataset" label="Version of a dataset" hint="Approvals are bound to what is declared: a change makes them stale." options value=form.dataset error=errors.at("dataset") required=true />
                <RadioGroup id="used_for" legend="Used for" choices=uses value=used_for error=errors.at("used_for") inline=true />
                <Button kind=ButtonKind::Secondary>"Declare it"</Button>
            </form>
        </details>
    }
    .into_any()
}

/// A change of what runs where.
#[derive(Clone, Debug)]
pub struct DeploymentLine {
    /// When.
    pub when: String,
    /// Where.
    pub environment: String,
    /// What was done, in words.
    pub change: String,
    /// Until when it ran from then on; "still runs" while it does, nothing for the end of a run.
    pub until: String,
    /// The run that did it.
    pub run_url: Option<String>,
    /// Who reported it.
    pub reported_by: String,
}

/// A deployment that is being recorded.
#[derive(Clone, Debug, Default)]
pub struct DeploymentForm {
    /// Where.
    pub environment: String,
    /// The change's name.
    pub change: String,
    /// The day.
    pub day: String,
    /// The time of the day, UTC.
    pub time: String,
    /// The run's address.
    pub run_url: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Where a version ran.
#[component]
pub(super) fn DeploymentSection(
    href: String,
    deployments: Vec<DeploymentLine>,
    may_change: bool,
    form: DeploymentForm,
) -> AnyView {
    let columns =
        ["When", "Environment", "What happened", "Ran until", "Reported by", "Run"].map(Column::new).to_vec();
    let rows = deployments.into_iter().map(|line| {
        let run = line.run_url.map(|href| view! { <a href=href rel="noreferrer">"Run"</a> });
        vec![
            line.when.into_any(),
            line.environment.into_any(),
            line.change.into_any(),
            line.until.into_any(),
            line.reported_by.into_any(),
            run.into_any(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let add = may_change.then(|| view! { <RecordDeployment href form /> });
    view! {
        <section class="section stack-small" id="deployments" aria-labelledby="deployments-head">
            <h2 id="deployments-head">"Deployments"</h2>
            <Table caption="Deployments" hide_caption=true columns rows empty="It was never deployed, as far as pipelines have told." />
            {add}
        </section>
    }
    .into_any()
}

#[component]
fn RecordDeployment(href: String, form: DeploymentForm) -> AnyView {
    let errors = form.errors;
    let choice = |change: &Change| {
        let choice = Choice::new(change.name(), capitalised(change.label()));
        choice.hint(match change {
            Change::Replaces => "It runs instead of all other versions of the model there.",
            Change::Beside => "It runs beside the others: a canary, a challenger.",
            Change::Removed => "It runs there no more.",
        })
    };
    let choices = Change::ALL.iter().map(choice).collect();
    let change = if form.change.is_empty() { Change::Replaces.name().to_owned() } else { form.change };
    view! {
        <details class="more" open=!errors.is_empty()>
            <summary>"Record a deployment"</summary>
            <form class="stack" method="post" action=format!("{href}/deployments")>
                <p class="small soft">"Pipelines do this by themselves; record here what they did not."</p>
                <Field id="deployed-environment" name="environment" label="Environment" hint="Like production or staging." value=form.environment error=errors.at("deployed-environment") required=true max_length=64 />
                <RadioGroup id="change" legend="What happened" choices value=change error=errors.at("change") />
                <div class="side-by-side">
                    <Field id="day" label="Day" kind=InputKind::Date value=form.day error=errors.at("day") required=true />
                    <Field id="time" label="Time (UTC)" hint="Like 07:30." value=form.time error=errors.at("time") required=true max_length=5 />
                </div>
                <Field id="run_url" label="Address of the run" kind=InputKind::Url value=form.run_url error=errors.at("run_url") optional_mark=true />
                <Button kind=ButtonKind::Secondary>"Record it"</Button>
            </form>
        </details>
    }
    .into_any()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
