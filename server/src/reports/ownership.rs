//! Who holds what in a team on a day, as a document.
//!
//! The structs are what is printed, not what is stored: whoever calls [`ownership_report`] has resolved ids to names and
//! decided who may see what.

use chrono::NaiveDate;

use super::cover::Cover;
use super::frame::Frame;
use super::layout::{Bar, Cell, Column, Doc, Fonts, Rich, Table};
use super::{Error, integrity};

/// Everything that an ownership report prints.
#[derive(Debug, Clone)]
pub struct OwnershipReport {
    /// Who made it, when, against which ledger state.
    pub frame: Frame,
    /// The team.
    pub team: String,
    /// What the team is there for; may be empty.
    pub about: String,
    /// The day for which it holds.
    pub on: NaiveDate,
    /// Titles of the job roles, in the order in which [`Holder::role`] counts them.
    pub roles: Vec<String>,
    /// What can be held, by dimension or kind.
    pub groups: Vec<OwnershipGroup>,
    /// What is missing, the gravest first.
    pub findings: Vec<FindingLine>,
    /// Skills that the roles need, and who has them.
    pub skills: Vec<SkillLine>,
    /// Tools by capability: its title and their names.
    pub tools: Vec<(String, Vec<String>)>,
}

/// Things that belong together: the capabilities of a dimension, or the models.
#[derive(Debug, Clone)]
pub struct OwnershipGroup {
    /// What people call it.
    pub title: String,
    /// The things.
    pub things: Vec<OwnedThing>,
}

/// Something that people hold job roles for.
#[derive(Debug, Clone)]
pub struct OwnedThing {
    /// What people call it.
    pub name: String,
    /// Who holds it on the day.
    pub holders: Vec<Holder>,
}

/// Somebody who holds a job role for something.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The person's name.
    pub person: String,
    /// Which of the report's roles, from 0.
    pub role: usize,
    /// `responsible`, `accountable`, `consulted` or `informed`.
    pub part: &'static str,
    /// The first day.
    pub from: NaiveDate,
    /// The last day, where it is known.
    pub until: Option<NaiveDate>,
}

/// Something that is missing.
#[derive(Debug, Clone)]
pub struct FindingLine {
    /// How grave it is, in a word.
    pub severity: String,
    /// What is missing, and what mends it.
    pub sentence: String,
}

/// A skill that job roles of the team need.
#[derive(Debug, Clone)]
pub struct SkillLine {
    /// What people call it.
    pub skill: String,
    /// Titles of the held roles that need it.
    pub needed_by: Vec<String>,
    /// Names of those who have it; none is a gap.
    pub people: Vec<String>,
}

/// The report as a PDF/A-3b file.
///
/// # Errors
/// [`Error`] when the fonts are broken or the file cannot be written.
pub fn ownership_report(report: &OwnershipReport) -> Result<Vec<u8>, Error> {
    let title = format!("Ownership: {}", report.team);
    let mut doc = Doc::new(Fonts::embedded()?, report.frame.paper);
    report.cover().write(&mut doc, &report.frame);
    summary(&mut doc, report);
    contents(&mut doc);
    matrix(&mut doc, report);
    holders(&mut doc, report);
    findings(&mut doc, report);
    skills(&mut doc, report);
    tools(&mut doc, report);
    integrity::write(&mut doc, &report.frame, &[]);
    let subject = format!("{title} on {}", report.on);
    doc.finish(&report.frame.running(&title), &report.frame.meta(title.clone(), subject))
}

/// The parts in the order of their weight.
const PARTS: [(&str, &str); 4] = [
    ("accountable", "Accountable"),
    ("responsible", "Responsible"),
    ("consulted", "Consulted"),
    ("informed", "Informed"),
];

