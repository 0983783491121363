//! Approvals: what waits for somebody, one request with everything that is needed to decide, and asking for one.
//!
//! `list` is the room's first page, `page` one request: `asked` what it is about, `facts` what is shown for it, `steps` who
//! decides, `acts` the forms. `request` is what a version's page says and asks, `team` what a team's page says.

mod acts;
mod asked;
mod ends;
mod facts;
mod list;
mod page;
mod request;
mod state;
mod steps;
mod team;

pub use acts::{ActsView, BehalfChoice, ConditionForm, DecideForm};
pub use asked::{AskedView, ChangeLine, OnRecordView};
pub use ends::{EndsApprovalPage, EndsApprovalView};
pub use facts::{DataLine, EvidenceNeed, FactsView, FindingLine, LevelNeed, OwnerLine};
pub use list::{ApprovalLine, ApprovalsFilter, ApprovalsPage, ApprovalsView};
pub use page::{AgainView, ApprovalPage, ApprovalView, Headline, NoticeView, OverView};
pub use request::{AskForm, AskPage, VersionApprovals, VersionApprovalsView, VersionRequest};
pub use state::{ApprovalBadge, ApprovalState};
pub use steps::{ConditionLine, DecisionLine, StepView};
pub use team::TeamApprovals;
