//! What ran past the gate in the story: the officer went through what is reported as taken away. What still runs without a
//! valid approval is left for whoever opens the demo.

use super::{Cast, story};
use crate::error::Error;
use crate::findings::service::{self as findings, Step};
use crate::findings::store::FindingFilter;
use crate::findings::watch;
use assay_domain::access::Reach;
use assay_domain::findings::About;

impl Cast {
    /// Confirms that what is reported as taken away is gone.
    pub(super) async fn confirm_what_is_gone(&self) -> Result<(), Error> {
        watch::put_on_record(&self.app).await?;
        let officer = self.caller(story::OFFICER);
        let filter = FindingFilter { about: Some(About::Control), ..FindingFilter::within(Reach::All) };
        let all = findings::findings(&self.app, &officer, filter, i64::MAX).await?;
        for row in all.into_iter().filter(|row| row.closed_at.is_none() && row.over_at.is_some()) {
            self.pass(4);
            let reason =
                "It is in none of the clusters; the release channel shows what took its place.".to_owned();
            findings::step(&self.app, &officer, row.id, Step::ConfirmGone { reason }).await?;
        }
        Ok(())
    }
}
