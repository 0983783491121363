//! Attacks on bundles, and honest bundles of every shape.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::bundle::archive;
use crate::bundle::tests::{Log, ORIGIN, files};
use crate::hash::sha256;
use crate::note::{Ed25519Signer, Signer};

fn trust(log: &Log) -> Trust {
    Trust { keys: vec![log.key()], since: None }
}

fn since(log: &Log, size: u64) -> Trust {
    Trust { since: Some(log.checkpoint(size)), ..trust(log) }
}

fn verify(bundle: &[u8], trust: &Trust) -> Report {
    verify_bundle(bundle, trust)
}

/// Puts other content into a bundle and a manifest that agrees with it, as somebody who wants to deceive would.
fn rewrite(bundle: &[u8], kind: Kind, change: impl Fn(&str, Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut writer = archive::Writer::new(Vec::new());
    let files = files(bundle);
    for (name, bytes) in &files[..files.len() - 1] {
        writer.file(name, &change(name, bytes.clone())).unwrap();
    }
    let manifest = crate::bundle::Manifest::to_bytes(kind, "team: Search", writer.files()).unwrap();
    writer.file("manifest.json", &manifest).unwrap();
    writer.finish().unwrap()
}

fn replace(bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    String::from_utf8(bytes).unwrap().replacen(from, to, 1).into_bytes()
}

#[track_caller]
fn assert_discrepancy(report: &Report, problem: &str) {
    assert_eq!(report.verdict, Verdict::Discrepancy, "{report}");
    assert!(report.problems.iter().any(|text| text.contains(problem)), "{report}");
}

#[test]
fn an_honest_full_bundle_is_verified() {
    let log = Log::new(600);
    let report = verify(&log.full(&[1, 256, 300, 599]), &since(&log, 511));
    assert_eq!(report.verdict, Verdict::Verified, "{report}");
    assert_eq!((report.kind, report.size, report.entries), (Some(Kind::Full), Some(600), 600));
    assert!(report.key_trusted);
    let expected = [
        "the entries lead to the root of the earlier checkpoint of size 1",
        "the entries lead to the root of the earlier checkpoint of size 256",
        "the entries lead to the root of the earlier checkpoint of size 300",
        "the entries lead to the root of the saved checkpoint of size 511",
        "the entries lead to the root of the earlier checkpoint of size 599",
        "the entries lead to the root of the checkpoint",
        "4 tiles of hashes follow from the entries",
        "200 disclosed values are what the entries committed to",
        "each of 600 events is recorded once",
        "the checkpoint is signed by a trusted key",
        "the manifest agrees with all 16 files",
    ];
    assert_eq!(report.checked, expected);
    assert_eq!(report.not_checked.iter().map(|not| not.what.as_str()).collect::<Vec<_>>(), ["times"]);
}

#[test]
fn without_a_key_the_report_says_that_nothing_is_trusted() {
    let log = Log::new(3);
    let report = verify(&log.full(&[]), &Trust::default());
    assert_eq!((report.verdict, report.key_trusted), (Verdict::Verified, false));
    let text = report.to_string();
    assert!(text.contains("key       not trusted"), "{text}");
    assert!(text.contains("give the log's with --trust"), "{text}");

    let other = Ed25519Signer::from_seed(ORIGIN, &[9; 32]).unwrap();
    let wrong = Trust { keys: vec![other.verifier().clone()], since: None };
    assert_discrepancy(&verify(&log.full(&[]), &wrong), "signed by none of the known keys");
}

#[test]
fn selections_of_every_shape_are_verified() {
    let log = Log::new(600);
    let all: Vec<u64> = (0..600).collect();
    for selected in [&[][..], &[0], &[599], &[255, 256], &[3, 77, 400], &all] {
        let report = verify(&log.selection(&[5, 100, 512], selected), &since(&log, 100));
        assert_eq!(report.verdict, Verdict::Verified, "{report}");
        assert_eq!((report.kind, report.entries), (Some(Kind::Selection), selected.len() as u64));
        assert!(
            report.checked.iter().any(|what| what.ends_with("the saved checkpoint of size 100")),
            "{report}"
        );
        assert_eq!(report.filter.as_deref(), Some("team: Search"));
    }
}

#[test]
fn a_selection_without_proof_for_a_saved_checkpoint_says_so() {
    let log = Log::new(64);
    let report = verify(&log.selection(&[], &[3]), &since(&log, 37));
    assert_eq!(report.verdict, Verdict::Verified, "{report}");
    assert_eq!(report.not_checked[0].what, "consistency with the saved checkpoint of size 37");
}

#[test]
fn an_empty_log_is_a_bundle_too() {
    let log = Log::new(0);
    for bundle in [log.full(&[]), log.selection(&[], &[])] {
        let report = verify(&bundle, &since(&log, 0));
        assert_eq!((report.verdict, report.entries), (Verdict::Verified, 0), "{report}");
    }
}

/// Every single byte, tar headers and padding included.
#[test]
fn any_flipped_byte_is_caught() {
    let log = Log::new(4);
    for (bundle, trust) in [
        (log.full(&[2]), trust(&log)),
        (log.full(&[2]), Trust::default()),
        (log.selection(&[2], &[0, 3]), trust(&log)),
        (log.selection(&[2], &[0, 3]), Trust::default()),
    ] {
        assert_eq!(verify(&bundle, &trust).verdict, Verdict::Verified);
        let mut flipped = bundle.clone();
        for at in 0..bundle.len() {
            flipped[at] ^= 1 << (at % 8);
            let report = verify(&flipped, &trust);
            let in_checkpoint = at < 1024;
            let caught = report.verdict == Verdict::Discrepancy
                || in_checkpoint && report.verdict == Verdict::Unreadable;
            assert!(caught && !report.problems.is_empty(), "byte {at}: {report}");
            flipped[at] = bundle[at];
        }
    }
}

#[test]
fn a_bundle_that_is_cut_or_continued_is_caught() {
    let log = Log::new(4);
    let bundle = log.full(&[]);
    for length in (0..bundle.len()).step_by(7) {
        let verdict = verify(&bundle[..length], &trust(&log)).verdict;
        assert_eq!(
            verdict,
            if length < 1024 { Verdict::Unreadable } else { Verdict::Discrepancy },
            "{length}"
        );
    }
    assert_discrepancy(&verify(&[bundle.as_slice(), &[0]].concat(), &trust(&log)), "follows the end");
}

#[test]
fn a_log_whose_tail_was_cut_is_shorter_than_the_saved_checkpoint() {
    let (long, short) = (Log::new(9), Log::new(7));
    let report = verify(&short.full(&[]), &since(&long, 9));
    assert_discrepancy(&report, "this one has 7 entries; its tail is missing");
}

/// The server's own key signs another history: only a checkpoint from before tells.
#[test]
fn a_rewritten_history_contradicts_the_saved_checkpoint() {
    let log = Log::new(9);
    let mut rewritten = log.clone();
    rewritten.leaves[3] = replace(rewritten.leaves[3].clone(), "\"rung\":-3", "\"rung\":-4");
    for bundle in [rewritten.full(&[]), rewritten.selection(&[6], &[8])] {
        assert_eq!(verify(&bundle, &trust(&log)).verdict, Verdict::Verified);
        assert_discrepancy(&verify(&bundle, &since(&log, 6)), "that of the saved checkpoint of size 6 is");
        assert_discrepancy(&verify(&bundle, &since(&log, 9)), "that of the saved checkpoint of size 9 is");
        assert_eq!(verify(&bundle, &since(&log, 3)).verdict, Verdict::Verified);
    }
}

#[test]
fn an_earlier_checkpoint_of_a_fork_is_caught() {
    let (log, mut fork) = (Log::new(9), Log::new(5));
    fork.leaves[1] = fork.leaves[2].clone();
    let forked = fork.checkpoint(5).to_string().into_bytes();
    let put = |name: &str, bytes| if name.starts_with("checkpoints/") { forked.clone() } else { bytes };
    let bundle = rewrite(&log.full(&[5]), Kind::Full, put);
    assert_discrepancy(&verify(&bundle, &trust(&log)), "the earlier checkpoint of size 5");
}

#[test]
fn a_checkpoint_of_another_log_is_refused() {
    let log = Log::new(3);
    let other = Ed25519Signer::from_seed("example.org/other", &[1; 32]).unwrap();
    let head = Checkpoint { origin: "example.org/other".into(), size: 3, root: sha256(b"") };
    let trust = Trust { since: Some(head.sign(&[&other]).unwrap()), ..trust(&log) };
    assert_discrepancy(&verify(&log.full(&[]), &trust), "is of another log");
}

#[test]
fn a_replayed_event_is_named() {
    let mut log = Log::new(5);
    log.append(2);
    for bundle in [log.full(&[]), log.selection(&[], &[2, 5])] {
        let report = verify(&bundle, &trust(&log));
        assert_discrepancy(&report, "event 0195f1e2-7c00-7002-8000-0000000000aa is recorded more than once");
    }
}

#[test]
fn forged_content_with_a_fitting_manifest_is_caught() {
    let log = Log::new(9);
    let (full, selection) = (log.full(&[]), log.selection(&[], &[0, 3, 4]));
    let edit = |bundle: &[u8], kind, file: &str, from: &str, to: &str| {
        rewrite(bundle, kind, |name, bytes| if name == file { replace(bytes, from, to) } else { bytes })
    };
    let forged = edit(&selection, Kind::Selection, "entries.ndjson", "\"rung\":-3", "\"rung\":-4");
    assert_discrepancy(&verify(&forged, &trust(&log)), "that of the checkpoint is");
    let moved = edit(&selection, Kind::Selection, "entries.ndjson", "{\"index\":4", "{\"index\":5");
    assert_eq!(verify(&moved, &trust(&log)).verdict, Verdict::Discrepancy);
    let told = edit(&selection, Kind::Selection, "disclosed/000.ndjson", "because", "perhaps");
    assert_discrepancy(&verify(&told, &trust(&log)), "entry 0: the disclosed \"reason\" is not what");
    let elsewhere = edit(&selection, Kind::Selection, "disclosed/000.ndjson", "\"index\":0", "\"index\":2");
    assert_discrepancy(
        &verify(&elsewhere, &trust(&log)),
        "a value of entry 2 is disclosed, which is not here",
    );
    let swapped = rewrite(&full, Kind::Full, |name, mut bytes| {
        if name == "tile/0/000.p/9" {
            bytes.swap(0, 32);
        }
        bytes
    });
    assert_discrepancy(&verify(&swapped, &trust(&log)), "tile/0/000.p/9 does not follow");
    let called_full = rewrite(&selection, Kind::Full, |_, bytes| bytes);
    assert_discrepancy(&verify(&called_full, &trust(&log)), "does not agree with the files");
}

#[test]
fn added_and_missing_files_are_caught() {
    let log = Log::new(9);
    let original = files(&log.full(&[2]));
    let build = |files: &[(String, Vec<u8>)]| {
        let mut writer = archive::Writer::new(Vec::new());
        files.iter().for_each(|(name, bytes)| writer.file(name, bytes).unwrap());
        writer.finish().unwrap()
    };
    assert_eq!(verify(&build(&original), &trust(&log)).verdict, Verdict::Verified);
    for at in 0..original.len() {
        let mut fewer = original.clone();
        fewer.remove(at);
        assert_ne!(
            verify(&build(&fewer), &trust(&log)).verdict,
            Verdict::Verified,
            "without {}",
            original[at].0
        );
        for name in [&original[at].0, "zzz"] {
            let mut more = original.clone();
            more.insert(at, (name.to_owned(), original[at].1.clone()));
            assert_ne!(
                verify(&build(&more), &trust(&log)).verdict,
                Verdict::Verified,
                "another {name} at {at}"
            );
        }
    }
}

#[test]
fn a_rotated_key_is_no_problem_and_a_wrong_signature_is() {
    let log = Log::new(6);
    let mut rotated = log.clone();
    rotated.signer = Ed25519Signer::from_seed(ORIGIN, &[2; 32]).unwrap().into();
    let old = log.checkpoint(3);
    let head = rotated.checkpoint(6);
    let put = |name: &str, bytes: Vec<u8>| match name {
        "checkpoint" => head.to_string().into_bytes(),
        "checkpoints/00000000000000000003" => old.to_string().into_bytes(),
        _ => bytes,
    };
    let bundle = rewrite(&log.full(&[3]), Kind::Full, put);
    let report = verify(&bundle, &trust(&rotated));
    assert_eq!(report.verdict, Verdict::Verified, "{report}");
    assert_eq!(report.not_checked[0].what, "the signature of the earlier checkpoint of size 3");

    let text = old.to_string();
    let at = text.rfind(' ').unwrap() + 20;
    let forged =
        format!("{}{}{}", &text[..at], if &text[at..=at] == "A" { "B" } else { "A" }, &text[at + 1..]);
    let put = |name: &str, bytes| {
        if name.starts_with("checkpoints/") { forged.clone().into_bytes() } else { bytes }
    };
    let bundle = rewrite(&log.full(&[3]), Kind::Full, put);
    assert_discrepancy(&verify(&bundle, &trust(&log)), "is wrong");
}

#[test]
fn what_a_bundle_says_cannot_write_over_the_report() {
    let report = Report { filter: Some("\u{1b}[2J\nVERIFIED".into()), ..Report::new() };
    let text = report.to_string();
    assert!(text.contains("\u{fffd}[2J\u{fffd}VERIFIED"), "{text}");
}

/// A mirrored log, file by file.
fn mirror(log: &Log) -> HashMap<String, Vec<u8>> {
    let mut files: HashMap<_, _> =
        log.tiles().into_iter().map(|(tile, bytes)| (tile.to_string(), bytes)).collect();
    files.insert("checkpoint".into(), log.checkpoint(log.leaves.len() as u64).to_string().into_bytes());
    files
}

fn verify_files(files: &HashMap<String, Vec<u8>>, trust: &Trust) -> Report {
    verify_directory(|name| Ok(files.get(name).map(Vec::as_slice)), trust)
}

#[test]
fn a_mirrored_log_is_verified() {
    let log = Log::new(600);
    let mut files = mirror(&log);
    let report = verify_files(&files, &since(&log, 300));
    assert_eq!((report.verdict, report.entries), (Verdict::Verified, 600), "{report}");
    assert_eq!(verify_files(&files, &Trust::default()).verdict, Verdict::Unreadable, "no key at all");
    files.insert("vkey".into(), format!("{}\n", log.key()).into_bytes());
    assert_eq!(verify_files(&files, &Trust::default()).verdict, Verdict::Verified);

    for name in files.keys().filter(|name| *name != "vkey") {
        let mut fewer = files.clone();
        fewer.remove(name);
        assert_ne!(verify_files(&fewer, &trust(&log)).verdict, Verdict::Verified, "without {name}");
        for at in [0, 40, 100, 5000] {
            let mut changed = files.clone();
            let bytes = changed.get_mut(name).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= 2;
            assert_ne!(verify_files(&changed, &trust(&log)).verdict, Verdict::Verified, "{name} byte {at}");
        }
    }
}

#[test]
fn full_tiles_stand_in_for_partial_ones_that_were_removed() {
    let (log, grown) = (Log::new(300), Log::new(600));
    let mut files = mirror(&grown);
    files.insert("checkpoint".into(), log.checkpoint(300).to_string().into_bytes());
    files.insert("tile/1/000.p/1".into(), mirror(&log)["tile/1/000.p/1"].clone());
    let report = verify_files(&files, &trust(&log));
    assert_eq!((report.verdict, report.entries), (Verdict::Verified, 300), "{report}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_honest_selection_is_verified(
        size in 1u64..400,
        picks in proptest::collection::btree_set(0u64..400, 0..30),
        sizes in proptest::collection::btree_set(0u64..400, 0..4),
    ) {
        let log = Log::new(size);
        let selected: Vec<u64> = picks.into_iter().filter(|index| *index < size).collect();
        let earlier: Vec<u64> = sizes.into_iter().filter(|earlier| *earlier < size).collect();
        let report = verify(&log.selection(&earlier, &selected), &trust(&log));
        prop_assert_eq!(report.verdict, Verdict::Verified, "{}", report);
        prop_assert_eq!(report.entries, selected.len() as u64);
        let compared = report.checked.iter().filter(|what| what.contains("earlier checkpoint")).count();
        prop_assert_eq!(compared, earlier.len());
    }

    #[test]
    fn hostile_bundles_never_panic(
        names in proptest::collection::vec("checkpoint|checkpoints/[0-9]{20}|disclosed/[0-9x/]{1,7}.ndjson|entries.ndjson|nodes.bin|tile/0/000(.p/1)?|vkey|manifest.json|[a-z/.]{1,120}", 0..6),
        contents in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..700), 6),
        size in any::<u64>(),
        junk in proptest::collection::vec(any::<u8>(), 0..3000),
    ) {
        let log = Log::new(1);
        let head = Checkpoint { size, ..log.checkpoint(1).checkpoint().clone() }.sign(&[&*log.signer]).unwrap();
        let mut writer = archive::Writer::new(Vec::new());
        writer.file("checkpoint", head.to_string().as_bytes()).unwrap();
        for (name, content) in names.iter().zip(&contents) {
            let _ = writer.file(name, content);
        }
        prop_assert_ne!(verify(&writer.finish().unwrap(), &trust(&log)).verdict, Verdict::Verified);
        prop_assert_eq!(verify(&junk, &Trust::default()).verdict, Verdict::Unreadable);
    }
}
