//! The audit trail of a period as a document.

use std::collections::BTreeMap;

use assay_domain::access::{Grant, MATRIX, Role};
use assay_domain::audit::Outcome;
use chrono::{DateTime, NaiveDate, Utc};

use super::cover::Cover;
use super::frame::Frame;
use super::layout::{Bar, Cell, Column, Doc, Fonts, Rich, Row, Table, Target, code, grouped};
use super::{Error, integrity};

/// Everything that an audit report prints.
#[derive(Debug, Clone)]
pub struct AuditReport {
    /// Who made it, when, against which ledger state.
    pub frame: Frame,
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period.
    pub to: NaiveDate,
    /// Whose entries, for example `All teams` or a team's name.
    pub scope: String,
    /// What was filtered for, as label and value; empty: everything.
    pub filter: Vec<(String, String)>,
    /// The entries, by index.
    pub entries: Vec<AuditEntry>,
    /// Committed values that whoever made the report may see, and that the bundle proves.
    pub disclosed: Vec<DisclosedValue>,
}

/// An entry of the ledger.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// Its place in the log, from 0.
    pub index: u64,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Who acted, as people know them, or the id when the name was erased.
    pub actor: String,
    /// The action's name, for example `approval.decided`.
    pub action: String,
    /// What happened, as the catalogue of actions says it.
    pub sentence: String,
    /// What it happened to; may be empty.
    pub subject: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What else the entry states: names and values, short.
    pub facts: Vec<(String, String)>,
}

/// A value that stands in the ledger only as a commitment.
#[derive(Debug, Clone)]
pub struct DisclosedValue {
    /// The entry that commits to it.
    pub index: u64,
    /// The field.
    pub field: String,
    /// The value, as text.
    pub value: String,
}

/// The report as a PDF/A-3b file.
///
/// # Errors
/// [`Error`] when the fonts are broken or the file cannot be written.
pub fn audit_report(report: &AuditReport) -> Result<Vec<u8>, Error> {
    let title = format!("Audit trail: {} to {}", report.from, report.to);
    let mut doc = Doc::new(Fonts::embedded()?, report.frame.paper);
    report.cover().write(&mut doc, &report.frame);
    summary(&mut doc, report);
    contents(&mut doc);
    entries(&mut doc, report);
    disclosures(&mut doc, report);
    permissions(&mut doc);
    integrity::write(&mut doc, &report.frame, &[]);
    let subject = format!("{title}, {}", report.scope);
    doc.finish(&report.frame.running(&title), &report.frame.meta(title.clone(), subject))
}

impl AuditReport {
    fn cover(&self) -> Cover<'_> {
        let mut facts = vec![
            ("Period", Rich::new().bold(format!("{} to {}", long(self.from), long(self.to)))),
            ("Entries", Rich::from(grouped(self.entries.len() as u64))),
        ];
        let filter: Vec<_> = self.filter.iter().map(|(label, value)| format!("{label}: {value}")).collect();
        let filter =
            if filter.is_empty() { "none: every entry of the scope".to_owned() } else { filter.join("; ") };
        facts.insert(1, ("Filter", Rich::from(filter)));
        Cover {
            kind: "Audit trail",
            subject: &self.scope,
            about: "What was done, by whom, and when, as the ledger recorded it.",
            facts,
        }
    }

    /// How often each value of `key` occurs, the most frequent first.
    fn counts<'a>(&'a self, key: impl Fn(&'a AuditEntry) -> &'a str) -> Vec<Bar> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for entry in &self.entries {
            *counts.entry(key(entry)).or_default() += 1;
        }
        let mut bars: Vec<_> =
            counts.into_iter().map(|(label, count)| Bar { label: label.to_owned(), count }).collect();
        bars.sort_by_key(|bar| std::cmp::Reverse(bar.count));
        bars
    }

    /// Entries on each day of the period, days without any included.
    fn days(&self) -> Vec<Bar> {
        let mut counts: BTreeMap<NaiveDate, u64> =
            self.from.iter_days().take_while(|day| *day <= self.to).map(|day| (day, 0)).collect();
        for entry in &self.entries {
            *counts.entry(entry.at.date_naive()).or_default() += 1;
        }
        counts
            .into_iter()
            .map(|(day, count)| Bar { label: day.format("%-d %b %Y").to_string(), count })
            .collect()
    }
}

