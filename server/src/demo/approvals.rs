//! What was asked for and decided at Brightwater: a request in each state, one that waits for its next decision, one that
//! has to be asked for again, and emergencies before and after their review.

use super::Cast;
use super::ownership::{JONAS, MIRA, PRIYA};
use super::story::Team;
use crate::approvals::requests::service::{self as approvals, Asked, Deciding, NewConditionText, Reviewing};
use crate::error::Error;
use crate::models::service::{self as models, NewEvidence};
use assay_domain::approvals::Decision;
use assay_domain::models::EvidenceKind;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The model that most of it is about: its policy asks for one of the craft and one for the product.
const MODEL: &str = "transfer-anomaly";
const CRAFT: &str = "craft";
const PRODUCT: &str = "product";

/// The contributor of a team puts something live at night, before anybody has decided; the lead looks at it the next day.
/// The request itself is left alone and ends by time.
pub(super) async fn rush(
    cast: &Cast,
    team: &Team,
    model: &str,
    version: &str,
    environment: &str,
    reason: &str,
) -> Result<(), Error> {
    let contributor = cast.caller(team.contributor);
    let asked = Asked {
        environment: environment.to_owned(),
        note: String::new(),
        emergency: Some(reason.to_owned()),
        renew: false,
    };
    let id = approvals::ask(&cast.app, &contributor, model, version, asked).await?.kept.row.id;
    cast.pass(9 * 60);
    let found = Reviewing {
        justified: true,
        reason: "The queue stood still for two hours, and the old version would not start.".to_owned(),
    };
    approvals::review(&cast.app, &cast.caller(team.lead), id, found).await.map(drop)
}

impl Cast {
    /// Everything that is asked for and decided in the last days.
    pub(super) async fn decide_about_versions(&self) -> Result<(), Error> {
        self.approve_and_replace().await?;
        self.approve_and_change().await?;
        self.say_no().await?;
        self.rush_at_night().await?;
        self.wait_for_decisions().await?;
        approvals::put_on_record(&self.app).await.map(drop)
    }

    /// Version 3 is approved with a condition, and again without one: the new approval takes the place of the old.
    async fn approve_and_replace(&self) -> Result<(), Error> {
        let first =
            self.ask(MODEL, "3", "production", "As it runs since spring; the yearly renewal.").await?;
        self.approve(PRIYA, first, CRAFT, "Precision is where it was; the drift alert has been quiet.")
            .await?;
        let today = self.app.clock.now().date_naive();
        let condition = NewConditionText {
            text: "Name a second reviewer for marked transfers, so that nobody is alone with them in August."
                .to_owned(),
            due: today + TimeDelta::days(20),
        };
        self.decide(
            MIRA,
            first,
            PRODUCT,
            Decision::Approved,
            "Fine, with one thing to settle.",
            vec![condition],
        )
        .await?;
        let again = self.ask(MODEL, "3", "production", "The second reviewer is named: Tariq.").await?;
        self.approve(PRIYA, again, CRAFT, "Unchanged.").await?;
        self.approve(MIRA, again, PRODUCT, "Settled.").await
    }

    /// Version 5 is approved for production; then somebody attaches what was forgotten, and it has to be asked for again.
    async fn approve_and_change(&self) -> Result<(), Error> {
        let live = self.ask(MODEL, "5", "production", "Fewer false alarms at the same recall.").await?;
        self.approve(PRIYA, live, CRAFT, "Checked the evaluation against last month's transfers.").await?;
        self.approve(MIRA, live, PRODUCT, "Reviewers asked for it.").await?;
        let staging = self.ask(MODEL, "5", "staging", "To rehearse the switch.").await?;
        self.approve(PRIYA, staging, CRAFT, "").await?;
        self.approve(MIRA, staging, PRODUCT, "").await?;
        self.pass(40);
        let reason = "The rehearsal showed that alerts go to the wrong desk.";
        approvals::revoke(&self.app, &self.caller(MIRA), staging, reason).await?;
        self.pass(35);
        let kind = EvidenceKind::MonitoringPlan;
        let new = NewEvidence {
            kind,
            title: format!("{} of {MODEL} 5", kind.label()),
            uri: format!("https://wiki.brightwater.example/models/{MODEL}/5/{}", kind.name()),
            sha256: crate::http::hex(&Sha256::digest(format!("{MODEL} 5 {}", kind.name()))),
            made_on: self.app.clock.now().date_naive(),
        };
        models::attach(&self.app, &self.caller(JONAS), MODEL, "5", new).await.map(drop)
    }

    /// One request is rejected, one taken back.
    async fn say_no(&self) -> Result<(), Error> {
        let rejected = self.ask(MODEL, "3", "batch", "To score last year's transfers in one go.").await?;
        let reason = "Nobody has settled what happens to the customers whom a batch would mark.";
        self.decide(MIRA, rejected, PRODUCT, Decision::Rejected, reason, Vec::new()).await?;
        let mistaken = self.ask(MODEL, "3", "prodution", "The yearly renewal.").await?;
        self.pass(2);
        let reason = "A slip in the environment's name.";
        approvals::withdraw(&self.app, &self.caller(JONAS), mistaken, reason).await.map(drop)
    }

    /// Version 4 goes live in the recovery site before any decision; its review is due.
    async fn rush_at_night(&self) -> Result<(), Error> {
        self.pass(30);
        let asked = Asked {
            environment: "recovery".to_owned(),
            note: "Only until the main site is back.".to_owned(),
            emergency: Some("The main site is down, and the recovery site has no newer build.".to_owned()),
            renew: false,
        };
        approvals::ask(&self.app, &self.caller(JONAS), MODEL, "4", asked).await.map(drop)
    }

    /// Version 12 of the model that matters most waits for the second pair of eyes.
    async fn wait_for_decisions(&self) -> Result<(), Error> {
        self.pass(15);
        let note = "Runs beside 11 for a week: more fraud found at the same number of false alarms. Latency is up by 6 ms.";
        let waiting = self.ask("fraud-scoring", "12", "production", note).await?;
        let reason = "Canary and rollback were rehearsed. Latency is within what the gateway allows.";
        self.approve(PRIYA, waiting, CRAFT, reason).await
    }

    async fn ask(&self, model: &str, version: &str, environment: &str, note: &str) -> Result<Uuid, Error> {
        self.pass(12);
        let (environment, note) = (environment.to_owned(), note.to_owned());
        let asked = Asked { environment, note, emergency: None, renew: true };
        Ok(approvals::ask(&self.app, &self.caller(JONAS), model, version, asked).await?.kept.row.id)
    }

    async fn approve(&self, who: &str, request: Uuid, step: &str, reason: &str) -> Result<(), Error> {
        self.decide(who, request, step, Decision::Approved, reason, Vec::new()).await
    }

    async fn decide(
        &self,
        who: &str,
        request: Uuid,
        step: &str,
        decision: Decision,
        reason: &str,
        conditions: Vec<NewConditionText>,
    ) -> Result<(), Error> {
        self.pass(25);
        let caller = self.caller(who);
        let seen = approvals::get(&self.app, &caller, request).await?;
        let deciding = Deciding {
            step: step.to_owned(),
            decision,
            reason: reason.to_owned(),
            conditions,
            on_behalf_of: None,
            bound_sha256: seen.approval.state().bound().sha256(),
        };
        approvals::decide(&self.app, &caller, request, deciding).await.map(drop)
    }
}
