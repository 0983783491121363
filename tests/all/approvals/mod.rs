//! Approvals: what is asked for and decided by people, what time and changes elsewhere do to it, and what pipelines report.

mod again;
mod bound;
mod claims;
mod deciding;
mod doors;
mod edited;
mod elsewhere;
mod emergencies;
mod events;
mod job_roles;
mod makers;
mod pages;
mod room;
mod time;
