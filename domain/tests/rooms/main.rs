//! The rules of the domain from outside, as its users see them.

mod maturity_bank;
mod properties;
mod questionnaires;
mod scoring;
mod support;