fn long(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// Bars of one chart on the summary page, which has to stay one page.
const BARS: usize = 9;

fn summary(doc: &mut Doc<'_>, report: &AuditReport) {
    doc.heading(1, "Summary", "summary");
    let (actors, outcomes) =
        (report.counts(|entry| &entry.actor), report.counts(|entry| entry.outcome.name()));
    let of =
        |outcome: Outcome| outcomes.iter().find(|bar| bar.label == outcome.name()).map_or(0, |bar| bar.count);
    doc.lead(
        Rich::new()
            .bold(plural(report.entries.len() as u64, "entry", "entries"))
            .plain(format!(" from {} to {}, by ", long(report.from), long(report.to)))
            .bold(plural(actors.len() as u64, "actor", "actors"))
            .plain(match (of(Outcome::Denied), of(Outcome::Failed)) {
                (0, 0) => ". Nothing was denied, and nothing failed.".to_owned(),
                (denied, failed) => format!(". {} denied, {} failed.", grouped(denied), grouped(failed)),
            }),
    );
    doc.label("Entries by day");
    doc.columns(&report.days(), "Entries by day");
    for (title, bars) in
        [("By action", report.counts(|entry| &entry.action)), ("By actor", actors), ("By outcome", outcomes)]
    {
        doc.label(title);
        doc.bars(&most(bars), title);
    }
}

/// The most frequent, and the others in one bar.
fn most(mut bars: Vec<Bar>) -> Vec<Bar> {
    if bars.len() > BARS {
        let others = bars.split_off(BARS - 1);
        let label = format!("{} others", others.len());
        bars.push(Bar { label, count: others.iter().map(|bar| bar.count).sum() });
    }
    bars
}

fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

fn contents(doc: &mut Doc<'_>) {
    doc.page_break();
    doc.heading(1, "Contents", "contents");
    doc.contents();
    doc.heading(2, "How to read this report", "reading");
    doc.paragraph(
        "Each entry is one act, in the order in which the ledger recorded it. The number is its index in the log and never \
         changes. Times are UTC. Entries hold identifiers, digests and facts; names and other words of people are kept beside \
         the ledger, which only commits to them, so that they can be erased without breaking any proof.",
    );
    doc.paragraph(
        Rich::new()
            .plain("An entry that is missing between two numbers was left out by the filter or the scope. Nothing can be left out of the log itself: see ")
            .link("Integrity", Target::Anchor("integrity".to_owned()))
            .plain("."),
    );
}

fn entries(doc: &mut Doc<'_>, report: &AuditReport) {
    doc.page_break();
    doc.heading(1, "Entries", "entries");
    if report.entries.is_empty() {
        doc.paragraph("No entry of the period matches the filter.");
        return;
    }
    let mut table = Table::new(vec![
        Column::right("Entry", 7.5),
        Column::new("Time (UTC)", 9.5),
        Column::new("Actor", 17.0),
        Column::new("What happened", 58.0),
        Column::new("Outcome", 8.0),
    ]);
    let mut day = None;
    for entry in &report.entries {
        let date = entry.at.date_naive();
        if day != Some(date) {
            day = Some(date);
            table.rows.push(Row::Marked(long(date), format!("day-{date}")));
        }
        table.row(entry_row(entry));
    }
    doc.table(table);
}

fn entry_row(entry: &AuditEntry) -> Vec<Cell> {
    let outcome: Cell = match entry.outcome {
        Outcome::Ok => Cell::muted("ok"),
        Outcome::Denied | Outcome::Failed => Rich::new().bold(entry.outcome.name()).into(),
    };
    vec![
        code(&entry.index.to_string()).into(),
        code(&entry.at.format("%H:%M:%S").to_string()).into(),
        entry.actor.as_str().into(),
        what_happened(entry).into(),
        outcome,
    ]
}

/// The sentence, then action, subject and facts in small print.
fn what_happened(entry: &AuditEntry) -> Rich {
    let mut details = entry.action.clone();
    if !entry.subject.is_empty() {
        details.push_str(" \u{b7} ");
        details.push_str(&entry.subject);
    }
    for (name, value) in &entry.facts {
        details.push_str(&format!(" \u{b7} {name}: {value}"));
    }
    Rich::new().plain(format!("{}\n", entry.sentence)).fine(details)
}

fn disclosures(doc: &mut Doc<'_>, report: &AuditReport) {
    doc.page_break();
    doc.heading(1, "Disclosed values", "disclosed");
    doc.paragraph(
        "Names, reasons and comments stand in the ledger as salted digests. The values below were disclosed to whoever made this \
         report; with the salts in the attached bundle anybody can check that they are what was committed to.",
    );
    if report.disclosed.is_empty() {
        doc.paragraph("Nothing was disclosed.");
        return;
    }
    let mut table =
        Table::new(vec![Column::right("Entry", 8.0), Column::new("Field", 18.0), Column::new("Value", 74.0)]);
    for value in &report.disclosed {
        table.row(vec![
            code(&value.index.to_string()).into(),
            value.field.as_str().into(),
            value.value.as_str().into(),
        ]);
    }
    doc.table(table);
}

fn permissions(doc: &mut Doc<'_>) {
    doc.page_break();
    doc.heading(1, "Who may do what", "permissions");
    doc.paragraph(
        "The permissions of each role in the product. Own: in the teams for which the role is held. Empty: not at all.",
    );
    // As wide as the longest word of its head, which would else be broken.
    let width = |label: &str| 6.0 + 0.55 * label.split(' ').map(str::len).max().unwrap_or_default() as f32;
    let mut columns = vec![Column::new("May \u{2026}", 25.0)];
    columns.extend(Role::ALL.map(|role| Column::centre(role.label(), width(role.label()))));
    let mut table = Table::new(columns);
    for (permission, grants) in MATRIX {
        let grants = grants.iter().map(|grant| match grant {
            Grant::No => Cell::default(),
            Grant::Own => Cell::from("own"),
            Grant::All => Cell::from("all"),
        });
        table.row([Cell::from(permission.label())].into_iter().chain(grants).collect());
    }
    doc.table(table);
}
