//! Findings: what is wrong with a use of data, what runs past those who decide, and what monitors report.
//!
//! Findings about data are opened by the room of datasets in the write that records the use. Findings about control are
//! opened and closed through [`control`]; those about versions that run past the gate are kept true by [`watch`]. To open
//! another kind: a value of the domain's `FindingKind`, and a call of [`control::open`] and [`control::close`] in the write
//! that makes it true and ends it.

pub mod api;
pub mod control;
pub mod pages;
pub mod service;
pub mod store;
pub mod watch;
