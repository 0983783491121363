//! Lists: `{items, next}` with `?limit=&after=` over a key, so that a page costs the same wherever it is.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{Error, FieldError};

/// Which part of a list to show.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Window {
    /// How many items at most, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next` of the page before.
    pub after: Option<String>,
}

impl Window {
    /// For lists whose query has more in it than the window.
    pub const fn new(limit: Option<u16>, after: Option<String>) -> Self {
        Self { limit, after }
    }

    /// The first so many items.
    pub const fn first(limit: u16) -> Self {
        Self { limit: Some(limit), after: None }
    }

    /// How many items to show.
    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(50).clamp(1, 200).into()
    }

    /// How many rows to fetch: one more than is shown tells whether there is a next page.
    pub fn fetch(&self) -> i64 {
        i64::from(self.limit.unwrap_or(50).clamp(1, 200)) + 1
    }
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Listing<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// What to pass as `after` for the next page; absent on the last one.
    pub next: Option<String>,
}

impl<T> Listing<T> {
    /// Cuts rows fetched with [`Window::fetch`] to `window` and derives `next` from the last item shown.
    pub fn cut(mut rows: Vec<T>, window: &Window, key: impl Fn(&T) -> String) -> Self {
        let more = rows.len() > window.limit();
        rows.truncate(window.limit());
        let next = rows.last().filter(|_| more).map(key);
        Self { items: rows, next }
    }

    /// A page of a list that is short enough to be read whole, and stands in its order.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for an `after` that no page gave.
    pub fn of_whole(rows: Vec<T>, window: &Window, key: impl Fn(&T) -> String) -> Result<Self, Error> {
        let mut rows = rows;
        if let Some(after) = &window.after {
            let place = rows.iter().position(|row| key(row) == *after).ok_or_else(not_a_page)?;
            rows.drain(..=place);
        }
        Ok(Self::cut(rows, window, key))
    }

    /// The same page of something else.
    pub fn map<U>(self, draw: impl FnMut(T) -> U) -> Listing<U> {
        Listing { items: self.items.into_iter().map(draw).collect(), next: self.next }
    }
}

/// What is said of an `after` that no page gave.
pub fn not_a_page() -> Error {
    Error::BadRequest(FieldError::new("/after", "it is the `next` of the page before"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_is_there_only_while_more_follows() {
        let window = Window { limit: Some(2), after: None };
        let more = Listing::cut(vec![1, 2, 3], &window, ToString::to_string);
        assert_eq!((more.items, more.next.as_deref()), (vec![1, 2], Some("2")));
        let last = Listing::cut(vec![1, 2], &window, ToString::to_string);
        assert_eq!((last.items, last.next), (vec![1, 2], None));
    }

    #[test]
    fn a_whole_list_is_walked_page_by_page() {
        let page = |after: Option<&str>| {
            let window = Window { limit: Some(2), after: after.map(str::to_owned) };
            Listing::of_whole(vec!["c", "a", "b"], &window, ToString::to_string)
        };
        let first = page(None).unwrap();
        assert_eq!((first.items, first.next.as_deref()), (vec!["c", "a"], Some("a")));
        let last = page(Some("a")).unwrap();
        assert_eq!((last.items, last.next), (vec!["b"], None));
        assert!(page(Some("z")).is_err());
    }
}
