//! A team's roadmap as a document.
//!
//! The structs are what is printed, not what is stored: whoever calls [`roadmap_report`] has planned, resolved ids to
//! names and decided who may see what.

use std::collections::BTreeMap;

use assay_domain::questionnaires::Bank;
use assay_domain::roadmap::{Item, Phase, Projected, Roadmap};
use chrono::NaiveDate;

use super::cover::Cover;
use super::frame::Frame;
use super::layout::{
    Bar, Cell, Column, Doc, Fonts, Ladder, LadderMarks, Rich, Row, Table, Timeline, TimelinePhase,
    TimelineRow, code,
};
use super::{Error, integrity};

/// Everything that a roadmap report prints.
#[derive(Debug, Clone)]
pub struct RoadmapReport<'a> {
    /// Who made it, when, against which ledger state.
    pub frame: Frame,
    /// The team.
    pub team: String,
    /// What the team is there for; may be empty.
    pub about: String,
    /// The title of the assessment that the plan starts from; may be empty.
    pub assessment: String,
    /// The bank that was answered.
    pub bank: &'a Bank,
    /// The plan, of the same bank.
    pub plan: &'a Roadmap,
    /// What is known of the work on the items, by code; who is missing is not tracked.
    pub work: BTreeMap<String, WorkLine>,
}

/// How the work on an item stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkLine {
    /// Who owns it, as people know them.
    pub owner: Option<String>,
    /// The status in words.
    pub status: String,
    /// The day by which it is due.
    pub due: Option<NaiveDate>,
    /// Whether that day has passed and the item is not done.
    pub overdue: bool,
}

/// The report as a PDF/A-3b file.
///
/// # Errors
/// [`Error`] when the fonts are broken or the file cannot be written.
pub fn roadmap_report(report: &RoadmapReport<'_>) -> Result<Vec<u8>, Error> {
    let title = format!("Roadmap: {}", report.team);
    let mut doc = Doc::new(Fonts::embedded()?, report.frame.paper);
    report.cover().write(&mut doc, &report.frame);
    summary(&mut doc, report);
    contents(&mut doc);
    time_line(&mut doc, report);
    phases(&mut doc, report);
    roles(&mut doc, report);
    method(&mut doc, report);
    integrity::write(&mut doc, &report.frame, &[("Questionnaire (SHA-256)", report.bank.sha256())]);
    let subject = format!("{title} to level {} as of {}", report.plan.target, report.plan.as_of);
    doc.finish(&report.frame.running(&title), &report.frame.meta(title.clone(), subject))
}

impl RoadmapReport<'_> {
    fn cover(&self) -> Cover<'_> {
        let plan = self.plan;
        let level = |level: u8| {
            Rich::new().bold(format!("Level {level}")).plain(format!("  {}", self.level_name(level)))
        };
        let mut facts = vec![
            ("As of", Rich::new().bold(long(plan.as_of))),
            ("Today, as claimed", level(plan.start.claimed)),
            ("Target", level(plan.target)),
            ("Work", Rich::from(self.extent())),
        ];
        if !self.assessment.is_empty() {
            facts.push(("Starts from", Rich::from(self.assessment.as_str())));
        }
        Cover { kind: "MLOps roadmap", subject: &self.team, about: &self.about, facts }
    }

    fn items(&self) -> impl Iterator<Item = (&Phase, &Item)> {
        self.plan.phases.iter().flat_map(|phase| phase.items.iter().map(move |item| (phase, item)))
    }

    /// How many items in how many phases, and until when.
    fn extent(&self) -> String {
        let items = counted(self.items().count(), "item", "items");
        let phases = counted(self.plan.phases.len(), "phase", "phases");
        match self.plan.phases.last().and_then(|phase| phase.until) {
            Some(end) => format!("{items} in {phases}, until {}", long(end)),
            None => format!("{items} in {phases}"),
        }
    }

    fn end(&self) -> u8 {
        self.plan.phases.last().map_or(self.plan.start.claimed, |phase| phase.projected.claimed)
    }

    fn level_name(&self, level: u8) -> &str {
        self.bank.levels.get(usize::from(level)).map_or("", String::as_str)
    }

    fn dimension_title<'s>(&'s self, id: &'s str) -> &'s str {
        self.bank.dimension(id).map_or(id, |dimension| &dimension.title)
    }

    fn role_title<'s>(&'s self, id: &'s str) -> &'s str {
        self.bank.roles.iter().find(|role| role.id == id).map_or(id, |role| &role.title)
    }

    fn action(&self, code: &str) -> &str {
        self.bank.question(code).map_or("", |question| &question.action)
    }
}

