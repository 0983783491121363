//! Which versions of a policy may follow which. Who proposes and who confirms is the matter of `proposals`.

use crate::questionnaires::Version;

/// Why a change of the policies does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyChangeRefused {
    /// The version was used before, or is lower than one that was.
    #[error(
        "version {version} is not above {newest}, the newest there was of this policy: give the text a higher one"
    )]
    VersionNotHigher {
        /// The version that was proposed.
        version: Version,
        /// The highest there was.
        newest: Version,
    },
    /// There is nothing to take out of force.
    #[error("no version of the policy `{0}` is in force")]
    NotInForce(String),
}

impl PolicyChangeRefused {
    /// The name of the rule, for machines.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::VersionNotHigher { .. } => "version_not_higher",
            Self::NotInForce(_) => "not_in_force",
        }
    }
}

/// Whether a version may come after those there were of a policy: an approval names what it was given under by version,
/// so none is used twice.
///
/// # Errors
/// `version_not_higher`.
pub fn comes_after(
    version: Version,
    before: impl IntoIterator<Item = Version>,
) -> Result<(), PolicyChangeRefused> {
    match before.into_iter().max() {
        Some(newest) if newest >= version => Err(PolicyChangeRefused::VersionNotHigher { version, newest }),
        _ => Ok(()),
    }
}
