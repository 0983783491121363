//! Answers and levels as people read them in plain text.

/// Today's answer in words, as blockers and roadmaps carry it: a rung as it is, what is no rung explained.
#[must_use]
pub fn answer_in_words(answer: Option<&str>) -> &str {
    match answer {
        None => "open",
        Some("dont_know") => "not known",
        Some("not_applicable") => "n/a, not approved",
        Some(rung) => rung,
    }
}

/// A level as a bar of four, with its number: colour-blind readers and screen readers get the same.
#[must_use]
pub fn level_bar(level: u8) -> String {
    let filled = usize::from(level.min(4));
    format!("{}{} {level}", "■".repeat(filled), "□".repeat(4 - filled))
}
