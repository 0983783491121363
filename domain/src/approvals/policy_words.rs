//! A policy in words: what it asks of whom, as statements that people read one by one, and what changed between two.
//!
//! Every field of a policy is in some statement, so a difference that is not shown does not exist (a test holds to that).
//! To add a field: say it in the function of its part.

use super::policy::{
    ANY_ENVIRONMENT, BreakGlass, CapabilityLevel, Demand, EmergencyLimit, External, Machine, Order, Policy,
    RequiredEvidence, Step,
};

crate::names! {
    /// Which part of a policy a statement is about.
    pub enum PolicyPart ("part of a policy") {
        /// What it is.
        About = "about", "What it is";
        /// Where it decides.
        Applies = "applies", "Where it decides";
        /// Who has to agree.
        Steps = "steps", "Who has to agree";
        /// For how long, and under which conditions.
        Holding = "holding", "How long it holds";
        /// What has to be shown.
        Evidence = "evidence", "What has to be shown";
        /// What has to hold when the approval is asked for.
        Request = "request", "What has to hold when it is asked for";
        /// What has to hold when the gate is asked.
        Gate = "gate", "What has to hold at each deployment";
        /// Deploying before the decisions.
        BreakGlass = "break-glass", "In an emergency";
        /// Decisions taken elsewhere.
        External = "external", "Decisions taken elsewhere";
    }
}

/// What ids of the questionnaires are called.
pub trait Titles {
    /// What people call a job role.
    fn role(&self, id: &str) -> String;
    /// What people call a capability.
    fn capability(&self, id: &str) -> String;
    /// What people call a trust rule or a token.
    fn machine(&self, machine: &Machine) -> String {
        let (Machine::TrustRule(named) | Machine::Token(named)) = machine;
        format!("“{named}”")
    }
}

/// One thing that a policy says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Which part it belongs to.
    pub part: PolicyPart,
    /// What it is about, unlike all others in the part.
    pub label: String,
    /// What it says.
    pub text: String,
}

/// A statement that is not in both of two policies as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedStatement {
    /// Which part it belongs to.
    pub part: PolicyPart,
    /// What it is about.
    pub label: String,
    /// What the earlier policy says, if anything.
    pub before: Option<String>,
    /// What the later one says, if anything.
    pub after: Option<String>,
}

impl Policy {
    /// All that it says, in the order in which people ask for it.
    #[must_use]
    pub fn statements(&self, titles: &dyn Titles) -> Vec<Statement> {
        let mut all = Said { titles, statements: Vec::new() };
        all.about(self);
        all.applies(self);
        for (number, step) in self.steps.iter().enumerate() {
            all.step(number, step);
        }
        all.holding(self);
        all.evidence(&self.evidence);
        all.demand(PolicyPart::Request, &self.demands.request);
        all.demand(PolicyPart::Gate, &self.demands.gate);
        all.break_glass(self.break_glass.as_ref());
        all.external(&self.external);
        all.statements
    }
}

/// What differs between what two policies say, in the order of the later one; what only the earlier says stands at the end
/// of its part.
#[must_use]
pub fn policy_difference(before: &[Statement], after: &[Statement]) -> Vec<ChangedStatement> {
    let find = |all: &[Statement], one: &Statement| {
        all.iter()
            .find(|other| other.part == one.part && other.label == one.label)
            .map(|found| found.text.clone())
    };
    let mut changed = Vec::new();
    for part in PolicyPart::ALL {
        for one in after.iter().filter(|one| one.part == *part) {
            let earlier = find(before, one);
            if earlier.as_ref() != Some(&one.text) {
                changed.push(ChangedStatement {
                    part: *part,
                    label: one.label.clone(),
                    before: earlier,
                    after: Some(one.text.clone()),
                });
            }
        }
        for one in before.iter().filter(|one| one.part == *part && find(after, one).is_none()) {
            let (label, text) = (one.label.clone(), one.text.clone());
            changed.push(ChangedStatement { part: *part, label, before: Some(text), after: None });
        }
    }
    changed
}

struct Said<'a> {
    titles: &'a dyn Titles,
    statements: Vec<Statement>,
}

