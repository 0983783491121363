//! A small organisation in memory of one process: the router as it is served, on a database of its own.
//!
//! Two teams, of which one is the own team of everybody who is asked as; somebody with each role; machines with and
//! without rights. Other rooms add their things with [`World::add_object`], under the name of the path's parameter.
#![expect(clippy::expect_used, clippy::panic, reason = "a test whose world cannot be made has failed")]

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use assay_domain::access::{Principal, Rights, Role, RoleHeld, Scope};
use assay_domain::assessments::EvidenceKind as AnswerEvidence;
use assay_domain::audit::Actor;
use assay_domain::ci_trust::{Algorithm, Provider, TrustRule};
use assay_domain::datasets::{Classification, Dataset, DatasetName, LawfulBasis, Usage, UsedBy};
use assay_domain::models::{EvidenceKind, VersionRef};
use assay_domain::roadmap::Wishes;
use assay_server::access::service::people::{self, NewPerson};
use assay_server::access::service::sessions::{self, Origin};
use assay_server::access::service::subjects::{self, NewSubject};
use assay_server::access::service::tokens::{self, NewToken};
use assay_server::access::store::TokenRow;
use assay_server::approvals::service::{self as approvals, Posted};
use assay_server::assessments::service::{self as assessments, NewAssessment};
use assay_server::ci_trust::service::rules;
use assay_server::clock::{Clock, FixedClock, SeededRng};
use assay_server::datasets::service::{self as datasets, NewDataset};
use assay_server::db::{Db, Options};
use assay_server::delegations::store::{self as delegations, DelegationRow};
use assay_server::http::{self, Caller};
use assay_server::ledger::trail::{self, Filter, Walk};
use assay_server::models::service as models;
use assay_server::policies::service as policies;
use assay_server::policies::service::proposals::{self, Proposed};
use assay_server::questionnaires::service as questionnaires;
use assay_server::roadmap::service::{self as roadmap, NewEvidence};
use assay_server::teams::service::{self as teams, NewTeam};
use assay_server::{App, config, fetch_all, fetch_one};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header, request};
use chrono::{DateTime, TimeDelta};
use futures::FutureExt;
use tokio::net::TcpListener;
use tokio::time::sleep;
use tower::ServiceExt;
use uuid::Uuid;

use crate::storage::Place;

/// The password of everybody.
pub const PASSWORD: &str = "walnut carriage fog mitten";

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Nobody is signed in.
    SignedOut,
    /// Somebody with this role: for the organisation where it is held there only, otherwise for the own team.
    Person(Role),
    /// A service account with every scope in the own team.
    TeamMachine,
    /// A service account that may do next to nothing.
    PoorMachine,
}

impl Who {
    /// Everybody.
    pub fn all() -> impl Iterator<Item = Self> {
        let people = Role::ALL.into_iter().map(Self::Person);
        [Self::SignedOut, Self::TeamMachine, Self::PoorMachine].into_iter().chain(people)
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignedOut => f.write_str("signed-out"),
            Self::Person(role) => f.write_str(role.name()),
            Self::TeamMachine => f.write_str("team-machine"),
            Self::PoorMachine => f.write_str("poor-machine"),
        }
    }
}

/// Whose thing is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// One's own, or the own team's.
    Own,
    /// Somebody else's, or another team's.
    Foreign,
    /// Nobody's: it does not exist.
    Missing,
}

/// How somebody is known to the server, and what the domain says they may do.
#[derive(Clone, Debug)]
struct Known {
    header: (header::HeaderName, String),
    principal: Principal,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }
}

