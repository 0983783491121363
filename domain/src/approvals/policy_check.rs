//! The rules that a policy has to keep, beyond the types of its fields. Every broken rule is reported, by its name.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::policy::{ANY_ENVIRONMENT, Demand, External, Machine, Policy, Step};
use crate::document::{Diagnostic, Document, Step as At};
use crate::names::{is_name, is_slug};
use crate::path;

crate::names! {
    /// A rule about policies.
    pub enum PolicyRule ("rule") {
        /// A text is empty.
        EmptyText = "empty_text", "Texts are not empty";
        /// An id is not made of lower-case letters, digits and dashes.
        BadId = "bad_id", "Ids have lower-case letters, digits and dashes";
        /// A name of an environment, provider, token or rule is not written as one.
        BadName = "bad_name", "Names begin with a letter or digit";
        /// The same thing stands twice.
        Duplicate = "duplicate", "Nothing stands twice";
        /// A number is too small or too great.
        OutOfRange = "out_of_range", "Numbers are within their range";
        /// It applies to nothing.
        AppliesToNothing = "applies_to_nothing", "A policy applies to something";
        /// Nobody would have to decide.
        NoStep = "no_step", "Somebody has to decide";
        /// Nobody could decide.
        NoRole = "no_role", "Somebody can decide";
        /// A step asks for no decision at all.
        NobodyAsked = "nobody_asked", "A step asks for a decision";
        /// Conditions may be due after the approval has ended.
        ConditionsOutliveApproval = "conditions_outlive_approval", "Conditions are due within the validity";
        /// Nobody would look at an emergency afterwards.
        BreakGlassWithoutReview = "break_glass_without_review", "Somebody reviews each emergency";
        /// An emergency lets more through than an approval.
        BreakGlassOutlivesApproval = "break_glass_outlives_approval", "An emergency is shorter than an approval";
        /// An external decision says not, or twice, how it is trusted.
        ExternalWithoutTrust = "external_without_trust", "An external decision has one way in";
        /// An external decision counts in no step, or as a role that the step does not ask for.
        ExternalCountsNowhere = "external_counts_nowhere", "An external decision counts in a step";
        /// A job role is none of the questionnaires'.
        UnknownRole = "unknown_role", "Job roles are those of the questionnaires";
        /// A capability is none of the questionnaires'.
        UnknownCapability = "unknown_capability", "Capabilities are those of the questionnaires";
        /// A trust rule or a token is named that there is none of.
        UnknownMachine = "unknown_machine", "Trust rules and tokens are named by their ids";
        /// Two policies decide about the same deployment.
        TwoPolicies = "two_policies", "One policy decides about a deployment";
        /// With the people there are, the decisions can never come together.
        NeverSatisfied = "never_satisfied", "There are people enough";
    }
}

/// All broken rules of one policy, in the order of the rules below.
pub(super) fn check(policy: &Policy, document: &Document<'_>) -> Vec<Diagnostic> {
    let mut checker = Checker { policy, document, mistakes: Vec::new() };
    checker.head();
    checker.applies();
    checker.steps();
    checker.conditions();
    checker.break_glass();
    checker.demand("request", &policy.demands.request);
    checker.demand("gate", &policy.demands.gate);
    checker.evidence();
    for (index, external) in policy.external.iter().enumerate() {
        checker.external(index, external);
    }
    checker.mistakes
}

/// The ids that a policy may name.
#[derive(Debug, Clone, Default)]
pub struct KnownWords<'a> {
    /// Job roles.
    pub roles: BTreeSet<&'a str>,
    /// Capabilities.
    pub capabilities: BTreeSet<&'a str>,
    /// Trust rules and tokens that there are, each with what people call it; nothing where that is not known.
    pub machines: Option<&'a BTreeMap<Machine, String>>,
}

