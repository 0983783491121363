//! A lineage: what led to what, drawn from left to right, with links where there is something to look at.

use std::collections::BTreeMap;

use assay_domain::datasets::{Edge, Graph, Node, NodeKind};
use leptos::prelude::*;

use super::{ChartFrame, Facts};
use crate::components::{Column, MaybeText};

/// Width and height of a node, and the room between nodes.
const NODE: (usize, usize) = (176, 52);
const GAP: (usize, usize) = (56, 20);
/// Room around the picture, for strokes and focus rings.
const EDGE: usize = 4;
/// How many letters of a label fit.
const LETTERS: usize = 21;

/// A lineage as a picture and as a table of the same facts.
#[component]
pub fn LineageGraph(
    /// What it is about: "Lineage of fraud-scoring 7".
    #[prop(into)]
    title: String,
    /// What one should see in it, in a sentence.
    #[prop(optional, into)]
    summary: MaybeText,
    /// The facts, laid out.
    graph: Graph,
    /// The node that the page is about.
    #[prop(optional, into)]
    current: MaybeText,
    /// Where nodes are shown, by their ids.
    #[prop(optional)]
    links: BTreeMap<String, String>,
) -> AnyView {
    let columns = ["What", "Led how", "To what"].map(Column::new).to_vec();
    let named = |kind: NodeKind, label: &str| format!("{}: {label}", kind.label());
    let rows = graph
        .table()
        .into_iter()
        .map(|row| vec![named(row.from_kind, &row.from), row.relation, named(row.to_kind, &row.to)]);
    let facts = Facts { columns, rows: rows.collect() };
    let label = title.clone();
    view! {
        <ChartFrame title summary facts>
            <Picture label graph current=current.or_empty() links />
        </ChartFrame>
    }
    .into_any()
}

#[component]
fn Picture(label: String, graph: Graph, current: String, links: BTreeMap<String, String>) -> AnyView {
    let most = |of: fn(&Node) -> usize| graph.nodes.iter().map(of).max().map_or(0, |last| last + 1);
    let (ranks, rows) = (most(|node| node.rank), most(|node| node.row));
    let width = ranks * NODE.0 + ranks.saturating_sub(1) * GAP.0 + 2 * EDGE;
    let height = rows * NODE.1 + rows.saturating_sub(1) * GAP.1 + 2 * EDGE;
    let place = |id: &str| graph.nodes.iter().find(|node| node.id == id).map(corner);
    let edges = graph
        .edges
        .iter()
        .filter_map(|edge| Some(line(edge, place(&edge.from)?, place(&edge.to)?)))
        .collect_view();
    let nodes = graph
        .nodes
        .iter()
        .map(|node| drawn(node, node.id == current, links.get(&node.id).cloned()))
        .collect_view();
    view! {
        <div class="lineage-frame" tabindex="0" role="group" aria-label=label>
            <svg class="lineage" width=width height=height viewBox=format!("0 0 {width} {height}")>
                <defs>
                    <marker id="lineage-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
                        <path class="lineage-tip" d="M0 0 8 4 0 8z" />
                    </marker>
                </defs>
                {edges}
                {nodes}
            </svg>
        </div>
    }
    .into_any()
}

/// The upper left corner of a node.
fn corner(node: &Node) -> (usize, usize) {
    (EDGE + node.rank * (NODE.0 + GAP.0), EDGE + node.row * (NODE.1 + GAP.1))
}

/// From the right side of one node to the left side of another; around both where that leads backwards.
fn line(edge: &Edge, (x, y): (usize, usize), (to_x, to_y): (usize, usize)) -> AnyView {
    let (from_x, from_y, to_y) = (x + NODE.0, y + NODE.1 / 2, to_y + NODE.1 / 2);
    let bend = GAP.0 / 2;
    let path = format!(
        "M{from_x} {from_y}C{} {from_y} {} {to_y} {to_x} {to_y}",
        from_x + bend,
        to_x.saturating_sub(bend)
    );
    view! {
        <path class="lineage-edge" d=path marker-end="url(#lineage-tip)">
            <title>{edge.label.clone()}</title>
        </path>
    }
    .into_any()
}

fn drawn(node: &Node, is_current: bool, href: Option<String>) -> AnyView {
    let (x, y) = corner(node);
    let class = format!("lineage-node lineage-{}", node.kind.name());
    let whole = format!("{}: {}", node.kind.label(), node.label);
    let inner = view! {
        <path class="lineage-shape" d=shape(node.kind, x, y) />
        <text class="lineage-kind" x=x + 14 y=y + 20>{node.kind.label()}</text>
        <text class="lineage-label" x=x + 14 y=y + 39>{cut(words(node))}</text>
        <title>{whole}</title>
    };
    match href.filter(|_| !is_current) {
        Some(href) => view! { <a class=class href=href>{inner}</a> }.into_any(),
        None => view! { <g class=class class:lineage-current=is_current>{inner}</g> }.into_any(),
    }
}

/// What it is stands in the shape, too: versions have the cut corners of a mark, data the round ones of a drum, where they
/// run is open to the right.
fn shape(kind: NodeKind, x: usize, y: usize) -> String {
    let (width, height) = NODE;
    match kind {
        NodeKind::Version => {
            let (w, h) = (width - 20, height - 20);
            format!("M{} {y}h{w}l10 10v{h}l-10 10h-{w}l-10 -10v-{h}z", x + 10)
        }
        NodeKind::Dataset => {
            let (w, h) = (width - 24, height - 24);
            format!(
                "M{} {y}h{w}a12 12 0 0 1 12 12v{h}a12 12 0 0 1 -12 12h-{w}a12 12 0 0 1 -12 -12v-{h}a12 12 0 0 1 12 -12z",
                x + 12
            )
        }
        NodeKind::Environment => {
            let w = width - 14;
            let half = height / 2;
            format!("M{x} {y}h{w}l14 {half}l-14 {half}h-{w}z")
        }
        NodeKind::Commit | NodeKind::Run => format!("M{x} {y}h{width}v{height}h-{width}z"),
    }
}

/// What stands in a node. The digest of data has no room there: it is read out, and in the table.
fn words(node: &Node) -> &str {
    match node.kind {
        NodeKind::Dataset => node.label.split(' ').next().unwrap_or_default(),
        _ => &node.label,
    }
}

/// A label as far as it fits. What tells versions apart stands at the end, so the middle goes.
fn cut(label: &str) -> String {
    let letters: Vec<char> = label.chars().collect();
    if letters.len() <= LETTERS {
        return label.to_owned();
    }
    let (first, last) = (LETTERS / 2, LETTERS - LETTERS / 2 - 1);
    letters[..first].iter().chain(['…'].iter()).chain(&letters[letters.len() - last..]).collect()
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_long_label_keeps_both_ends() {
        assert_eq!(cut("fraud-scoring 7"), "fraud-scoring 7");
        let long = cut("claims-fraud-detection-europe 2026-11.3");
        assert_eq!((long.chars().count(), long.as_str()), (21, "claims-fra… 2026-11.3"));
    }
}
