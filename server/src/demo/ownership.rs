//! Who answers for what at Brightwater: a common pattern, who fills it in each team at three times, and where it has
//! holes; what people can do, and what the teams work with.

use super::Cast;
use super::story::{ADMINISTRATOR, OFFICER, TEAMS};
use crate::error::Error;
use crate::http::IfMatch;
use crate::ownership::service::{self as ownership, PersonSkills};
use crate::proposals::service as proposals;
use assay_domain::ownership::{Held, Part, Thing, ThingKind, Wish};
use assay_domain::proposals::Kind;
use std::collections::BTreeSet;

/// When the teams said who holds what: after the first assessment, after the second, and yesterday.
pub(super) const DAYS_AGO: [i64; 3] = [340, 150, 1];

const PM: &str = "product-manager";
const DS: &str = "data-scientist";
const DE: &str = "data-engineer";
const ML: &str = "ml-engineer";
const OPS: &str = "mlops-engineer";
const DEV: &str = "devops-engineer";
const SE: &str = "software-engineer";
const SEC: &str = "security-specialist";

/// A capability, which role is accountable for it, which is responsible, and which is asked or told.
type Line = (&'static str, &'static str, &'static str, Option<(&'static str, Part)>);

/// How the company means it, for each capability.
const PATTERN: [Line; 24] = [
    ("ownership", PM, OPS, None),
    ("business-alignment", PM, DS, Some((ML, Part::Informed))),
    ("teamwork", PM, OPS, Some((SE, Part::Consulted))),
    ("data-pipelines", DE, OPS, None),
    ("data-versioning", DE, DS, None),
    ("data-quality", DE, DS, Some((PM, Part::Informed))),
    ("experiment-tracking", DS, ML, None),
    ("code-model-versioning", ML, OPS, None),
    ("training-automation", ML, OPS, Some((DE, Part::Consulted))),
    ("model-quality", DS, ML, Some((PM, Part::Informed))),
    ("scoring-code", ML, SE, None),
    ("model-validation", DS, ML, Some((PM, Part::Consulted))),
    ("release-automation", OPS, DEV, Some((SE, Part::Informed))),
    ("gradual-release", OPS, ML, Some((PM, Part::Informed))),
    ("application-delivery", SE, DEV, None),
    ("integration-testing", SE, ML, None),
    ("model-interfaces", SE, DS, None),
    ("service-monitoring", OPS, DEV, Some((SE, Part::Informed))),
    ("drift-retraining", OPS, DS, Some((DE, Part::Consulted))),
    ("infrastructure-scaling", DEV, OPS, None),
    ("access-security", SEC, DEV, Some((DE, Part::Informed))),
    ("privacy", SEC, DE, Some((PM, Part::Consulted))),
    ("approval-audit", SEC, PM, Some((OPS, Part::Consulted))),
    ("responsible-ai", PM, DS, Some((SEC, Part::Consulted))),
];

/// What a team says at one time.
struct Stage {
    /// Who works in which job role.
    jobs: &'static [(&'static str, &'static str)],
    /// Parts of the pattern that nobody filled: capability and role.
    holes: &'static [(&'static str, &'static str)],
    /// What goes beyond the pattern.
    more: &'static [(ThingKind, &'static str, &'static str, &'static str, Part)],
}

/// What a team works with.
type Tools = &'static [(&'static str, &'static [&'static str])];

struct TeamStory {
    slug: &'static str,
    stages: [Stage; 3],
    skills: &'static [(&'static str, &'static [&'static str])],
    tools: Tools,
}

macro_rules! mail {
    ($name:literal) => {
        concat!($name, "@brightwater.example")
    };
}

pub(super) const MIRA: &str = mail!("mira.solberg");
pub(super) const JONAS: &str = mail!("jonas.keller");
pub(super) const PRIYA: &str = mail!("priya.raman");
pub(super) const ELIF: &str = mail!("elif.demir");
const TARIQ: &str = mail!("tariq.aziz");
const DANIEL: &str = mail!("daniel.osei");
pub(super) const HANA: &str = mail!("hana.sato");
pub(super) const NOOR: &str = mail!("noor.haddad");
/// Left, and nobody took over.
pub(super) const KOFI: &str = mail!("kofi.mensah");
const SOFIA: &str = mail!("sofia.marino");
const BEN: &str = mail!("ben.wright");
pub(super) const INES: &str = mail!("ines.duarte");
/// Looks after security, in two teams.
pub(super) const INGRID: &str = mail!("ingrid.vos");

