//! The demo organisation: a believable company, made through the same services that people use, over a year.
//!
//! Nothing here writes a row by itself, so the demo's ledger is as real as any other; only its clock is set back while
//! the past happens. [`story`] says who and what, [`answers`] how well each team does at each time, [`ownership`] who
//! answers for what, [`roadmaps`] what each does next, [`inventory`] what they built and ran, [`datasets`] what they made it
//! with, [`policies`] who decides and by which rules, [`approvals`] what was decided, [`gate`] what
//! might be deployed.

mod answers;
mod approvals;
mod datasets;
mod findings;
mod gate;
mod inventory;
mod ownership;
mod policies;
mod roadmaps;
mod story;

use crate::access::service::people::{self, NewPerson};
use crate::access::service::tokens::{self, NewToken};
use crate::access::store as access;
use crate::app::App;
use crate::approvals::service::{self as events, Posted};
use crate::assessments::service::{
    self as assessments, Assessment, EvidenceReview, NewAssessment, NotApplicableReview, Review,
};
use crate::assessments::store::EvidenceRow;
use crate::clock::FixedClock;
use crate::error::Error;
use crate::http::Caller;
use crate::ownership::service as held;
use crate::policies::service as in_force;
use crate::questionnaires::service as questionnaires;
use crate::teams::service::{self as teams, NewTeam};
use assay_domain::access::{Principal, Rights, Role, RoleHeld, Scope};
use assay_domain::approvals::ApprovalEvent;
use assay_domain::audit::Actor;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use story::{Ending, PEOPLE, Person, TEAMS, Team};
use uuid::Uuid;

/// Somebody who can sign in to the demo.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// What the person may do.
    pub role: Role,
    /// The team, unless the role is held for the organisation.
    pub team: Option<&'static str>,
    /// Mail address.
    pub email: &'static str,
    /// Drawn at random, shown once.
    pub password: String,
}

/// The organisation's name.
pub const ORGANISATION: &str = "Brightwater Insurance";

/// How long ago the demo's story begins.
pub const STORY: TimeDelta = TimeDelta::days(400);

/// Everybody who was made, to be found by mail address.
struct Cast {
    app: App,
    clock: Arc<FixedClock>,
    people: BTreeMap<&'static str, (Uuid, RoleHeld)>,
    teams: BTreeMap<&'static str, Uuid>,
}

/// Makes the demo organisation in an installation whose clock is `clock`, [`STORY`] before `today`; `None` when somebody
/// is there already.
///
/// # Errors
/// Those of the services.
pub async fn make(
    app: &App,
    clock: Arc<FixedClock>,
    today: DateTime<Utc>,
) -> Result<Option<Vec<SignIn>>, Error> {
    if access::administrators(&mut app.db.read().await?).await? > 0 {
        return Ok(None);
    }
    let system = Caller::system(app);
    questionnaires::publish_built_in(app, &system).await?;
    in_force::bring_shipped_into_force(app, &system).await?;
    let mut cast = Cast { app: app.clone(), clock, people: BTreeMap::new(), teams: BTreeMap::new() };
    for team in &TEAMS {
        let new = NewTeam {
            name: team.name.to_owned(),
            slug: team.slug.to_owned(),
            purpose: team.purpose.to_owned(),
        };
        cast.teams.insert(team.slug, teams::create(app, &system, new).await?.id);
    }
    let mut sign_ins = Vec::new();
    for person in &PEOPLE {
        sign_ins.push(cast.add(&system, person).await?);
    }
    cast.let_decide().await?;
    let mut happened = Happened::default();
    for (number, days_ago) in story::ASSESSED_DAYS_AGO.into_iter().enumerate() {
        cast.turn_to(today - TimeDelta::days(days_ago));
        for team in &TEAMS {
            cast.assess(team, number).await?;
        }
        if number < 2 {
            cast.turn_to(today - TimeDelta::days(ownership::DAYS_AGO[number]));
            cast.assign(number).await?;
            cast.live(today, &mut happened, story::ASSESSED_DAYS_AGO[number + 1]).await?;
        }
    }
    for team in &roadmaps::STORIES {
        roadmaps::make(&cast, team, today).await?;
    }
    cast.release_everything(&system, today, &mut happened).await?;
    cast.live(today, &mut happened, 0).await?;
    cast.turn_to(today - TimeDelta::days(ownership::DAYS_AGO[2]));
    cast.assign(2).await?;
    cast.equip().await?;
    cast.propose().await?;
    cast.say_goodbye(ownership::KOFI).await?;
    cast.decide_about_versions().await?;
    cast.trust_releases().await?;
    cast.ask_the_gate().await?;
    cast.confirm_what_is_gone().await?;
    // Whoever left cannot sign in any more.
    sign_ins.retain(|person| person.email != ownership::KOFI);
    Ok(Some(sign_ins))
}

