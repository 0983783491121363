//! The language of a cell of the matrix: `Ana Lima A, Bo R`.
//!
//! People are separated by commas or lines. Each is a name, a mail address, the part of it before the `@`, or the
//! beginning of a name or address that fits nobody else; then, where it is not R, the letter of the part.

use uuid::Uuid;

use super::{Holder, Part};

/// Reads a cell.
///
/// # Errors
/// For each piece that nobody can be found for, a sentence.
pub fn read(text: &str, holders: &[Holder]) -> Result<Vec<(Uuid, Part)>, Vec<String>> {
    let (mut entries, mut mistakes): (Vec<(Uuid, Part)>, Vec<String>) = (Vec::new(), Vec::new());
    for piece in text.split([',', '\n']).map(str::trim).filter(|piece| !piece.is_empty()) {
        match one(piece, holders) {
            Ok((holder, _)) if entries.iter().any(|(person, _)| *person == holder.id) => {
                mistakes.push(format!("{} is named twice.", holder.name));
            }
            Ok((holder, part)) => entries.push((holder.id, part)),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if mistakes.is_empty() { Ok(entries) } else { Err(mistakes) }
}

/// Writes a cell so that [`read`] understands it: the strongest part first.
#[must_use]
pub fn write(entries: &[(Uuid, Part)], holders: &[Holder]) -> String {
    let mut written: Vec<(Part, String)> = entries
        .iter()
        .filter_map(|(person, part)| {
            let holder = holders.iter().find(|holder| holder.id == *person)?;
            Some((*part, format!("{} {}", short(holder, holders), part.letter())))
        })
        .collect();
    written.sort();
    written.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(", ")
}

/// The shortest way to write a person: the first name where it means nobody else.
fn short<'a>(holder: &'a Holder, holders: &[Holder]) -> &'a str {
    let first = holder.name.split_whitespace().next().unwrap_or_default();
    if means(first, holder, holders) { first } else { label(holder, holders) }
}

/// How to write a person in full: the name where it means nobody else, otherwise the address.
#[must_use]
pub fn label<'a>(holder: &'a Holder, holders: &[Holder]) -> &'a str {
    if means(&holder.name, holder, holders) { &holder.name } else { &holder.email }
}

/// Whether somebody is meant by these words, with any part behind them.
fn means(words: &str, holder: &Holder, holders: &[Holder]) -> bool {
    let is_meant = |part: Part| {
        let read = one(&format!("{words} {}", part.letter()), holders);
        read.is_ok_and(|(found, read)| found.id == holder.id && read == part)
    };
    !words.is_empty() && !words.contains([',', '\n', '\t']) && Part::ALL.into_iter().all(is_meant)
}

fn one<'a>(piece: &str, holders: &'a [Holder]) -> Result<(&'a Holder, Part), String> {
    let parted =
        piece.rsplit_once(char::is_whitespace).and_then(|(who, last)| Some((who.trim(), part_of(last)?)));
    if let Some((who, part)) = parted
        && let Some(holder) = exactly(who, holders)?
    {
        return Ok((holder, part));
    }
    if let Some(holder) = exactly(piece, holders)? {
        return Ok((holder, Part::Responsible));
    }
    let (who, part) = parted.unwrap_or((piece, Part::Responsible));
    beginning(who, holders).map(|holder| (holder, part))
}

/// A letter or a word for a part.
fn part_of(word: &str) -> Option<Part> {
    let word = word.to_lowercase();
    Part::ALL.into_iter().find(|part| part.name() == word || part.letter().to_lowercase().eq(word.chars()))
}

fn exactly<'a>(who: &str, holders: &'a [Holder]) -> Result<Option<&'a Holder>, String> {
    let who = who.to_lowercase();
    let local = |holder: &Holder| holder.email.split_once('@').is_some_and(|(local, _)| local == who);
    if let Some(holder) = holders.iter().find(|holder| holder.email == who) {
        return Ok(Some(holder));
    }
    let named: Vec<_> = holders.iter().filter(|holder| holder.name.to_lowercase() == who).collect();
    let found =
        if named.is_empty() { holders.iter().filter(|holder| local(holder)).collect() } else { named };
    match found.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        several => Err(ambiguous(&who, several)),
    }
}

fn beginning<'a>(who: &str, holders: &'a [Holder]) -> Result<&'a Holder, String> {
    let folded = who.to_lowercase();
    let fits = |holder: &&Holder| {
        holder.name.to_lowercase().starts_with(&folded) || holder.email.starts_with(&folded)
    };
    let found: Vec<_> = holders.iter().filter(fits).collect();
    match found.as_slice() {
        [] => Err(format!("Nobody here is called “{who}”. Write a name or mail address, then A, R, C or I.")),
        [only] => Ok(only),
        several => Err(ambiguous(who, several)),
    }
}

fn ambiguous(who: &str, several: &[&Holder]) -> String {
    let mut names: Vec<String> =
        several.iter().map(|holder| format!("{} ({})", holder.name, holder.email)).collect();
    names.sort();
    format!("“{who}” could be {}. Write more of it.", names.join(" or "))
}
