//! All items in a table that can be sorted and narrowed down; both stand in the address.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use assay_domain::roadmap::ItemStatus;
use leptos::prelude::*;

use super::phases::Mover;
use super::view::{Line, RoadmapView, counted, day, tone};
use crate::components::{Badge, Button, ButtonKind, Column, Direction, Select, SelectOption, Table, Tone};

/// By what the list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// In the order of work.
    #[default]
    Work,
    /// By code.
    Code,
    /// By status.
    Status,
    /// By owner, those without last.
    Owner,
    /// By due date, those without last.
    Due,
    /// By effort.
    Effort,
    /// By value.
    Value,
}

impl Sort {
    const ALL: [Self; 7] =
        [Self::Work, Self::Code, Self::Status, Self::Owner, Self::Due, Self::Effort, Self::Value];

    /// The word in the address.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Code => "code",
            Self::Status => "status",
            Self::Owner => "owner",
            Self::Due => "due",
            Self::Effort => "effort",
            Self::Value => "value",
        }
    }

    /// The order of a word in the address.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.word() == word)
    }
}

/// What the list is narrowed down to, and how it is sorted. Empty texts narrow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// A job role.
    pub role: String,
    /// A status.
    pub status: String,
    /// A person's id, or `none` for items without an owner.
    pub owner: String,
    /// The number of a phase, or `none` for what is not in the plan.
    pub phase: String,
    /// A dimension.
    pub dimension: String,
    /// `overdue` for what should have been finished.
    pub due: String,
    /// The order.
    pub sort: Sort,
    /// Whether the largest stand first.
    pub descending: bool,
}

