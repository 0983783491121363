//! What stands in the address of a roadmap: the view, the filter of its list, and what is tried out.

use assay_app::roadmap::{ListFilter, Shown, Sort};

use crate::error::{Error, FieldError};
use crate::roadmap::wishes;

/// What stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RoadmapQuery {
    pub(super) shown: Shown,
    pub(super) filter: ListFilter,
    /// Whether something is tried out, if only the shortest way.
    pub(super) tries: bool,
    /// The wishes, as they were typed.
    pub(super) wished: Vec<(String, String)>,
}

impl RoadmapQuery {
    /// A view and nothing else; the first one where the word is none.
    pub(super) fn of_view(word: &str) -> Self {
        Self { shown: Shown::of(word).unwrap_or_default(), ..Self::default() }
    }

    pub(super) fn read(pairs: Vec<(String, String)>) -> Result<Self, Error> {
        let (wished, rest): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| wishes::is_wish(name));
        let mut query = Self { tries: !wished.is_empty(), wished, ..Self::default() };
        let mut wrong = Vec::new();
        for (name, value) in rest {
            if let Err(message) = query.set(&name, value) {
                wrong.push(FieldError::new(format!("/{name}"), message));
            }
        }
        if wrong.is_empty() { Ok(query) } else { Err(Error::Invalid(wrong)) }
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), &'static str> {
        match name {
            "view" => self.shown = Shown::of(&value).ok_or("is timeline, board, list or chart")?,
            "what_if" => self.tries = true,
            "sort" => {
                self.filter.sort =
                    Sort::of(&value).ok_or("is work, code, status, owner, due, effort or value")?;
            }
            "order" => self.filter.descending = value == "down",
            "role" => self.filter.role = value,
            "status" => self.filter.status = value,
            "owner" => self.filter.owner = value,
            "phase" => self.filter.phase = value,
            "dimension" => self.filter.dimension = value,
            "due" => self.filter.due = value,
            _ => return Err("unknown field"),
        }
        Ok(())
    }

    /// What is tried out as a query, for the tabs of the other views.
    pub(super) fn tried(&self) -> String {
        if !self.tries {
            return String::new();
        }
        let given = self.wished.iter().filter(|(_, value)| !value.is_empty());
        let mark = ("what_if".to_owned(), "on".to_owned());
        serde_html_form::to_string(given.chain([&mark]).collect::<Vec<_>>()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<RoadmapQuery, Error> {
        RoadmapQuery::read(
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        )
    }

    #[test]
    fn wishes_are_tried_and_survive_a_change_of_view() {
        let query =
            read(&[("view", "list"), ("target", "3"), ("capacities[x]", ""), ("sort", "due")]).unwrap();
        assert_eq!((query.shown, query.filter.sort, query.tries), (Shown::List, Sort::Due, true));
        assert_eq!(query.tried(), "target=3&what_if=on");
        assert_eq!(read(&[("view", "board")]).unwrap().tried(), "");
    }

    #[test]
    fn what_nobody_asked_for_is_refused() {
        for wrong in [("view", "map"), ("sort", "colour"), ("vieew", "list")] {
            assert!(read(&[wrong]).is_err(), "{wrong:?}");
        }
    }
}
