//! Who at Brightwater may decide on approvals besides the first role that each has, how the pipelines know them, who decides
//! while somebody is away, and a change of the policies that waits for its second person.

use super::Cast;
use super::ownership::{ELIF, HANA, INES, INGRID, MIRA, NOOR, PRIYA};
use super::story::{ADMINISTRATOR, OFFICER};
use crate::access::service::roles;
use crate::access::service::subjects::{self, NewSubject};
use crate::delegations::service::{self as delegations, NewDelegation};
use crate::error::Error;
use crate::http::Caller;
use crate::policies::service::proposals::{self, Proposed};
use crate::policies::service::{self as policies};
use assay_domain::access::{Role, RoleHeld};
use chrono::TimeDelta;

/// Those who hold a job role that the policies name and are to decide by it.
const DECIDE: [(&str, &str); 5] =
    [(ELIF, "payments"), (HANA, "claims"), (NOOR, "claims"), (INGRID, "claims"), (INES, "care")];

/// How the pipelines call people.
const KNOWN: [(&str, &str); 2] = [(PRIYA, "priya-raman"), (HANA, "hsato")];

/// What changes in the policy for high risk, and from what.
const STRICTER: [(&str, &str); 3] = [
    ("version = \"1.1.0\"", "version = \"1.2.0\""),
    ("validity_days = 180", "validity_days = 120"),
    (
        "[[evidence]]\nkind = \"fairness\"\nmax_age_days = 90\n",
        "[[evidence]]\nkind = \"fairness\"\nmax_age_days = 60\n\n[[evidence]]\nkind = \"security\"\nmax_age_days = 180\n",
    ),
];

impl Cast {
    /// People are let through the door for what they answer for, and it is said who they are elsewhere.
    pub(super) async fn let_decide(&self) -> Result<(), Error> {
        let administrator = self.caller(ADMINISTRATOR);
        for (email, team) in DECIDE {
            let held = RoleHeld { role: Role::Approver, team: Some(self.teams[team]) };
            roles::grant(&self.app, &administrator, self.people[email].0, held).await?;
            self.pass(2);
        }
        for (email, name) in KNOWN {
            let known = NewSubject { issuer: "github-actions".to_owned(), subject: name.to_owned() };
            subjects::add(&self.app, &Caller::system(&self.app), self.people[email].0, known).await?;
            self.pass(2);
        }
        Ok(())
    }

    /// The officer wants more for high risk; the lead of payments will be away for a week.
    pub(super) async fn propose(&self) -> Result<(), Error> {
        let officer = self.caller(OFFICER);
        let high = policies::version(&self.app, &officer, "high", "1.1.0").await?;
        let source = STRICTER.iter().fold(high.row.source, |text, (from, to)| text.replace(from, to));
        let reason = "The last internal audit asked for a security review, and for evidence that is fresher.";
        let proposed = Proposed { source, reason: reason.to_owned() };
        proposals::propose(&self.app, &officer, proposed, "/source").await?;
        self.pass(25);
        let today = self.app.clock.now().date_naive();
        let away = NewDelegation {
            to: PRIYA.to_owned(),
            team: Some("payments".to_owned()),
            first_day: today + TimeDelta::days(2),
            last_day: today + TimeDelta::days(9),
        };
        delegations::make(&self.app, &self.caller(MIRA), away).await?;
        self.pass(5);
        Ok(())
    }
}
