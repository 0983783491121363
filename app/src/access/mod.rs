//! Pages of people, sessions, tokens and roles.
//!
//! Each page takes what it shows and, where it holds a form, what was typed and what was wrong with it.

mod account;
mod away;
mod entrance;
mod known;
mod people;
mod tokens;

#[cfg(feature = "ssr")]
pub(crate) use people::AdminTabs;

pub use account::{AccountData, AccountPage, SessionLine};
pub use away::{AwayData, DelegationForm, DelegationLine};
pub use entrance::{AcceptInvitation, EntranceForm, SetUp, SignIn};
pub use known::{AbsenceLine, KnownData, SubjectLine};
pub use people::{
    InviteForm, OneTimeLink, PeoplePage, PeoplePageProps, PersonData, PersonLine, PersonPage,
    PersonPageProps, RoleLine, TeamChoice,
};
pub use tokens::{NewTokenForm, ServiceTokensPage, ServiceTokensPageProps, TokenLine};
