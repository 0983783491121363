//! Charts.

use assay_domain::datasets::{Graph, LineageFacts};
use assay_domain::models::{Lineage, Ran, Tier, VersionRef};
use chrono::{DateTime, NaiveDate};
use leptos::prelude::*;

use super::Specimen;
use crate::{
    charts::{
        ChartFrame, Distribution, Facts, HeatCell, HeatGroup, HeatMap, HeatRow, HeatTable, LevelLadder,
        LineageGraph, Radar, RadarAxis, Trend, TrendPoint,
    },
    components::Column,
    models::TierMark,
};

const DIMENSIONS: [&str; 7] =
    ["People", "Data", "Model creation", "Model release", "Integration", "Operations", "Governance"];

#[component]
pub(super) fn Pictures() -> AnyView {
    view! {
        <Specimen name="LevelLadder, Radar">
            <div class="grid">
                <ChartFrame title="Level" summary="Evidence is missing for the step from 2 to 3." legend=true facts=ladder_facts()>
                    <LevelLadder claimed=3 supported=2 provisional=true />
                </ChartFrame>
                <Radar title="Dimensions" summary="Operations holds the level down; release is ahead." axes=axes() />
            </div>
        </Specimen>
        <Specimen name="HeatMap">
            <HeatMap title="Capabilities" summary="Shaded by score; each leads to its questions." groups=groups() />
        </Specimen>
        <Specimen name="Trend, Distribution">
            <div class="grid">
                <Trend title="Level over time" summary="Two steps claimed since January, one of them supported." points=points() />
                <Distribution title="Teams by level" summary="Half of the teams stand at level 1." counted="teams" counts=[2, 6, 3, 1, 0] />
            </div>
        </Specimen>
        <Specimen name="HeatTable">
            <HeatTable
                caption="Supported level of each team, latest locked assessment"
                rows_are="Team"
                columns=DIMENSIONS.map(str::to_owned).to_vec()
                rows=vec![
                    heat_row("Fraud detection", [3, 2, 3, 3, 2, 1, 2]),
                    heat_row("Claims marketing", [1, 2, 1, 0, 1, 0, 1]),
                    HeatRow { levels: vec![Some(4), Some(3), Some(4), Some(4), None, Some(3), Some(4)], ..heat_row("Pricing", [0; 7]) },
                ]
            />
        </Specimen>
        <Specimen name="TierMark">
            <div class="cluster">
                {Tier::ALL.iter().map(|tier| view! { <TierMark tier=Some(*tier) /> }).collect_view()}
                <TierMark tier=None />
            </div>
        </Specimen>
        <Specimen name="LineageGraph">
            <LineageGraph
                title="How fraud-scoring 12 came to be"
                summary="From what it was made with, on the left, to where it runs, on the right."
                graph=lineage()
                current="version:fraud-scoring 12"
            />
        </Specimen>
    }
    .into_any()
}

fn lineage() -> Graph {
    let version = |version: &str| VersionRef { model: "fraud-scoring".into(), version: version.into() };
    let lineage = |run: &str, parent: Option<VersionRef>| Lineage {
        run: Some(run.into()),
        commit: Some(format!("4b825dc{run}")),
        parent,
    };
    let versions =
        [(version("11"), lineage("run-61", None)), (version("12"), lineage("run-64", Some(version("11"))))];
    let ran = Ran { version: version("12"), from: DateTime::UNIX_EPOCH, until: None };
    Graph::of(&LineageFacts { versions: &versions, usages: &[], ran: &[("production".into(), ran)] })
}

fn ladder_facts() -> Facts {
    Facts {
        columns: vec![Column::new("Basis"), Column::numeric("Level")],
        rows: vec![vec!["Claimed (provisional)".into(), "3".into()], vec!["Supported".into(), "2".into()]],
    }
}

fn axes() -> Vec<RadarAxis> {
    let claimed = [362, 318, 399, 400, 299, 171, 305];
    let supported = [280, 218, 399, 318, 205, 92, 226];
    DIMENSIONS
        .into_iter()
        .zip(claimed)
        .zip(supported)
        .map(|((label, claimed), supported)| RadarAxis {
            label: label.into(),
            claimed,
            supported,
            provisional: label == "Operations",
        })
        .collect()
}

fn groups() -> Vec<HeatGroup> {
    let group = |label: &str, cells: &[(&str, Option<u8>, u8)]| HeatGroup {
        label: label.into(),
        cells: cells
            .iter()
            .map(|&(label, percent, level)| HeatCell {
                label: label.into(),
                percent,
                level,
                href: Some("#".into()),
            })
            .collect(),
    };
    vec![
        group(
            "People",
            &[("Working together", Some(88), 3), ("Shared ownership", Some(64), 2), ("Skills", Some(47), 1)],
        ),
        group(
            "Data",
            &[
                ("Pipelines", Some(92), 3),
                ("Versioning", Some(71), 2),
                ("Quality checks", Some(38), 1),
                ("Labelling", None, 0),
                ("Catalogue", Some(55), 2),
            ],
        ),
        group(
            "Model release",
            &[
                ("Packaging", Some(100), 4),
                ("Tests of models", Some(84), 3),
                ("Progressive rollout", Some(81), 3),
            ],
        ),
        group(
            "Operations",
            &[
                ("Monitoring", Some(52), 1),
                ("Drift", Some(12), 0),
                ("Retraining", Some(26), 0),
                ("Cost", Some(5), 0),
            ],
        ),
    ]
}

fn points() -> Vec<TrendPoint> {
    [(2026, 1, 15, 1, 1), (2026, 4, 20, 2, 1), (2026, 8, 3, 2, 2), (2026, 11, 12, 3, 2)]
        .into_iter()
        .filter_map(|(year, month, day, claimed, supported)| {
            Some(TrendPoint { date: NaiveDate::from_ymd_opt(year, month, day)?, claimed, supported })
        })
        .collect()
}

fn heat_row(label: &str, levels: [u8; 7]) -> HeatRow {
    HeatRow { label: label.into(), href: Some("#".into()), levels: levels.into_iter().map(Some).collect() }
}
