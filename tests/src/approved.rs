//! A version that is approved for an environment, the shortest way that the shipped policies leave: a model of minimal risk,
//! a model card, and one colleague who looks at it.
#![expect(clippy::expect_used, reason = "a test whose approval cannot be made has failed")]

use std::collections::BTreeMap;

use assay_domain::access::Principal;
use assay_domain::access::{Rights, Role, RoleHeld};
use assay_domain::approvals::Decision;
use assay_domain::audit::Actor;
use assay_domain::models::{EvidenceKind, Lineage, RiskAnswer};
use assay_domain::ownership::{Held, Part, Thing, Wish};
use assay_server::App;
use assay_server::access::service::people::{self, NewPerson};
use assay_server::approvals::requests::service::{self as requests, Asked, Deciding};
use assay_server::http::{Caller, IfMatch};
use assay_server::models::service::{self as models, NewEvidence, NewModel, NewVersion};
use assay_server::ownership::service as ownership;
use uuid::Uuid;

/// Somebody who may decide for a team.
pub struct Colleague(Caller);

impl Colleague {
    /// Makes one, who holds a job role of the craft in the team from today on. The rest of who holds what there ends.
    ///
    /// # Panics
    /// When that fails.
    pub async fn of(app: &App, team: Uuid) -> Self {
        let role = RoleHeld { role: Role::Approver, team: Some(team) };
        let (email, name) = (format!("colleague-{team}@example.org"), "Colleague".to_owned());
        let new = NewPerson { email, name: name.clone(), role, password: None };
        let system = Caller::system(app);
        let person = people::add(app, &system, new).await.expect("a person is added").id;
        let (thing, part) = (Thing::capability("teamwork"), Part::Responsible);
        let held = Held { thing, role: "ml-engineer".to_owned(), person, part };
        let wishes = vec![Wish { held, until: None }];
        let set = ownership::set(app, &system, &team.to_string(), None, wishes, IfMatch(None)).await;
        set.expect("a job role is held");
        let principal = Principal::new(Actor::Person(person), Rights::Person(vec![role]));
        Self(Caller { principal, name, ..system })
    }

    /// Registers a version with all that its policy asks for, unless it is there, and asks for an approval. Nothing is
    /// decided yet.
    ///
    /// # Panics
    /// When that fails.
    pub async fn ask(
        &self,
        app: &App,
        team: Uuid,
        model: &str,
        version: &str,
        digest: &str,
        environment: &str,
    ) -> Uuid {
        let system = Caller::system(app);
        let questions = models::questions().expect("the questions can be read");
        let no = questions.questions.iter().map(|question| (question.id.clone(), RiskAnswer::No));
        let risk_answers: Option<BTreeMap<_, _>> = Some(no.collect());
        let new = NewModel {
            name: model.to_owned(),
            team: Some(team.to_string()),
            risk_answers,
            ..NewModel::default()
        };
        // Another version of it may have been approved before.
        let _ = models::register(app, &system, new).await;
        let new = NewVersion {
            version: version.to_owned(),
            artefact_digest: digest.to_owned(),
            lineage: Lineage::default(),
            card_url: None,
            metrics: BTreeMap::new(),
            authors: Vec::new(),
            committers: Vec::new(),
        };
        models::register_version(app, &system, model, new).await.expect("a version is registered");
        let card = NewEvidence {
            kind: EvidenceKind::ModelCard,
            title: "Model card".to_owned(),
            uri: "https://wiki.example/card".to_owned(),
            sha256: "c".repeat(64),
            made_on: app.clock.now().date_naive(),
        };
        models::attach(app, &system, model, version, card).await.expect("a model card is attached");
        let asked = Asked { environment: environment.to_owned(), ..Asked::default() };
        let answered = requests::ask(app, &system, model, version, asked).await;
        answered.expect("an approval is asked for").kept.row.id
    }

    /// Takes an approval back.
    ///
    /// # Panics
    /// When that fails.
    pub async fn revoke(&self, app: &App, request: Uuid) {
        requests::revoke(app, &self.0, request, "It drifts.").await.expect("the approval is taken back");
    }

    /// Approves what was asked for.
    ///
    /// # Panics
    /// When that fails.
    pub async fn approve(&self, app: &App, request: Uuid) {
        let dossier = requests::dossier(app, &self.0, request).await.expect("the request can be seen");
        let deciding = Deciding {
            step: "peer".to_owned(),
            decision: Decision::Approved,
            reason: String::new(),
            conditions: Vec::new(),
            on_behalf_of: None,
            bound_sha256: dossier.kept.approval.state().bound().sha256(),
        };
        requests::decide(app, &self.0, request, deciding).await.expect("the decision counts");
    }
}
