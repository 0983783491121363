//! A dataset and the terms on which it may be used.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::names::{is_name, is_slug};

/// A dataset's name: unique within its namespace, such as the system that holds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DatasetName {
    /// Where it lives: `warehouse`, `s3://bucket`.
    pub namespace: String,
    /// What it is called there: `sales.orders`, `raw/cards.parquet`.
    pub name: String,
}

impl fmt::Display for DatasetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// A dataset and the terms on which it may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// Its name.
    #[serde(flatten)]
    pub name: DatasetName,
    /// Whom it concerns.
    pub classification: Classification,
    /// Why it may be used although it is about people (GDPR, article 6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lawful_basis: Option<LawfulBasis>,
    /// Why it may be used although the law protects it most (GDPR, article 9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<SpecialException>,
    /// What it may be used for; nothing else.
    pub purposes: BTreeSet<String>,
    /// Where it may be: countries or regions, as the organisation writes them; anywhere when empty.
    #[serde(default)]
    pub residency: BTreeSet<String>,
    /// How long it is kept; without end where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
}

impl Dataset {
    /// The fields by which it may be used for more, longer or more freely than before.
    #[must_use]
    pub fn wider_than(&self, before: &Self) -> Vec<&'static str> {
        let last_day = |terms: &Self| terms.retention.as_ref().map(Retention::last_day);
        let kept_longer = match (&before.retention, &self.retention) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(old), Some(new)) if old == new => false,
            (Some(old), Some(new)) => {
                new.days > old.days
                    || new.counts_from != old.counts_from
                    || (old.legal_hold && !new.legal_hold)
                    || match (last_day(before).flatten(), last_day(self).flatten()) {
                        (Some(old), Some(new)) => new > old,
                        (Some(_), None) => true,
                        (None, _) => false,
                    }
            }
        };
        let elsewhere = !before.residency.is_empty()
            && (self.residency.is_empty() || !self.residency.is_subset(&before.residency));
        let wider = [
            ("classification", self.classification < before.classification),
            ("lawful_basis", self.lawful_basis.is_some() && self.lawful_basis != before.lawful_basis),
            ("exception", self.exception.is_some() && self.exception != before.exception),
            ("purposes", !self.purposes.is_subset(&before.purposes)),
            ("residency", elsewhere),
            ("retention", kept_longer),
        ];
        wider.into_iter().filter(|(_, is_wider)| *is_wider).map(|(field, _)| field).collect()
    }
}

crate::names! {
    /// Whom data concerns, and so how it is treated.
    pub enum Classification ("classification") {
        /// Anybody may see it.
        Public = "public", "Public";
        /// Everybody in the organisation may see it.
        Internal = "internal", "Internal";
        /// Those who need it may see it.
        Confidential = "confidential", "Confidential";
        /// It is about people.
        Personal = "personal", "Personal";
        /// It is about what the law protects most about people: health, origin, belief and the like.
        SpecialCategory = "special-category", "Special category";
    }
}

impl Classification {
    /// Whether it is about people.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::Personal | Self::SpecialCategory)
    }
}

crate::names! {
    /// Why data about people may be used: GDPR, article 6(1), in our words.
    pub enum LawfulBasis ("lawful basis") {
        /// The person agreed. (a)
        Consent = "consent", "Consent, 6(1)(a)";
        /// A contract with the person needs it. (b)
        Contract = "contract", "Contract, 6(1)(b)";
        /// The law demands it. (c)
        LegalObligation = "legal-obligation", "Legal obligation, 6(1)(c)";
        /// A life depends on it. (d)
        VitalInterests = "vital-interests", "Vital interests, 6(1)(d)";
        /// A task in the public interest needs it. (e)
        PublicTask = "public-task", "Public task, 6(1)(e)";
        /// Somebody's interest outweighs the person's. (f)
        LegitimateInterests = "legitimate-interests", "Legitimate interests, 6(1)(f)";
    }
}