/// How much of what the teams do from day to day has happened.
#[derive(Clone, Copy, Debug, Default)]
struct Happened {
    models: usize,
    data: usize,
}

impl Cast {
    /// Lets happen, day by day, what happened to models and data more than `until` days ago and has not happened yet.
    async fn live(&self, today: DateTime<Utc>, happened: &mut Happened, until: i64) -> Result<(), Error> {
        for day in (until..STORY.num_days()).rev() {
            inventory::play(self, today, &mut happened.models, day).await?;
            datasets::play(self, today, &mut happened.data, day).await?;
        }
        Ok(())
    }

    /// Lets time pass; it never goes back.
    fn turn_to(&self, at: DateTime<Utc>) {
        let step = at - self.app.clock.now();
        if step > TimeDelta::zero() {
            self.clock.advance(step);
        }
    }

    fn pass(&self, minutes: i64) {
        self.clock.advance(TimeDelta::minutes(minutes));
    }

    async fn add(&mut self, system: &Caller, person: &Person) -> Result<SignIn, Error> {
        let held = RoleHeld { role: person.role, team: person.team.map(|slug| self.teams[slug]) };
        let password = self.password();
        let new = NewPerson {
            email: person.email.to_owned(),
            name: person.name.to_owned(),
            role: held,
            password: Some(password.clone()),
        };
        let added = people::add(&self.app, system, new).await?;
        self.people.insert(person.email, (added.id, held));
        self.pass(3);
        Ok(SignIn { role: person.role, team: person.team, email: person.email, password })
    }

    /// Twenty letters and digits in five groups: 100 bits that can be typed.
    fn password(&self) -> String {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let mut bytes = [0; 20];
        self.app.rng.fill(&mut bytes);
        let letters: Vec<char> =
            bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
    }

    /// The person as a caller, with a request of its own.
    fn caller(&self, email: &str) -> Caller {
        let (id, held) = self.people[email];
        Caller {
            principal: Principal::new(Actor::Person(id), Rights::Person(vec![held])),
            request: self.app.new_id(),
            name: email.to_owned(),
            session: None,
            job_user: None,
            ends_approval: true,
        }
    }

    /// One assessment of a team, from the start to where the story leaves it.
    async fn assess(&self, team: &Team, number: usize) -> Result<(), Error> {
        let (app, id) = (&self.app, self.teams[team.slug]);
        let lead = self.caller(team.lead);
        let ending = team.endings[number];
        let earlier = assessments::list(app, &lead, id).await?.first().map(|row| row.id);
        let new = NewAssessment {
            questionnaire: "mlops-levels".to_owned(),
            // The team in the middle of its assessment began with empty hands, so there is something left to answer.
            carry_over_from: earlier.filter(|_| ending != Ending::Draft),
            ..NewAssessment::default()
        };
        let started = assessments::start(app, &lead, id, new).await?.id;
        let bank = questionnaires::newest(app, "mlops-levels").await?;
        for (who, dimensions) in
            [(team.contributor, &story::FIRST_HALF[..]), (team.lead, &story::SECOND_HALF[..])]
        {
            self.pass(95);
            let file = answers::file(&bank, team, number, dimensions);
            let text = file.to_toml().map_err(Error::internal)?;
            assessments::import(app, &self.caller(who), started, &text).await?;
        }
        if ending == Ending::Draft {
            return Ok(());
        }
        self.pass(26 * 60);
        assessments::submit(app, &self.caller(team.lead), started).await?;
        if ending == Ending::Submitted {
            return Ok(());
        }
        self.pass(49 * 60);
        let officer = self.caller(story::OFFICER);
        let submitted = assessments::get(app, &officer, started).await?;
        assessments::review(app, &officer, started, review(&submitted)).await
    }

