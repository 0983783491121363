//! The rules of the domain from outside, as its users see them.

// Clippy lets tests unwrap and panic where it sees that they are tests.
#[cfg(test)]
mod approvals;
#[cfg(test)]
mod datasets;
#[cfg(test)]
mod maturity_bank;
#[cfg(test)]
mod models;
#[cfg(test)]
mod ownership;
#[cfg(test)]
mod ownership_properties;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod policy_changes;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod proposals;
#[cfg(test)]
mod questionnaires;
#[cfg(test)]
mod roadmap;
#[cfg(test)]
mod scoring;
#[cfg(test)]
mod support;