use Part::{Accountable, Consulted, Responsible};
use ThingKind::{Capability, Control, Dataset, Model};

const STORIES: [TeamStory; 3] = [
    TeamStory {
        slug: "payments",
        stages: [
            Stage { jobs: &[(PM, MIRA), (ML, JONAS), (DE, JONAS), (DS, ELIF)], holes: &[], more: &[] },
            Stage {
                jobs: &[
                    (PM, MIRA),
                    (DS, ELIF),
                    (DE, TARIQ),
                    (ML, JONAS),
                    (OPS, PRIYA),
                    (DEV, JONAS),
                    (SE, TARIQ),
                    (SEC, OFFICER),
                ],
                holes: &[],
                more: &[],
            },
            Stage {
                jobs: &[
                    (PM, MIRA),
                    (DS, ELIF),
                    (DE, TARIQ),
                    (ML, JONAS),
                    (OPS, PRIYA),
                    (DEV, JONAS),
                    (SE, TARIQ),
                    (SEC, OFFICER),
                ],
                // Priya gave drift away, and nobody has taken it; the canary is hers alone.
                holes: &[("drift-retraining", OPS), ("gradual-release", ML)],
                more: &[
                    (Capability, "responsible-ai", DS, ELIF, Accountable),
                    (Capability, "access-security", SEC, INGRID, Responsible),
                    (Model, "fraud-scoring", ML, JONAS, Accountable),
                    (Model, "fraud-scoring", OPS, PRIYA, Responsible),
                    (Model, "transfer-anomaly", DS, ELIF, Accountable),
                    (Model, "transfer-anomaly", ML, JONAS, Responsible),
                    (Dataset, "card-transactions", DE, TARIQ, Accountable),
                    (Dataset, "card-transactions", DS, ELIF, Responsible),
                    (Control, "eu-ai-act:art-12", OPS, PRIYA, Accountable),
                    (Control, "eu-ai-act:art-12", SEC, OFFICER, Responsible),
                ],
            },
        ],
        skills: &[
            (MIRA, &["planning", "communication"]),
            (OFFICER, &["privacy", "audit-trails", "communication"]),
            (
                JONAS,
                &[
                    "machine-learning",
                    "programming",
                    "model-serving",
                    "containers",
                    "optimisation",
                    "ci-cd",
                    "infrastructure-as-code",
                    "cloud",
                    "automation",
                    "monitoring",
                ],
            ),
            (
                PRIYA,
                &[
                    "ci-cd",
                    "containers",
                    "cloud",
                    "experiment-tracking",
                    "data-versioning",
                    "gradual-release",
                    "monitoring",
                    "automation",
                    "communication",
                ],
            ),
            (
                ELIF,
                &[
                    "machine-learning",
                    "feature-engineering",
                    "model-evaluation",
                    "experiment-tracking",
                    "programming",
                    "communication",
                ],
            ),
            (
                TARIQ,
                &[
                    "data-pipelines",
                    "databases",
                    "data-versioning",
                    "programming",
                    "automation",
                    "ci-cd",
                    "model-serving",
                ],
            ),
        ],
        tools: &[
            ("data-pipelines", &["Airflow"]),
            ("data-versioning", &["lakeFS"]),
            ("experiment-tracking", &["MLflow"]),
            ("code-model-versioning", &["Git", "GitLab", "MLflow"]),
            ("training-automation", &["Kubeflow"]),
            ("scoring-code", &["Docker", "MLflow"]),
            ("release-automation", &["GitLab CI/CD"]),
            ("gradual-release", &["Seldon", "Kubernetes"]),
            ("application-delivery", &["GitLab CI/CD"]),
            ("service-monitoring", &["Prometheus", "Grafana"]),
            ("drift-retraining", &["Evidently"]),
            ("infrastructure-scaling", &["Kubernetes", "Terraform"]),
        ],
    },
    TeamStory {
        slug: "claims",
        stages: [
            Stage { jobs: &[(PM, DANIEL), (DS, HANA), (ML, KOFI)], holes: &[], more: &[] },
            Stage {
                jobs: &[
                    (PM, DANIEL),
                    (DS, HANA),
                    (DE, NOOR),
                    (ML, KOFI),
                    (OPS, HANA),
                    (DEV, NOOR),
                    (SE, NOOR),
                    (SEC, OFFICER),
                ],
                holes: &[],
                more: &[],
            },
            Stage {
                jobs: &[
                    (PM, DANIEL),
                    (DS, HANA),
                    (DE, NOOR),
                    (ML, KOFI),
                    (OPS, HANA),
                    (DEV, NOOR),
                    (SE, NOOR),
                    (SEC, OFFICER),
                ],
                holes: &[],
                more: &[
                    (Capability, "experiment-tracking", DE, NOOR, Responsible),
                    (Capability, "model-validation", DE, NOOR, Responsible),
                    (Capability, "gradual-release", DEV, NOOR, Responsible),
                    (Capability, "drift-retraining", DE, NOOR, Responsible),
                    (Capability, "service-monitoring", OPS, NOOR, Responsible),
                    (Capability, "access-security", SEC, INGRID, Responsible),
                    (Model, "repair-cost", DS, HANA, Accountable),
                    (Model, "repair-cost", DE, NOOR, Responsible),
                    (Model, "expert-triage", DS, HANA, Responsible),
                    (Dataset, "claims/repair-invoices", DE, NOOR, Accountable),
                    (Dataset, "claims/repair-invoices", DS, HANA, Responsible),
                ],
            },
        ],
        skills: &[
            (DANIEL, &["planning", "communication"]),
            (OFFICER, &["privacy", "audit-trails", "communication"]),
            (
                HANA,
                &[
                    "machine-learning",
                    "feature-engineering",
                    "model-evaluation",
                    "experiment-tracking",
                    "programming",
                    "containers",
                    "automation",
                    "communication",
                ],
            ),
            (
                NOOR,
                &[
                    "data-pipelines",
                    "databases",
                    "programming",
                    "automation",
                    "ci-cd",
                    "cloud",
                    "containers",
                    "monitoring",
                ],
            ),
        ],
        tools: &[
            ("data-pipelines", &["Airflow"]),
            ("experiment-tracking", &["W&B"]),
            ("code-model-versioning", &["Git", "GitLab", "DVC"]),
            ("scoring-code", &["Docker"]),
            ("release-automation", &["Jenkins"]),
            ("application-delivery", &["Jenkins"]),
            ("service-monitoring", &["Grafana", "CloudWatch"]),
            ("infrastructure-scaling", &["Kubernetes", "Terraform"]),
        ],
    },
    TeamStory {
        slug: "care",
        stages: [
            Stage { jobs: &[(PM, SOFIA), (ML, BEN)], holes: &[], more: &[] },
            Stage { jobs: &[(PM, SOFIA), (ML, BEN), (DE, BEN), (DS, INES)], holes: &[], more: &[] },
            Stage {
                // One more than one person can look after; and nobody runs the machines.
                jobs: &[
                    (PM, SOFIA),
                    (DS, INES),
                    (OPS, INES),
                    (DE, BEN),
                    (ML, BEN),
                    (SE, BEN),
                    (SEC, OFFICER),
                ],
                holes: &[],
                more: &[
                    (Capability, "scoring-code", DS, INES, Responsible),
                    (Capability, "application-delivery", OPS, INES, Responsible),
                    (Capability, "integration-testing", DS, INES, Responsible),
                    (Capability, "release-automation", ML, BEN, Responsible),
                    (Capability, "service-monitoring", ML, BEN, Responsible),
                    (Capability, "drift-retraining", DE, BEN, Responsible),
                    (Capability, "access-security", PM, SOFIA, Responsible),
                    (Model, "ticket-routing", DS, INES, Accountable),
                    (Model, "ticket-routing", ML, BEN, Responsible),
                    (Model, "reply-drafts", PM, SOFIA, Accountable),
                    (Model, "reply-drafts", DS, INES, Responsible),
                    (Control, "gdpr:art-35", SEC, OFFICER, Accountable),
                    (Control, "gdpr:art-35", PM, SOFIA, Consulted),
                ],
            },
        ],
        skills: &[
            (SOFIA, &["planning", "communication"]),
            (OFFICER, &["privacy", "audit-trails", "communication"]),
            (BEN, &["programming", "machine-learning", "data-pipelines", "databases", "ci-cd"]),
            (
                INES,
                &["machine-learning", "model-evaluation", "experiment-tracking", "programming", "monitoring"],
            ),
        ],
        tools: &[
            ("experiment-tracking", &["MLflow", "DVC"]),
            ("code-model-versioning", &["Git", "GitHub"]),
            ("release-automation", &["GitHub Actions"]),
            ("application-delivery", &["GitHub Actions"]),
            ("service-monitoring", &["CloudWatch"]),
            ("scoring-code", &["Docker"]),
        ],
    },
];