    /// What the teams' pipelines reported about their models, in the order in which it happened.
    /// Versions are registered before their decisions are reported.
    async fn release_everything(
        &self,
        system: &Caller,
        today: DateTime<Utc>,
        happened: &mut Happened,
    ) -> Result<(), Error> {
        let mut releases = Vec::new();
        for team in &TEAMS {
            let token = self.pipeline(system, team).await?;
            releases.extend(team.releases.iter().map(|release| (release, token.clone())));
        }
        releases.sort_by_key(|(release, _)| -release.hours_ago);
        for (release, token) in releases {
            self.live(today, happened, release.hours_ago / 24).await?;
            let at = today - TimeDelta::hours(release.hours_ago);
            self.turn_to(at);
            self.report(&token, story::event(release, at)).await?;
        }
        Ok(())
    }

    /// Somebody leaves, and nobody thinks of what is left behind.
    async fn say_goodbye(&self, email: &str) -> Result<(), Error> {
        let (person, _) = self.people[email];
        let administrator = self.caller(story::ADMINISTRATOR);
        held::deactivate(&self.app, &administrator, person, Vec::new()).await.map(drop)
    }

    /// A token for a team's pipeline.
    async fn pipeline(&self, system: &Caller, team: &Team) -> Result<String, Error> {
        let new = NewToken {
            name: format!("{} pipeline", team.name),
            scopes: vec![Scope::ApprovalsReport, Scope::ModelsWrite],
            team: Some(self.teams[team.slug]),
            person: None,
            days: 366,
        };
        Ok(tokens::create(&self.app, system, new).await?.1)
    }

    async fn report(&self, token: &str, event: ApprovalEvent) -> Result<(), Error> {
        let canonical = serde_json_canonicalizer::to_vec(&event).map_err(Error::internal)?;
        let digest: [u8; 32] = Sha256::digest(canonical).into();
        let pipeline = tokens::authenticate(&self.app, self.app.new_id(), token).await?;
        let posted = Posted { event, key: format!("sha256:{}", crate::http::hex(&digest)), digest };
        match events::report(&self.app, &pipeline, posted).await {
            // The story has one pipeline that rebuilt a version under the same number.
            Ok(_) | Err(Error::Conflict { .. }) => Ok(()),
            Err(other) => Err(other),
        }
    }
}

/// What the officer finds: nearly all evidence shows what it should. Evidence whose answer was raised since it was
/// reviewed is looked at again.
fn review(assessment: &Assessment) -> Review {
    let value =
        |piece: &EvidenceRow| assessment.answers.get(&piece.code).and_then(|answer| answer.value.clone());
    let is_weak = |piece: &EvidenceRow| assessment.bank.question(&piece.code).is_some_and(answers::is_weak);
    let evidence = assessment.evidence.values().flatten();
    let evidence = evidence.filter(|piece| piece.decision.is_none() || piece.reviewed_value != value(piece));
    let waiting = assessment.answers.values();
    let waiting = waiting.filter(|answer| answer.na_reason.is_some() && answer.na_decision.is_none());
    Review {
        evidence: evidence
            .map(|piece| {
                let accepted = !is_weak(piece);
                let reason = if accepted { "" } else { "The page describes the plan, not what runs today." };
                EvidenceReview { id: piece.id, accepted, reason: reason.to_owned() }
            })
            .collect(),
        not_applicable: waiting
            .map(|answer| NotApplicableReview {
                code: answer.code.clone(),
                approved: true,
                reason: "Agreed: scores are written in a nightly batch.".to_owned(),
            })
            .collect(),
        lock: true,
    }
}