impl Said<'_> {
    fn say(&mut self, part: PolicyPart, label: impl Into<String>, text: impl Into<String>) {
        self.statements.push(Statement { part, label: label.into(), text: text.into() });
    }

    fn roles(&self, ids: &[String]) -> String {
        let titles: Vec<String> = ids.iter().map(|id| self.titles.role(id)).collect();
        joined(&titles, "or")
    }

    fn about(&mut self, policy: &Policy) {
        self.say(PolicyPart::About, "Name", &policy.title);
        self.say(PolicyPart::About, "Version", policy.version.to_string());
        self.say(PolicyPart::About, "In short", &policy.description);
    }

    fn applies(&mut self, policy: &Policy) {
        let tiers: Vec<String> =
            policy.applies.tiers.iter().map(|tier| tier.label().to_lowercase()).collect();
        for environment in &policy.applies.environments {
            let label = match environment.as_str() {
                ANY_ENVIRONMENT => "In every environment that no other policy names",
                named => named,
            };
            self.say(PolicyPart::Applies, label, format!("models of the risk tier {}", joined(&tiers, "or")));
        }
    }

    fn step(&mut self, number: usize, step: &Step) {
        let people = match step.count {
            1 => "One person".to_owned(),
            count => format!("{count} people"),
        };
        let mut never = vec!["the requester".to_owned()];
        let others = step.excluded.iter().map(|one| one.label().to_owned()).filter(|one| *one != never[0]);
        never.extend(others.collect::<Vec<_>>());
        let text = format!(
            "{people} with the job role {}. Never {}.",
            self.roles(&step.roles),
            joined(&never, "or")
        );
        self.say(PolicyPart::Steps, format!("{}. {} ({})", number + 1, step.title, step.id), text);
    }

    fn holding(&mut self, policy: &Policy) {
        let order = match policy.order {
            Order::InSequence => "One after the other: a step waits for the one before it.",
            Order::InParallel => "All at once: the steps wait for nothing.",
        };
        self.say(PolicyPart::Steps, "Order", order);
        let once = if policy.distinct_people {
            "Each person counts once in all steps together."
        } else {
            "Each person counts once in each step."
        };
        self.say(PolicyPart::Steps, "Nobody twice", once);
        self.say(PolicyPart::Holding, "A request waits for", days(policy.open_days));
        self.say(PolicyPart::Holding, "An approval holds for", days(policy.validity_days));
        let conditions = match &policy.conditions {
            Some(conditions) => {
                format!("may be set with a decision, due within {}", days(conditions.max_days))
            }
            None => "are not allowed: yes or no".to_owned(),
        };
        self.say(PolicyPart::Holding, "Conditions", conditions);
    }

    fn evidence(&mut self, evidence: &[RequiredEvidence]) {
        for needed in evidence {
            let age = match needed.max_age_days {
                Some(most) => format!("at most {} old on the day of the request", days(most)),
                None => "of any age".to_owned(),
            };
            self.say(PolicyPart::Evidence, needed.kind.label(), age);
        }
        if evidence.is_empty() {
            self.say(PolicyPart::Evidence, "Evidence", "none is asked for");
        }
    }

    fn demand(&mut self, part: PolicyPart, demand: &Demand) {
        let Demand { no_finding_from, no_operations_finding_from, accountable_owner, authors_known, levels } =
            demand;
        if *accountable_owner {
            self.say(part, "Ownership", "somebody is accountable for the model");
        }
        if *authors_known {
            self.say(part, "Authors", "somebody is on record as an author of the version");
        }
        if let Some(from) = no_finding_from {
            let from = from.label().to_lowercase();
            self.say(
                part,
                "Findings",
                format!("none open about the version's data, of the severity {from} or above"),
            );
        }
        if let Some(from) = no_operations_finding_from {
            let from = from.label().to_lowercase();
            let text = format!("none open about how it runs, of the severity {from} or above");
            self.say(part, "Operations", text);
        }
        for CapabilityLevel { capability, level } in levels {
            let text = format!("level {level} or above, by what the team's latest assessment supports");
            self.say(part, self.titles.capability(capability), text);
        }
        let no_findings = no_finding_from.is_none() && no_operations_finding_from.is_none();
        if !accountable_owner && !authors_known && no_findings && levels.is_empty() {
            self.say(part, "Nothing", "besides the decisions and the evidence");
        }
    }

    fn break_glass(&mut self, emergency: Option<&BreakGlass>) {
        let part = PolicyPart::BreakGlass;
        let Some(BreakGlass { roles, reviewers, review_within_days, valid_days, limit }) = emergency else {
            self.say(part, "Not allowed", "nobody deploys before the decisions");
            return;
        };
        let (may, review) = (self.roles(roles), self.roles(reviewers));
        self.say(part, "May deploy before the decisions", format!("{may}, saying why"));
        self.say(part, "That holds for", days(*valid_days));
        self.say(
            part,
            "Reviewed by",
            format!("{review}, within {}; never who did it", days(*review_within_days)),
        );
        let EmergencyLimit { number, days: within } = limit.unwrap_or_default();
        let unsaid = if limit.is_none() { ", because the policy names no limit" } else { "" };
        let text = format!("at most {number} in {} for a model and an environment{unsaid}", days(within));
        self.say(part, "How often", text);
    }

    fn external(&mut self, external: &[External]) {
        for one @ External { provider, trust_rule: _, token: _, job_role, step } in external {
            let way = match one.machine() {
                Some(machine @ Machine::TrustRule(_)) => {
                    format!("jobs let in by the trust rule {}", self.titles.machine(&machine))
                }
                Some(machine @ Machine::Token(_)) => format!("the token {}", self.titles.machine(&machine)),
                None => "nothing".to_owned(),
            };
            let text = format!("count in the step {step}, as of the job role {}", self.titles.role(job_role));
            self.say(PolicyPart::External, format!("Reports of {provider} by {way}"), text);
        }
        if external.is_empty() {
            self.say(PolicyPart::External, "None", "only decisions taken here count");
        }
    }
}

fn days(count: u16) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

/// "a, b or c".
fn joined(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}
