//! JSON texts from outside: no object names a field twice.
//!
//! Parsers do not agree which of two fields with one name holds, and most keep the last one silently. Whoever reads
//! the first and whoever reads the last would then each see another text, so one that leaves it open is refused
//! (RFC 8785 stands on RFC 7493, which demands the same). [`check`] every text from outside before it is read into a
//! type: that also covers maps whose keys are free, where a type cannot tell.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// What is said about a field that is there twice.
pub const DOUBLED: &str = "is there twice, and only one of the two can be meant: give it once";

/// What is wrong with a text, and where.
#[derive(Debug, thiserror::Error)]
#[error("{pointer}: {cause}")]
pub struct Mistake {
    /// JSON pointer (RFC 6901) to the field.
    pub pointer: String,
    /// Of the category "data" where a field is doubled; otherwise the text is no JSON.
    pub cause: serde_json::Error,
}

/// Refuses a text with an object that names a field twice.
///
/// # Errors
/// The first such field, or what makes the text no JSON.
pub fn check(text: &str) -> Result<(), Mistake> {
    let mut pointer = String::new();
    let read = Walk(&mut pointer).deserialize(&mut serde_json::Deserializer::from_str(text));
    read.map_err(|cause| Mistake { pointer, cause })
}

/// Goes through a value. The pointer stays at the place of a mistake.
struct Walk<'p>(&'p mut String);

impl Walk<'_> {
    fn at<E>(
        &mut self,
        step: impl fmt::Display,
        deeper: impl FnOnce(Walk<'_>) -> Result<Option<()>, E>,
    ) -> Result<Option<()>, E> {
        let here = self.0.len();
        self.0.push_str(&format!("/{step}"));
        let read = deeper(Walk(self.0))?;
        self.0.truncate(here);
        Ok(read)
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            let step = name.replace('~', "~0").replace('/', "~1");
            let fresh = seen.insert(name);
            self.at(step, |value| {
                if fresh { map.next_value_seed(value).map(Some) } else { Err(A::Error::custom(DOUBLED)) }
            })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let mut index = 0;
        while self.at(index, |value| items.next_element_seed(value))?.is_some() {
            index += 1;
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn doubled(text: &str) -> Option<String> {
        check(text).err().map(|mistake| {
            assert!(mistake.cause.is_data(), "{mistake}");
            assert!(mistake.to_string().contains(DOUBLED), "{mistake}");
            mistake.pointer
        })
    }

    #[test]
    fn a_doubled_field_is_named_by_its_pointer() {
        for (text, pointer) in [
            (r#"{"a":1,"a":1}"#, "/a"),
            (r#"{"answers":{"q":"yes","p":"no","q":"no"}}"#, "/answers/q"),
            (r#"[0,[{}],{"x":[{"a/b":1,"~":2,"a/b":3}]}]"#, "/2/x/0/a~1b"),
            (r#"{"":1,"":2}"#, "/"),
            (r#"{"auc":1,"\u0061uc":2}"#, "/auc"),
            (r#"{"a":{"b":1},"c":null,"a":{"b":1}}"#, "/a"),
        ] {
            assert_eq!(doubled(text).as_deref(), Some(pointer), "{text}");
        }
    }

    #[test]
    fn the_same_name_in_two_objects_is_fine() {
        for text in [r#"{"a":{"a":1},"b":{"a":1}}"#, r#"[{"a":1},{"a":1}]"#, "null", "-1.5e3", r#""a""#, "{}"]
        {
            assert_eq!(doubled(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_json_hides_nothing() {
        for text in [r#"{"x":1e999,"a":1,"a":2}"#, r#"{"x":"\ud800","a":1,"a":2}"#, &"[".repeat(200), ""] {
            assert!(!check(text).unwrap_err().cause.is_data(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_writer_never_doubles(keys in proptest::collection::vec(".*", 0..8)) {
            let map: serde_json::Map<_, _> = keys.into_iter().map(|key| (key, serde_json::json!([1, {}]))).collect();
            prop_assert_eq!(doubled(&serde_json::to_string(&map).unwrap()), None);
        }
    }
}
