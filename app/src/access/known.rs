//! On a person's page: under which names other systems know them, and whom they had decide for them while away.

use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;

use crate::components::{
    Button, ButtonKind, Column, ErrorsByField, Field, FieldError, Notice, Table, Tone, day, when,
};

/// A name under which another system knows the person.
#[derive(Clone, Debug)]
pub struct SubjectLine {
    /// The system.
    pub issuer: String,
    /// The name there.
    pub subject: String,
    /// Since when it is on record.
    pub added_at: DateTime<Utc>,
    /// Where it is taken from the record.
    pub remove: String,
}

/// What is known of a person elsewhere, and what was typed for more.
#[derive(Clone, Debug, Default)]
pub struct KnownData {
    /// The names.
    pub subjects: Vec<SubjectLine>,
    /// Other accounts of the same person: mail address and page.
    pub others: Vec<(String, String)>,
    /// The system that was typed.
    pub issuer: String,
    /// The name that was typed.
    pub subject: String,
    /// What is wrong with them.
    pub errors: Vec<FieldError>,
}

/// A delegation on a person's page.
#[derive(Clone, Debug)]
pub struct AbsenceLine {
    /// Who decided meanwhile.
    pub to: String,
    /// For which team, in words.
    pub team: String,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day.
    pub last_day: NaiveDate,
    /// When it was ended before.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Under which names other systems know a person, and the form for one more.
#[component]
pub(super) fn KnownElsewhere(
    /// What is known.
    known: KnownData,
    /// The person's mail address.
    email: String,
    /// The person's page.
    href: String,
    /// Whether the one looking may change it.
    may_change: bool,
) -> AnyView {
    let columns = ["System", "Name there", "Since", "Action"].map(Column::new).to_vec();
    let rows = known.subjects.into_iter().map(|line| row(line, may_change)).collect();
    let others = (!known.others.is_empty()).then(|| {
        let links = known
            .others
            .into_iter()
            .map(|(email, href)| view! { <li><a href=href>{email}</a></li> })
            .collect_view();
        view! {
            <Notice tone=Tone::Info title="This is the same person as:"><ul>{links}</ul></Notice>
        }
    });
    let errors = known.errors;
    let form = may_change.then(|| {
        view! {
            <form class="stack narrow" method="post" action=format!("{href}/subjects")>
                <Field id="issuer" label="System" hint="A kind of pipeline such as github-actions, the address of an issuer of sign-ins, or email for another mail address." value=known.issuer error=errors.at("issuer") required=true max_length=255 />
                <Field id="subject" label="Name there" hint="Exactly as the system writes it." value=known.subject error=errors.at("subject") required=true max_length=255 />
                <Button kind=ButtonKind::Secondary>"Put it on record"</Button>
            </form>
        }
    });
    view! {
        <section class="section stack" aria-labelledby="known">
            <h2 id="known">"Known elsewhere as"</h2>
            <p class="prose">
                "Nobody decides about their own work. For this it has to be known who somebody is: in the pipelines that report decisions and commits, and under any other account here. Two accounts that share a name count as one person. The mail address "{email}" counts without being listed."
            </p>
            {others}
            <Table caption="Known elsewhere as" columns rows hide_caption=true empty="By the mail address alone." />
            {form}
        </section>
    }
    .into_any()
}

fn row(line: SubjectLine, may_change: bool) -> Vec<AnyView> {
    let remove = may_change.then(|| {
        let label = format!("Remove {}", line.subject);
        view! {
            <form method="post" action=line.remove><Button kind=ButtonKind::Secondary label>"Remove"</Button></form>
        }
    });
    vec![
        line.issuer.into_any(),
        view! { <span class="anywhere">{line.subject}</span> }.into_any(),
        when(line.added_at).into_any(),
        remove.into_any(),
    ]
}

/// Whom somebody had decide while away.
#[component]
pub(super) fn Absences(
    /// The delegations, the newest first.
    absences: Vec<AbsenceLine>,
) -> AnyView {
    let columns = ["Who decides meanwhile", "For", "From", "Until"].map(Column::new).to_vec();
    let rows = absences
        .into_iter()
        .map(|line| {
            let until = match line.ended_at {
                Some(at) => format!("{}, ended {}", day(line.last_day), when(at)),
                None => day(line.last_day),
            };
            vec![line.to.into_any(), line.team.into_any(), day(line.first_day).into_any(), until.into_any()]
        })
        .collect();
    view! {
        <section class="section stack" aria-labelledby="absences">
            <h2 id="absences">"Decisions while away"</h2>
            <Table caption="Decisions while away" columns rows hide_caption=true empty="Nobody else ever decided for this person." />
        </section>
    }
    .into_any()
}
