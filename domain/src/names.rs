//! Closed lists of words: an enum whose values have one name in files, addresses and the ledger, and one for people.
//!
//! Write such a list with [`names!`](crate::names!): `Variant = "name", "label";`. The name is what serde reads and
//! writes, so it never changes once it was on record; the label may.

// The name is a `tt` because utoipa does not see through what a `literal` is wrapped in, and would describe the API with
// the names of the variants.
/// An enum of words with `ALL`, `name()`, `label()`, `Display` and `FromStr`, in the order in which it is written.
#[macro_export]
macro_rules! names {
    (
        $(#[$doc:meta])*
        pub enum $Enum:ident ($what:literal) {
            $( $(#[$variant_doc:meta])* $Variant:ident = $name:tt, $label:literal; )*
        }
    ) => {
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        // Last, because it may say how the API's description calls it, where another room has the same name.
        $(#[$doc])*
        pub enum $Enum {
            $( $(#[$variant_doc])* #[serde(rename = $name)] $Variant, )*
        }

        impl $Enum {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$( Self::$Variant, )*];

            /// The name in files, addresses and the ledger.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$Variant => $name, )* }
            }

            /// The name that people read.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $( Self::$Variant => $label, )* }
            }
        }

        impl std::fmt::Display for $Enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $Enum {
            type Err = String;

            fn from_str(name: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|value| value.name() == name).ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|value| value.name()).collect();
                    format!("no {} is called {name:?}; there are {}", $what, known.join(", "))
                })
            }
        }
    };
}

/// A name that a person or a pipeline chose: letters, digits and `. _ / : -`, beginning with a letter or digit.
#[must_use]
pub fn is_name(text: &str, most: usize) -> bool {
    text.len() <= most
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | ':' | '-'))
}

/// An id that stands in files: lower-case letters, digits and dashes.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Exactly so many lower-case hexadecimal digits.
#[must_use]
pub fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
