//! What Assay knows, without I/O, clock or randomness: the same code runs in the server, in the browser and on an
//! auditor's laptop. One module is one room; the same names stand in the server and in the app. `document` and `digest`
//! are shared by all rooms.

pub mod access;
pub mod approvals;
pub mod assessments;
pub mod audit;
pub mod ci_trust;
pub mod digest;
pub mod document;
pub mod questionnaires;
pub mod roadmap;
