//! What texts from outside have to be like, whoever sends them: one rule for each kind, so that the same address is fine
//! everywhere or nowhere.

use chrono::TimeDelta;

/// How far the clock of a reporting machine may run ahead of ours.
pub const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// Something to read on one line: not blank, no control characters, at most so many characters.
#[must_use]
pub fn is_text(text: &str, most: usize) -> bool {
    is_prose(text, most) && !text.chars().any(char::is_control)
}

/// Something to read: not blank, at most so many characters.
#[must_use]
pub fn is_prose(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most
}

/// An address that can be a link: http or https, with a host, without spaces.
#[must_use]
pub fn is_web_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    text.len() <= 2000
        && host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['))
        && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}
