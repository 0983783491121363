//! The three questions that have to be one click: which models saw this dataset, what was this version trained on, and
//! who used personal data in this quarter for what. Pure, over what is on record.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Classification, Dataset, DatasetDigest, DatasetName, Usage, UsedBy};
use crate::models::VersionRef;

/// What each version was made from, where it was made from another one.
pub type Parents = BTreeMap<VersionRef, VersionRef>;

/// A version that saw a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Saw {
    /// The version.
    pub version: VersionRef,
    /// The version that was trained on it, where this one was made from that.
    pub by_way_of: Option<VersionRef>,
    /// The versions of the dataset, where they are known.
    pub digests: BTreeSet<DatasetDigest>,
    /// What it was used for.
    pub purposes: BTreeSet<String>,
    /// For the first time.
    pub first: DateTime<Utc>,
    /// For the last time.
    pub last: DateTime<Utc>,
}

/// A dataset that a version was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrainedOn {
    /// The dataset.
    pub dataset: DatasetName,
    /// The version that used it, where this one was made from that.
    pub by_way_of: Option<VersionRef>,
    /// The versions of the dataset, where they are known.
    pub digests: BTreeSet<DatasetDigest>,
    /// What it was used for.
    pub purposes: BTreeSet<String>,
    /// How it is classified; `None` for a dataset that is not registered.
    pub classification: Option<Classification>,
}

/// Uses of personal data by somebody for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonalUse {
    /// Who.
    pub by: UsedBy,
    /// The dataset.
    pub dataset: DatasetName,
    /// How it is classified.
    pub classification: Classification,
    /// What for.
    pub purpose: String,
    /// The versions that it was used for.
    pub versions: BTreeSet<VersionRef>,
    /// How often.
    pub uses: u64,
    /// How many rows in all, where every use says how many.
    pub rows: Option<u64>,
}

/// Which versions saw a dataset, themselves or by what they were made from.
#[must_use]
pub fn models_that_saw(dataset: &DatasetName, usages: &[Usage], parents: &Parents) -> Vec<Saw> {
    let mut direct: BTreeMap<&VersionRef, Vec<&Usage>> = BTreeMap::new();
    for usage in usages.iter().filter(|usage| usage.dataset == *dataset) {
        if let Some(version) = &usage.version {
            direct.entry(version).or_default().push(usage);
        }
    }
    let mut saw: Vec<Saw> =
        direct.iter().filter_map(|(version, usages)| seen(version, None, usages)).collect();
    for version in parents.keys() {
        for ancestor in ancestors(version, parents) {
            if let Some(usages) = direct.get(&ancestor) {
                saw.extend(seen(version, Some(ancestor), usages));
            }
        }
    }
    saw.sort_by(|a, b| (&a.version, &a.by_way_of).cmp(&(&b.version, &b.by_way_of)));
    saw
}

fn seen(version: &VersionRef, by_way_of: Option<VersionRef>, usages: &[&Usage]) -> Option<Saw> {
    Some(Saw {
        version: version.clone(),
        by_way_of,
        digests: usages.iter().filter_map(|usage| usage.digest.clone()).collect(),
        purposes: usages.iter().map(|usage| usage.purpose.clone()).collect(),
        first: usages.iter().map(|usage| usage.at).min()?,
        last: usages.iter().map(|usage| usage.at).max()?,
    })
}

/// What a version was made with, itself or by what it was made from.
#[must_use]
pub fn trained_on(
    version: &VersionRef,
    usages: &[Usage],
    datasets: &[Dataset],
    parents: &Parents,
) -> Vec<TrainedOn> {
    let line = std::iter::once(None).chain(ancestors(version, parents).into_iter().map(Some));
    let mut found: Vec<TrainedOn> = Vec::new();
    for by_way_of in line {
        let of = by_way_of.as_ref().unwrap_or(version);
        let mut used: BTreeMap<&DatasetName, Vec<&Usage>> = BTreeMap::new();
        for usage in usages.iter().filter(|usage| usage.version.as_ref() == Some(of)) {
            used.entry(&usage.dataset).or_default().push(usage);
        }
        found.extend(used.into_iter().map(|(dataset, usages)| TrainedOn {
            dataset: dataset.clone(),
            by_way_of: by_way_of.clone(),
            digests: usages.iter().filter_map(|usage| usage.digest.clone()).collect(),
            purposes: usages.iter().map(|usage| usage.purpose.clone()).collect(),
            classification: datasets.iter().find(|one| one.name == *dataset).map(|one| one.classification),
        }));
    }
    found.sort_by(|a, b| (&a.dataset, &a.by_way_of).cmp(&(&b.dataset, &b.by_way_of)));
    found
}

