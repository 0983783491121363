//! Components that say something.

use leptos::prelude::*;

use super::Specimen;
use crate::components::{
    Badge, Basis, Button, ButtonKind, Card, CodeBlock, Column, Definition, DefinitionList, Direction, Empty,
    Figure, Happening, Hash, LevelMark, LevelPair, LinkButton, MarkSize, Notice, Pagination, Progress,
    SubNav, Tab, Table, Task, TaskList, TaskState, Timeline, Tone,
};

const DIGEST: &str = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

#[component]
pub(super) fn Words() -> AnyView {
    view! {
        <Levels />
        <Specimen name="Button, LinkButton">
            <div class="cluster">
                <Button>"Submit the assessment"</Button>
                <Button kind=ButtonKind::Secondary>"Save and come back later"</Button>
                <Button kind=ButtonKind::Danger>"Revoke the approval"</Button>
                <LinkButton href="#" kind=ButtonKind::Secondary>"Download as PDF"</LinkButton>
                <Button kind=ButtonKind::Quiet>"Clear the filter"</Button>
            </div>
        </Specimen>
        <Specimen name="Badge">
            <div class="cluster">
                <Badge text="Draft" />
                <Badge tone=Tone::Info text="Waiting for review" />
                <Badge tone=Tone::Good text="Approved" />
                <Badge tone=Tone::Warn text="Expires in 9 days" />
                <Badge tone=Tone::Bad text="Rejected" />
            </div>
        </Specimen>
        <Specimen name="Notice">
            <div class="stack-small">
                <Notice>"This assessment was locked on 12 November 2026; its answers no longer change."</Notice>
                <Notice tone=Tone::Info title="Li is answering Data at the moment.">"You see each other's answers as they are saved."</Notice>
                <Notice tone=Tone::Good>"The entry is in the log, and the log still contains everything it contained at size 4,096."</Notice>
                <Notice tone=Tone::Warn title="Three pieces of evidence expire this month.">"Answers that rest on them drop one grade on the day."</Notice>
                <Notice tone=Tone::Bad title="The deploy gate says no.">"Version 7 has no approval for production that is still valid."</Notice>
            </div>
        </Specimen>
        <Specimen name="SubNav, Table, Pagination">
            <SubNav
                label="Team Fraud detection"
                tabs=vec![
                    Tab::new("Overview", "#").current(true),
                    Tab { count: Some(2), ..Tab::new("Assessments", "#") },
                    Tab::new("Roadmap", "#"),
                    Tab::new("Ownership", "#"),
                    Tab::new("Models", "#"),
                ]
            />
            <Entries />
            <Pagination label="Audit entries" summary="4 of 412 entries, newest first" first="#" previous="#" next="#" />
        </Specimen>
        <Specimen name="Table without rows, Empty">
            <div class="grid">
                <Table
                    caption="Approval requests that wait for you"
                    columns=vec![Column::new("Model"), Column::new("Environment"), Column::new("Since")]
                    rows=Vec::new()
                    empty="Nothing waits for you."
                />
                <Empty title="No assessment yet">
                    <p>"An assessment takes about forty minutes. You can stop anywhere and go on later."</p>
                    <LinkButton href="#">"Start the first assessment"</LinkButton>
                </Empty>
            </div>
        </Specimen>
        <Facts />
        <Specimen name="TaskList, Progress">
            <div class="beside">
                <TaskList tasks=tasks() />
                <Card title="November 2026" hint="Claims marketing, extended profile">
                    <Progress label="answered" done=41 total=72 />
                    <Progress label="with evidence" done=18 total=41 />
                </Card>
            </div>
        </Specimen>
        <Specimen name="Timeline">
            <Timeline items=happenings() />
        </Specimen>
    }
    .into_any()
}

#[component]
fn Levels() -> AnyView {
    let marks = |basis| (0..=4u8).map(move |level| view! { <LevelMark level basis /> }).collect_view();
    view! {
        <Specimen name="LevelMark, LevelPair">
            <div class="stack">
                <LevelPair claimed=3 supported=2 size=MarkSize::Large provisional=true />
                <div class="cluster">{marks(Basis::Supported)}</div>
                <div class="cluster">{marks(Basis::Claimed)}</div>
                <p>
                    "In a line of text: supported " <LevelMark level=2 basis=Basis::Supported size=MarkSize::Small />
                    " beside claimed " <LevelMark level=3 size=MarkSize::Small /> "."
                </p>
            </div>
        </Specimen>
    }
    .into_any()
}