/// The organisation.
pub struct World {
    /// What services take.
    pub app: App,
    /// Stands still until it is moved.
    pub clock: Arc<FixedClock>,
    router: Router,
    known: BTreeMap<Who, Known>,
    objects: BTreeMap<(&'static str, Whose), String>,
    personal: BTreeMap<(&'static str, Who), String>,
    _place: Place,
}

/// A pipeline's report about a model, as JSON.
#[must_use]
pub fn approval(model: &str) -> String {
    let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    format!(
        r#"{{"model":"{model}","version":"1","artifact_digest":"sha256:{digest}","environment":"production",
        "decision":"approved","decided_by":{{"subject":"alice@example.org"}},"occurred_at":"2024-10-01T00:00:00Z"}}"#
    )
}

/// A policy in an environment of its own that a compliance officer satisfies, as TOML.
#[must_use]
pub fn policy(id: &str) -> String {
    format!(
        "id = \"{id}\"\nversion = \"1.0.0\"\ntitle = \"{id}\"\ndescription = \"One officer.\"\n\
         order = \"in-parallel\"\ndistinct_people = true\nopen_days = 30\nvalidity_days = 90\n\
         [applies]\nenvironments = [\"{id}\"]\ntiers = [\"minimal\"]\n\
         [[steps]]\nid = \"compliance\"\ntitle = \"Is it shown?\"\nroles = [\"compliance-officer\"]\ncount = 1\n"
    )
}

/// A rule that trusts the jobs of repository 42 at an issuer to report approvals and register models.
#[must_use]
pub fn trust_rule(issuer: &str, team: Option<Uuid>) -> TrustRule {
    TrustRule {
        name: "Release".to_owned(),
        provider: Provider::GithubActions,
        issuer: issuer.to_owned(),
        jwks_url: None,
        audience: "https://assay.example".to_owned(),
        algorithms: vec![Algorithm::RS256, Algorithm::ES256],
        claims: [("repository_id".to_owned(), "42".to_owned())].into(),
        scopes: vec![Scope::ModelsWrite, Scope::ApprovalsReport],
        team,
        private_network: false,
    }
}

impl World {
    /// Makes the organisation.
    ///
    /// # Panics
    /// When it cannot.
    pub async fn new() -> Self {
        Self::on(Place::sqlite()).await
    }

    /// Makes the organisation in this database.
    ///
    /// # Panics
    /// When it cannot.
    pub async fn on(place: Place) -> Self {
        Self::with(place, |_| ()).await
    }

    /// Makes the organisation in this database, served with other settings than usual.
    ///
    /// # Panics
    /// When it cannot.
    pub async fn with(place: Place, change: impl FnOnce(&mut config::Http)) -> Self {
        let mut http = config::Http::default();
        change(&mut http);
        let mut world = Self::empty_with(place, http).await;
        world.populate().await;
        world
    }