/// Who used personal data in a quarter, for what.
#[must_use]
pub fn personal_data_used(usages: &[Usage], datasets: &[Dataset], quarter: Quarter) -> Vec<PersonalUse> {
    let mut found: BTreeMap<(&UsedBy, &DatasetName, &str), PersonalUse> = BTreeMap::new();
    for usage in usages.iter().filter(|usage| quarter.has(usage.at.date_naive())) {
        let registered = datasets.iter().find(|dataset| dataset.name == usage.dataset);
        let Some(dataset) = registered.filter(|dataset| dataset.classification.is_personal()) else {
            continue;
        };
        let group = (&usage.by, &usage.dataset, usage.purpose.as_str());
        let entry = found.entry(group).or_insert_with(|| PersonalUse {
            by: usage.by.clone(),
            dataset: usage.dataset.clone(),
            classification: dataset.classification,
            purpose: usage.purpose.clone(),
            versions: BTreeSet::new(),
            uses: 0,
            rows: Some(0),
        });
        entry.versions.extend(usage.version.clone());
        entry.uses += 1;
        entry.rows = entry.rows.zip(usage.rows).map(|(sum, rows)| sum.saturating_add(rows));
    }
    found.into_values().collect()
}

/// The versions that one was made from, nearest first; a circle ends it.
fn ancestors(version: &VersionRef, parents: &Parents) -> Vec<VersionRef> {
    let mut line: Vec<VersionRef> = Vec::new();
    let mut next = parents.get(version);
    while let Some(parent) = next.filter(|parent| *parent != version && !line.contains(parent)) {
        line.push(parent.clone());
        next = parents.get(parent);
    }
    line
}

/// Three months, written as `2026-Q4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Quarter {
    year: u16,
    number: u8,
}

/// A text that is no quarter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no quarter: write it as 2026-Q4")]
pub struct InvalidQuarter(String);

impl Quarter {
    /// The quarter that a day is in; the first of year 0 for days before.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        let number = u8::try_from(day.month0() / 3 + 1).unwrap_or(1);
        u16::try_from(day.year()).map_or(Self { year: 0, number: 1 }, |year| Self { year, number })
    }

    /// The quarter before; the first of year 0 has none.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        match self.number {
            1 => Some(Self { year: self.year.checked_sub(1)?, number: 4 }),
            number => Some(Self { number: number - 1, ..self }),
        }
    }

    /// The quarter after; the last of year 9999 has none, because its name would be longer.
    #[must_use]
    pub fn after(self) -> Option<Self> {
        match self.number {
            4 => Some(Self { year: self.year + 1, number: 1 }).filter(|next| next.year <= 9999),
            number => Some(Self { number: number + 1, ..self }),
        }
    }

    /// The first day.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        let month = u32::from(self.number - 1) * 3 + 1;
        NaiveDate::from_ymd_opt(self.year.into(), month, 1).unwrap_or_default()
    }

    /// Whether the day is in it.
    #[must_use]
    pub fn has(self, day: NaiveDate) -> bool {
        day.year() == i32::from(self.year) && day.month0() / 3 + 1 == u32::from(self.number)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = InvalidQuarter;

    fn from_str(text: &str) -> Result<Self, InvalidQuarter> {
        let parse = || {
            let (year, number) = text.split_once("-Q")?;
            let quarter = Self { year: year.parse().ok()?, number: number.parse().ok()? };
            let known = (1..=4).contains(&quarter.number) && quarter.year <= 9999;
            (known && quarter.to_string() == text).then_some(quarter)
        };
        parse().ok_or_else(|| InvalidQuarter(text.to_owned()))
    }
}

impl TryFrom<String> for Quarter {
    type Error = InvalidQuarter;

    fn try_from(text: String) -> Result<Self, InvalidQuarter> {
        text.parse()
    }
}

impl From<Quarter> for String {
    fn from(quarter: Quarter) -> Self {
        quarter.to_string()
    }
}
