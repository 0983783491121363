//! `dvc.lock`: what is read from it, and that it cannot hurt.

use assay_domain::datasets::{DvcImport, DvcLock, LARGEST_LOCK, UsedBy};
use proptest::prelude::*;

use super::{time, version};

/// As DVC 3 writes it.
const LOCK: &str = "schema: '2.0'
stages:
  prepare:
    cmd: python prepare.py data/cards.csv
    deps:
    - path: data/cards.csv
      hash: md5
      md5: c157a79031e1c40f85931829bc5fc552
      size: 4163
    - path: src/prepare.py
      hash: md5
      md5: 96bc37a6ec9edba1b7d6b1b8b1e4f5c7
      size: 900
    - path: s3://bucket/remote.csv
      etag: 1a2b3c
      size: 12
    params:
      params.yaml:
        split: 0.2
        nested: {a: [1, 2, {b: c}]}
    outs:
    - path: data/prepared
      hash: md5
      md5: 20b786b6e6f80e2b3fcf17827ad18597.dir
      size: 88
      nfiles: 2
  train@eu:
    cmd: python train.py
    deps:
    - path: data/prepared
      md5: 20b786b6e6f80e2b3fcf17827ad18597.dir
    - path: data/cards.csv
      md5: c157a79031e1c40f85931829bc5fc552
    outs:
    - path: model.pkl
      md5: '01234567890123456789012345678901'
";

fn import(under: &[&str]) -> DvcImport {
    DvcImport {
        namespace: "git.example/fraud".to_owned(),
        under: under.iter().map(|folder| (*folder).to_owned()).collect(),
        by: UsedBy::Job { name: "dvc".to_owned() },
        version: Some(version("fraud", "7")),
        purpose: "fraud-detection".to_owned(),
        at: time("2026-11-02T09:00:00Z"),
    }
}

fn mistakes(text: &str) -> Vec<String> {
    let mistakes = DvcLock::parse(text, "dvc.lock").expect_err("a mistake");
    mistakes.iter().map(ToString::to_string).collect()
}

#[test]
fn what_a_pipeline_read_and_did_not_make_was_used() {
    let lock = DvcLock::parse(LOCK, "dvc.lock").unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    assert_eq!(
        lock.stages.iter().map(|stage| stage.name.as_str()).collect::<Vec<_>>(),
        ["prepare", "train@eu"]
    );
    let used = |under: &[&str]| {
        let usages = lock.usages(&import(under), "dvc.lock").expect("usages");
        usages
            .into_iter()
            .map(|usage| format!("{} {}", usage.dataset, usage.digest.expect("a digest")))
            .collect::<Vec<_>>()
    };
    assert_eq!(used(&["data/"]), ["git.example/fraud/data/cards.csv md5:c157a79031e1c40f85931829bc5fc552"]);
    assert_eq!(used(&[]).len(), 2, "with the code");
    assert_eq!(used(&["dat"]), Vec::<String>::new());
}

#[test]
fn bad_files_give_line_and_reason() {
    let edit = |from: &str, to: &str| {
        assert!(LOCK.contains(from), "nothing to edit: {from}");
        LOCK.replacen(from, to, 1)
    };
    let bomb = format!("schema: '2.0'\na: &a [x]\nb: &b [*a, *a]\n{}", "c: *b\n");
    let deep = format!("schema: '2.0'\nstages:\n  s:\n    params: {}{}\n", "[".repeat(40), "]".repeat(40));
    let cases = [
        ("a short digest", edit("c157a79031e1c40f85931829bc5fc552", "c157a79031e1c40f")),
        ("no list", edit("    deps:\n    - path: data/cards.csv", "    deps:\n      path: data/cards.csv")),
        ("no path", edit("- path: src/prepare.py\n      hash", "- hash")),
        ("another schema", edit("'2.0'", "'1.0'")),
        ("no schema", edit("schema: '2.0'\n", "")),
        ("a tab", edit("    cmd: python prepare.py", "\tcmd: python prepare.py")),
        ("the same stage twice", edit("train@eu", "prepare")),
        ("an open quote", edit("'2.0'", "'2.0")),
        ("aliases", bomb),
        ("too deep", deep),
        ("two documents", format!("{LOCK}---\n{LOCK}")),
        ("nothing", String::new()),
        ("too great", " ".repeat(LARGEST_LOCK + 1)),
    ];
    let said: Vec<_> = cases.map(|(what, text)| format!("{what}\n  {}", mistakes(&text).join("\n  "))).into();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_path_that_is_no_name_is_told_by_line() {
    let text = LOCK.replace("data/cards.csv", "data/the cards.csv");
    let lock = DvcLock::parse(&text, "dvc.lock").expect("a lock");
    let mistakes = lock.usages(&import(&[]), "dvc.lock").expect_err("a mistake");
    insta::assert_snapshot!(mistakes[0], @"dvc.lock:8:1: path: `data/the cards.csv` cannot be a dataset's name: 1 to 200 letters, digits or . _ / : -, beginning with a letter or digit");
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(at in 0..LOCK.len(), junk in "[ \\-\\[\\]{}&*!|>'\"%@`:,#?\n\ta-z0-9]{0,12}") {
        let text = format!("{}{junk}{}", &LOCK[..at], &LOCK[at..]);
        if let Err(mistakes) = DvcLock::parse(&text, "dvc.lock") {
            prop_assert!(mistakes.iter().all(|mistake| mistake.line >= 1 && !mistake.message.is_empty()));
        }
    }
}