    /// An organisation that nobody has set up.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn new_empty() -> Self {
        Self::empty_with(Place::sqlite(), config::Http::default()).await
    }

    async fn empty_with(place: Place, http: config::Http) -> Self {
        let clock = Arc::new(FixedClock::new(DateTime::UNIX_EPOCH + TimeDelta::days(20_000)));
        let rng = Arc::new(SeededRng::new(1));
        let usual = place.options(assay_server::db::Role::Server);
        let options = Options { clock: clock.clone(), rng: rng.clone(), ..usual };
        let db = Db::open(options).await.expect("the database opens");
        let app = App::new(db, clock.clone(), rng, http);
        let router = http::router(app.clone());
        let (known, objects, personal) = Default::default();
        Self { app, clock, router, known, objects, personal, _place: place }
    }

    async fn populate(&mut self) {
        let system = Caller::system(&self.app);
        questionnaires::publish_built_in(&self.app, &system)
            .await
            .expect("the built-in questionnaires are published");
        policies::bring_shipped_into_force(&self.app, &system)
            .await
            .expect("the shipped policies are in force");
        for (whose, slug) in [(Whose::Own, "own"), (Whose::Foreign, "foreign")] {
            let new = NewTeam { name: slug.to_owned(), slug: slug.to_owned(), purpose: String::new() };
            let team = teams::create(&self.app, &system, new).await.expect("a team is created");
            self.add_object("team", whose, team.id.to_string());
            // Somebody whom nobody asks as, to be changed.
            let viewer = RoleHeld { role: Role::Viewer, team: Some(team.id) };
            let somebody = self.add_person(&format!("somebody-{slug}"), viewer).await;
            for name in ["user", "person"] {
                self.add_object(name, whose, somebody.to_string());
            }
            let roles = Rights::Person(vec![viewer]);
            for (name, id) in
                self.spare(&format!("somebody-{slug}"), Principal::new(Actor::Person(somebody), roles)).await
            {
                self.add_object(name, whose, id);
            }
            let known = NewSubject { issuer: "github-actions".to_owned(), subject: slug.to_owned() };
            let known = subjects::add(&self.app, &system, somebody, known).await.expect("a subject is added");
            let subjects::Linked::Held(known) = known else { panic!("the installation's word holds") };
            self.add_object("subject", whose, known.id.to_string());
            let (service, _) = self.add_service(slug, &[Scope::AuditRead], Some(team.id)).await;
            self.add_object("service", whose, service.id.to_string());
            self.add_object("index", whose, self.entry_of(team.id).await.to_string());
            self.add_work(whose, team.id).await;
            // One to be removed with the page and one with the API.
            for parameter in ["rule", "ci-trust/id"] {
                let rule = trust_rule("https://token.actions.githubusercontent.com", Some(team.id));
                let stored = rules::add(&self.app, &system, rule).await.expect("a trust rule is added");
                self.add_object(parameter, whose, stored.id.to_string());
            }
        }
        self.add_object("tile/*path", Whose::Own, "0/000.p/1".to_owned());
        for role in Role::ALL {
            let team = (!role.organisation_only()).then(|| self.team(Whose::Own));
            self.add_asking(RoleHeld { role, team }).await;
        }
        self.add_policies().await;
        self.add_machine(Who::TeamMachine, Scope::ALL, Some(self.team(Whose::Own))).await;
        self.add_machine(Who::PoorMachine, &[Scope::ReportsCreate], None).await;
    }

    /// Adds a person with [`PASSWORD`].
    ///
    /// # Panics
    /// When that fails.
    pub async fn add_person(&self, name: &str, role: RoleHeld) -> Uuid {
        let (email, password) = (format!("{name}@example.org"), Some(PASSWORD.to_owned()));
        let new = NewPerson { email, name: name.to_owned(), role, password };
        people::add(&self.app, &Caller::system(&self.app), new).await.expect("a person is added").id
    }

    /// An assessment and a model of a team.
    async fn add_work(&mut self, whose: Whose, team: Uuid) {
        let system = Caller::system(&self.app);
        let questionnaire = "mlops-levels".to_owned();
        let new =
            NewAssessment { questionnaire, version: None, profile: None, title: None, carry_over_from: None };
        let assessment =
            assessments::start(&self.app, &system, team, new).await.expect("an assessment is started");
        self.add_object("assessments/id", whose, assessment.id.to_string());
        self.add_object("answers/code", whose, "PE-1.1".to_owned());
        self.add_object("dimension", whose, "people".to_owned());
        self.add_object("questionnaires/id", whose, assessment.questionnaire);
        self.add_object("{id}/version", whose, assessment.version);
        self.add_roadmap(whose, team).await;
        let (_, token) =
            self.add_service("ci", &[Scope::ModelsWrite, Scope::ApprovalsReport], Some(team)).await;
        let caller =
            tokens::authenticate(&self.app, self.app.new_id(), &token).await.expect("the token is good");
        let model = format!("{whose:?}-model").to_lowercase();
        let event = serde_json::from_str(&approval(&model)).expect("the event is well formed");
        let posted = Posted { event, key: "first".to_owned(), digest: [0; 32] };
        approvals::report(&self.app, &caller, posted).await.expect("the event is recorded");
        for parameter in ["versions/version", "{model}/version"] {
            self.add_object(parameter, whose, "1".to_owned());
        }
        // One piece of evidence to be taken off with the page and one with the API.
        for (parameter, digit) in [("evidence/record", "a"), ("evidence/id", "b")] {
            let new = models::NewEvidence {
                kind: EvidenceKind::Evaluation,
                title: "Test".to_owned(),
                uri: "https://wiki.example/test".to_owned(),
                sha256: digit.repeat(64),
                made_on: self.clock.now().date_naive(),
            };
            let piece = models::attach(&self.app, &system, &model, "1", new).await;
            self.add_object(parameter, whose, piece.expect("evidence is attached").id.to_string());
        }
        self.add_data(whose, team, &model).await;
        self.add_object("models/model", whose, model);
    }

    /// Policies in force, and proposals that wait: for pages and for the API one each.
    async fn add_policies(&mut self) {
        for (whose, policy, version) in [(Whose::Own, "high", "1.1.0"), (Whose::Foreign, "limited", "1.0.0")]
        {
            self.add_object("policies/policy", whose, policy.to_owned());
            self.add_object("{policy}/version", whose, version.to_owned());
        }
        let proposer = self.caller_of("somebody-own", Role::Admin).await;
        let places = ["proposals/id", "proposals/proposal"];
        for (place, whose) in
            places.into_iter().flat_map(|place| [(place, Whose::Own), (place, Whose::Foreign)])
        {
            let id = format!("{place}-{whose:?}").replace('/', "-").to_lowercase();
            let new = Proposed { source: policy(&id), reason: String::new() };
            let row = proposals::propose(&self.app, &proposer, new, "/source").await;
            self.add_object(place, whose, row.expect("a policy is proposed").id.to_string());
        }
    }

    /// Somebody whom nobody asks as, with the rights of a role.
    async fn caller_of(&self, name: &str, role: Role) -> Caller {
        let mut conn = self.app.db.read().await.expect("the database can be read");
        let person =
            people::find(&mut conn, &format!("{name}@example.org")).await.expect("there is such a person");
        let rights = Rights::Person(vec![RoleHeld { role, team: None }]);
        let principal = Principal::new(Actor::Person(person.id), rights);
        Caller { principal, name: name.to_owned(), ..Caller::system(&self.app) }
    }

    /// A dataset of a team, and a finding about a use of it for the team's model.
    async fn add_data(&mut self, whose: Whose, team: Uuid, model: &str) {
        let system = Caller::system(&self.app);
        let name = DatasetName { namespace: "warehouse".to_owned(), name: format!("{model}-data") };
        let terms = Dataset {
            name: name.clone(),
            classification: Classification::Personal,
            lawful_basis: Some(LawfulBasis::Contract),
            exception: None,
            purposes: ["training".to_owned()].into(),
            residency: [].into(),
            retention: None,
        };
        let new = NewDataset { team: Some(team.to_string()), description: String::new(), terms };
        let dataset = datasets::register(&self.app, &system, new).await.expect("a dataset is registered");
        self.add_object("datasets/dataset", whose, dataset.id.to_string());
        let usage = Usage {
            dataset: name,
            digest: None,
            by: UsedBy::Job { name: "nightly".to_owned() },
            version: Some(VersionRef { model: model.to_owned(), version: "1".to_owned() }),
            purpose: "marketing".to_owned(),
            at: self.clock.now(),
            rows: None,
        };
        let posted = datasets::Posted { usage, key: model.to_owned(), digest: [0; 32] };
        let (recorded, _) = datasets::record(&self.app, &system, posted).await.expect("a use is recorded");
        self.add_object("findings/id", whose, recorded.findings[0].id.to_string());
    }

    /// A saved roadmap of a team; an item with evidence for the API, and one for pages.
    async fn add_roadmap(&mut self, whose: Whose, team: Uuid) {
        let system = Caller::system(&self.app);
        let saved = roadmap::save(&self.app, &system, team, Wishes::default(), None).await;
        let items = saved.expect("a roadmap is saved").items;
        let places = [("roadmap-items/id", "evidence/evidence"), ("items/id", "evidence/piece")];
        for ((parameter, evidence), item) in places.into_iter().zip(items) {
            let new = NewEvidence {
                uri: "https://wiki.example/first".to_owned(),
                sha256: None,
                kind: AnswerEvidence::Artefact,
                expires: None,
            };
            let piece =
                roadmap::attach(&self.app, &system, item.row.id, new).await.expect("evidence is attached");
            self.add_object(parameter, whose, item.row.id.to_string());
            self.add_object(evidence, whose, piece.id.to_string());
        }
    }

    async fn add_asking(&mut self, held: RoleHeld) {
        let (who, name) = (Who::Person(held.role), held.role.name());
        let id = self.add_person(name, held).await;
        let cookie = self.sign_in(name).await;
        let principal = Principal::new(Actor::Person(id), Rights::Person(vec![held]));
        let header = (header::COOKIE, format!("assay-session={cookie}"));
        self.known.insert(who, Known { header, principal: principal.clone() });
        for (parameter, id) in self.spare(name, principal).await {
            self.personal.insert((parameter, who), id);
        }
    }

    /// One more session, a token and an absence of somebody's own, to be ended.
    async fn spare(&self, name: &str, principal: Principal) -> [(&'static str, String); 3] {
        self.clock.advance(TimeDelta::milliseconds(1));
        self.sign_in(name).await;
        let person = principal.person();
        let caller = Caller { principal, name: name.to_owned(), ..Caller::system(&self.app) };
        let sessions = sessions::list(&self.app, &caller).await.expect("sessions are listed");
        let new =
            NewToken { name: "own".to_owned(), scopes: vec![Scope::AuditRead], team: None, person, days: 1 };
        let (token, _) = tokens::create(&self.app, &caller, new).await.expect("a token is made");
        let absence = self.absence(caller.actor().id()).await;
        [("session", sessions[0].id.to_string()), ("token", token.id.to_string()), ("delegation", absence)]
    }

    /// An absence, also of somebody who decides nothing and so could make none.
    async fn absence(&self, person: Uuid) -> String {
        let day = self.app.clock.now().date_naive();
        let write = self.app.db.write(move |tx| {
            async move {
                let row = DelegationRow {
                    id: tx.new_id(),
                    from_person: person,
                    to_person: person,
                    team_id: None,
                    first_day: day,
                    last_day: day,
                    made_at: tx.now(),
                    ended_at: None,
                };
                delegations::insert(tx, row.clone()).await?;
                Ok(row.id)
            }
            .boxed()
        });
        write.await.expect("an absence is stored").value.to_string()
    }

    async fn add_machine(&mut self, who: Who, scopes: &[Scope], team: Option<Uuid>) {
        let (row, token) = self.add_service(&who.to_string(), scopes, team).await;
        let rights = Rights::Token { scopes: scopes.to_vec(), team, owner: None };
        let principal = Principal::new(Actor::Service(row.id), rights);
        self.known
            .insert(who, Known { header: (header::AUTHORIZATION, format!("Bearer {token}")), principal });
    }

    /// Adds a service account and answers it with its token.
    ///
    /// # Panics
    /// When that fails.
    pub async fn add_service(&self, name: &str, scopes: &[Scope], team: Option<Uuid>) -> (TokenRow, String) {
        let new = NewToken { name: name.to_owned(), scopes: scopes.to_vec(), team, person: None, days: 1 };
        tokens::create(&self.app, &Caller::system(&self.app), new).await.expect("a token is made")
    }

    /// Signs a person of [`World::add_person`] in and answers the cookie's value.
    ///
    /// # Panics
    /// When that fails.
    pub async fn sign_in(&self, name: &str) -> String {
        let email = format!("{name}@example.org");
        let session = sessions::sign_in(&self.app, Origin::default(), &email, PASSWORD.to_owned()).await;
        session.expect("signing in works").secret
    }

    /// Lets time pass. The sessions of people end over it, so these sign in again.
    ///
    /// # Panics
    /// When they cannot.
    pub async fn pass(&mut self, by: TimeDelta, people: &[Role]) {
        self.clock.advance(by);
        for role in people {
            let cookie = self.sign_in(role.name()).await;
            let known = self.known.get_mut(&Who::Person(*role)).expect("somebody with this role asks");
            known.header = (header::COOKIE, format!("assay-session={cookie}"));
        }
    }

    /// Adds a thing that is somebody's own, as [`World::add_object`].
    pub(crate) fn add_personal(&mut self, parameter: &'static str, who: Who, id: String) {
        self.personal.insert((parameter, who), id);
    }

    /// The world's time.
    pub(crate) fn clock_now(&self) -> DateTime<chrono::Utc> {
        self.clock.now()
    }

    /// Adds a thing that paths name by this parameter; where several things share a name, with the segment before it:
    /// `assessments/id`.
    pub fn add_object(&mut self, parameter: &'static str, whose: Whose, id: String) {
        self.objects.insert((parameter, whose), id);
    }

    /// The id of a thing.
    ///
    /// # Panics
    /// For one that nobody added.
    #[must_use]
    pub fn object(&self, parameter: &'static str, whose: Whose) -> &str {
        &self.objects[&(parameter, whose)]
    }

    /// The id of a team.
    ///
    /// # Panics
    /// For the missing one.
    #[must_use]
    pub fn team(&self, whose: Whose) -> Uuid {
        self.objects[&("team", whose)].parse().expect("a team has an id")
    }

    /// What the domain says that somebody may do; `None` where nobody is signed in.
    #[must_use]
    pub fn principal(&self, who: Who) -> Option<&Principal> {
        self.known.get(&who).map(|known| &known.principal)
    }

    /// Fills the parameters of a path: what is somebody's own by who asks, everything else by whose it is. What nobody
    /// added does not exist.
    #[must_use]
    pub fn fill(&self, path: &str, who: Who, whose: Whose) -> String {
        let mut filled: Vec<String> = Vec::new();
        let mut before = "";
        for segment in path.split('/') {
            let name = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            filled.push(name.map_or_else(|| segment.to_owned(), |name| self.id_of(before, name, who, whose)));
            before = segment;
        }
        filled.join("/")
    }

    fn id_of(&self, before: &str, name: &str, who: Who, whose: Whose) -> String {
        let full = format!("{before}/{name}");
        let own = self
            .personal
            .iter()
            .find(|((parameter, owner), _)| (*parameter == name || *parameter == full) && *owner == who);
        let is_meant = |meant: &str| {
            self.objects.iter().find(|((parameter, of), _)| *parameter == meant && *of == whose)
        };
        let added = is_meant(&full).or_else(|| is_meant(name));
        let found = own.filter(|_| whose == Whose::Own).map(|(_, id)| id).or(added.map(|(_, id)| id));
        found.cloned().unwrap_or_else(|| Uuid::from_u128(7).to_string())
    }

    /// Sends a request as somebody: to a TOML file as TOML, a body that begins like JSON as such, any other as a form.
    ///
    /// # Panics
    /// When the router does not answer.
    pub async fn send(&self, who: Who, method: &Method, path: &str, body: &str) -> Answer {
        let kind = match body {
            _ if path.ends_with(".toml") => "application/toml",
            _ if body.starts_with(['{', '[']) => "application/json",
            _ => "application/x-www-form-urlencoded",
        };
        let request = self.request(who, method, path).header(header::CONTENT_TYPE, kind);
        self.send_raw(request.body(Body::from(body.to_owned())).expect("a request is well formed")).await
    }

    /// Puts on record, by the installation's own word, under which name another system knows an account.
    ///
    /// # Panics
    /// When that fails.
    pub async fn link(&self, account: Uuid, issuer: &str, subject: &str) {
        let known = NewSubject { issuer: issuer.to_owned(), subject: subject.to_owned() };
        subjects::add(&self.app, &Caller::system(&self.app), account, known).await.expect("a name is added");
    }

    /// Confirms, as the compliance officer, whatever waits about the risk tiers of models.
    ///
    /// # Panics
    /// When one of them cannot be confirmed.
    pub async fn confirm_tiers(&self) {
        let officer = Who::Person(Role::ComplianceOfficer);
        let waiting =
            self.send(officer, &Method::GET, "/api/v1/proposals?state=waiting&limit=200", "").await.json();
        let items = waiting["items"].as_array().cloned().unwrap_or_default();
        for item in items.iter().filter(|item| item["subject"]["type"] == "model") {
            let path = format!("/api/v1/proposals/{}/confirm", item["id"].as_str().unwrap_or_default());
            let answer = self.send(officer, &Method::POST, &path, "{}").await;
            assert!(answer.status.is_success(), "{path}: {}", answer.body);
        }
    }

    /// Begins a request by somebody, for more headers and any body.
    pub fn request(&self, who: Who, method: &Method, path: &str) -> request::Builder {
        let request = Request::builder().method(method).uri(path);
        match self.known.get(&who) {
            Some(known) => request.header(&known.header.0, &known.header.1),
            None => request,
        }
    }

    /// Sends any request.
    ///
    /// # Panics
    /// When the router does not answer.
    pub async fn send_raw(&self, request: Request<Body>) -> Answer {
        let (status, headers, body) = self.send_for_bytes(request).await;
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Sends any request whose answer need not be text.
    ///
    /// # Panics
    /// When the router does not answer.
    pub async fn send_for_bytes(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("the body arrives");
        (parts.status, parts.headers, body.to_vec())
    }

    /// Serves the same router to browsers and answers its address.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn serve(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    /// The first entry of a team.
    async fn entry_of(&self, team: Uuid) -> u64 {
        let filter = Filter { team: Some(team), ..Filter::default() };
        let mut conn = self.app.db.read().await.expect("the database can be read");
        let walk = Walk::Up { from: 0, size: u64::MAX };
        loop {
            let page = trail::page(&mut conn, self.app.db.log().id, &filter, walk, 1).await;
            if let Some(entry) = page.expect("the trail can be read").entries.first() {
                return entry.idx.unsigned_abs();
            }
            // PostgreSQL sequences after the commit.
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// How many events are on the record.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub async fn recorded(&self) -> i64 {
        let mut conn = self.app.db.read().await.expect("the database can be read");
        let sql = "SELECT (SELECT COUNT(*) FROM audit_entry) + (SELECT COUNT(*) FROM audit_outbox)";
        fetch_one!(&mut conn, (i64,), sql).await.expect("entries can be counted").0
    }

    /// Waits until all that is on the record has its place in the ledger.
    ///
    /// # Panics
    /// When the database cannot be read, or the ledger does not take it.
    pub async fn settled(&self) {
        for _ in 0..500 {
            let mut conn = self.app.db.read().await.expect("the database can be read");
            let waiting = fetch_one!(&mut conn, (i64,), "SELECT COUNT(*) FROM audit_outbox").await;
            if waiting.expect("what waits can be counted").0 == 0 {
                return;
            }
            drop(conn);
            sleep(Duration::from_millis(20)).await;
        }
        panic!("the ledger does not take what is on the record")
    }

    /// The actions on the record, in their order.
    ///
    /// # Panics
    /// As [`World::settled`].
    pub async fn actions(&self) -> Vec<String> {
        self.settled().await;
        let mut conn = self.app.db.read().await.expect("the database can be read");
        let sql = "SELECT action FROM audit_entry ORDER BY idx";
        let actions = fetch_all!(&mut conn, (String,), sql).await.expect("the ledger can be read");
        actions.into_iter().map(|(action,)| action).collect()
    }
}
