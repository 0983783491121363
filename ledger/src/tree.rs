//! RFC 6962 trees: appending, roots, and inclusion and consistency proofs.
//!
//! Nothing here reads a tree. A proof is first *planned*, as spans of leaves whose hashes it consists of; the caller
//! fetches the nodes that the spans fold from (see [`crate::tile`]) and hands them back.

use crate::hash::{Hash, empty_root, node_hash};

/// The root of the perfect subtree over the leaves `index << level .. (index + 1) << level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Height above the leaves; a leaf hash has level 0.
    pub level: u8,
    /// Position within the level, from the left.
    pub index: u64,
}

/// A run of leaves whose Merkle tree hash is one element of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// First leaf.
    pub begin: u64,
    /// One past the last leaf.
    pub end: u64,
}

/// A question that has no answer in a tree of that size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// No such entry.
    #[error("entry {index} is not in a tree of {size} entries")]
    NoSuchEntry {
        /// The index asked for.
        index: u64,
        /// Entries in the tree.
        size: u64,
    },
    /// The older tree is the larger one.
    #[error("a tree of {older} entries cannot be an earlier state of one of {newer}")]
    WrongOrder {
        /// Size that was called the older.
        older: u64,
        /// Size that was called the newer.
        newer: u64,
    },
    /// A frontier does not have one hash for each bit of its size.
    #[error("a frontier of size {size} consists of {expected} hashes, not {found}")]
    MalformedFrontier {
        /// Claimed size.
        size: u64,
        /// Hashes it must have.
        expected: usize,
        /// Hashes it has.
        found: usize,
    },
    /// A subtree does not continue the tree where it ends.
    #[error("a subtree of height {level} cannot follow entry number {size}")]
    Misaligned {
        /// Height of the subtree.
        level: u8,
        /// Entries before it.
        size: u64,
    },
}

/// Why a proof does not prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The proof is about something that cannot be.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// Too few or too many hashes.
    #[error("the proof has {found} hashes where {expected} are needed")]
    Length {
        /// Hashes that a proof for these sizes has.
        expected: usize,
        /// Hashes it has.
        found: usize,
    },
    /// The hashes lead to another root.
    #[error("the proof leads to the root {computed}, not to {expected}")]
    Root {
        /// Root that was expected.
        expected: Hash,
        /// Root that follows from the proof.
        computed: Hash,
    },
}

impl Span {
    /// The perfect subtrees that the span consists of, from left to right. The hash of the span folds from them,
    /// see [`Span::fold`]; all spans of a proof but one are a single node.
    pub fn nodes(self) -> impl DoubleEndedIterator<Item = Node> + Clone {
        let nodes: Vec<Node> = perfect_subtrees(self.begin, self.end).collect();
        nodes.into_iter()
    }

    /// The hash of the span, out of those of its nodes; none if a span is empty.
    pub fn fold(hashes: impl DoubleEndedIterator<Item = Hash>) -> Option<Hash> {
        hashes.rev().reduce(|right, left| node_hash(&left, &right))
    }
}

/// The largest aligned perfect subtrees that cover `begin..end`, from left to right.
pub fn perfect_subtrees(begin: u64, end: u64) -> impl Iterator<Item = Node> {
    let mut at = begin;
    std::iter::from_fn(move || {
        let rest = end.checked_sub(at).filter(|rest| *rest > 0)?;
        let aligned = if at == 0 { 63 } else { at.trailing_zeros() };
        let level = aligned.min(rest.ilog2());
        let node = Node { level: level as u8, index: at >> level };
        at += 1 << level;
        Some(node)
    })
}

