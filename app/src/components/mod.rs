//! What pages are made of.
//!
//! One component a file, each with its look in `style/` under the class of the same name: controls of forms in
//! `fields.css`, what lists or leads to things in `lists.css`, level marks in `levels.css`, signing in in `access.css`,
//! the rest in `components.css`. They take plain data, draw valid HTML that works without script, and never use
//! `style=` (the content security policy refuses it). Properties that hold a sentence or nothing take [`MaybeText`], so
//! that a page passes `"text"`, a `String` or an `Option<String>` alike. To add one: a file here, a `pub use` below, a
//! section in `gallery.rs`.

mod badge;
mod button;
mod card;
mod choice;
mod confirm;
mod definitions;
mod empty;
mod error_summary;
mod field;
mod filters;
mod hash;
mod icon;
mod level;
mod mail;
mod maybe_text;
mod navigation;
mod notice;
mod progress;
mod table;
mod tasks;
mod timeline;
mod title;
mod trouble;
mod welcome;
mod when;

pub use badge::{Badge, Tone};
pub use button::{Button, ButtonKind, LinkButton};
pub use card::{Card, Figure};
pub use choice::{Checkbox, Choice, RadioGroup};
pub use confirm::Confirm;
pub use definitions::{Definition, DefinitionList};
pub use empty::Empty;
pub use error_summary::{ErrorSummary, ErrorsByField, FieldError};
pub use field::{Field, InputKind, Select, SelectOption, Textarea};
pub use filters::Filters;
pub use hash::{CodeBlock, Hash};
pub use icon::{Hallmark, Icon, IconKind};
pub use level::{Basis, LevelMark, LevelPair, MarkSize, level_name};
pub use mail::mail;
pub use maybe_text::MaybeText;
pub use navigation::{Breadcrumbs, Crumb, Pagination, SubNav, Tab};
pub use notice::Notice;
pub use progress::Progress;
pub use table::{Column, Direction, Table};
pub use tasks::{Task, TaskList, TaskState};
pub use timeline::{Happening, Timeline};
pub use title::PageTitle;
pub use trouble::Trouble;
pub use welcome::Welcome;
pub use when::{day, when};
