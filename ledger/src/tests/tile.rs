use proptest::prelude::*;

use super::*;
use crate::hash::leaf_hash;
use crate::tree::{
    Frontier, assemble, consistency_path, inclusion_path, verify_consistency, verify_inclusion,
};

fn hashes(size: u64) -> Vec<Hash> {
    (0..size).map(|index| leaf_hash(&index.to_be_bytes())).collect()
}

/// Only what storage keeps: full tiles, and the last leaf hashes.
fn stored(leaves: &[Hash]) -> Tiles {
    let (mut cutter, mut tiles) = (Cutter::new(), Tiles::new());
    let mut insert = |tile: Tile, hashes: &[Hash]| {
        if let Row::Hashes(level) = tile.row {
            tiles.insert(level, tile.index, hashes.to_vec());
        }
    };
    for leaf in leaves {
        cutter.push(*leaf, &mut insert);
    }
    cutter.partial(|tile, hashes| {
        if tile.row == Row::Hashes(0) {
            insert(tile, hashes);
        }
    });
    tiles
}

#[test]
fn paths_are_those_of_the_specification() {
    for (tile, path) in [
        (Tile::full(Row::Hashes(0), 1_234_067), "tile/0/x001/x234/067"),
        (Tile { row: Row::Hashes(1), index: 0, width: 17 }, "tile/1/000.p/17"),
        (Tile { row: Row::Entries, index: 273, width: 112 }, "tile/entries/273.p/112"),
        (Tile::full(Row::Entries, 1000), "tile/entries/x001/000"),
    ] {
        assert_eq!(tile.to_string(), path);
        assert_eq!(path.parse::<Tile>(), Ok(tile));
    }
    for wrong in [
        "tile/8/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/001/000",
        "tile/0/x000/001",
        "tile/0/+01",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000/",
        "tile/entries",
        "tile/data/000",
        "/tile/0/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert!(wrong.parse::<Tile>().is_err(), "{wrong}");
    }
}

#[test]
fn a_tree_of_70_000_has_the_tiles_that_the_specification_counts() {
    let count = |level, full| {
        tiles(70_000).filter(|tile| tile.row == Row::Hashes(level) && tile.is_full() == full).count()
    };
    assert_eq!((count(0, true), count(0, false)), (273, 1));
    assert_eq!((count(1, true), count(1, false)), (1, 1));
    assert_eq!((count(2, true), count(2, false)), (0, 1));
    let partial = |level, index| Tile::in_tree(Row::Hashes(level), index, 70_000).map(|tile| tile.width);
    assert_eq!(
        (partial(0, 273), partial(1, 1), partial(2, 0), partial(3, 0)),
        (Some(112), Some(17), Some(1), None)
    );
    let of_256: Vec<_> = tiles(256).map(|tile| tile.to_string()).collect();
    assert_eq!(of_256, ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]);
    assert_eq!(tiles(0).count(), 0);
    assert!(tiles(u64::MAX).nth(10).is_some());
}

#[test]
fn paths_and_tiles_are_those_of_the_oracle() {
    for size in [1, 255, 256, 257, 65_536, 70_000, 300_000] {
        let mut oracle: Vec<_> =
            tlog_tiles::Tile::new_tiles(HEIGHT, 0, size).iter().map(|tile| tile.path()).collect();
        let ours = tiles(size).filter(|tile| tile.row != Row::Entries);
        // Its paths also tell the height, which tlog-tiles leaves out.
        let mut ours: Vec<_> = ours.map(|tile| tile.to_string().replacen("tile/", "tile/8/", 1)).collect();
        oracle.sort_unstable();
        ours.sort_unstable();
        assert_eq!(ours, oracle);
    }
}

