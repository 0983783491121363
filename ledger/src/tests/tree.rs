use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use serde::Deserialize;
use sha2::Sha256;

use super::*;
use crate::hash::leaf_hash;

/// Every pair of sizes up to this is compared with the oracle.
const LIMIT: u64 = 300;

fn leaf(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

fn leaf_hashes(size: u64) -> Vec<Hash> {
    (0..size).map(|index| leaf_hash(&leaf(index))).collect()
}

/// Reads any perfect subtree straight from the leaf hashes, by the definition of RFC 6962.
fn read(leaves: &[Hash], node: Node) -> Hash {
    let (begin, end) = ((node.index << node.level) as usize, ((node.index + 1) << node.level) as usize);
    match &leaves[begin..end] {
        [leaf] => *leaf,
        _ => {
            let level = node.level - 1;
            let left = read(leaves, Node { level, index: node.index * 2 });
            node_hash(&left, &read(leaves, Node { level, index: node.index * 2 + 1 }))
        }
    }
}

fn prove(path: &[Span], nodes: &[Vec<Hash>]) -> Vec<Hash> {
    assemble(path, |node| Ok::<_, ()>(nodes[node.level as usize][node.index as usize])).unwrap()
}

/// All perfect subtrees, by level.
fn levels(leaves: &[Hash]) -> Vec<Vec<Hash>> {
    let mut levels = vec![leaves.to_vec()];
    while let Some(pairs) =
        levels.last().map(|last| last.as_chunks::<2>().0).filter(|pairs| !pairs.is_empty())
    {
        let above = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
        levels.push(above);
    }
    levels
}

fn concat(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

#[test]
fn roots_and_proofs_are_the_oracles_for_every_pair_of_sizes() {
    let leaves = leaf_hashes(LIMIT);
    let nodes = levels(&leaves);
    let mut oracle = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut frontier = Frontier::new();
    let mut roots = vec![empty_root()];
    for size in 1..=LIMIT {
        oracle.push(leaf(size - 1));
        frontier.append(leaves[size as usize - 1]);
        let root = frontier.root();
        assert_eq!(root.0.as_slice(), oracle.root().as_bytes().as_slice(), "root of {size}");
        roots.push(root);
        for other in 0..size {
            let proof = prove(&inclusion_path(other, size).unwrap(), &nodes);
            assert_eq!(
                concat(&proof),
                oracle.prove_inclusion(other as usize).as_bytes(),
                "entry {other} of {size}"
            );
            verify_inclusion(&leaves[other as usize], other, size, &proof, &root).unwrap();

            let proof = prove(&consistency_path(other, size).unwrap(), &nodes);
            if other > 0 {
                let expected = oracle.prove_consistency((size - other) as usize);
                assert_eq!(concat(&proof), expected.as_bytes(), "{other} to {size}");
            }
            verify_consistency(other, size, &proof, &roots[other as usize], &root).unwrap();
        }
    }
}

/// The hashes that the second oracle stores, by its own numbering.
struct Stored(Vec<tlog_tiles::Hash>);

impl tlog_tiles::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

#[test]
fn roots_and_proofs_are_the_second_oracles_too() {
    let leaves = leaf_hashes(LIMIT);
    let nodes = levels(&leaves);
    let mut oracle = Stored(Vec::new());
    for size in 1..=LIMIT {
        let new = tlog_tiles::stored_hashes(size - 1, &leaf(size - 1), &oracle).unwrap();
        oracle.0.extend(new);
        let root = root(&leaves[..size as usize]);
        assert_eq!(root.0, tlog_tiles::tree_hash(size, &oracle).unwrap().0, "root of {size}");
        for other in 0..size {
            let proof = prove(&inclusion_path(other, size).unwrap(), &nodes);
            let expected = tlog_tiles::prove_record(size, other, &oracle).unwrap();
            assert_eq!(concat(&proof), concat_oracle(&expected), "entry {other} of {size}");

            let proof = prove(&consistency_path(other + 1, size).unwrap(), &nodes);
            let expected = tlog_tiles::prove_tree(size, other + 1, &oracle).unwrap();
            assert_eq!(concat(&proof), concat_oracle(&expected), "{} to {size}", other + 1);
        }
    }
}

fn concat_oracle(hashes: &[tlog_tiles::Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

#[test]
fn a_frontier_survives_being_stored_at_any_size() {
    let leaves = leaf_hashes(70);
    let mut frontier = Frontier::new();
    for (size, hash) in leaves.iter().enumerate() {
        frontier = Frontier::from_bytes(size as u64, &frontier.to_bytes()).unwrap();
        frontier.append(*hash);
        assert_eq!(frontier.root(), root(&leaves[..=size]));
    }
    let bytes = frontier.to_bytes();
    assert!(Frontier::from_bytes(69, &bytes[1..]).is_err());
    assert!(Frontier::from_bytes(71, &bytes).is_err());
}

#[test]
fn subtrees_are_appended_only_where_they_fit() {
    let leaves = leaf_hashes(12);
    let mut frontier = Frontier::new();
    frontier.append_subtree(3, root(&leaves[..8])).unwrap();
    assert_eq!(frontier.append_subtree(4, leaves[0]), Err(TreeError::Misaligned { level: 4, size: 8 }));
    frontier.append_subtree(2, root(&leaves[8..])).unwrap();
    assert_eq!(frontier.root(), root(&leaves));
    assert!(frontier.append_subtree(64, leaves[0]).is_err());
}

#[test]
fn questions_without_an_answer_are_errors() {
    assert_eq!(inclusion_path(3, 3), Err(TreeError::NoSuchEntry { index: 3, size: 3 }));
    assert_eq!(inclusion_path(0, 0), Err(TreeError::NoSuchEntry { index: 0, size: 0 }));
    assert_eq!(consistency_path(4, 3), Err(TreeError::WrongOrder { older: 4, newer: 3 }));
    let root = leaf_hashes(1)[0];
    assert!(verify_consistency(0, 1, &[], &empty_root(), &root).is_ok());
    assert!(verify_consistency(0, 1, &[], &root, &root).is_err());
    assert!(verify_consistency(1, 1, &[], &root, &empty_root()).is_err());
}

#[derive(Deserialize)]
struct Vectors {
    inclusion: Vec<Inclusion>,
    consistency: Vec<Consistency>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inclusion {
    name: String,
    leaf_idx: u64,
    tree_size: u64,
    root: String,
    leaf_hash: String,
    proof: Vec<String>,
    want_err: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Consistency {
    name: String,
    size1: u64,
    size2: u64,
    root1: String,
    root2: String,
    proof: Vec<String>,
    want_err: bool,
}

/// What does not even read as hashes is refused too.
fn hashes(texts: &[String]) -> Option<Vec<Hash>> {
    texts.iter().map(|text| text.parse().ok()).collect()
}

#[test]
fn public_vectors_valid_and_corrupted() {
    let vectors: Vectors = serde_json::from_str(include_str!("merkle-vectors.json")).unwrap();
    assert!(vectors.inclusion.len() > 30 && vectors.consistency.len() > 30);
    for case in vectors.inclusion {
        let accepted = || {
            let (root, leaf) = (case.root.parse().ok()?, case.leaf_hash.parse().ok()?);
            verify_inclusion(&leaf, case.leaf_idx, case.tree_size, &hashes(&case.proof)?, &root).ok()
        };
        assert_eq!(accepted().is_none(), case.want_err, "{}", case.name);
    }
    for case in vectors.consistency {
        let accepted = || {
            let (root1, root2) = (case.root1.parse().ok()?, case.root2.parse().ok()?);
            verify_consistency(case.size1, case.size2, &hashes(&case.proof)?, &root1, &root2).ok()
        };
        assert_eq!(accepted().is_none(), case.want_err, "{}", case.name);
    }
}

proptest! {
    #[test]
    fn an_altered_proof_proves_nothing(size in 2u64..2000, pick in any::<(u64, u64, usize, u8)>()) {
        let leaves = leaf_hashes(size);
        let whole = root(&leaves);
        let index = pick.0 % size;
        let mut proof = prove(&inclusion_path(index, size).unwrap(), &levels(&leaves));
        verify_inclusion(&leaves[index as usize], index, size, &proof, &whole).unwrap();
        let at = pick.2 % proof.len();
        proof[at].0[pick.1 as usize % 32] ^= pick.3.max(1);
        prop_assert!(verify_inclusion(&leaves[index as usize], index, size, &proof, &whole).is_err());
    }

    #[test]
    fn paths_in_huge_trees_neither_panic_nor_overflow(a in any::<u64>(), b in any::<u64>()) {
        let (small, large) = (a.min(b), a.max(b));
        if let Ok(path) = inclusion_path(small, large) {
            prop_assert!(path.len() <= 64);
            prop_assert!(path.iter().all(|span| span.begin < span.end && span.end <= large));
        }
        let path = consistency_path(small, large).unwrap();
        prop_assert!(path.len() <= 65);
        let covered: u64 = perfect_subtrees(small, large).map(|node| 1 << node.level).sum();
        prop_assert_eq!(covered, large - small);
    }

    #[test]
    fn reading_nodes_by_definition_agrees_with_folding(size in 1u64..200) {
        let leaves = leaf_hashes(size);
        let folded = Span::fold(Span { begin: 0, end: size }.nodes().map(|node| read(&leaves, node)));
        prop_assert_eq!(folded, Some(root(&leaves)));
    }
}