#[component]
fn Facts() -> AnyView {
    view! {
        <Specimen name="Card, Figure, DefinitionList, Hash, CodeBlock">
            <div class="stack">
                <div class="grid-small">
                    <Figure value="41.3 %" label="Progress" note="ungated, all dimensions" />
                    <Figure value="57.0 %" label="Confidence" note="what the evidence is worth" />
                    <Figure value="12" label="Unanswered" note="of 72 questions" />
                    <Figure value="412" label="Ledger entries" note="checkpoint of 09:14 UTC" />
                </div>
                <div class="grid">
                    <Card title="fraud-scoring, version 7" href="#">
                        <DefinitionList items=vec![
                            Definition::new("Team", "Fraud detection"),
                            Definition::new("Risk tier", view! { <Badge tone=Tone::Warn text="High" /> }),
                            Definition::new("Artefact", view! { <Hash value=DIGEST /> }),
                            Definition::new("Training data", view! { <a href="#">"payments/labelled at v2026-10"</a> }),
                        ] />
                    </Card>
                    <Card title="Verify it yourself" hint="No server and no trust in us needed.">
                        <CodeBlock caption="Shell" code="assay verify claims-2026-11.bundle\n12,409 entries, 3 checkpoints: all consistent" />
                        <p class="small"><Hash value=DIGEST full=true /></p>
                    </Card>
                </div>
            </div>
        </Specimen>
    }
    .into_any()
}

#[component]
fn Entries() -> AnyView {
    let entry = |index: &str, when: &str, who: &str, what: &str, tone: Tone, outcome: &str| {
        let (index, when, who, what) = (index.to_owned(), when.to_owned(), who.to_owned(), what.to_owned());
        vec![
            view! { <a href="#">{index}</a> }.into_any(),
            when.into_any(),
            who.into_any(),
            what.into_any(),
            view! { <Badge tone text=outcome /> }.into_any(),
        ]
    };
    view! {
        <Table
            caption="Audit trail, all teams, November 2026"
            columns=vec![
                Column::new("Entry").sort("#", Some(Direction::Descending)),
                Column::new("When (UTC)").sort("#", None),
                Column::new("Who"),
                Column::new("What"),
                Column::new("Outcome"),
            ]
            rows=vec![
                entry("412", "21 Nov, 07:04", "ci-fraud", "reported the approval of fraud-scoring 7 for production", Tone::Good, "Done"),
                entry("411", "21 Nov, 06:58", "Ana Lindqvist", "reviewed the evidence of MC-2.2", Tone::Good, "Done"),
                entry("410", "20 Nov, 16:31", "Sam Okafor", "decided on their own approval request", Tone::Bad, "Refused"),
                entry("409", "20 Nov, 16:02", "Li Wen", "submitted the assessment of Claims marketing", Tone::Good, "Done"),
            ]
        />
    }
    .into_any()
}

fn tasks() -> Vec<Task> {
    let task = |label: &str, hint: &str, state| Task {
        label: label.into(),
        href: Some("#".into()),
        hint: Some(hint.into()),
        state,
    };
    vec![
        task("People", "9 of 9 answered", TaskState::Completed),
        task("Data", "8 of 11 answered - Li is answering", TaskState::InProgress),
        task("Model creation", "12 of 12 answered", TaskState::Completed),
        task("Model release", "One answer needs a reason", TaskState::Wrong),
        task("Operations", "0 of 13 answered", TaskState::NotStarted),
        Task {
            href: None,
            ..task("Check answers and submit", "When every dimension is completed", TaskState::Blocked)
        },
    ]
}

fn happenings() -> Vec<Happening> {
    let happening = |at: &str, when: &str, what: &str, who: &str, tone| Happening {
        at: at.into(),
        when: when.into(),
        what: what.into(),
        who: Some(who.into()),
        tone,
        href: None,
    };
    vec![
        happening(
            "2026-11-21T07:04:05Z",
            "21 Nov 2026, 07:04 UTC",
            "Deployed to production",
            "ci-fraud",
            Tone::Good,
        ),
        happening(
            "2026-11-20T15:12:00Z",
            "20 Nov 2026, 15:12 UTC",
            "Approved for production",
            "Ana Lindqvist, compliance",
            Tone::Good,
        ),
        happening(
            "2026-11-19T09:40:00Z",
            "19 Nov 2026, 09:40 UTC",
            "Sent back: fairness evidence is missing",
            "Ana Lindqvist, compliance",
            Tone::Bad,
        ),
        happening(
            "2026-11-18T17:25:00Z",
            "18 Nov 2026, 17:25 UTC",
            "Approval requested",
            "Sam Okafor, team lead",
            Tone::Neutral,
        ),
    ]
}
