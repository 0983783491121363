//! The rules that a bank has to keep, beyond the types of its fields. Every broken rule is reported.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Display;
use std::hash::Hash;
use std::ops::RangeInclusive;

use super::bank::{Bank, LEVELS, Question, SCORING_VERSION};
use crate::document::{Diagnostic, Document, Step};
use crate::path;

/// All broken rules, in the order of the rules below.
pub(super) fn check(bank: &Bank, document: &Document<'_>) -> Vec<Diagnostic> {
    let mut checker = Checker { bank, document, mistakes: Vec::new() };
    checker.head();
    for list in HEAD_LISTS {
        checker.ids(list);
    }
    checker.duplicates("questions", "id", bank.questions.iter().map(|q| q.id));
    checker.duplicates("questions", "code", bank.questions.iter().map(|q| q.code.as_str()));
    for (index, question) in bank.questions.iter().enumerate() {
        checker.question(index, question);
    }
    checker.usage();
    checker.cycles();
    checker.mistakes
}

/// The lists of the head whose items have an `id` and a `title`.
const HEAD_LISTS: [&str; 7] =
    ["profiles", "dimensions", "capabilities", "principles", "components", "phases", "roles"];

struct Checker<'a> {
    bank: &'a Bank,
    document: &'a Document<'a>,
    mistakes: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    fn report(&mut self, path: &[Step], message: impl Into<String>) {
        self.mistakes.push(self.document.diagnose(path, message));
    }

    fn head(&mut self) {
        let bank = self.bank;
        self.slug(&path!["id"], &bank.id);
        self.text(&path!["title"], &bank.title);
        for (index, title) in bank.levels.iter().enumerate() {
            self.text(&path!["levels", index], title);
        }
        if bank.scoring != SCORING_VERSION {
            let message = format!(
                "this program knows version {SCORING_VERSION} of the scoring rules, not {}",
                bank.scoring
            );
            self.report(&path!["scoring"], message);
        }
        self.reference(&path!["default_profile"], "profiles", &bank.default_profile);
        for (index, capability) in bank.capabilities.iter().enumerate() {
            self.reference(&path!["capabilities", index, "dimension"], "dimensions", &capability.dimension);
        }
    }

    /// The ids and titles of one of the lists of the head.
    fn items(&self, list: &str) -> Vec<(&'a str, &'a str)> {
        let bank = self.bank;
        let facets =
            |facets: &'a [super::Facet]| facets.iter().map(|f| (f.id.as_str(), f.title.as_str())).collect();
        match list {
            "profiles" => bank.profiles.iter().map(|p| (p.id.as_str(), p.title.as_str())).collect(),
            "dimensions" => bank.dimensions.iter().map(|d| (d.id.as_str(), d.title.as_str())).collect(),
            "capabilities" => bank.capabilities.iter().map(|c| (c.id.as_str(), c.title.as_str())).collect(),
            "principles" => facets(&bank.principles),
            "components" => facets(&bank.components),
            "phases" => facets(&bank.phases),
            _ => facets(&bank.roles),
        }
    }

    fn ids(&mut self, list: &'static str) {
        let items = self.items(list);
        self.duplicates(list, "id", items.iter().map(|(id, _)| *id));
        for (index, (id, title)) in items.into_iter().enumerate() {
            self.slug(&path![list, index, "id"], id);
            self.text(&path![list, index, "title"], title);
        }
    }

    fn question(&mut self, index: usize, question: &'a Question) {
        let at = |field: &str| path!["questions", index, field];
        if question.code.is_empty() || !question.code.chars().all(|c| c.is_ascii_graphic()) {
            self.report(&at("code"), "a code has letters, digits and signs, all ASCII, and no spaces");
        }
        self.reference(&at("dimension"), "dimensions", &question.dimension);
        self.reference(&at("capability"), "capabilities", &question.capability);
        if let Some(capability) = self.bank.capability(&question.capability)
            && capability.dimension != question.dimension
        {
            let message = format!("capability `{}` belongs to `{}`", capability.id, capability.dimension);
            self.report(&at("dimension"), message);
        }
        self.range(&at("level"), question.level, LEVELS[0]..=LEVELS[3]);
        self.range(&at("weight"), question.weight, 1..=3);
        self.range(&at("usefulness"), question.usefulness, 1..=5);
        for (field, value) in [
            ("knowledge", question.effort.knowledge),
            ("time", question.effort.time),
            ("resources", question.effort.resources),
        ] {
            self.range(&path!["questions", index, "effort", field], value, 1..=5);
        }
        for (field, text) in [
            ("text", &question.text),
            ("why", &question.why),
            ("risk", &question.risk),
            ("evidence", &question.evidence),
            ("action", &question.action),
            ("source", &question.source),
        ] {
            self.text(&at(field), text);
        }
        self.rungs(index, question);
        self.reference(&at("principle"), "principles", &question.principle);
        self.reference(&at("component"), "components", &question.component);
        self.reference(&at("phase"), "phases", &question.phase);
        self.references(index, "owner_roles", "roles", &question.owner_roles);
        self.references(index, "profiles", "profiles", &question.profiles);
        for (number, code) in question.depends_on.iter().enumerate() {
            if self.bank.question(code).is_none() {
                let message = format!("there is no question with the code `{code}`");
                self.report(&path!["questions", index, "depends_on", number], message);
            }
        }
    }

    fn rungs(&mut self, index: usize, question: &Question) {
        let ladder = question.ladder;
        for rung in ladder.rungs() {
            match question.options.get(rung) {
                None => {
                    let message = format!(
                        "the rung `{rung}` of the ladder `{ladder}` is missing: say what counts for it"
                    );
                    self.report(&path!["questions", index, "options"], message);
                }
                Some(text) => self.text(&path!["questions", index, "options", rung.as_str()], text),
            }
        }
        for rung in question.options.keys().filter(|rung| rung.ladder() != ladder) {
            let message = format!("`{rung}` is no rung of the ladder `{ladder}`");
            self.report(&path!["questions", index, "options", rung.as_str()], message);
        }
    }

    /// What nothing uses would be shown empty, or never.
    fn usage(&mut self) {
        let used = |of: fn(&Question) -> &str| self.bank.questions.iter().map(of).collect::<BTreeSet<_>>();
        let dimensions = used(|q| &q.dimension);
        let capabilities = used(|q| &q.capability);
        let profiles: BTreeSet<&str> =
            self.bank.questions.iter().flat_map(|q| &q.profiles).map(String::as_str).collect();
        for (list, what, used) in [
            ("dimensions", "dimension", dimensions),
            ("capabilities", "capability", capabilities),
            ("profiles", "profile", profiles),
        ] {
            for (index, (id, _)) in self.items(list).into_iter().enumerate() {
                if !used.contains(id) {
                    self.report(&path![list, index, "id"], format!("the {what} `{id}` has no question"));
                }
            }
        }
    }

    /// `depends_on` and "lower levels of a dimension first" together must leave an order to work in.
    fn cycles(&mut self) {
        let mut walk = Walk::new(self.bank);
        for index in 0..self.bank.questions.len() {
            walk.visit(Node::Question(index));
        }
        let mut reported = BTreeSet::new();
        for cycle in walk.cycles {
            // A cycle needs a dependency that somebody wrote, for lower-before-higher alone has none.
            let Some((index, number)) = walk.written.iter().find_map(|(edge, at)| {
                let follows = |pair: &[Node]| (pair[0], pair[1]) == *edge;
                cycle.windows(2).any(follows).then_some(*at)
            }) else {
                continue;
            };
            if !reported.insert((index, number)) {
                continue;
            }
            let codes: Vec<&str> = cycle
                .iter()
                .filter_map(|node| match node {
                    Node::Question(index) => Some(self.bank.questions[*index].code.as_str()),
                    Node::Cell(..) => None,
                })
                .collect();
            let message = format!(
                "the order goes round in a circle, {} (lower levels of a dimension come before higher ones)",
                codes.join(" after ")
            );
            self.report(&path!["questions", index, "depends_on", number], message);
        }
    }

    fn duplicates<T: Display + Eq + Hash + Copy>(
        &mut self,
        list: &'static str,
        field: &'static str,
        values: impl Iterator<Item = T>,
    ) {
        let mut first = HashMap::new();
        for (index, value) in values.enumerate() {
            if let Some(earlier) = first.get(&value) {
                let message = format!("`{value}` is already used by {list}[{earlier}]");
                self.report(&path![list, index, field], message);
            } else {
                first.insert(value, index);
            }
        }
    }

    fn references(&mut self, index: usize, field: &'static str, list: &'static str, ids: &[String]) {
        if ids.is_empty() {
            self.report(&path!["questions", index, field], format!("name at least one of the {list}"));
        }
        for (number, id) in ids.iter().enumerate() {
            self.reference(&path!["questions", index, field, number], list, id);
        }
    }

    fn reference(&mut self, path: &[Step], list: &'static str, id: &str) {
        let known = self.items(list);
        if known.iter().any(|(known, _)| *known == id) {
            return;
        }
        let known: Vec<&str> = known.into_iter().map(|(id, _)| id).collect();
        self.report(path, format!("`{id}` is none of the {list}: {}", known.join(", ")));
    }

    fn range(&mut self, path: &[Step], value: u8, allowed: RangeInclusive<u8>) {
        if !allowed.contains(&value) {
            let message = format!("{value} is not between {} and {}", allowed.start(), allowed.end());
            self.report(path, message);
        }
    }

    fn slug(&mut self, path: &[Step], id: &str) {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(allowed) {
            self.report(path, "an id has lower-case letters, digits and dashes");
        }
    }

    fn text(&mut self, path: &[Step], text: &str) {
        if text.trim().is_empty() {
            self.report(path, "is empty");
        }
    }
}

