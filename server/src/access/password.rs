//! Passwords: which are accepted, and how they are kept.
//!
//! 15 to 128 characters, anything goes, except what attackers try first: common passwords and phrases, runs and
//! repetitions, and what can be read off the account itself. Kept as argon2id, computed on a blocking thread, two at once.

use std::{collections::BTreeSet, sync::OnceLock};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use crate::{app::App, error::Error};

/// Fewest characters of a password.
pub const SHORTEST: usize = 15;
/// Most characters of a password.
pub const LONGEST: usize = 128;

/// Words and phrases that common passwords are made of, lower case, without spaces; bundled, one a line.
const COMMON: &str = include_str!("common_passwords.txt");

/// Rows of keys and of the alphabet that fingers and minds run along.
const RUNS: [&str; 6] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
];

/// Checks a new password of the person with this name and address.
///
/// # Errors
/// A sentence on what is wrong with it and what would be right.
pub fn check(password: &str, name: &str, email: &str) -> Result<(), String> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(format!(
            "Use at least {SHORTEST} characters; this has {length}. Four or five unrelated words make a good one."
        ));
    }
    if length > LONGEST {
        return Err(format!("Use at most {LONGEST} characters; this has {length}."));
    }
    let plain = fold(password);
    if own_words(name, email).iter().any(|word| plain.contains(word)) {
        return Err(
            "Do not use your name or address in the password: it is what would be tried first.".to_owned()
        );
    }
    if is_guessable(&plain) {
        return Err(
            "This is one of the passwords that would be tried first. Use four or five unrelated words."
                .to_owned(),
        );
    }
    Ok(())
}

/// Lower case without spaces and with the usual substitutions undone: `P@ssw0rd` is `password`.
fn fold(text: &str) -> String {
    let letters = text
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !(c.is_whitespace() || matches!(c, '-' | '_' | '.')));
    letters
        .map(|c| match c {
            '@' => 'a',
            '$' => 's',
            '!' => 'i',
            other => other,
        })
        .collect()
}

/// What can be read off the account: the address, its parts, the parts of the name. Short ones occur by chance.
fn own_words(name: &str, email: &str) -> Vec<String> {
    let parts = name.split_whitespace().chain(email.split(['@', '.', '+', '-', '_'])).chain([email, name]);
    parts.map(fold).filter(|word| word.chars().count() >= 4).collect()
}

/// Whether little is left of it once common words, years, runs and repetitions are taken out.
fn is_guessable(plain: &str) -> bool {
    [plain.to_owned(), digits_as_letters(plain)].iter().any(|text| {
        let rest = COMMON.lines().fold(text.clone(), |rest, word| rest.replace(word, " "));
        let rest = without_runs(&rest);
        rest.chars().filter(|c| *c != ' ').collect::<BTreeSet<_>>().len() < 5
    })
}

/// `pa55w0rd` is `password`.
fn digits_as_letters(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Takes out runs of four or more along an alphabet, a row of digits or a keyboard, forwards or backwards.
fn without_runs(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let (mut kept, mut at) = (String::new(), 0);
    while at < letters.len() {
        let run = (at + 1..=letters.len())
            .take_while(|end| is_run(&letters[at..*end]))
            .last()
            .map_or(0, |end| end - at);
        if run >= 4 {
            at += run;
        } else {
            kept.push(letters[at]);
            at += 1;
        }
    }
    kept
}

fn is_run(letters: &[char]) -> bool {
    let forwards: String = letters.iter().collect();
    let backwards: String = letters.iter().rev().collect();
    RUNS.iter().any(|row| row.contains(&forwards) || row.contains(&backwards))
}

/// What is stored of a password: a PHC string with its own salt and parameters.
///
/// # Errors
/// [`Error::Internal`] when hashing fails, which is a mistake of ours.
pub async fn hash(app: &App, password: String) -> Result<String, Error> {
    let mut salt = [0; 16];
    app.rng.fill(&mut salt);
    blocking(app, move || hash_with(password.as_bytes(), &salt)).await?
}

/// Whether the password is the one that was stored. Where nothing is stored (unknown person, invitation not accepted) the
/// same work is done, so that the time tells nothing.
///
/// # Errors
/// [`Error::Internal`] when the stored text is no hash.
pub async fn verify(app: &App, password: String, stored: Option<String>) -> Result<bool, Error> {
    blocking(app, move || {
        let known = stored.is_some();
        let stored = match stored {
            Some(stored) => stored,
            None => nobodys()?,
        };
        let parsed = PasswordHash::new(&stored)
            .map_err(|error| Error::internal(format!("person.password_hash: {error}")))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await?
}

fn hash_with(password: &[u8], salt: &[u8]) -> Result<String, Error> {
    let hash: PasswordHash =
        Argon2::default().hash_password_with_salt(password, salt).map_err(Error::internal)?;
    Ok(hash.to_string())
}

/// A hash that no password is compared with in earnest.
fn nobodys() -> Result<String, Error> {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    if let Some(hash) = NOBODYS.get() {
        return Ok(hash.clone());
    }
    let hash = hash_with(b"nobody has this password", b"nobody's salt 16")?;
    Ok(NOBODYS.get_or_init(|| hash).clone())
}

async fn blocking<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let _permit = app.hashing.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> bool {
        check(password, "Ana Lima", "ana.lima@example.org").is_err()
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(refused("kiwi tram moss"), "14");
        assert!(!refused("kiwi tram mossy"), "15");
        assert!(!refused("käse tür öl würm"), "not bytes");
        assert!(refused(&"x7 Kq".repeat(26)), "130");
    }

    #[test]
    fn what_would_be_tried_first_is_refused() {
        for password in [
            "passwordpassword",
            "Password1234567",
            "P@ssw0rd P@ssw0rd",
            "correct horse battery staple",
            "qwertyuiopasdfgh",
            "1qaz2wsx3edc4rfv",
            "123456789012345",
            "abcdefghijklmnop",
            "zyxwvutsrqponmlk",
            "aaaaaaaaaaaaaaaa",
            "abababababababab",
            "iloveyouiloveyou",
            "letmeinletmein123",
            "administrator2026",
            "welcomewelcome1!",
        ] {
            assert!(refused(password), "{password}");
        }
    }

    #[test]
    fn the_own_name_and_address_are_refused() {
        for password in ["lima beans on toast", "ana.lima@example.org", "I am ANA LIMA indeed"] {
            assert!(refused(password), "{password}");
        }
    }

    #[test]
    fn good_ones_are_let_through() {
        for password in [
            "walnut carriage fog mitten",
            "Jx9#vvQ2-mm81ttZ",
            "the lamp on floor nine hums",
            "überraschend viele Ziegen",
        ] {
            assert_eq!(check(password, "Ana Lima", "ana.lima@example.org"), Ok(()), "{password}");
        }
    }

    #[test]
    fn a_hash_verifies_its_password_only() {
        let stored = hash_with(b"walnut carriage fog", b"0123456789abcdef").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let parsed = PasswordHash::new(&stored).unwrap();
        assert!(Argon2::default().verify_password(b"walnut carriage fog", &parsed).is_ok());
        assert!(Argon2::default().verify_password(b"walnut carriage dog", &parsed).is_err());
    }
}