/// The largest power of two below `n`: where RFC 6962 splits a tree of `n` > 1 leaves.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// Plans the proof that entry `index` is in a tree of `size`: from the leaf's sibling up to the root's child.
///
/// # Errors
/// When there is no such entry.
pub fn inclusion_path(index: u64, size: u64) -> Result<Vec<Span>, TreeError> {
    if index >= size {
        return Err(TreeError::NoSuchEntry { index, size });
    }
    let (mut begin, mut end) = (0, size);
    let mut path = Vec::new();
    while end - begin > 1 {
        let middle = begin + split(end - begin);
        if index < middle {
            path.push(Span { begin: middle, end });
            end = middle;
        } else {
            path.push(Span { begin, end: middle });
            begin = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// Plans the proof that the tree of `newer` entries begins with that of `older`. Nothing is needed where they are the
/// same or the older one is empty.
///
/// # Errors
/// When the older tree is the larger.
pub fn consistency_path(older: u64, newer: u64) -> Result<Vec<Span>, TreeError> {
    if older > newer {
        return Err(TreeError::WrongOrder { older, newer });
    }
    let (mut begin, mut end) = (0, newer);
    let mut path = Vec::new();
    if older == 0 {
        return Ok(path);
    }
    while older != end {
        let middle = begin + split(end - begin);
        if older <= middle {
            path.push(Span { begin: middle, end });
            end = middle;
        } else {
            path.push(Span { begin, end: middle });
            begin = middle;
        }
    }
    if begin > 0 {
        path.push(Span { begin, end });
    }
    path.reverse();
    Ok(path)
}

/// Makes a planned proof out of the nodes that `read` supplies.
///
/// # Errors
/// Whatever `read` fails with.
pub fn assemble<E>(path: &[Span], mut read: impl FnMut(Node) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    let mut proof = Vec::with_capacity(path.len());
    for span in path {
        let hashes = span.nodes().map(&mut read).collect::<Result<Vec<_>, E>>()?;
        proof.extend(Span::fold(hashes.into_iter()));
    }
    Ok(proof)
}

/// Checks that the leaf with this hash is entry `index` of the tree of `size` entries with this `root`.
///
/// # Errors
/// When it does not prove that.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    let path = inclusion_path(index, size)?;
    check_length(&path, proof)?;
    let computed = path.iter().zip(proof).fold(*leaf, |hash, (span, sibling)| {
        if span.begin > index { node_hash(&hash, sibling) } else { node_hash(sibling, &hash) }
    });
    check_root(root, computed)
}

/// Checks that the tree of `newer` entries begins with the `older` ones: that nothing was altered, dropped or moved.
///
/// # Errors
/// When it does not prove that.
pub fn verify_consistency(
    older: u64,
    newer: u64,
    proof: &[Hash],
    older_root: &Hash,
    newer_root: &Hash,
) -> Result<(), ProofError> {
    let path = consistency_path(older, newer)?;
    check_length(&path, proof)?;
    if older == 0 {
        return check_root(older_root, empty_root());
    }
    // The first hash stands for the right end of the older tree; where that is the whole of it, it is left out.
    let covers_all = path.first().is_none_or(|span| span.begin >= older);
    let mut steps = path.iter().zip(proof);
    let seed = if covers_all { Some(*older_root) } else { steps.next().map(|(_, hash)| *hash) };
    let Some(seed) = seed else { return Ok(()) };
    let (mut old, mut new) = (seed, seed);
    for (span, hash) in steps {
        if span.begin >= older {
            new = node_hash(&new, hash);
        } else {
            old = node_hash(hash, &old);
            new = node_hash(hash, &new);
        }
    }
    check_root(older_root, old)?;
    check_root(newer_root, new)
}

fn check_length(path: &[Span], proof: &[Hash]) -> Result<(), ProofError> {
    if path.len() == proof.len() {
        Ok(())
    } else {
        Err(ProofError::Length { expected: path.len(), found: proof.len() })
    }
}

fn check_root(expected: &Hash, computed: Hash) -> Result<(), ProofError> {
    if *expected == computed { Ok(()) } else { Err(ProofError::Root { expected: *expected, computed }) }
}

/// The right edge of a tree: all that is needed to append to it and to know its root. One hash for each bit set in
/// the size, the largest subtree first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

impl Frontier {
    /// The empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Entries so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends the hash of a leaf.
    pub fn append(&mut self, leaf: Hash) {
        self.push(0, leaf);
    }

    /// Appends a perfect subtree of height `level` at once.
    ///
    /// # Errors
    /// When the tree does not end where such a subtree can begin.
    pub fn append_subtree(&mut self, level: u8, root: Hash) -> Result<(), TreeError> {
        let width = 1u64.checked_shl(u32::from(level));
        let fits = width
            .is_some_and(|width| self.size.is_multiple_of(width) && self.size.checked_add(width).is_some());
        if !fits {
            return Err(TreeError::Misaligned { level, size: self.size });
        }
        self.push(level, root);
        Ok(())
    }

    fn push(&mut self, level: u8, root: Hash) {
        let mut hash = root;
        // Each bit that the addition carries over is a pair of equal subtrees that become one.
        let carries = (self.size >> level).trailing_ones();
        for _ in 0..carries {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.hashes.push(hash);
        self.size += 1 << level;
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        Span::fold(self.hashes.iter().copied()).unwrap_or_else(empty_root)
    }

    /// For `audit_head.frontier`: the hashes one after the other; the size is stored beside them.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| hash.0).collect()
    }

    /// Reads what [`Frontier::to_bytes`] wrote for a tree of `size`.
    ///
    /// # Errors
    /// When there is not one hash for each bit set in `size`.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, TreeError> {
        let (chunks, rest) = bytes.as_chunks::<{ Hash::LEN }>();
        let expected = size.count_ones() as usize;
        if chunks.len() != expected || !rest.is_empty() {
            let found = bytes.len().div_ceil(Hash::LEN);
            return Err(TreeError::MalformedFrontier { size, expected, found });
        }
        Ok(Self { size, hashes: chunks.iter().copied().map(Hash).collect() })
    }
}

impl Extend<Hash> for Frontier {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        leaves.into_iter().for_each(|leaf| self.append(leaf));
    }
}

/// The root of the tree over these leaf hashes.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    frontier.extend(leaves.iter().copied());
    frontier.root()
}

#[cfg(test)]
#[path = "tests/tree.rs"]
mod tests;
