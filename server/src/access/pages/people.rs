//! Administration of people.

use assay_app::access::{
    InviteForm, OneTimeLink, PeoplePage, PeoplePageProps, PersonData, PersonLine, PersonPage,
    PersonPageProps, RoleLine, TeamChoice,
};
use assay_app::components::FieldError;
use assay_domain::access::{Permission, RoleHeld};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    access::service::{
        invitations,
        people::{self, NewPerson, Person},
        roles,
        subjects::{self, Linked},
    },
    app::App,
    error::Error,
    http::{Form, Page, Pairs, Path, Query, Window, page::form_errors},
    ownership::{
        self,
        pages::{SuccessorForm, Successors, hand_over_errors},
    },
};

pub(super) async fn admin(page: Page) -> Result<Response, Error> {
    page.caller.see(Permission::ReadPeople, None)?;
    Ok(Redirect::to("/admin/people").into_response())
}

pub(super) async fn list(
    State(app): State<App>,
    page: Page,
    Query(window): Query<Window>,
) -> Result<Response, Error> {
    let props = list_props(&app, &page, &window, None, InviteForm::default()).await?;
    Ok(page.render("People", move || PeoplePage(props)))
}

async fn list_props(
    app: &App,
    page: &Page,
    window: &Window,
    fresh: Option<OneTimeLink>,
    form: InviteForm,
) -> Result<PeoplePageProps, Error> {
    let teams = super::team_choices(app, &page.caller).await?;
    let listing = people::list(app, &page.caller, window).await?;
    let next = listing.next.map(|after| {
        format!("/admin/people?{}", serde_html_form::to_string([("after", after)]).unwrap_or_default())
    });
    let people = listing.items.into_iter().map(|person| line(person, &teams)).collect();
    let form = page.caller.may(Permission::ManagePeople, None).then_some(form);
    Ok(PeoplePageProps { people, next, fresh, form, roles: super::role_choices(), teams })
}

