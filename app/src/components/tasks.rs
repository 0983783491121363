//! A long job as a list of parts that can be done in any order.

use leptos::prelude::*;

use super::{Badge, MaybeText, Tone};

/// How far a part is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaskState {
    /// Nothing done.
    #[default]
    NotStarted,
    /// Some done.
    InProgress,
    /// All done. Plain text: what is done needs no attention.
    Completed,
    /// Waits for something else.
    Blocked,
    /// Something in it is wrong.
    Wrong,
}

/// One part of the job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Task {
    /// What it is called.
    pub label: String,
    /// Where it is done; none where it cannot be done yet.
    pub href: Option<String>,
    /// A line on it: "9 of 12 answered - Ana and Li".
    pub hint: Option<String>,
    /// How far it is.
    pub state: TaskState,
}

/// The parts of a long job.
#[component]
pub fn TaskList(
    /// The parts, in the order in which most people do them.
    tasks: Vec<Task>,
    /// A heading, where the page has none just above.
    #[prop(optional, into)]
    title: MaybeText,
) -> AnyView {
    let rows = tasks
        .into_iter()
        .map(|task| {
            let label = match task.href {
                Some(href) => view! { <a href=href>{task.label}</a> }.into_any(),
                None => task.label.into_any(),
            };
            view! {
                <li class="task">
                    <span class="task-label">{label}</span>
                    {task.hint.map(|hint| view! { <span class="task-hint">{hint}</span> })}
                    <span class="task-state">{state(task.state)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        {title.0.map(|title| view! { <h2>{title}</h2> })}
        <ul class="tasks">{rows}</ul>
    }
    .into_any()
}

fn state(state: TaskState) -> AnyView {
    match state {
        TaskState::NotStarted => view! { <Badge text="Not started" /> }.into_any(),
        TaskState::InProgress => view! { <Badge tone=Tone::Info text="In progress" /> }.into_any(),
        TaskState::Completed => "Completed".into_any(),
        TaskState::Blocked => view! { <span class="task-blocked">"Cannot start yet"</span> }.into_any(),
        TaskState::Wrong => view! { <Badge tone=Tone::Bad text="Has a problem" /> }.into_any(),
    }
}
