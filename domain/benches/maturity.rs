//! Scoring, and the roadmaps of a whole organisation. The baseline is the work that every result contains and no
//! cleverness shortens: SHA-256.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use assay_bench::Bench;
use assay_domain::assessments::{Answer, Evidence, EvidenceKind, Snapshot};
use assay_domain::questionnaires::{Bank, Question};
use assay_domain::roadmap::{Calendar, Wishes, organisation, plan};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

const BANK: &str = include_str!("../../questionnaires/maturity/mlops-levels.toml");
/// What the design promises figures for.
const QUESTIONS: usize = 84;
const ASSESSMENTS: usize = 1000;
const TEAMS: usize = 200;
const BUFFER: usize = 64 << 20;

fn main() -> Result<()> {
    let bank = Bank::parse(BANK, "mlops-levels.toml").map_err(|mistakes| anyhow!("{mistakes:?}"))?;
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).context("a day")?;
    let snapshots = (0..ASSESSMENTS).map(|team| Ok(Snapshot::new(&bank, None, today, answers(&bank, team))?));
    let snapshots = snapshots.collect::<Result<Vec<_>>>()?;
    let teams = &snapshots[..TEAMS];
    let wishes: Vec<Wishes> = (0..TEAMS).map(|team| wishes(&bank, team, today)).collect();
    describe(&bank, teams, &wishes)?;

    let buffer = vec![0x5a_u8; BUFFER];
    let mut bench = Bench::new("maturity: scoring and roadmaps, one core", "SHA-256 over 64 MiB", || {
        black_box(Sha256::digest(black_box(&buffer)));
    });
    bench.work("score 1,000 assessments", Duration::from_millis(100), || {
        for snapshot in &snapshots {
            black_box(snapshot.score(&bank).is_ok());
        }
    });
    bench.work("the organisation's roadmap, 200 teams", Duration::from_secs(1), || {
        let plans = teams.iter().zip(&wishes).enumerate();
        let plans = plans.filter_map(|(team, (snapshot, wishes))| {
            Some((format!("team-{team}"), plan(&bank, snapshot, wishes).ok()?))
        });
        black_box(organisation(&bank, &plans.collect::<Vec<_>>()));
    });
    bench.run();
    Ok(())
}

/// Answers to every question, different for each team and the same in every run: teams further down the list have come
/// further.
fn answers(bank: &Bank, team: usize) -> BTreeMap<String, Answer> {
    let answer = |(number, question): (usize, &Question)| {
        let rungs = question.ladder.rungs();
        let luck = (team * 31 + number * 17 + team * number) % 7;
        let easier = usize::from(4 - question.level.min(4)) + team % 4;
        let rung = rungs[((luck + easier) * rungs.len() / 12).min(rungs.len() - 1)];
        let evidence = Evidence {
            checked_at: None,
            expires: None,
            kind: EvidenceKind::Artefact,
            reviewed_by: (luck > 3).then(|| "ana".to_owned()),
            reviewed_value: None,
            vouched_by: None,
            sha256: None,
            uri: format!("https://wiki.example/{}", question.code),
        };
        let evidence = if luck > 1 { vec![evidence] } else { Vec::new() };
        let answer = Answer { evidence, answered_by: Some("sam".to_owned()), ..Answer::of(rung) };
        (question.code.clone(), answer)
    };
    bank.questions.iter().enumerate().map(answer).collect()
}

/// The whole way to level 4, with a calendar; every other team has little time and leaves something out.
fn wishes(bank: &Bank, team: usize, today: NaiveDate) -> Wishes {
    let mut wishes = Wishes {
        target: Some(4),
        calendar: Some(Calendar { start: today, phase_weeks: 4 }),
        ..Wishes::default()
    };
    if team % 2 == 1 {
        wishes.capacities = bank.roles.iter().map(|role| (role.id.clone(), 4)).collect();
        let left_out = &bank.questions[(team * 7) % bank.questions.len()];
        wishes.switched_off.insert(left_out.code.clone());
    }
    wishes
}

/// Says how much there is to do, and that it is what the figures are promised for.
fn describe(bank: &Bank, teams: &[Snapshot], wishes: &[Wishes]) -> Result<()> {
    anyhow::ensure!(bank.questions.len() == QUESTIONS, "the bank has {} questions", bank.questions.len());
    let plans = teams.iter().zip(wishes).map(|(snapshot, wishes)| Ok(plan(bank, snapshot, wishes)?));
    let plans = plans.collect::<Result<Vec<_>>>()?;
    let items: usize = plans.iter().map(|roadmap| roadmap.items().count()).sum();
    let phases: usize = plans.iter().map(|roadmap| roadmap.phases.len()).sum();
    let each = plans.len().max(1);
    println!("{TEAMS} roadmaps: {} items and {} phases each on average\n", items / each, phases / each);
    Ok(())
}
