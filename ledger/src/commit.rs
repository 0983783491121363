//! Commitments to values that may have to be erased: the log keeps a salted hash, an erasable table keeps salt and
//! value. Without the salt nobody can guess the value back, and deleting it leaves every proof valid.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::hash::Hash;

const PREFIX: &[u8] = b"assay-commit/1\0";

/// A field name or value that cannot be committed to.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The value has no canonical JSON.
    #[error("the value of field {field:?} has no canonical JSON: {source}")]
    Value {
        /// The committed field.
        field: String,
        /// What the serialiser said.
        source: serde_json::Error,
    },
    /// The field name does not fit its 32-bit length.
    #[error("the field name is longer than 4 GiB")]
    FieldTooLong,
}

/// 32 random bytes, drawn anew for each commitment. As text: padded base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl Serialize for Salt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Hash(bytes) = Hash::deserialize(deserializer)?;
        Ok(Self(bytes))
    }
}

/// `SHA-256("assay-commit/1\0" || salt || u32be(len(field)) || field || JCS(value))`.
pub fn commit_hash(salt: &Salt, field: &str, value: &Value) -> Result<Hash, CommitError> {
    let value = serde_json_canonicalizer::to_vec(value)
        .map_err(|source| CommitError::Value { field: field.to_owned(), source })?;
    commit_hash_of_canonical(salt, field, &value)
}

/// The same for a value that is canonical JSON already: all that the browser needs.
pub fn commit_hash_of_canonical(salt: &Salt, field: &str, value: &[u8]) -> Result<Hash, CommitError> {
    let length = u32::try_from(field.len()).map_err(|_| CommitError::FieldTooLong)?;
    let digest = Sha256::new()
        .chain_update(PREFIX)
        .chain_update(salt.0)
        .chain_update(length.to_be_bytes())
        .chain_update(field)
        .chain_update(value);
    Ok(Hash(digest.finalize().into()))
}

/// One opened commitment: salt and value of a field of the entry at `index`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// Index of the entry in the log.
    pub index: u64,
    /// Name of the field in the entry's `commit`.
    pub field: String,
    /// The salt it was committed with.
    pub salt: Salt,
    /// The value.
    pub value: Value,
}

impl Disclosure {
    /// The commitment that this salt and value open.
    pub fn hash(&self) -> Result<Hash, CommitError> {
        commit_hash(&self.salt, &self.field, &self.value)
    }

    /// Whether salt and value are the ones that `commitment` was made of.
    pub fn opens(&self, commitment: &Hash) -> bool {
        self.hash().is_ok_and(|hash| hash == *commitment)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::hash::sha256;

    #[test]
    fn the_bytes_are_the_documented_ones() {
        let salt = Salt([7; 32]);
        let mut bytes = b"assay-commit/1\0".to_vec();
        bytes.extend([7; 32]);
        bytes.extend([0, 0, 0, 6]);
        bytes.extend(br#"reason{"a":"z","b":1}"#);
        assert_eq!(commit_hash(&salt, "reason", &json!({"b": 1, "a": "z"})).unwrap(), sha256(&bytes));
    }

    /// The example of RFC 8785, section 3.2.2, and the order of keys of section 3.2.3.
    #[test]
    fn canonical_json_is_that_of_the_rfc() {
        let input = r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#;
        let expected = concat!(
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
            r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
        let value: Value = serde_json::from_str(input).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), expected);

        let value =
            json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
        let sorted = serde_json_canonicalizer::to_string(&value).unwrap();
        let order: Vec<char> = sorted.chars().filter(|c| ('1'..='7').contains(c)).collect();
        assert_eq!(order, ['2', '1', '4', '6', '7', '1', '5', '3']);
    }

    #[test]
    fn only_the_same_salt_field_and_value_open_it() {
        let disclosure =
            Disclosure { index: 3, field: "name".into(), salt: Salt([1; 32]), value: json!("Ada") };
        let commitment = disclosure.hash().unwrap();
        assert!(disclosure.opens(&commitment));
        for other in [
            Disclosure { salt: Salt([2; 32]), ..disclosure.clone() },
            Disclosure { field: "nam".into(), ..disclosure.clone() },
            Disclosure { value: json!("Ade"), ..disclosure },
        ] {
            assert!(!other.opens(&commitment), "{other:?}");
        }
    }
}