/// What has to be done before something else: a question, or a cell (dimension, level) with all below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Node<'a> {
    Question(usize),
    Cell(&'a str, u8),
}

/// A depth-first walk from what comes later to what comes first.
struct Walk<'a> {
    first: HashMap<Node<'a>, Vec<Node<'a>>>,
    /// Where each written dependency stands: question and number in `depends_on`.
    written: BTreeMap<(Node<'a>, Node<'a>), (usize, usize)>,
    done: BTreeSet<Node<'a>>,
    way: Vec<Node<'a>>,
    cycles: Vec<Vec<Node<'a>>>,
}

impl<'a> Walk<'a> {
    fn new(bank: &'a Bank) -> Self {
        let index: HashMap<&str, usize> =
            bank.questions.iter().enumerate().map(|(i, q)| (q.code.as_str(), i)).collect();
        let mut first: HashMap<Node<'_>, Vec<Node<'_>>> = HashMap::new();
        let mut written = BTreeMap::new();
        for (later, question) in bank.questions.iter().enumerate() {
            let (node, dimension) = (Node::Question(later), question.dimension.as_str());
            for (number, code) in question.depends_on.iter().enumerate() {
                if let Some(earlier) = index.get(code.as_str()) {
                    let earlier = Node::Question(*earlier);
                    first.entry(node).or_default().push(earlier);
                    written.entry((node, earlier)).or_insert((later, number));
                }
            }
            first.entry(Node::Cell(dimension, question.level)).or_default().push(node);
            if LEVELS.contains(&question.level) && question.level > LEVELS[0] {
                first.entry(node).or_default().push(Node::Cell(dimension, question.level - 1));
            }
        }
        for dimension in &bank.dimensions {
            for pair in LEVELS.windows(2) {
                let (lower, higher) =
                    (Node::Cell(&dimension.id, pair[0]), Node::Cell(&dimension.id, pair[1]));
                first.entry(higher).or_default().push(lower);
            }
        }
        Self { first, written, done: BTreeSet::new(), way: Vec::new(), cycles: Vec::new() }
    }

    fn visit(&mut self, node: Node<'a>) {
        if self.done.contains(&node) {
            return;
        }
        if let Some(start) = self.way.iter().position(|earlier| *earlier == node) {
            let mut cycle = self.way[start..].to_vec();
            cycle.push(node);
            self.cycles.push(cycle);
            return;
        }
        self.way.push(node);
        for earlier in self.first.get(&node).cloned().unwrap_or_default() {
            self.visit(earlier);
        }
        self.way.pop();
        self.done.insert(node);
    }
}
