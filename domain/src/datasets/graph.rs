//! Lineage as a graph: what a page draws, and the same facts as rows of a table.
//!
//! Nodes have a rank (how far to the right) and a row in it. The layout depends on the facts alone, never on the order
//! in which they come, so that the same lineage always looks the same.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Usage;
use crate::models::{Lineage, Ran, VersionRef, short};

crate::names! {
    /// What a node stands for.
    pub enum NodeKind ("kind of node") {
        /// A version of a dataset.
        Dataset = "dataset", "Dataset";
        /// The commit that was built.
        Commit = "commit", "Commit";
        /// The run of the training.
        Run = "run", "Run";
        /// A version of a model.
        Version = "version", "Model version";
        /// Where a version runs, or ran.
        Environment = "environment", "Environment";
    }
}

/// Something in a lineage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Node {
    /// What it is called in edges.
    pub id: String,
    /// What it stands for.
    pub kind: NodeKind,
    /// What people read.
    pub label: String,
    /// How far it is from the sources: from 0.
    pub rank: usize,
    /// Where it stands among those of its rank: from 0.
    pub row: usize,
}

/// That one thing led to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Edge {
    /// What it began with.
    pub from: String,
    /// What it led to.
    pub to: String,
    /// How, for people: "was built into", "runs in".
    pub label: String,
}

/// A lineage, laid out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Graph {
    /// By rank, then row.
    pub nodes: Vec<Node>,
    /// In order.
    pub edges: Vec<Edge>,
}

/// A row of the table that says the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GraphRow {
    /// What it began with.
    pub from: String,
    /// What that is.
    pub from_kind: NodeKind,
    /// How it led there.
    pub relation: String,
    /// What it led to.
    pub to: String,
    /// What that is.
    pub to_kind: NodeKind,
}

/// What is on record about some versions.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    /// The versions and where they come from.
    pub versions: &'a [(VersionRef, Lineage)],
    /// What they used.
    pub usages: &'a [Usage],
    /// Where they ran: environment and time.
    pub ran: &'a [(String, Ran)],
}

impl Graph {
    /// The lineage of what is on record.
    #[must_use]
    pub fn of(facts: &Facts<'_>) -> Self {
        let mut draft = Draft::default();
        for (version, lineage) in facts.versions {
            draft.version(version, lineage);
        }
        for usage in facts.usages {
            draft.usage(usage);
        }
        for (environment, ran) in facts.ran {
            let to = draft.node(NodeKind::Environment, environment, environment);
            let from = draft.node_of(&ran.version);
            draft.edge(from, to, if ran.until.is_none() { "runs in" } else { "ran in" });
        }
        draft.lay_out()
    }

    /// The same facts as a table: one row for each edge, in the order of the drawing; what stands alone is not in it.
    #[must_use]
    pub fn table(&self) -> Vec<GraphRow> {
        let node = |id: &str| self.nodes.iter().position(|node| node.id == id);
        let mut rows: Vec<_> =
            self.edges.iter().filter_map(|edge| Some((node(&edge.from)?, node(&edge.to)?, edge))).collect();
        rows.sort();
        rows.into_iter()
            .map(|(from, to, edge)| GraphRow {
                from: self.nodes[from].label.clone(),
                from_kind: self.nodes[from].kind,
                relation: edge.label.clone(),
                to: self.nodes[to].label.clone(),
                to_kind: self.nodes[to].kind,
            })
            .collect()
    }
}

/// Nodes by id, and edges, without their places.
#[derive(Default)]
struct Draft {
    nodes: BTreeMap<String, (NodeKind, String)>,
    edges: BTreeSet<Edge>,
}

impl Draft {
    fn node(&mut self, kind: NodeKind, key: &str, label: &str) -> String {
        let id = format!("{kind}:{key}");
        self.nodes.entry(id.clone()).or_insert_with(|| (kind, label.to_owned()));
        id
    }

    fn node_of(&mut self, version: &VersionRef) -> String {
        // A space stands in no name, so that two versions never share an id.
        self.node(NodeKind::Version, &version.to_string(), &version.to_string())
    }

    fn edge(&mut self, from: String, to: String, label: &str) {
        self.edges.insert(Edge { from, to, label: label.to_owned() });
    }

    fn version(&mut self, version: &VersionRef, lineage: &Lineage) {
        let to = self.node_of(version);
        if let Some(parent) = &lineage.parent {
            let from = self.node_of(parent);
            self.edge(from, to.clone(), "was developed into");
        }
        if let Some(run) = &lineage.run {
            let from = self.node(NodeKind::Run, run, run);
            self.edge(from, to.clone(), "made");
        }
        if let Some(commit) = &lineage.commit {
            let label = commit.get(..12).unwrap_or(commit);
            let from = self.node(NodeKind::Commit, commit, label);
            self.edge(from, to, "was built into");
        }
    }

