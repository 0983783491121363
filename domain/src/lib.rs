//! What Assay knows, without I/O, clock or randomness: the same code runs in the server, in the browser and on an
//! auditor's laptop. One module is one room; the same names stand in the server and in the app. `document`, `digest`,
//! `names`, `texts` and `csv` are shared by all rooms.

pub mod access;
pub mod approvals;
pub mod assessments;
pub mod audit;
pub mod ci_trust;
pub mod csv;
pub mod datasets;
pub mod digest;
pub mod document;
pub mod findings;
pub mod models;
pub mod names;
pub mod ownership;
pub mod proposals;
pub mod questionnaires;
pub mod roadmap;
pub mod texts;
