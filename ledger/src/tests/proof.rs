use proptest::prelude::*;

use super::*;
use crate::checkpoint::Checkpoint;
use crate::hash::leaf_hash;
use crate::leaf::Leaf;
use crate::note::{Ed25519Signer, Signer};
use crate::receipt::{ReceiptError, verify_receipt};
use crate::tree::{self, assemble, inclusion_path};

const LEAF: &[u8] = include_bytes!("leaf.json");

fn signer() -> Ed25519Signer {
    Ed25519Signer::from_seed("example.org/log", &[4; 32]).unwrap()
}

/// The receipt of `LEAF` as entry 5 of 11.
fn receipt() -> Proof {
    let leaves: Vec<Hash> = (0..11).map(|i| leaf_hash(if i == 5 { LEAF } else { b"other" })).collect();
    let head = Checkpoint { origin: "example.org/log".into(), size: 11, root: tree::root(&leaves) };
    let nodes = |node: tree::Node| {
        let begin = (node.index << node.level) as usize;
        Ok::<_, ()>(tree::root(&leaves[begin..begin + (1 << node.level)]))
    };
    let hashes = assemble(&inclusion_path(5, 11).unwrap(), nodes).unwrap();
    Proof { extra: None, index: 5, hashes, checkpoint: head.sign(&[&signer()]).unwrap() }
}

#[test]
fn a_receipt_is_of_the_published_format() {
    let text = receipt().to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..2], ["c2sp.org/tlog-proof@v1", "index 5"]);
    assert_eq!(lines[6..9], ["", "example.org/log", "11"]);
    assert_eq!(Proof::parse(&text).unwrap(), receipt());
    let with_extra = Proof { extra: Some(b"more".to_vec()), ..receipt() };
    assert_eq!(with_extra.to_string().lines().nth(1), Some("extra bW9yZQ=="));
    assert_eq!(Proof::parse(&with_extra.to_string()).unwrap(), with_extra);
}

#[test]
fn a_receipt_vouches_for_its_entry_and_no_other() {
    let (text, vkey) = (receipt().to_string(), signer().verifier().to_string());
    let entry = verify_receipt(&text, LEAF, &vkey).unwrap();
    assert_eq!((entry.index, entry.size, entry.origin.as_str()), (5, 11, "example.org/log"));
    assert_eq!(entry.leaf, Leaf::parse(LEAF).unwrap());

    assert!(matches!(verify_receipt(&text, b"{}", &vkey), Err(ReceiptError::Receipt(_))));
    let moved = text.replacen("index 5", "index 4", 1);
    assert!(matches!(verify_receipt(&moved, LEAF, &vkey), Err(ReceiptError::Receipt(_))));
    let other = Ed25519Signer::from_seed("example.org/log", &[5; 32]).unwrap();
    assert!(verify_receipt(&text, LEAF, &other.verifier().to_string()).is_err());
    assert!(matches!(verify_receipt(&text, LEAF, "key"), Err(ReceiptError::Key(_))));
}

#[test]
fn every_changed_byte_is_noticed() {
    let (text, vkey) = (receipt().to_string(), signer().verifier().to_string());
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        assert!(verify_receipt(&changed, LEAF, &vkey).is_err(), "byte {at}");
    }
}

#[test]
fn malformed_proofs_are_refused() {
    let good = receipt().to_string();
    for (from, to) in [
        ("@v1", "@v2"),
        ("index 5", "index 05"),
        ("index 5", "Index 5"),
        ("index 5\n", ""),
        ("index 5\n", "index 5\nindex 5\n"),
        ("index 5\n", "index 5\n\n"),
        ("index 5\n", "extra ?\nindex 5\n"),
        ("index 5\n", "index 5\nAAAA\n"),
    ] {
        assert!(Proof::parse(&good.replacen(from, to, 1)).is_err(), "{from:?} {to:?}");
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in ".*", lines in proptest::collection::vec(".*", 0..5)) {
        let _ = Proof::parse(&text);
        let _ = Proof::parse(&format!("{HEADER}\nindex 0\n{}\n\n{text}", lines.join("\n")));
    }
}
