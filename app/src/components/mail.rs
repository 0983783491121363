//! Mail addresses as people read them.

use leptos::prelude::*;

/// A mail address. Where it is too long for its line it breaks after the `@`, not within a word.
pub fn mail(address: &str) -> AnyView {
    match address.split_once('@') {
        Some((person, place)) => {
            view! { <span>{format!("{person}@")}<wbr />{place.to_owned()}</span> }.into_any()
        }
        None => address.to_owned().into_any(),
    }
}