    fn usage(&mut self, usage: &Usage) {
        let Some(version) = &usage.version else { return };
        let (key, label) = match &usage.digest {
            Some(digest) => {
                let digest = digest.as_str();
                (format!("{} {digest}", usage.dataset), format!("{} {}…", usage.dataset, short(digest)))
            }
            None => (usage.dataset.to_string(), usage.dataset.to_string()),
        };
        let from = self.node(NodeKind::Dataset, &key, &label);
        let to = self.node_of(version);
        self.edge(from, to, &format!("was used for {} by", usage.purpose));
    }

    fn lay_out(self) -> Graph {
        let ranks = self.ranks();
        let mut by_rank: BTreeMap<usize, Vec<&String>> = BTreeMap::new();
        for id in self.nodes.keys() {
            by_rank.entry(ranks[id]).or_default().push(id);
        }
        let mut rows: BTreeMap<&String, usize> = BTreeMap::new();
        let mut nodes = Vec::new();
        for (rank, mut ids) in by_rank {
            // Beside what leads to it: by the mean row of those, then by id.
            ids.sort_by_cached_key(|id| (self.mean_row(id, &rows), *id));
            for (row, id) in ids.into_iter().enumerate() {
                rows.insert(id, row);
                let (kind, label) = self.nodes[id].clone();
                nodes.push(Node { id: id.clone(), kind, label, rank, row });
            }
        }
        Graph { nodes, edges: self.edges.into_iter().collect() }
    }

    /// Thousandths, so that no fractions are needed to compare. What nothing leads to goes below what something does, so
    /// that a line of versions stays straight.
    fn mean_row(&self, id: &str, rows: &BTreeMap<&String, usize>) -> usize {
        let before: Vec<usize> = self
            .edges
            .iter()
            .filter(|edge| edge.to == id)
            .filter_map(|edge| rows.get(&edge.from).copied())
            .collect();
        match before.len() {
            0 => usize::MAX,
            some => before.iter().sum::<usize>() * 1000 / some,
        }
    }

    /// The longest way from a source to each node; a source itself stands just before what it led to first, so that no
    /// long lines run behind other nodes. Edges that close a circle, which no honest record has, are left out, or ranks
    /// would rise for ever.
    fn ranks(&self) -> BTreeMap<String, usize> {
        let circular = self.circular_edges();
        let mut ranks: BTreeMap<String, usize> = self.nodes.keys().map(|id| (id.clone(), 0)).collect();
        loop {
            let mut changed = false;
            for edge in self.edges.iter().filter(|edge| !circular.contains(edge)) {
                let least = ranks[&edge.from] + 1;
                if let Some(rank) = ranks.get_mut(&edge.to).filter(|rank| **rank < least) {
                    *rank = least;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        let straight = || self.edges.iter().filter(|edge| !circular.contains(edge));
        let led_to: BTreeSet<&String> = straight().map(|edge| &edge.to).collect();
        for source in self.nodes.keys().filter(|id| !led_to.contains(id)) {
            let next =
                straight().filter(|edge| edge.from == *source).filter_map(|edge| ranks.get(&edge.to)).min();
            if let Some(next) = next.copied() {
                ranks.insert(source.clone(), next.saturating_sub(1));
            }
        }
        ranks
    }

    /// The edges that lead back to where a walk in the order of ids came from.
    fn circular_edges(&self) -> BTreeSet<&Edge> {
        let mut out: BTreeMap<&str, Vec<&Edge>> = BTreeMap::new();
        for edge in &self.edges {
            out.entry(&edge.from).or_default().push(edge);
        }
        let (mut done, mut circular) = (BTreeSet::new(), BTreeSet::new());
        for start in self.nodes.keys() {
            // A stack of its own instead of recursion: a chain of versions can be long.
            let mut way: Vec<(&str, usize)> = vec![(start, 0)];
            let mut on_the_way = BTreeSet::from([start.as_str()]);
            while let Some((id, next)) = way.last_mut() {
                let edge = out.get(id).and_then(|edges| edges.get(*next)).copied();
                *next += 1;
                match edge {
                    Some(edge) if on_the_way.contains(edge.to.as_str()) => {
                        circular.insert(edge);
                    }
                    Some(edge) if !done.contains(edge.to.as_str()) => {
                        on_the_way.insert(&edge.to);
                        way.push((&edge.to, 0));
                    }
                    Some(_) => {}
                    None => {
                        on_the_way.remove(*id);
                        done.insert(*id);
                        way.pop();
                    }
                }
            }
        }
        circular
    }
}