impl Stage {
    /// What is to be held: the pattern with the team's people in it, and what goes beyond. A stronger part that somebody
    /// has in the same place goes before a weaker one.
    fn held(&self, cast: &Cast) -> Vec<Held> {
        let mut all: Vec<Held> = Vec::new();
        let mut add = |thing: Thing, role: &str, email: &str, part| {
            let held = Held { thing, role: role.to_owned(), person: cast.people[email].0, part };
            if !all.iter().any(|known| known.same_place(&held)) {
                all.push(held);
            }
        };
        for (kind, id, role, email, part) in self.more {
            add(Thing::new(*kind, *id), role, email, *part);
        }
        for (capability, accountable, responsible, other) in PATTERN {
            let parts = [(accountable, Part::Accountable), (responsible, Part::Responsible)];
            for (role, part) in parts.into_iter().chain(other) {
                let is_hole = self.holes.contains(&(capability, role));
                for (_, email) in self.jobs.iter().filter(|(job, _)| *job == role && !is_hole) {
                    add(Thing::capability(capability), role, email, part);
                }
            }
        }
        all
    }
}

impl Cast {
    /// The teams say who holds what.
    pub(super) async fn assign(&self, stage: usize) -> Result<(), Error> {
        for story in &STORIES {
            let wishes = story.stages[stage].held(self).into_iter();
            let wishes = wishes.map(|held| Wish { held, until: None }).collect();
            let lead = self.caller(lead(story.slug));
            ownership::set(&self.app, &lead, story.slug, None, wishes, IfMatch(None)).await?;
            self.pass(40);
        }
        self.confirm_roles().await
    }