fn line(person: Person, teams: &[TeamChoice]) -> PersonLine {
    PersonLine {
        href: format!("/admin/people/{}", person.row.id),
        roles: person.roles.iter().map(|held| super::role_words(*held, teams)).collect(),
        active: person.row.active,
        has_password: person.row.password_hash.is_some(),
        name: person.row.name,
        email: person.row.email,
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct Invitation {
    name: String,
    email: String,
    role: String,
    team: String,
}

pub(super) async fn invite(
    State(app): State<App>,
    page: Page,
    Form(form): Form<Invitation>,
) -> Result<Response, Error> {
    let Invitation { name, email, role, team } = form.clone();
    let added = match super::parse_role(&role, &team) {
        Ok(role) => people::add(&app, &page.caller, NewPerson { email, name, role, password: None }).await,
        Err(error) => Err(error),
    };
    match added {
        Ok(added) => {
            let url = format!("{}{}", app.config.origin(), added.invitation.unwrap_or_default());
            let fresh = Some(OneTimeLink { name: form.name, url });
            let props = list_props(&app, &page, &Window::default(), fresh, InviteForm::default()).await?;
            Ok(page.render("People", move || PeoplePage(props)))
        }
        Err(Error::Invalid(errors)) => {
            let Invitation { name, email, role, team } = form;
            let form = InviteForm { name, email, role, team, errors: form_errors(errors) };
            let props = list_props(&app, &page, &Window::default(), None, form).await?;
            Ok(page.invalid("People", move || PeoplePage(props)))
        }
        Err(other) => Err(other),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(person): Path<Uuid>,
) -> Result<Response, Error> {
    let props = person_props(&app, &page, person, None, InviteForm::default()).await?;
    let title = props.person.name.clone();
    Ok(page.render(&title, move || PersonPage(props)))
}

/// The page with what is wrong with the successors that were chosen.
pub(crate) async fn show_with(
    app: &App,
    page: Page,
    person: Uuid,
    chosen: &Successors,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let left = ownership::pages::left_behind(app, &page.caller, person, chosen, &errors).await?;
    let form = InviteForm { errors, ..InviteForm::default() };
    let props = PersonPageProps { left, ..person_props(app, &page, person, None, form).await? };
    let title = props.person.name.clone();
    Ok(page.invalid(&title, move || PersonPage(props)))
}

async fn person_props(
    app: &App,
    page: &Page,
    id: Uuid,
    fresh: Option<OneTimeLink>,
    form: InviteForm,
) -> Result<PersonPageProps, Error> {
    let person = people::get(app, &page.caller, id).await?;
    let teams = super::team_choices(app, &page.caller).await?;
    let person = PersonData {
        roles: person.roles.iter().map(|held| role_line(*held, &teams)).collect(),
        href: format!("/admin/people/{id}"),
        active: person.row.active,
        has_password: person.row.password_hash.is_some(),
        may_change: page.caller.may(Permission::ManagePeople, None),
        name: person.row.name,
        email: person.row.email,
    };
    let left = ownership::pages::left_behind(app, &page.caller, id, &Successors::new(), &[]).await?;
    let known = super::known::data(app, &page.caller, id).await?;
    let absences = super::away::absences(app, &page.caller, id, &teams).await?;
    Ok(PersonPageProps { person, fresh, form, roles: super::role_choices(), teams, left, known, absences })
}

fn role_line(held: RoleHeld, teams: &[TeamChoice]) -> RoleLine {
    RoleLine {
        label: held.role.label().to_owned(),
        role: held.role.name().to_owned(),
        team: held.team.map(|team| team.to_string()).unwrap_or_default(),
        place: held
            .team
            .map_or_else(|| "Whole organisation".to_owned(), |team| super::team_name(team, teams)),
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct RoleForm {
    role: String,
    team: String,
}

pub(super) async fn grant(
    State(app): State<App>,
    page: Page,
    Path(person): Path<Uuid>,
    Form(form): Form<RoleForm>,
) -> Result<Response, Error> {
    let granted = match super::parse_role(&form.role, &form.team) {
        Ok(held) => roles::grant(&app, &page.caller, person, held).await,
        Err(error) => Err(error),
    };
    match granted {
        Ok(()) => Ok(page.redirect(&format!("/admin/people/{person}"), "The role is given.")),
        Err(Error::Invalid(errors)) => {
            let form = InviteForm {
                role: form.role,
                team: form.team,
                errors: form_errors(errors),
                ..InviteForm::default()
            };
            let props = person_props(&app, &page, person, None, form).await?;
            let title = props.person.name.clone();
            Ok(page.invalid(&title, move || PersonPage(props)))
        }
        Err(other) => Err(other),
    }
}

pub(super) async fn revoke(
    State(app): State<App>,
    page: Page,
    Path(person): Path<Uuid>,
    Form(form): Form<RoleForm>,
) -> Result<Response, Error> {
    roles::revoke(&app, &page.caller, person, super::parse_role(&form.role, &form.team)?).await?;
    Ok(page.redirect(&format!("/admin/people/{person}"), "The role is taken away."))
}

pub(super) async fn set_active(
    State(app): State<App>,
    page: Page,
    Path(person): Path<Uuid>,
    Form(Pairs(pairs)): Form<Pairs>,
) -> Result<Response, Error> {
    let mut form = SuccessorForm::read(pairs)?;
    let active = form.others.remove("active").as_deref() == Some("yes");
    form.no_others()?;
    let SuccessorForm { named, chosen, .. } = form;
    let done = match active {
        true => people::reactivate(&app, &page.caller, person).await,
        false => ownership::service::deactivate(&app, &page.caller, person, named).await.map(drop),
    };
    match done {
        Ok(()) => {}
        Err(Error::Invalid(errors)) => {
            return show_with(&app, page, person, &chosen, hand_over_errors(errors)).await;
        }
        Err(other) => return Err(other),
    }
    let sentence = if active { "This person may sign in again." } else { "This person is deactivated." };
    Ok(page.redirect(&format!("/admin/people/{person}"), sentence))
}

pub(super) async fn renew_invitation(
    State(app): State<App>,
    page: Page,
    Path(person): Path<Uuid>,
) -> Result<Response, Error> {
    let path = invitations::renew(&app, &page.caller, person).await?;
    let name = people::get(&app, &page.caller, person).await?.row.name;
    let fresh = OneTimeLink { name, url: format!("{}{path}", app.config.origin()) };
    let props = person_props(&app, &page, person, Some(fresh), InviteForm::default()).await?;
    let title = props.person.name.clone();
    Ok(page.render(&title, move || PersonPage(props)))
}

pub(super) async fn add_subject(
    State(app): State<App>,
    page: Page,
    Path(person): Path<Uuid>,
    Form(typed): Form<super::known::Typed>,
) -> Result<Response, Error> {
    match subjects::add(&app, &page.caller, person, typed.parse()).await {
        Ok(linked) => {
            let said = match linked {
                Linked::Held(_) => "It is on record.",
                Linked::Waits(_) => "It waits for the person or a compliance officer to confirm it.",
            };
            Ok(page.redirect(&format!("/admin/people/{person}"), said))
        }
        Err(Error::Invalid(errors)) => {
            let props = person_props(&app, &page, person, None, InviteForm::default()).await?;
            let props = PersonPageProps { known: typed.shown(errors, props.known), ..props };
            let title = props.person.name.clone();
            Ok(page.invalid(&title, move || PersonPage(props)))
        }
        Err(other) => Err(other),
    }
}

pub(super) async fn remove_subject(
    State(app): State<App>,
    page: Page,
    Path((person, subject)): Path<(Uuid, Uuid)>,
) -> Result<Response, Error> {
    let said = match subjects::remove(&app, &page.caller, person, subject).await? {
        None => "It is taken from the record.",
        Some(_) => "It waits for the person or a compliance officer to confirm it.",
    };
    Ok(page.redirect(&format!("/admin/people/{person}"), said))
}
