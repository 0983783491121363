//! The form of an API token: `assay_`, 32 random base-62 characters, 6 of checksum.
//!
//! Prefix and checksum let scanners of leaked secrets recognise a token without asking us, and let us refuse a mistyped
//! one without asking the database.

use crate::clock::Rng;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PREFIX: &str = "assay_";
const RANDOM: usize = 32;
const CHECKSUM: usize = 6;

/// A fresh token.
pub fn mint(rng: &dyn Rng) -> String {
    let mut random = String::with_capacity(RANDOM);
    while random.len() < RANDOM {
        let mut bytes = [0; RANDOM];
        rng.fill(&mut bytes);
        // 248 is the largest multiple of 62 in a byte: taking the rest as well would favour some characters.
        let fair =
            bytes.iter().filter(|byte| **byte < 248).map(|byte| char::from(ALPHABET[usize::from(byte % 62)]));
        random.extend(fair.take(RANDOM - random.len()));
    }
    let checksum = checksum(&random);
    format!("{PREFIX}{random}{checksum}")
}

/// Whether this has the form of a token and its checksum is right.
pub fn is_well_formed(token: &str) -> bool {
    let Some(rest) = token.strip_prefix(PREFIX) else { return false };
    rest.len() == RANDOM + CHECKSUM
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && checksum(&rest[..RANDOM]) == rest[RANDOM..]
}

/// CRC-32 of the random part, in six base-62 digits.
fn checksum(random: &str) -> String {
    let mut rest = crc32fast::hash(random.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededRng;

    #[test]
    fn a_token_has_the_form_that_scanners_look_for() {
        let rng = SeededRng::new(1);
        let tokens: Vec<_> = (0..200).map(|_| mint(&rng)).collect();
        for token in &tokens {
            assert_eq!(token.len(), 44);
            assert!(is_well_formed(token), "{token}");
        }
        let used: std::collections::BTreeSet<_> =
            tokens.iter().flat_map(|token| token[6..38].bytes()).collect();
        assert_eq!(used.len(), 62, "every character occurs");
    }

    #[test]
    fn any_single_mistyped_character_is_noticed() {
        let token = mint(&SeededRng::new(2));
        for place in PREFIX.len()..token.len() {
            let mut wrong = token.clone().into_bytes();
            wrong[place] = if wrong[place] == b'x' { b'y' } else { b'x' };
            let wrong = String::from_utf8(wrong).unwrap();
            assert!(!is_well_formed(&wrong), "{wrong}");
        }
        assert!(!is_well_formed("") && !is_well_formed("assay_") && !is_well_formed(&token[1..]));
        assert!(!is_well_formed(&format!("assay_{}", "é".repeat(19))));
    }

    #[test]
    fn the_checksum_is_the_ieee_one() {
        // CRC-32 of "123456789" is 0xCBF43926 by its published check value; in base 62 that is 3jZZWk.
        let mut value = 0xCBF4_3926_u32;
        let mut digits = Vec::new();
        while value > 0 {
            digits.insert(0, ALPHABET[(value % 62) as usize]);
            value /= 62;
        }
        assert_eq!(checksum("123456789").as_bytes(), digits);
    }
}
