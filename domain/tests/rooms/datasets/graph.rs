//! Lineage, laid out.

use assay_domain::datasets::{Graph, LineageFacts, Usage};
use assay_domain::models::{Lineage, Ran, VersionRef};
use proptest::prelude::*;

use super::{time, usage, version};

fn versions() -> Vec<(VersionRef, Lineage)> {
    let first = Lineage {
        run: Some("run-17".to_owned()),
        commit: Some("4b825dc642cb6eb9a060e54bf8d69288fbee4904".to_owned()),
        parent: None,
    };
    let second = Lineage { parent: Some(version("fraud", "1")), ..Lineage::default() };
    vec![(version("fraud", "1"), first), (version("fraud", "2"), second)]
}

fn usages() -> Vec<Usage> {
    vec![
        usage("cards", "fraud", "1", "2026-10-01T00:00:00Z"),
        usage("terminals", "fraud", "2", "2026-10-02T00:00:00Z"),
        Usage { version: None, ..usage("cards", "fraud", "1", "2026-10-03T00:00:00Z") },
    ]
}

#[test]
fn a_lineage_is_drawn_from_left_to_right_and_told_as_a_table() {
    let ran = Ran { version: version("fraud", "2"), from: time("2026-11-01T00:00:00Z"), until: None };
    let (versions, usages, ran) = (versions(), usages(), [("production".to_owned(), ran)]);
    let graph = Graph::of(&LineageFacts { versions: &versions, usages: &usages, ran: &ran });
    let mut said: Vec<String> = graph
        .nodes
        .iter()
        .map(|node| format!("{}.{} {}: {}", node.rank, node.row, node.kind, node.label))
        .collect();
    said.push(String::new());
    let rows = graph.table();
    said.extend(rows.iter().map(|row| format!("{} {} {} {}", row.from_kind, row.from, row.relation, row.to)));
    insta::assert_snapshot!(said.join("\n"));
    assert_eq!(rows.len(), graph.edges.len());
}

/// Versions that were made from each other at random, circles included.
fn parents() -> impl Strategy<Value = Vec<(VersionRef, Lineage)>> {
    prop::collection::vec((0..6_u8, prop::option::of(0..6_u8)), 0..10).prop_map(|pairs| {
        let lineage = |parent: Option<u8>| Lineage {
            parent: parent.map(|parent| version("m", &parent.to_string())),
            ..Lineage::default()
        };
        pairs.into_iter().map(|(one, parent)| (version("m", &one.to_string()), lineage(parent))).collect()
    })
}

proptest! {
    #[test]
    fn the_layout_depends_on_the_facts_alone_and_no_two_nodes_share_a_place(
        versions in parents(),
        turn in any::<prop::sample::Index>(),
    ) {
        let graph = |versions: &[(VersionRef, Lineage)]| Graph::of(&LineageFacts { versions, ..LineageFacts::default() });
        let drawn = graph(&versions);
        let mut turned = versions.clone();
        if !turned.is_empty() {
            turned.rotate_left(turn.index(versions.len()));
        }
        prop_assert_eq!(&graph(&turned), &drawn);
        let places: std::collections::BTreeSet<_> = drawn.nodes.iter().map(|node| (node.rank, node.row)).collect();
        prop_assert_eq!(places.len(), drawn.nodes.len());
        // Where nothing goes round in a circle, every edge leads to the right.
        let rank = |id: &str| drawn.nodes.iter().find(|node| node.id == id).map(|node| node.rank);
        let backwards = drawn.edges.iter().filter(|edge| rank(&edge.from) >= rank(&edge.to)).count();
        let acyclic = versions.iter().all(|(one, lineage)| lineage.parent.as_ref().is_none_or(|parent| parent < one));
        prop_assert!(!acyclic || backwards == 0);
    }
}
