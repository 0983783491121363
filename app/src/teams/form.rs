//! The form for a new team, and for changing one.

use leptos::prelude::*;

use crate::components::{Button, Crumb, ErrorSummary, ErrorsByField, Field, FieldError, PageTitle, Textarea};

/// What was typed, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct TeamForm {
    /// The name.
    pub name: String,
    /// The short name; fixed once the team is made.
    pub slug: String,
    /// What the team is there for.
    pub purpose: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A new team, or a team to be changed.
#[component]
pub fn TeamFormPage(
    /// What was typed.
    form: TeamForm,
    /// The address of the team that is changed; absent for a new one.
    team: Option<String>,
) -> AnyView {
    let errors = form.errors;
    let new = team.is_none();
    let (title, button) = if new { ("New team", "Create the team") } else { ("Edit the team", "Save") };
    let mut crumbs = vec![Crumb::new("Teams", "/teams")];
    crumbs.extend(team.as_ref().map(|href| Crumb::new(form.name.clone(), href.clone())));
    let action = team.map_or_else(|| "/teams/new".to_owned(), |href| format!("{href}/edit"));
    let slug = new.then(|| {
        view! {
            <Field id="slug" label="Short name" hint="For addresses, like fraud-detection. Made from the name when left empty; it stays for good." value=form.slug error=errors.at("slug") optional_mark=true max_length=40 />
        }
    });
    view! {
        <div class="narrow stack">
            <PageTitle title crumbs />
            <ErrorSummary errors=errors.clone() />
            <form class="stack" method="post" action=action>
                <Field id="name" label="Name" value=form.name error=errors.at("name") required=true max_length=100 />
                {slug}
                <Textarea id="purpose" label="Purpose" hint="What the team is there for, in a sentence or two." value=form.purpose error=errors.at("purpose") optional_mark=true />
                <Button>{button}</Button>
            </form>
        </div>
    }
    .into_any()
}