#[test]
fn growing_fills_each_tile_once() {
    let whole: Vec<_> = filled(0, 70_000).collect();
    let mut steps: Vec<_> = [0, 1, 255, 256, 1000, 65_535, 65_536, 70_000]
        .windows(2)
        .flat_map(|pair| filled(pair[0], pair[1]))
        .collect();
    steps.sort_unstable();
    assert_eq!(steps, whole);
    assert_eq!(whole.len(), 274);
}

#[test]
fn the_cutter_cuts_what_a_tree_consists_of() {
    let leaves = hashes(66_000);
    let (mut cutter, mut cut, mut frontier) = (Cutter::new(), Vec::new(), Frontier::new());
    for leaf in &leaves {
        if let Some(root) = cutter.push(*leaf, |tile, hashes| cut.push((tile, tree::root(hashes)))) {
            frontier.append_subtree(HEIGHT, root).unwrap();
        }
    }
    cutter.partial(|tile, hashes| cut.push((tile, tree::root(hashes))));
    cut.sort_unstable();
    let expected: Vec<_> = tiles(66_000).filter(|tile| tile.row != Row::Entries).collect();
    assert_eq!(cut.iter().map(|(tile, _)| *tile).collect::<Vec<_>>(), expected);
    assert_eq!(frontier.root(), tree::root(&leaves[..frontier.size() as usize]));
}

#[test]
fn proofs_come_from_stored_tiles_alone() {
    for size in [1, 255, 256, 257, 65_535, 65_536, 66_000, 131_072 + 300] {
        let leaves = hashes(size);
        let (all, root) = (stored(&leaves), tree::root(&leaves));
        for index in [0, 1, 254, 255, 256, 65_535, 65_536, size - 1].into_iter().filter(|index| *index < size)
        {
            let path = inclusion_path(index, size).unwrap();
            let mut some = Tiles::new();
            for tile in needed(path.iter().flat_map(|span| span.nodes()), size) {
                let Row::Hashes(level) = tile.row else { panic!("{tile}") };
                let hashes = &all.0[&(level, tile.index)];
                assert_eq!(hashes.len(), usize::from(tile.width), "{tile}");
                some.insert(level, tile.index, hashes.clone());
            }
            let proof = assemble(&path, |node| some.node(node)).unwrap();
            verify_inclusion(&leaves[index as usize], index, size, &proof, &root).unwrap();

            let path = consistency_path(index + 1, size).unwrap();
            let proof = assemble(&path, |node| all.node(node)).unwrap();
            verify_consistency(index + 1, size, &proof, &tree::root(&leaves[..=index as usize]), &root)
                .unwrap();
        }
    }
}

#[test]
fn a_missing_tile_is_named() {
    let path = inclusion_path(300, 1000).unwrap();
    let error = assemble(&path, |node| Tiles::new().node(node)).unwrap_err();
    assert_eq!(error.to_string(), "tile tile/0/001 is needed and was not read");
}

proptest! {
    #[test]
    fn entries_round_trip(leaves in proptest::collection::vec(any::<Vec<u8>>(), 0..20), cut in 1usize..50) {
        let bytes = encode_entries(&leaves).unwrap();
        prop_assert_eq!(decode_entries(&bytes).unwrap(), leaves.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let short = &bytes[..bytes.len().saturating_sub(cut)];
        prop_assert_ne!(decode_entries(short).map(|entries| entries.len()).ok(), Some(leaves.len()).filter(|n| *n > 0));
    }

    #[test]
    fn paths_round_trip_and_never_panic(index in any::<u64>(), level in 0u8..8, width in 1u16..=256, text in ".*") {
        for row in [Row::Hashes(level), Row::Entries] {
            let tile = Tile { row, index, width };
            prop_assert_eq!(tile.to_string().parse::<Tile>(), Ok(tile));
        }
        let _ = text.parse::<Tile>();
        let _ = format!("tile/{text}").parse::<Tile>();
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in any::<Vec<u8>>()) {
        let _ = decode_entries(&bytes);
        let _ = decode_hashes(&bytes);
    }
}
