//! Approval requests for the table of routes: one that everything can be done to in turn, for pages and for the API, and
//! one of the contributor's own that can be withdrawn.
#![expect(clippy::expect_used, reason = "a test whose world cannot be made has failed")]

use std::collections::BTreeMap;

use assay_domain::access::Role;
use assay_domain::approvals::Decision;
use assay_domain::models::{EvidenceKind, RiskAnswer};
use assay_domain::ownership::{Held, Part, Thing, ThingKind, Wish};
use assay_server::approvals::requests::service::{
    self as approvals, Asked, Deciding, Kept, NewConditionText,
};
use assay_server::http::{Caller, IfMatch};
use assay_server::models::service::{self as models, ModelChange, NewEvidence};
use assay_server::ownership::service as ownership;
use chrono::Days;
use uuid::Uuid;

use crate::world::{Who, Whose, World};

const LEAD: Who = Who::Person(Role::TeamLead);
const CONTRIBUTOR: Who = Who::Person(Role::Contributor);
const APPROVER: Who = Who::Person(Role::Approver);

impl World {
    /// Adds the requests. The model gets a tier and what its policy asks for; the lead knows the craft, the approver answers
    /// for the product.
    ///
    /// # Panics
    /// When that fails.
    pub async fn add_requests(&mut self) {
        for whose in [Whose::Own, Whose::Foreign] {
            self.prepare(whose).await;
            for (parameter, condition) in
                [("approval-requests/id", "conditions/condition"), ("approvals/id", "conditions/point")]
            {
                let request = self.ask(whose, parameter).await;
                self.add_object(parameter, whose, request.row.id.to_string());
                let bound = request.approval.state().bound().sha256();
                self.add_object("bound", whose, bound.clone());
                if whose == Whose::Own {
                    let made = self.decide(&request, bound).await;
                    self.add_object(condition, whose, made.to_string());
                    let own = self.ask(whose, &format!("own-{parameter}")).await;
                    self.add_personal(parameter, CONTRIBUTOR, own.row.id.to_string());
                } else {
                    self.add_object(condition, whose, Uuid::from_u128(8).to_string());
                }
            }
        }
    }

    fn person(&self, who: Who) -> Uuid {
        self.principal(who).expect("somebody is there").actor.id()
    }

    async fn prepare(&self, whose: Whose) {
        let system = Caller::system(&self.app);
        let model = self.object("models/model", whose).to_owned();
        let questions = models::questions().expect("the questions about risk can be read");
        let answers: BTreeMap<_, _> = questions
            .questions
            .iter()
            .map(|question| {
                let yes = question.id == "talks-to-people";
                (question.id.clone(), if yes { RiskAnswer::Yes } else { RiskAnswer::No })
            })
            .collect();
        let change = ModelChange { risk_answers: Some(answers), ..ModelChange::default() };
        models::change(&self.app, &system, &model, IfMatch(None), change)
            .await
            .expect("the model gets a tier");
        let card = NewEvidence {
            kind: EvidenceKind::ModelCard,
            title: "Card".to_owned(),
            uri: "https://wiki.example/card".to_owned(),
            sha256: "c".repeat(64),
            made_on: self.clock_now().date_naive(),
        };
        models::attach(&self.app, &system, &model, "1", card).await.expect("a card is attached");
        let holders = match whose {
            Whose::Own => vec![
                (self.person(LEAD), "ml-engineer", Part::Accountable),
                (self.person(APPROVER), "product-manager", Part::Responsible),
            ],
            _ => {
                let somebody = self.object("person", whose).parse().expect("an id");
                vec![(somebody, "ml-engineer", Part::Accountable)]
            }
        };
        let wish = |(person, role, part): (Uuid, &str, Part)| {
            let thing = Thing::new(ThingKind::Model, model.clone());
            Wish { held: Held { thing, role: role.to_owned(), person, part }, until: None }
        };
        let team = self.team(whose).to_string();
        let wishes = holders.into_iter().map(wish).collect();
        let set = ownership::set(&self.app, &system, &team, None, wishes, IfMatch(None)).await;
        set.expect("job roles are held");
    }

    async fn ask(&self, whose: Whose, environment: &str) -> Kept {
        let model = self.object("models/model", whose);
        let asked = Asked { environment: environment.to_owned(), ..Asked::default() };
        let asking = approvals::ask(&self.app, &Caller::system(&self.app), model, "1", asked).await;
        asking.expect("an approval can be asked for").kept
    }

    /// The craft's decision, with a condition; gives that.
    async fn decide(&self, request: &Kept, bound_sha256: String) -> Uuid {
        let due = self.clock_now().date_naive() + Days::new(10);
        let deciding = Deciding {
            step: "craft".to_owned(),
            decision: Decision::Approved,
            reason: String::new(),
            conditions: vec![NewConditionText { text: "watch it".to_owned(), due }],
            on_behalf_of: None,
            bound_sha256,
        };
        let principal = self.principal(LEAD).expect("the lead is there").clone();
        let lead = Caller { principal, ..Caller::system(&self.app) };
        let kept =
            approvals::decide(&self.app, &lead, request.row.id, deciding).await.expect("the lead decides");
        let made = approvals::approvals(kept.approval.state());
        made.iter().flat_map(|one| &one.conditions).next().expect("a condition was made").id
    }
}
