//! Times as people read them.

use chrono::{DateTime, NaiveDate, Utc};

/// "21 Nov 2026, 07:04 UTC".
pub fn when(at: DateTime<Utc>) -> String {
    at.format("%-d %b %Y, %H:%M UTC").to_string()
}

/// "21 Nov 2026".
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}
