//! Items by status. The forms on the cards do the work; the island lets a card be dragged, or moved by keyboard, and
//! then fills and submits the card's form.

#[cfg(feature = "hydrate")]
mod hands;

use leptos::prelude::*;

/// Hands for the board that it holds: dragging, and moving by keyboard.
#[island]
pub fn BoardHands(
    /// The board.
    children: Children,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    hands::open();
    children()
}

#[cfg(feature = "ssr")]
pub(super) use draw::Board;

#[cfg(feature = "ssr")]
mod draw {
    use assay_domain::roadmap::ItemStatus;
    use leptos::prelude::*;

    use super::BoardHands;
    use crate::components::{Badge, Button, ButtonKind, Empty, Field, Select, SelectOption, Tone};
    use crate::roadmap::view::{Line, RoadmapView, Worked, day};

    /// The board of a saved plan.
    #[component]
    pub(in crate::roadmap) fn Board(view: RoadmapView) -> AnyView {
        if view.lines.iter().all(|line| line.worked.is_none()) {
            return view! {
                <Empty title="Nothing is worked on yet">
                    <p>"Save the plan: then each of its items gets a card with an owner, a due date and a status."</p>
                </Empty>
            }
            .into_any();
        }
        let columns =
            ItemStatus::ALL.map(|status| view! { <BoardColumn view=view.clone() status /> }).collect_view();
        let hint = view.rights.work.then(|| {
            view! {
                <p class="small soft needs-script">
                    "Drag a card to another column. Or go to a card and press "<kbd>"Alt"</kbd>" with "<kbd>"←"</kbd>" or "<kbd>"→"</kbd>
                    ", or "<kbd>"M"</kbd>", the arrows to choose a column, and "<kbd>"Enter"</kbd>"."
                </p>
            }
        });
        let board = view! {
            <div data-board="">
                <p class="visually-hidden" role="status" data-announce=""></p>
                <div class="board">{columns}</div>
            </div>
        };
        if view.rights.work {
            view! { {hint}<BoardHands>{board}</BoardHands> }.into_any()
        } else {
            board.into_any()
        }
    }

    #[component]
    fn BoardColumn(view: RoadmapView, status: ItemStatus) -> AnyView {
        let lines: Vec<_> = view
            .lines
            .iter()
            .filter(|line| line.worked.as_ref().is_some_and(|worked| worked.status == status))
            .cloned()
            .collect();
        let count = lines.len().to_string();
        let (id, label) = (format!("column-{status}"), format!("column-{status}"));
        let cards =
            lines.into_iter().map(|line| view! { <BoardCard view=view.clone() line /> }).collect_view();
        view! {
            <section class="board-column" data-column=status.as_str() data-label=status.label() aria-labelledby=label>
                <h3 id=id>{status.label()}<span class="tab-count">{count}</span></h3>
                <ul class="board-cards">{cards}</ul>
            </section>
        }
        .into_any()
    }

    #[component]
    fn BoardCard(view: RoadmapView, line: Line) -> AnyView {
        let Some(worked) = line.worked.clone() else { return ().into_any() };
        let href = line.href(&view.href("")).unwrap_or_default();
        let due = worked.due.map(|due| format!("due {}", day(due)));
        let phase =
            line.phase().map_or_else(|| "not in the plan".to_owned(), |phase| format!("phase {phase}"));
        let owner = line.owner().unwrap_or("No owner").to_owned();
        let facts: Vec<String> = [Some(owner), due, Some(phase)].into_iter().flatten().collect();
        let mover = view
            .rights
            .work
            .then(|| view! { <MoveForm href=href.clone() line=line.clone() worked=worked.clone() /> });
        let focusable = view.rights.work.then_some("-1");
        view! {
            <li class="board-card" id=format!("card-{}", line.code) data-card=line.code tabindex=focusable>
                <p><a class="question-code" href=href>{line.code.clone()}</a></p>
                <p class="board-action">{line.action.clone()}</p>
                <p class="board-facts">{facts.join(" · ")}</p>
                <Marks worked />
                {mover}
            </li>
        }
        .into_any()
    }

    #[component]
    fn Marks(worked: Worked) -> AnyView {
        let overdue = worked.overdue.then(|| view! { <Badge tone=Tone::Bad text="Overdue" /> });
        let proposed =
            worked.proposed.then(|| view! { <Badge tone=Tone::Good text="Answer can be updated" /> });
        let review =
            (worked.unreviewed > 0).then(|| view! { <Badge tone=Tone::Info text="Waits for review" /> });
        if overdue.is_none() && proposed.is_none() && review.is_none() {
            return ().into_any();
        }
        view! { <p class="board-marks">{overdue}{proposed}{review}</p> }.into_any()
    }

    #[component]
    fn MoveForm(href: String, line: Line, worked: Worked) -> AnyView {
        let option = |status: ItemStatus| SelectOption::new(status.as_str(), status.label());
        let options: Vec<_> = worked.status.moves().map(option).collect();
        if options.is_empty() {
            return ().into_any();
        }
        let code = line.code;
        let drops = worked.status.moves().any(|status| status == ItemStatus::Dropped);
        let reason = drops.then(|| {
            view! { <Field id=format!("why-{code}") name="comment" label="Why" hint="Needed when it is dropped." /> }
        });
        view! {
            <details class="more board-move">
                <summary aria-label=format!("Move {code}")>"Move"</summary>
                <form class="inline-form" method="post" action=href>
                    <Select id=format!("to-{code}") name="status" label="To" options />
                    {reason}
                    <input type="hidden" name="revision" value=worked.revision.to_string() />
                    <input type="hidden" name="back" value="board" />
                    <Button kind=ButtonKind::Secondary label=format!("Move {code}")>"Move"</Button>
                </form>
            </details>
        }
        .into_any()
    }
}