impl OwnershipReport {
    fn cover(&self) -> Cover<'_> {
        let things = self.things().count();
        let owned = self.things().filter(|thing| thing.is_owned()).count();
        Cover {
            kind: "Ownership",
            subject: &self.team,
            about: &self.about,
            facts: vec![
                ("On", Rich::new().bold(long(self.on))),
                ("Accountable for", Rich::from(format!("{owned} of {things}"))),
                ("People", Rich::from(self.people().len().to_string())),
                ("Findings", Rich::from(self.findings.len().to_string())),
            ],
        }
    }

    fn things(&self) -> impl Iterator<Item = &OwnedThing> {
        self.groups.iter().flat_map(|group| &group.things)
    }

    /// Everybody who holds anything, with how much; the most first.
    fn people(&self) -> Vec<Bar> {
        let mut counts: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
        for holder in self.things().flat_map(|thing| &thing.holders) {
            *counts.entry(&holder.person).or_default() += u64::from(holder.part == "accountable");
        }
        let mut bars: Vec<Bar> =
            counts.into_iter().map(|(label, count)| Bar { label: label.to_owned(), count }).collect();
        bars.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
        bars
    }

    fn role(&self, holder: &Holder) -> &str {
        self.roles.get(holder.role).map_or("", String::as_str)
    }
}

impl OwnedThing {
    fn is_owned(&self) -> bool {
        self.holders.iter().any(|holder| holder.part == "accountable")
    }
}

