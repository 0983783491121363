//! Administration: everybody, one person, and the invitation that is shown once.

use leptos::prelude::*;

use crate::components::{
    Badge, Button, ButtonKind, CodeBlock, Column, Confirm, Crumb, Definition, DefinitionList, ErrorSummary,
    ErrorsByField, Field, FieldError, InputKind, Notice, PageTitle, Pagination, Select, SelectOption, SubNav,
    Tab, Table, Tone, mail,
};
use crate::ownership::{LeftBehind, WhatIsLeft};

use super::known::{AbsenceLine, Absences, KnownData, KnownElsewhere};

/// A person in the list.
#[derive(Clone, Debug)]
pub struct PersonLine {
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Where the person is shown.
    pub href: String,
    /// Roles in words.
    pub roles: Vec<String>,
    /// Whether the person may sign in.
    pub active: bool,
    /// Whether a password was chosen yet.
    pub has_password: bool,
}

/// A team to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamChoice {
    /// What a form sends.
    pub id: String,
    /// What people read.
    pub name: String,
}

/// A role that is held, with what takes it away.
#[derive(Clone, Debug)]
pub struct RoleLine {
    /// In words: "Team lead".
    pub label: String,
    /// The role's name in forms.
    pub role: String,
    /// The team's id in forms; empty for the organisation.
    pub team: String,
    /// The team's name, or "Whole organisation".
    pub place: String,
}

/// What was typed for an invitation or a role, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct InviteForm {
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// The role.
    pub role: String,
    /// The id of the team.
    pub team: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A link that is shown once.
#[derive(Clone, Debug)]
pub struct OneTimeLink {
    /// For whom.
    pub name: String,
    /// The whole address.
    pub url: String,
}

/// The pages of the administration.
#[component]
pub(crate) fn AdminTabs(
    /// The address of this one.
    current: &'static str,
) -> AnyView {
    let tab = |label: &str, href: &str| Tab::new(label, href).current(href == current);
    view! { <SubNav label="Administration" tabs=vec![tab("People", "/admin/people"), tab("Service accounts", "/admin/tokens"), tab("CI trust", "/admin/ci-trust"), tab("Policies", "/admin/policies")] /> }.into_any()
}

/// Everybody.
#[component]
pub fn PeoplePage(
    /// The people.
    people: Vec<PersonLine>,
    /// The next page of the list.
    next: Option<String>,
    /// An invitation that was just made.
    fresh: Option<OneTimeLink>,
    /// The form for a new one; absent for those who may only look.
    form: Option<InviteForm>,
    /// Every role: name in forms, name for people.
    roles: Vec<(String, String)>,
    /// Every team.
    teams: Vec<TeamChoice>,
) -> AnyView {
    let columns = ["Name", "E-mail address", "Roles", "State"].map(Column::new).to_vec();
    let rows = people.into_iter().map(row).collect();
    let errors = form.as_ref().map(|form| form.errors.clone()).unwrap_or_default();
    view! {
        <div class="stack">
            <PageTitle title="People" crumbs=vec![Crumb::new("Administration", "/admin")] />
            <AdminTabs current="/admin/people" />
            <ErrorSummary errors />
            {fresh.map(|link| view! { <FreshLink link /> })}
            <Table caption="People" columns rows hide_caption=true empty="Nobody yet." />
            {next.map(|next| view! { <Pagination label="People" first="/admin/people" next /> })}
            {form.map(|form| view! { <Invite form roles teams /> })}
        </div>
    }
    .into_any()
}

fn row(person: PersonLine) -> Vec<AnyView> {
    let state = match (person.active, person.has_password) {
        (false, _) => view! { <Badge tone=Tone::Bad text="Deactivated" /> }.into_any(),
        (true, false) => view! { <Badge tone=Tone::Warn text="Invited" /> }.into_any(),
        (true, true) => "Active".into_any(),
    };
    let roles = if person.roles.is_empty() { "none".to_owned() } else { person.roles.join("; ") };
    vec![
        view! { <a href=person.href>{person.name}</a> }.into_any(),
        mail(&person.email),
        roles.into_any(),
        state,
    ]
}

#[component]
fn FreshLink(link: OneTimeLink) -> AnyView {
    view! {
        <Notice tone=Tone::Good title="Send this link now; it is not shown again." live=true>
            <p>{format!("With it {} chooses a password. It works once, for 7 days.", link.name)}</p>
            <CodeBlock caption="The link" code=link.url />
        </Notice>
    }
    .into_any()
}