impl Policy {
    /// Job roles, capabilities and machines that are none of the known ones: nobody could hold, reach or be them. `text` is
    /// what the policy was read from, `file` what mistakes call it.
    #[must_use]
    pub fn unknown_words(&self, text: &str, file: &str, known: &KnownWords<'_>) -> Vec<Diagnostic> {
        let document = match Document::parse(text, file) {
            Ok(document) => document,
            Err(mistakes) => return mistakes,
        };
        let mut checker = Checker { policy: self, document: &document, mistakes: Vec::new() };
        for (index, step) in self.steps.iter().enumerate() {
            checker.known_roles(&path!["steps", index, "roles"], &step.roles, known);
        }
        if let Some(emergency) = &self.break_glass {
            checker.known_roles(&path!["break_glass", "roles"], &emergency.roles, known);
            checker.known_roles(&path!["break_glass", "reviewers"], &emergency.reviewers, known);
        }
        checker.known_capabilities("request", &self.demands.request, known);
        checker.known_capabilities("gate", &self.demands.gate, known);
        for (index, external) in self.external.iter().enumerate() {
            checker.known_machine(index, external, known);
        }
        checker.mistakes
    }
}

struct Checker<'a> {
    policy: &'a Policy,
    document: &'a Document<'a>,
    mistakes: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    fn report(&mut self, rule: PolicyRule, path: &[At], message: impl std::fmt::Display) {
        self.mistakes.push(self.document.diagnose(path, format!("{rule}: {message}")));
    }

    fn head(&mut self) {
        let policy = self.policy;
        self.slug(&path!["id"], &policy.id);
        self.text(&path!["title"], &policy.title);
        self.text(&path!["description"], &policy.description);
        self.range(&path!["open_days"], policy.open_days, 1..=365);
        self.range(&path!["validity_days"], policy.validity_days, 1..=1825);
    }

    fn applies(&mut self) {
        let applies = &self.policy.applies;
        let at = |field: &str| path!["applies", field];
        if applies.environments.is_empty() {
            self.report(PolicyRule::AppliesToNothing, &at("environments"), "name an environment, or `*`");
        }
        if applies.tiers.is_empty() {
            self.report(PolicyRule::AppliesToNothing, &at("tiers"), "name a risk tier");
        }
        for (index, environment) in applies.environments.iter().enumerate() {
            if environment != ANY_ENVIRONMENT {
                self.name(&path!["applies", "environments", index], environment);
            }
        }
        self.distinct(&at("environments"), applies.environments.iter());
        self.distinct(&at("tiers"), applies.tiers.iter());
    }

    fn steps(&mut self) {
        let steps = &self.policy.steps;
        if steps.is_empty() {
            self.report(PolicyRule::NoStep, &path!["steps"], "without a step nobody would have to decide");
        }
        let mut first = BTreeMap::new();
        for (index, step) in steps.iter().enumerate() {
            if let Some(earlier) = first.get(step.id.as_str()) {
                let message = format!("`{}` is already used by steps[{earlier}]", step.id);
                self.report(PolicyRule::Duplicate, &path!["steps", index, "id"], message);
            } else {
                first.insert(step.id.as_str(), index);
            }
            self.step(index, step);
        }
    }

    fn step(&mut self, index: usize, step: &'a Step) {
        let at = |field: &str| path!["steps", index, field];
        self.slug(&at("id"), &step.id);
        self.text(&at("title"), &step.title);
        self.roles(&at("roles"), &step.roles);
        self.distinct(&at("excluded"), step.excluded.iter());
        if step.count == 0 {
            let message = "a step that nobody has to approve is none: leave it out or ask for one or more";
            self.report(PolicyRule::NobodyAsked, &at("count"), message);
        } else {
            self.range(&at("count"), step.count.into(), 1..=10);
        }
    }

    fn conditions(&mut self) {
        let Some(conditions) = &self.policy.conditions else { return };
        let at = path!["conditions", "max_days"];
        self.range(&at, conditions.max_days, 1..=1825);
        if conditions.max_days > self.policy.validity_days {
            let message = format!(
                "conditions may be due {} days after a decision, but the approval ends after {}: make the validity \
                 longer or the conditions shorter",
                conditions.max_days, self.policy.validity_days
            );
            self.report(PolicyRule::ConditionsOutliveApproval, &at, message);
        }
    }

    fn break_glass(&mut self) {
        let Some(emergency) = &self.policy.break_glass else { return };
        let at = |field: &str| path!["break_glass", field];
        self.roles(&at("roles"), &emergency.roles);
        self.range(&at("review_within_days"), emergency.review_within_days, 1..=30);
        self.range(&at("valid_days"), emergency.valid_days, 1..=30);
        if let Some(limit) = emergency.limit {
            self.range(&path!["break_glass", "limit", "number"], limit.number.into(), 1..=10);
            self.range(&path!["break_glass", "limit", "days"], limit.days, 1..=90);
        }
        if emergency.reviewers.is_empty() {
            let message = "nobody would look at the emergency afterwards: name the job roles that do";
            self.report(PolicyRule::BreakGlassWithoutReview, &at("reviewers"), message);
        } else {
            self.roles(&at("reviewers"), &emergency.reviewers);
        }
        if emergency.valid_days > self.policy.validity_days {
            let message = format!(
                "an emergency would hold for {} days, an approval for {} only",
                emergency.valid_days, self.policy.validity_days
            );
            self.report(PolicyRule::BreakGlassOutlivesApproval, &at("valid_days"), message);
        }
    }

    fn demand(&mut self, when: &'static str, demand: &Demand) {
        self.distinct(&path!["demands", when, "levels"], demand.levels.iter().map(|level| &level.capability));
        for (index, level) in demand.levels.iter().enumerate() {
            let at = |field: &str| path!["demands", when, "levels", index, field];
            self.slug(&at("capability"), &level.capability);
            self.range(&at("level"), level.level.into(), 1..=4);
        }
    }

    fn evidence(&mut self) {
        let evidence = &self.policy.evidence;
        self.distinct(&path!["evidence"], evidence.iter().map(|needed| needed.kind));
        for (index, needed) in evidence.iter().enumerate() {
            if let Some(days) = needed.max_age_days {
                self.range(&path!["evidence", index, "max_age_days"], days, 1..=1825);
            }
        }
    }

    fn external(&mut self, index: usize, external: &External) {
        let at = |field: &str| path!["external", index, field];
        self.name(&at("provider"), &external.provider);
        match (&external.trust_rule, &external.token) {
            (Some(rule), None) => self.text(&at("trust_rule"), rule),
            (None, Some(token)) => self.text(&at("token"), token),
            (None, None) => {
                let message = "name the trust rule or the token that its reports come in by";
                self.report(PolicyRule::ExternalWithoutTrust, &path!["external", index], message);
            }
            (Some(_), Some(_)) => {
                let message = "name a trust rule or a token, not both; give the other an entry of its own";
                self.report(PolicyRule::ExternalWithoutTrust, &at("token"), message);
            }
        }
        let steps = || self.policy.steps.iter().map(|step| step.id.as_str()).collect::<Vec<_>>().join(", ");
        match self.policy.step(&external.step) {
            None => {
                let message = format!("`{}` is none of the steps: {}", external.step, steps());
                self.report(PolicyRule::ExternalCountsNowhere, &at("step"), message);
            }
            Some(step) if !step.roles.contains(&external.job_role) => {
                let message = format!(
                    "`{}` is none of the job roles of the step `{}`: {}",
                    external.job_role,
                    step.id,
                    step.roles.join(", ")
                );
                self.report(PolicyRule::ExternalCountsNowhere, &at("job_role"), message);
            }
            Some(_) => {}
        }
        let same = |other: &External| {
            (&other.provider, &other.trust_rule, &other.token)
                == (&external.provider, &external.trust_rule, &external.token)
        };
        if let Some(earlier) = self.policy.external[..index].iter().position(same) {
            let message = format!("external[{earlier}] says already what these reports count as");
            self.report(PolicyRule::Duplicate, &path!["external", index], message);
        }
    }

    fn known_roles(&mut self, path: &[At], roles: &[String], known: &KnownWords<'_>) {
        for (number, role) in
            roles.iter().enumerate().filter(|(_, role)| !known.roles.contains(role.as_str()))
        {
            let message = format!("no job role is called `{role}`; there are {}", listed(&known.roles));
            self.report(PolicyRule::UnknownRole, &[path, &path![number]].concat(), message);
        }
    }

    fn known_capabilities(&mut self, when: &str, demand: &Demand, known: &KnownWords<'_>) {
        let unknown = |(_, level): &(usize, &super::policy::CapabilityLevel)| {
            !known.capabilities.contains(level.capability.as_str())
        };
        for (index, level) in demand.levels.iter().enumerate().filter(unknown) {
            let known = listed(&known.capabilities);
            let message = format!("no capability is called `{}`; there are {known}", level.capability);
            let path = path!["demands", when, "levels", index, "capability"];
            self.report(PolicyRule::UnknownCapability, &path, message);
        }
    }

    /// Names are not unique, and whoever may make a token could give it the name of another: only ids count.
    fn known_machine(&mut self, index: usize, external: &External, known: &KnownWords<'_>) {
        let (Some(machines), Some(machine)) = (known.machines, external.machine()) else { return };
        let (field, what, named) = match &machine {
            Machine::TrustRule(named) => ("trust_rule", "trust rule", named),
            Machine::Token(named) => ("token", "token of a service account", named),
        };
        if machines.contains_key(&machine) {
            return;
        }
        let is_kind = |(other, _): &(&Machine, &String)| {
            std::mem::discriminant(*other) == std::mem::discriminant(&machine)
        };
        let called = machines.iter().filter(is_kind).filter(|(_, name)| *name == named);
        let ids: Vec<String> =
            called.filter_map(|(machine, _)| machine.id()).map(|id| id.to_string()).collect();
        let message = match ids.as_slice() {
            [] => format!("there is no {what} with the id `{named}`"),
            ids => format!("name the {what} by its id: `{named}` is the name of {}", ids.join(", ")),
        };
        self.report(PolicyRule::UnknownMachine, &path!["external", index, field], message);
    }

    fn roles(&mut self, path: &[At], roles: &'a [String]) {
        if roles.is_empty() {
            self.report(PolicyRule::NoRole, path, "name at least one job role, or nobody can do it");
        }
        for (number, role) in roles.iter().enumerate() {
            self.slug(&[path, &path![number]].concat(), role);
        }
        self.distinct(path, roles.iter());
    }

    fn distinct<T: Ord + std::fmt::Display>(&mut self, path: &[At], values: impl Iterator<Item = T>) {
        let mut seen = BTreeSet::new();
        for (number, value) in values.enumerate() {
            if seen.contains(&value) {
                let path = [path, &path![number]].concat();
                self.report(PolicyRule::Duplicate, &path, format!("`{value}` stands here before"));
            }
            seen.insert(value);
        }
    }

    fn range(&mut self, path: &[At], value: u16, allowed: RangeInclusive<u16>) {
        if !allowed.contains(&value) {
            let message = format!("{value} is not between {} and {}", allowed.start(), allowed.end());
            self.report(PolicyRule::OutOfRange, path, message);
        }
    }

    fn slug(&mut self, path: &[At], id: &str) {
        if !is_slug(id) {
            let message = format!("`{id}` has more than lower-case letters, digits and dashes, or nothing");
            self.report(PolicyRule::BadId, path, message);
        }
    }

    fn name(&mut self, path: &[At], name: &str) {
        if !is_name(name, 64) {
            let message = "must be 1 to 64 letters, digits or . _ / : - and start with a letter or digit";
            self.report(PolicyRule::BadName, path, message);
        }
    }

    fn text(&mut self, path: &[At], text: &str) {
        if text.trim().is_empty() {
            self.report(PolicyRule::EmptyText, path, "is empty");
        }
    }
}

fn listed(words: &BTreeSet<&str>) -> String {
    words.iter().copied().collect::<Vec<_>>().join(", ")
}