fn long(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// Rows of the tables on the summary page, which has to stay one page.
const FIRST: usize = 10;
const BARS: usize = 8;

fn summary(doc: &mut Doc<'_>, report: &OwnershipReport) {
    doc.heading(1, "Summary", "summary");
    let orphans = report.things().filter(|thing| !thing.is_owned()).count();
    let verdict = Rich::new().plain(format!("On {}, {} ", long(report.on), report.team));
    doc.lead(match (orphans, report.findings.len()) {
        (0, 0) => verdict.bold("has an accountable person for everything").plain(", and nothing is missing."),
        (0, count) => {
            verdict.bold("has an accountable person for everything").plain(format!(". Findings: {count}."))
        }
        (1, count) => {
            verdict.bold("lacks an accountable person for one thing").plain(format!(". Findings: {count}."))
        }
        (orphans, count) => verdict
            .bold(format!("lacks an accountable person for {orphans} things"))
            .plain(format!(". Findings: {count}.")),
    });
    let people = report.people();
    if !people.is_empty() {
        doc.label("How many things each person is accountable for");
        doc.bars(&people.into_iter().take(BARS).collect::<Vec<_>>(), "Accountable for");
    }
    if !report.findings.is_empty() {
        doc.label("What to mend first");
        finding_table(doc, &report.findings, FIRST);
    }
    doc.fit();
}

fn finding_table(doc: &mut Doc<'_>, findings: &[FindingLine], most: usize) {
    let mut table = Table::new(vec![Column::new("Severity", 12.0), Column::new("Finding", 78.0)]);
    for finding in findings.iter().take(most) {
        table.row(vec![finding.severity.as_str().into(), finding.sentence.as_str().into()]);
    }
    doc.table(table);
    if findings.len() > most {
        doc.small(format!("{} more under Findings.", findings.len() - most));
    }
}

fn contents(doc: &mut Doc<'_>) {
    doc.page_break();
    doc.heading(1, "Contents", "contents");
    doc.contents();
    doc.heading(2, "How to read this report", "reading");
    doc.paragraph(
        "Exactly one person is accountable for each thing and answers for it; those who are responsible do the work; who \
         is consulted is asked before, who is informed is told after. All of it holds for the day on the cover; the ledger \
         has every change before and after, with who made it.",
    );
}

/// Things by job roles: which parts are held, at a glance.
fn matrix(doc: &mut Doc<'_>, report: &OwnershipReport) {
    doc.page_break();
    doc.heading(1, "Matrix", "matrix");
    let legend: Vec<_> = report
        .roles
        .iter()
        .zip(1..)
        .map(|(role, number)| format!("{number}\u{a0}{}", role.replace(' ', "\u{a0}")))
        .collect();
    doc.paragraph(Rich::new().bold("Job roles: ").plain(format!("{}.", legend.join(", "))));
    doc.small("A accountable, R responsible, C consulted, I informed. Who it is stands in the next section.");
    let mut columns = vec![Column::new("", 34.0)];
    columns.extend((1..=report.roles.len()).map(|number| Column::centre(&number.to_string(), 7.0)));
    let mut table = Table::new(columns);
    for group in &report.groups {
        table.group(Rich::new().bold(group.title.as_str()));
        for thing in &group.things {
            let cells = (0..report.roles.len()).map(|role| letters(thing, role));
            table.row([Cell::from(thing.name.as_str())].into_iter().chain(cells).collect());
        }
    }
    doc.table(table);
}

/// The parts that a role has in a thing, each once, in the order of their weight.
fn letters(thing: &OwnedThing, role: usize) -> Cell {
    let held = PARTS
        .iter()
        .filter(|(part, _)| thing.holders.iter().any(|holder| holder.role == role && holder.part == *part))
        .map(|(_, title)| title.chars().take(1).collect::<String>());
    let letters = held.collect::<Vec<_>>().join("\u{a0}");
    if letters.starts_with('A') { Rich::new().bold(letters).into() } else { letters.into() }
}

/// Things with the people who hold them.
fn holders(doc: &mut Doc<'_>, report: &OwnershipReport) {
    doc.page_break();
    doc.heading(1, "People", "people");
    let mut columns = vec![Column::new("", 22.0)];
    columns.extend(PARTS.iter().map(|(_, title)| Column::new(title, 19.0)));
    let mut table = Table::new(columns);
    for group in &report.groups {
        table.group(Rich::new().bold(group.title.as_str()));
        for thing in &group.things {
            let cells = PARTS.iter().map(|(part, _)| people(report, thing, part));
            table.row([Cell::from(thing.name.as_str())].into_iter().chain(cells).collect());
        }
    }
    doc.table(table);
}

fn people(report: &OwnershipReport, thing: &OwnedThing, part: &str) -> Cell {
    let holders: Vec<_> = thing.holders.iter().filter(|holder| holder.part == part).collect();
    if holders.is_empty() {
        return if part == "accountable" { Rich::new().bold("nobody").into() } else { Cell::default() };
    }
    let line = |holder: &&Holder| {
        let until = holder.until.map(|day| format!(" to {}", day.format("%-d %b %Y"))).unwrap_or_default();
        let since = format!("\n{}, from {}{until}", report.role(holder), holder.from.format("%-d %b %Y"));
        Rich::new().plain(holder.person.as_str()).fine(since)
    };
    Rich::joined(holders.iter().map(line).collect::<Vec<_>>(), "\n").into()
}

fn findings(doc: &mut Doc<'_>, report: &OwnershipReport) {
    doc.page_break();
    doc.heading(1, "Findings", "findings");
    if report.findings.is_empty() {
        doc.paragraph("Everything has exactly one accountable person and somebody to stand in, every duty is covered, and nobody holds anything who has left.");
    } else {
        finding_table(doc, &report.findings, usize::MAX);
    }
}

fn skills(doc: &mut Doc<'_>, report: &OwnershipReport) {
    doc.page_break();
    doc.heading(1, "Skills and tools", "skills-and-tools");
    doc.heading(2, "Skills", "skills");
    if report.skills.is_empty() {
        doc.paragraph("No job role that is held in the team needs a skill of the catalogue.");
        return;
    }
    doc.paragraph("Skills that the job roles held in the team need, and who has them.");
    let mut table = Table::new(vec![
        Column::new("Skill", 28.0),
        Column::new("Needed by", 34.0),
        Column::new("Who has it", 38.0),
    ]);
    for line in &report.skills {
        let people: Cell = if line.people.is_empty() {
            Rich::new().bold("nobody").into()
        } else {
            line.people.join(", ").into()
        };
        table.row(vec![line.skill.as_str().into(), line.needed_by.join(", ").into(), people]);
    }
    doc.table(table);
}

fn tools(doc: &mut Doc<'_>, report: &OwnershipReport) {
    doc.heading(2, "Tools", "tools");
    if report.tools.is_empty() {
        doc.paragraph("The team has not said which tools it uses.");
        return;
    }
    let mut table = Table::new(vec![Column::new("Capability", 40.0), Column::new("Tools in use", 60.0)]);
    for (capability, tools) in &report.tools {
        table.row(vec![capability.as_str().into(), tools.join(", ").into()]);
    }
    doc.table(table);
}
