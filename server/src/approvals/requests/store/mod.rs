//! Approval requests in the database: SQL and row types, nothing else. `requests` is what was asked for and decided,
//! `words` what people said with it, `facts` what is looked up in other rooms for it.

mod facts;
mod requests;
mod words;

pub use facts::{HeldRow, ReportRow, has_accountable_owner, has_author, held, newest_evidence, reports};
pub use requests::{
    RequestRow, Selection, decided, due, emergency_environments, insert_request, last_approved,
    latest_request, match_event, matched_by, of_version, open_request, request, reviews_due, running,
    running_of_model, running_of_version, search, take_turn, update_request, with_emergency,
};
pub use words::{WordRow, insert_word, words};