#[component]
fn Invite(form: InviteForm, roles: Vec<(String, String)>, teams: Vec<TeamChoice>) -> AnyView {
    let errors = form.errors.clone();
    view! {
        <section class="section stack narrow">
            <h2>"Invite somebody"</h2>
            <form class="stack" method="post" action="/admin/people">
                <Field id="name" label="Name" value=form.name.clone() error=errors.at("name") required=true max_length=100 />
                <Field id="email" label="E-mail address" kind=InputKind::Email value=form.email.clone() error=errors.at("email") required=true />
                <RoleFields form roles teams />
                <Button>"Make an invitation"</Button>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn RoleFields(form: InviteForm, roles: Vec<(String, String)>, teams: Vec<TeamChoice>) -> AnyView {
    let errors = form.errors;
    // Nobody should become an administrator because a form was sent too quickly.
    let none = SelectOption::new("", "Choose a role");
    let roles = std::iter::once(none)
        .chain(roles.into_iter().map(|(value, label)| SelectOption::new(value, label)))
        .collect();
    let everywhere = SelectOption::new("", "Whole organisation");
    let teams = std::iter::once(everywhere)
        .chain(teams.into_iter().map(|team| SelectOption::new(team.id, team.name)))
        .collect::<Vec<_>>();
    view! {
        <Select id="role" label="Role" options=roles value=form.role error=errors.at("role") required=true />
        <Select id="team" label="For" options=teams value=form.team error=errors.at("team") />
    }
    .into_any()
}

/// All that the page of one person shows.
#[derive(Clone, Debug)]
pub struct PersonData {
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Where the person is shown.
    pub href: String,
    /// Whether the person may sign in.
    pub active: bool,
    /// Whether a password was chosen yet.
    pub has_password: bool,
    /// The roles held.
    pub roles: Vec<RoleLine>,
    /// Whether the one looking may change anything here.
    pub may_change: bool,
}

/// One person.
#[component]
pub fn PersonPage(
    /// The person.
    person: PersonData,
    /// An invitation that was just made.
    fresh: Option<OneTimeLink>,
    /// What was typed for another role.
    form: InviteForm,
    /// Every role: name in forms, name for people.
    roles: Vec<(String, String)>,
    /// Every team.
    teams: Vec<TeamChoice>,
    /// What the person holds in teams, where the one looking may hand it over.
    left: Vec<LeftBehind>,
    /// Under which names other systems know the person.
    known: KnownData,
    /// Whom the person had decide while away.
    absences: Vec<AbsenceLine>,
) -> AnyView {
    let state = match (person.active, person.has_password) {
        (false, _) => "Deactivated: cannot sign in, sessions and tokens do not work",
        (true, false) => "Invited: has not chosen a password yet",
        (true, true) => "Active",
    };
    let may_deactivate = person.active && person.may_change;
    let left = (!left.is_empty()).then(|| {
        let (name, href) = (person.name.clone(), person.href.clone());
        view! { <WhatIsLeft name href may_deactivate left /> }
    });
    let facts =
        vec![Definition::new("E-mail address", person.email.clone()), Definition::new("State", state)];
    view! {
        <div class="stack">
            <PageTitle
                title=person.name.clone()
                crumbs=vec![Crumb::new("Administration", "/admin"), Crumb::new("People", "/admin/people")]
            />
            <ErrorSummary errors=[form.errors.clone(), known.errors.clone()].concat() />
            {fresh.map(|link| view! { <FreshLink link /> })}
            <DefinitionList items=facts />
            <HeldRoles person=person.clone() />
            {person.may_change.then(|| view! { <GrantRole href=person.href.clone() form roles teams /> })}
            <KnownElsewhere known email=person.email.clone() href=person.href.clone() may_change=person.may_change />
            <Absences absences />
            {left}
            {person.may_change.then(|| view! { <Letting person /> })}
        </div>
    }
    .into_any()
}

#[component]
fn HeldRoles(person: PersonData) -> AnyView {
    let columns = ["Role", "For", "Action"].map(Column::new).to_vec();
    let rows = person
        .roles
        .into_iter()
        .map(|held| {
            let revoke = person.may_change.then(|| {
                let label = format!("Take away {}, {}", held.label, held.place);
                view! {
                    <form method="post" action=format!("{}/roles/revoke", person.href)>
                        <Button kind=ButtonKind::Secondary label>"Take away"</Button>
                        <input type="hidden" name="role" value=held.role />
                        <input type="hidden" name="team" value=held.team />
                    </form>
                }
            });
            vec![held.label.into_any(), held.place.into_any(), revoke.into_any()]
        })
        .collect();
    view! {
        <section class="section stack">
            <h2>"Roles"</h2>
            <Table caption="Roles" columns rows hide_caption=true empty="No role: this person can sign in and see nothing." />
        </section>
    }
    .into_any()
}

#[component]
fn GrantRole(
    href: String,
    form: InviteForm,
    roles: Vec<(String, String)>,
    teams: Vec<TeamChoice>,
) -> AnyView {
    view! {
        <section class="section stack narrow">
            <h2>"Give another role"</h2>
            <form class="stack" method="post" action=format!("{href}/roles")>
                <RoleFields form roles teams />
                <Button kind=ButtonKind::Secondary>"Give the role"</Button>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Letting(person: PersonData) -> AnyView {
    let active = format!("{}/active", person.href);
    let letting = if person.active {
        let consequence = format!(
            "{} is signed out everywhere and cannot sign in; tokens stop working. What was done stays on record.",
            person.name
        );
        view! { <Confirm ask="Deactivate" consequence action=active><input type="hidden" name="active" value="no" /></Confirm> }.into_any()
    } else {
        view! {
            <form method="post" action=active>
                <Button kind=ButtonKind::Secondary name="active" value="yes">"Let in again"</Button>
            </form>
        }
        .into_any()
    };
    let invitation = person.active.then(|| {
        view! {
            <form method="post" action=format!("{}/invitation", person.href)>
                <Button kind=ButtonKind::Secondary>"Make a new link for choosing a password"</Button>
            </form>
        }
    });
    view! {
        <section class="section stack">
            <h2>"Signing in"</h2>
            <div class="actions">{invitation}{letting}</div>
        </section>
    }
    .into_any()
}