fn long(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Rows of the tables on the summary page, which has to stay one page.
const FIRST: usize = 6;
const STOPPED: usize = 4;

fn summary(doc: &mut Doc<'_>, report: &RoadmapReport<'_>) {
    let plan = report.plan;
    doc.heading(1, "Summary", "summary");
    doc.lead(verdict(report));
    let (today, planned) = (plan.start.claimed.into(), report.end().into());
    doc.ladder(&Ladder { names: &report.bank.levels, marks: LadderMarks::Plan { today, planned } });
    let effort: u32 = report.items().map(|(_, item)| item.effort).sum();
    let unowned = report.items().filter(|(_, item)| is_unowned(report, item)).count();
    let done = report.work.values().filter(|work| work.status == "done").count();
    doc.key_figures(&[
        (effort.to_string(), "points of effort: knowledge, time and resources together"),
        (unowned.to_string(), "items without an owner"),
        (done.to_string(), "items done already, waiting for the next result"),
    ]);
    first_steps(doc, report);
    stopped(doc, report, STOPPED);
    doc.fit();
}

fn is_unowned(report: &RoadmapReport<'_>, item: &Item) -> bool {
    report.work.get(&item.code).map_or(item.unowned, |work| work.owner.is_none())
}

/// The plan in a few sentences.
fn verdict(report: &RoadmapReport<'_>) -> Rich {
    let plan = report.plan;
    let level = |level: u8| format!("level {level}, {}", report.level_name(level));
    let text = Rich::new().plain(format!("{} is at ", report.team)).bold(level(plan.start.claimed));
    if plan.phases.is_empty() && plan.unreachable.is_empty() {
        return text.plain(". The target is reached: nothing has to be done.");
    }
    let text = text.plain(format!(". {} lead to ", capitalised(&report.extent()))).bold(level(report.end()));
    if report.end() >= plan.target {
        return text.plain(".");
    }
    text.plain(format!(", not to the target, level {}: see below what stops it.", plan.target))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn first_steps(doc: &mut Doc<'_>, report: &RoadmapReport<'_>) {
    if report.items().next().is_none() {
        return;
    }
    doc.label("What to do first");
    let mut table = Table::new(vec![
        Column::new("Code", 9.0),
        Column::new("Action", 50.0),
        Column::new("Owner", 22.0),
        Column::right("Effort", 9.0),
    ]);
    for (_, item) in report.items().take(FIRST) {
        table.row(vec![
            code(&item.code).into(),
            report.action(&item.code).into(),
            owner(report, item).into(),
            item.effort.to_string().into(),
        ]);
    }
    doc.table(table);
}

/// Who does it: the person where there is one, always the job role.
fn owner(report: &RoadmapReport<'_>, item: &Item) -> Rich {
    let role = report.role_title(&item.role);
    match report.work.get(&item.code).and_then(|work| work.owner.as_deref()) {
        Some(name) => Rich::new().plain(name).fine(format!("\n{role}")),
        None => Rich::new().plain(role).fine("\nno owner yet"),
    }
}

/// What keeps the target from being reached; nothing where it is reached.
fn stopped(doc: &mut Doc<'_>, report: &RoadmapReport<'_>, most: usize) {
    let unreachable = &report.plan.unreachable;
    if unreachable.is_empty() {
        return;
    }
    doc.label("What stops the target");
    let mut table = Table::new(vec![Column::new("Item", 18.0), Column::new("Why", 72.0)]);
    for stop in unreachable.iter().take(most) {
        let name = if report.bank.question(&stop.code).is_some() {
            code(&stop.code)
        } else {
            Rich::from(report.dimension_title(&stop.code))
        };
        table.row(vec![name.into(), stop.reason.as_str().into()]);
    }
    doc.table(table);
    if unreachable.len() > most {
        doc.small(format!("{} more.", unreachable.len() - most));
    }
}

fn contents(doc: &mut Doc<'_>) {
    doc.page_break();
    doc.heading(1, "Contents", "contents");
    doc.contents();
    doc.heading(2, "How to read this report", "reading");
    doc.paragraph(
        "An item raises the answer to one question to the top of its ladder. A phase holds what the job roles can carry \
         in it. The level after each phase is reckoned by scoring the answers again with every item done that ends by \
         then; nothing of it is an estimate. Effort and capacity are in points, as the questionnaire gives them.",
    );
}

fn time_line(doc: &mut Doc<'_>, report: &RoadmapReport<'_>) {
    if report.plan.phases.is_empty() {
        return;
    }
    doc.page_break();
    doc.heading(1, "Time line", "time-line");
    doc.paragraph("Each bar is an item, from the phase in which work on it begins to the one in which it ends. A filled level is higher than the one before.");
    let mut before = report.plan.start.claimed;
    let phases = report.plan.phases.iter().map(|phase| {
        let level = phase.projected.claimed;
        let rises = level > std::mem::replace(&mut before, level);
        let until = phase.until.map_or_else(String::new, |day| day.format("%-d %b %y").to_string());
        TimelinePhase { number: phase.number, until, level, rises }
    });
    let phases = phases.collect();
    let row = |(phase, item): (&Phase, &Item)| TimelineRow {
        code: item.code.clone(),
        text: report.action(&item.code).to_owned(),
        from: item.started_in,
        to: phase.number,
    };
    doc.timeline(&Timeline { phases, rows: report.items().map(row).collect() });
}

fn phases(doc: &mut Doc<'_>, report: &RoadmapReport<'_>) {
    doc.page_break();
    doc.heading(1, "Phases", "phases");
    if report.plan.phases.is_empty() {
        doc.paragraph("There is nothing to plan.");
    }
    let mut before =
        Projected { claimed: report.plan.start.claimed, dimensions: report.plan.start.dimensions.clone() };
    for phase in &report.plan.phases {
        let title = match (phase.from, phase.until) {
            (Some(from), Some(until)) => format!("Phase {}: {} to {}", phase.number, long(from), long(until)),
            _ => format!("Phase {}", phase.number),
        };
        doc.heading(2, &title, &format!("phase-{}", phase.number));
        doc.paragraph(after(report, &before, &phase.projected));
        doc.keep();
        phase_table(doc, report, phase);
        before.clone_from(&phase.projected);
    }
    if !report.plan.unreachable.is_empty() {
        doc.heading(2, "What stops the target", "stopped");
        stopped(doc, report, usize::MAX);
    }
}

/// The level after a phase, and which dimensions rose in it.
fn after(report: &RoadmapReport<'_>, before: &Projected, now: &Projected) -> Rich {
    let text = Rich::new().plain("After it: ").bold(format!("level {}", now.claimed)).plain(".");
    let level_before = |id: &str| {
        before.dimensions.iter().find(|dimension| dimension.id == id).map_or(0, |dimension| dimension.claimed)
    };
    let risen: Vec<_> = (now.dimensions.iter())
        .filter(|dimension| dimension.claimed > level_before(&dimension.id))
        .map(|dimension| format!("{} reaches {}", report.dimension_title(&dimension.id), dimension.claimed))
        .collect();
    if risen.is_empty() { text } else { text.plain(format!(" {}.", risen.join("; "))) }
}

fn phase_table(doc: &mut Doc<'_>, report: &RoadmapReport<'_>, phase: &Phase) {
    if phase.items.is_empty() {
        doc.small("Nothing ends in this phase; longer items go on.");
        return;
    }
    let mut table = Table::new(vec![
        Column::new("Code", 10.0),
        Column::new("Action, and why it stands here", 45.0),
        Column::new("Owner", 19.0),
        Column::new("Answer", 15.0),
        Column::right("Effort", 8.0),
        Column::new("Work", 20.0),
    ]);
    for item in &phase.items {
        table.rows.push(Row::Cells(item_row(report, item)));
    }
    doc.table(table);
}

fn item_row(report: &RoadmapReport<'_>, item: &Item) -> Vec<Cell> {
    let why = item.reasons.join("; ");
    let action = Rich::new().plain(report.action(&item.code));
    let action = if why.is_empty() { action } else { action.fine(format!("\n{why}")) };
    let from = match item.from.as_deref() {
        None => "not answered",
        Some("dont_know") => "not known",
        Some("not_applicable") => "not approved",
        Some(rung) => rung,
    };
    vec![
        code(&item.code).into(),
        action.into(),
        owner(report, item).into(),
        Rich::new().plain(from).fine(format!("\nto {}", item.to.as_str())).into(),
        item.effort.to_string().into(),
        work(report.work.get(&item.code)),
    ]
}

fn work(work: Option<&WorkLine>) -> Cell {
    let Some(work) = work else { return Cell::muted("not tracked") };
    let text = Rich::new().plain(work.status.as_str());
    match (work.due, work.overdue) {
        (Some(day), true) => text.bold(format!("\noverdue since {}", day.format("%-d %b %Y"))).into(),
        (Some(day), false) => text.fine(format!("\ndue {}", day.format("%-d %b %Y"))).into(),
        (None, _) => text.into(),
    }
}

fn roles(doc: &mut Doc<'_>, report: &RoadmapReport<'_>) {
    let mut efforts: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, item) in report.items() {
        *efforts.entry(&item.role).or_default() += u64::from(item.effort);
    }
    if efforts.is_empty() {
        return;
    }
    doc.page_break();
    doc.heading(1, "Who carries it", "roles");
    doc.paragraph("Effort by the job role that each item is charged to.");
    let mut bars: Vec<Bar> = efforts
        .into_iter()
        .map(|(role, count)| Bar { label: report.role_title(role).to_owned(), count })
        .collect();
    bars.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    doc.bars(&bars, "Effort by job role");
}

fn method(doc: &mut Doc<'_>, report: &RoadmapReport<'_>) {
    let asked = &report.plan.questionnaire;
    doc.heading(2, "Method", "method");
    doc.paragraph(format!(
        "{}, version {}, profile {}, scoring rules {}. The same answers and wishes give the same plan, byte for byte.",
        report.bank.title, asked.version, asked.profile, asked.scoring
    ));
    let rules = [
        (
            "Candidates",
            "Questions of the levels up to the target that do not pass yet, and whatever they depend on.",
        ),
        (
            "Order",
            "What comes first comes first: dependencies, and lower levels of a dimension before higher ones. Beyond that the most value for the least effort, then by code.",
        ),
        (
            "Value",
            "Weight times what is missing times usefulness; doubled for what holds the next level back; plus a quarter of what depends on it directly.",
        ),
        (
            "Phases",
            "Each item is charged to its first job role, whose capacity is never exceeded. What is larger than a phase spans several.",
        ),
        (
            "Levels",
            "Scored again after each phase by the rules of the assessment, as claimed; evidence decides what is supported.",
        ),
    ];
    doc.list(
        rules.into_iter().map(|(term, rule)| Rich::new().bold(format!("{term}. ")).plain(rule)).collect(),
    );
}