    /// The officer confirms the job roles that the policies name, and the administrator the officer's own.
    async fn confirm_roles(&self) -> Result<(), Error> {
        for somebody in [OFFICER, ADMINISTRATOR] {
            let by = self.caller(somebody);
            let mut ids = Vec::new();
            for seen in proposals::waiting_for(&self.app, &by).await? {
                if seen.row.kind()? == Kind::JobRole {
                    ids.push(seen.row.id);
                }
            }
            for some in ids.chunks(proposals::AT_ONCE) {
                proposals::confirm_all(&self.app, &by, some).await?;
            }
            self.pass(10);
        }
        Ok(())
    }

    /// The teams say what their people can do and what they work with.
    pub(super) async fn equip(&self) -> Result<(), Error> {
        for story in &STORIES {
            let caller = self.caller(lead(story.slug));
            let people = story.skills.iter().map(|(email, skills)| PersonSkills {
                person: self.people[email].0,
                skills: skills.iter().map(|skill| (*skill).to_owned()).collect::<BTreeSet<_>>(),
            });
            ownership::set_skills(&self.app, &caller, story.slug, people.collect(), IfMatch(None)).await?;
            self.pass(15);
            let tools = story.tools.iter().map(|(capability, tools)| {
                ((*capability).to_owned(), tools.iter().map(|tool| (*tool).to_owned()).collect())
            });
            ownership::set_tools(&self.app, &caller, story.slug, tools.collect(), IfMatch(None)).await?;
            self.pass(15);
        }
        Ok(())
    }
}

fn lead(slug: &str) -> &'static str {
    TEAMS.iter().find(|team| team.slug == slug).map_or("", |team| team.lead)
}