impl ListFilter {
    fn fields(&self) -> [(&'static str, &str); 6] {
        [
            ("role", &self.role),
            ("status", &self.status),
            ("owner", &self.owner),
            ("phase", &self.phase),
            ("dimension", &self.dimension),
            ("due", &self.due),
        ]
    }

    fn is_active(&self) -> bool {
        self.fields().iter().any(|(_, value)| !value.is_empty())
    }

    /// The address of the list sorted in another way.
    fn sorted_by(&self, base: &str, sort: Sort) -> String {
        let mut href = format!("{base}?view=list");
        for (name, value) in self.fields().into_iter().filter(|(_, value)| !value.is_empty()) {
            href += &format!("&{name}={value}");
        }
        let turned = if self.sort == sort && !self.descending { "&order=down" } else { "" };
        format!("{href}&sort={}{turned}", sort.word())
    }

    fn lets_through(&self, line: &Line) -> bool {
        let worked = line.worked.as_ref();
        let owner = worked.and_then(|worked| worked.owner.as_ref()).map(|(id, _)| id.as_str());
        let phase = line.phase().map(|phase| phase.to_string());
        let matches = |wanted: &str, value: Option<&str>| match wanted {
            "" => true,
            "none" => value.is_none(),
            wanted => value == Some(wanted),
        };
        matches(&self.role, Some(&line.role.0))
            && matches(&self.status, Some(line.status().as_str()))
            && matches(&self.owner, owner)
            && matches(&self.phase, phase.as_deref())
            && matches(&self.dimension, Some(&line.dimension.0))
            && (self.due.is_empty() || worked.is_some_and(|worked| worked.overdue))
    }

    fn compare(&self, a: &Line, b: &Line) -> Ordering {
        let due = |line: &Line| line.worked.as_ref().and_then(|worked| worked.due);
        let item = |line: &Line| line.planned.as_ref().map(|(_, item)| item.clone());
        // What has no value stands last, whichever way the rest is sorted.
        let last = |a_is_none: bool, b_is_none: bool| a_is_none.cmp(&b_is_none);
        let (order, missing) = match self.sort {
            Sort::Work => return Ordering::Equal,
            Sort::Code => (a.code.cmp(&b.code), Ordering::Equal),
            Sort::Status => (a.status().cmp(&b.status()), Ordering::Equal),
            Sort::Owner => (a.owner().cmp(&b.owner()), last(a.owner().is_none(), b.owner().is_none())),
            Sort::Due => (due(a).cmp(&due(b)), last(due(a).is_none(), due(b).is_none())),
            Sort::Effort => {
                let (a, b) = (item(a).map(|item| item.effort), item(b).map(|item| item.effort));
                (a.cmp(&b), last(a.is_none(), b.is_none()))
            }
            Sort::Value => {
                let (a, b) = (item(a).map(|item| item.value), item(b).map(|item| item.value));
                (a.cmp(&b), last(a.is_none(), b.is_none()))
            }
        };
        let order = if self.descending { order.reverse() } else { order };
        missing.then(order).then_with(|| a.code.cmp(&b.code))
    }
}

/// The list.
#[component]
pub(super) fn List(view: RoadmapView, filter: ListFilter) -> AnyView {
    let mut lines: Vec<Line> = view.lines.iter().filter(|line| filter.lets_through(line)).cloned().collect();
    if filter.sort != Sort::Work {
        lines.sort_by(|a, b| filter.compare(a, b));
    } else if filter.descending {
        lines.reverse();
    }
    let caption = counted(lines.len(), "item");
    let columns = columns(&view, &filter);
    let rows = lines.into_iter().map(|line| row(&view, line)).collect();
    view! {
        <Narrow view filter />
        <Table caption columns rows empty="No item is like this. Show all of them, or choose other filters." />
    }
    .into_any()
}

fn columns(view: &RoadmapView, filter: &ListFilter) -> Vec<Column> {
    let base = view.href("");
    let sortable = |column: Column, sort: Sort| {
        let way = if filter.descending { Direction::Descending } else { Direction::Ascending };
        column.sort(filter.sorted_by(&base, sort), (filter.sort == sort).then_some(way))
    };
    vec![
        sortable(Column::new("Item"), Sort::Code),
        sortable(Column::new("Status"), Sort::Status),
        sortable(Column::new("Owner"), Sort::Owner),
        sortable(Column::new("Due"), Sort::Due),
        sortable(Column::numeric("Phase"), Sort::Work),
        Column::new("Job role"),
        sortable(Column::numeric("Effort"), Sort::Effort),
        sortable(Column::numeric("Value"), Sort::Value),
    ]
}

fn row(view: &RoadmapView, line: Line) -> Vec<AnyView> {
    let code = match line.href(&view.href("")) {
        Some(href) => view! { <a class="question-code" href=href>{line.code.clone()}</a> }.into_any(),
        None => view! { <span class="question-code">{line.code.clone()}</span> }.into_any(),
    };
    let mover = view.may_move(&line).then(|| view! { <Mover view=view.clone() code=line.code.clone() /> });
    let worked = line.worked.as_ref();
    let overdue = worked
        .is_some_and(|worked| worked.overdue)
        .then(|| view! { " " <Badge tone=Tone::Bad text="Overdue" /> });
    let due = worked.and_then(|worked| worked.due).map(day);
    let status = match worked {
        Some(worked) => view! { <Badge tone=tone(worked.status) text=worked.status.label() /> }.into_any(),
        None => view! { <span class="soft">"Not saved"</span> }.into_any(),
    };
    let owner = match line.owner() {
        Some(owner) => owner.to_owned().into_any(),
        None => view! { <span class="soft">"Nobody"</span> }.into_any(),
    };
    let (phase, effort, value) = match &line.planned {
        Some((phase, item)) => {
            (phase.to_string(), item.effort.to_string(), whole(item.value.num(), item.value.den()))
        }
        None => ("-".to_owned(), "-".to_owned(), "-".to_owned()),
    };
    let action = line.action.clone();
    vec![
        view! { <div class="list-item">{code}<span class="list-action">{action}</span>{mover}</div> }
            .into_any(),
        status,
        owner,
        view! { {due}{overdue} }.into_any(),
        phase.into_any(),
        line.role.1.clone().into_any(),
        effort.into_any(),
        value.into_any(),
    ]
}

/// A value without its fraction, rounded half up: people compare, they do not calculate.
pub(super) fn whole(num: i64, den: i64) -> String {
    ((2 * num + den) / (2 * den.max(1))).to_string()
}

#[component]
fn Narrow(view: RoadmapView, filter: ListFilter) -> AnyView {
    let all = |label: &str| SelectOption::new("", label);
    let listed = |first: &str, found: BTreeMap<String, String>| -> Vec<SelectOption> {
        std::iter::once(all(first))
            .chain(found.into_iter().map(|(value, label)| SelectOption::new(value, label)))
            .collect()
    };
    let roles = view.lines.iter().map(|line| line.role.clone()).collect();
    let dimensions = view.lines.iter().map(|line| line.dimension.clone()).collect();
    let mut owners: BTreeMap<String, String> =
        view.lines.iter().filter_map(|line| line.worked.as_ref()?.owner.clone()).collect();
    owners.insert("none".to_owned(), "Nobody".to_owned());
    let statuses = std::iter::once(all("Any"))
        .chain(ItemStatus::ALL.map(|status| SelectOption::new(status.as_str(), status.label())))
        .collect();
    let phases = std::iter::once(all("Any"))
        .chain(
            view.plan
                .phases
                .iter()
                .map(|phase| SelectOption::new(phase.number.to_string(), format!("Phase {}", phase.number))),
        )
        .chain([SelectOption::new("none", "Not in the plan")])
        .collect();
    let dues = vec![all("Any"), SelectOption::new("overdue", "Overdue")];
    let (action, every) = (view.href(""), view.href("?view=list"));
    let active = filter.is_active();
    view! {
        <form class="filters" method="get" action=action role="search" aria-label="Items">
            <input type="hidden" name="view" value="list" />
            <Select id="filter-status" name="status" label="Status" options=statuses value=filter.status.clone() />
            <Select id="filter-owner" name="owner" label="Owner" options=listed("Anybody", owners) value=filter.owner.clone() />
            <Select id="filter-due" name="due" label="Due" options=dues value=filter.due.clone() />
            <Select id="filter-phase" name="phase" label="Phase" options=phases value=filter.phase.clone() />
            <Select id="filter-role" name="role" label="Job role" options=listed("Any", roles) value=filter.role.clone() />
            <Select id="filter-dimension" name="dimension" label="Dimension" options=listed("Any", dimensions) value=filter.dimension />
            <div class="actions">
                <Button kind=ButtonKind::Secondary>"Filter"</Button>
                {active.then(|| view! { <a href=every>"Show all"</a> })}
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_rounded_half_up() {
        assert_eq!((whole(9, 2).as_str(), whole(17, 4).as_str(), whole(0, 1).as_str()), ("5", "4", "0"));
    }

    #[test]
    fn a_head_sorts_and_turns_and_keeps_the_filter() {
        let filter = ListFilter { role: "ml-engineer".to_owned(), sort: Sort::Due, ..ListFilter::default() };
        assert_eq!(filter.sorted_by("/r", Sort::Due), "/r?view=list&role=ml-engineer&sort=due&order=down");
        assert_eq!(filter.sorted_by("/r", Sort::Code), "/r?view=list&role=ml-engineer&sort=code");
        for sort in Sort::ALL {
            assert_eq!(Sort::of(sort.word()), Some(sort));
        }
    }
}