crate::names! {
    /// Why data of a special category may be used all the same: GDPR, article 9(2), in our words.
    pub enum SpecialException ("exception") {
        /// The person agreed to exactly this. (a)
        ExplicitConsent = "explicit-consent", "Explicit consent, 9(2)(a)";
        /// The law of work and social security needs it. (b)
        Employment = "employment", "Employment and social law, 9(2)(b)";
        /// A life depends on it, and the person cannot agree. (c)
        VitalInterests = "vital-interests", "Vital interests, 9(2)(c)";
        /// A foundation or union uses it about its own members. (d)
        OwnMembers = "own-members", "Own members, 9(2)(d)";
        /// The person made it public. (e)
        MadePublic = "made-public", "Made public by the person, 9(2)(e)";
        /// Claims before a court need it. (f)
        LegalClaims = "legal-claims", "Legal claims, 9(2)(f)";
        /// A law names a substantial public interest. (g)
        PublicInterest = "public-interest", "Substantial public interest, 9(2)(g)";
        /// Health care or medicine at work needs it. (h)
        HealthCare = "health-care", "Health care, 9(2)(h)";
        /// Public health needs it. (i)
        PublicHealth = "public-health", "Public health, 9(2)(i)";
        /// Archives, research or statistics need it, with safeguards. (j)
        Research = "research", "Research and statistics, 9(2)(j)";
    }
}

/// How long data is kept. It counts from something that happens, not from when the data was made: the contract of a
/// customer of ten years ends today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DataRetention))]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// What it counts from.
    pub counts_from: RetentionEvent,
    /// For how many days after it.
    pub days: u32,
    /// When it happened; missing while it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_on: Option<NaiveDate>,
    /// Whether a court or an authority wants it kept: nothing is deleted then, and nothing used either.
    #[serde(default)]
    pub legal_hold: bool,
}

crate::names! {
    /// What a retention counts from.
    pub enum RetentionEvent ("event that retention counts from") {
        /// The last product made with it is not sold or used any more.
        OffTheMarket = "off-the-market", "Taken off the market";
        /// The contract with the person or supplier is over.
        ContractEnd = "contract-end", "End of the contract";
        /// What it was collected for is done.
        PurposeFulfilled = "purpose-fulfilled", "Purpose fulfilled";
        /// The person closed the account or took the consent back.
        ConsentWithdrawn = "consent-withdrawn", "Consent withdrawn";
        /// The project is over.
        ProjectEnd = "project-end", "End of the project";
    }
}

impl Retention {
    /// The last day on which it may be used; `None` while what it counts from has not happened.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.happened_on?.checked_add_days(Days::new(self.days.into()))
    }

    /// Whether it has to be deleted on this day.
    #[must_use]
    pub fn deletes_on(&self, day: NaiveDate) -> bool {
        !self.legal_hold && self.last_day().is_some_and(|last| last < day)
    }
}

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetMistake {
    /// JSON pointer to the field.
    pub pointer: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Dataset {
    /// Every field that breaks a rule. A lawful basis may be missing: its lack is found when the data is used.
    #[must_use]
    pub fn mistakes(&self) -> Vec<DatasetMistake> {
        let mut found = Vec::new();
        let mut rule = |holds: bool, pointer, message: &str| {
            if !holds {
                found.push(DatasetMistake { pointer, message: message.to_owned() });
            }
        };
        let name = "must be 1 to 200 letters, digits or . _ / : - and start with a letter or digit";
        rule(is_name(&self.name.namespace, 200), "/namespace", name);
        rule(is_name(&self.name.name, 200), "/name", name);
        rule(!self.purposes.is_empty(), "/purposes", "name at least one purpose, or nobody may use it");
        let purposes = self.purposes.iter().all(|purpose| is_slug(purpose) && purpose.len() <= 64);
        rule(purposes, "/purposes", "a purpose has at most 64 lower-case letters, digits and dashes");
        let regions = self.residency.iter().all(|region| is_name(region, 64));
        rule(regions, "/residency", "a region has at most 64 letters, digits or . _ / : -");
        let special = self.classification == Classification::SpecialCategory;
        rule(
            self.exception.is_none() || special,
            "/exception",
            "only data of a special category needs an exception: classify it so, or leave the exception out",
        );
        if let Some(retention) = &self.retention {
            let sensible = (1..=36_525).contains(&retention.days);
            rule(sensible, "/retention/days", "must be 1 to 36525 days, a hundred years");
        }
        found
    }
}
