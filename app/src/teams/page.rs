//! One team: what it is there for, who belongs to it.

use leptos::prelude::*;

use super::tabs::{TeamNav, TeamPlace, TeamTabs};
use crate::components::{
    Badge, Button, ButtonKind, Column, Crumb, ErrorSummary, ErrorsByField, Field, FieldError, InputKind,
    LinkButton, PageTitle, Select, SelectOption, Table, Tone, mail,
};

/// All that the page shows, apart from what other rooms add.
#[derive(Clone, Debug, Default)]
pub struct TeamData {
    /// The name.
    pub name: String,
    /// Where it is shown.
    pub href: String,
    /// What it is there for.
    pub purpose: String,
    /// Its members.
    pub members: Vec<MemberLine>,
    /// Whether the one looking may change name and purpose.
    pub may_edit: bool,
    /// The roles that the one looking may give here: name in forms, name for people.
    pub grantable: Vec<(String, String)>,
}

/// A member.
#[derive(Clone, Debug)]
pub struct MemberLine {
    /// The person's id, for forms.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Whether the person may sign in.
    pub active: bool,
    /// The roles held here.
    pub roles: Vec<RoleHere>,
}

/// A role held in the team.
#[derive(Clone, Debug)]
pub struct RoleHere {
    /// Name in forms.
    pub role: String,
    /// Name for people.
    pub label: String,
    /// Whether the one looking may take it away.
    pub may_revoke: bool,
}

/// What was typed for a new member, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct MemberForm {
    /// Mail address.
    pub email: String,
    /// The role.
    pub role: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// One team.
#[component]
pub fn TeamPage(
    /// The team.
    team: TeamData,
    /// What was typed for a new member.
    form: MemberForm,
    /// How many findings its ownership has; nothing for those who may not see it.
    findings: Option<u32>,
    /// What other rooms show of the team: its assessments, its ownership.
    children: Children,
) -> AnyView {
    let edit = team.may_edit.then(|| {
        view! { <LinkButton href=format!("{}/edit", team.href) kind=ButtonKind::Secondary>"Edit"</LinkButton> }
    });
    let add = (!team.grantable.is_empty()).then(|| {
        view! { <AddMember href=team.href.clone() grantable=team.grantable.clone() form=form.clone() /> }
    });
    let nav = TeamNav { name: team.name.clone(), href: team.href.clone(), findings };
    view! {
        <div class="stack">
            <PageTitle title=team.name.clone() crumbs=vec![Crumb::new("Teams", "/teams")] lede=team.purpose.clone()>{edit}</PageTitle>
            <TeamTabs nav place=TeamPlace::Overview />
            <ErrorSummary errors=form.errors />
            {children()}
            <section class="section stack" id="members">
                <h2>"Members"</h2>
                <Members href=team.href members=team.members />
                {add}
            </section>
        </div>
    }
    .into_any()
}

#[component]
fn Members(href: String, members: Vec<MemberLine>) -> AnyView {
    let columns = ["Name", "E-mail address", "Roles"].map(Column::new).to_vec();
    let rows = members
        .into_iter()
        .map(|member| {
            let roles = member
                .roles
                .iter()
                .map(|role| view! { <HeldRole href=href.clone() member=member.clone() role=role.clone() /> });
            let roles = view! { <div class="cluster">{roles.collect_view()}</div> }.into_any();
            let gone = (!member.active).then(|| view! { " " <Badge tone=Tone::Bad text="Deactivated" /> });
            vec![view! { {member.name.clone()} {gone} }.into_any(), mail(&member.email), roles]
        })
        .collect();
    view! { <Table caption="Members" columns rows hide_caption=true empty="Nobody yet." /> }.into_any()
}

#[component]
fn HeldRole(href: String, member: MemberLine, role: RoleHere) -> AnyView {
    let remove = role.may_revoke.then(|| {
        let label = format!("Take away {} from {}", role.label, member.name);
        view! {
            <form method="post" action=format!("{href}/members/remove")>
                <Button kind=ButtonKind::Quiet label>"Take away"</Button>
                <input type="hidden" name="person" value=member.id />
                <input type="hidden" name="role" value=role.role />
            </form>
        }
    });
    view! { <span>{role.label}</span>{remove} }.into_any()
}

#[component]
fn AddMember(href: String, grantable: Vec<(String, String)>, form: MemberForm) -> AnyView {
    let errors = form.errors;
    let none = SelectOption::new("", "Choose a role");
    let options = std::iter::once(none)
        .chain(grantable.into_iter().map(|(value, label)| SelectOption::new(value, label)))
        .collect();
    view! {
        <form class="stack narrow" method="post" action=format!("{href}/members")>
            <h3>"Add a member, or another role for one"</h3>
            <Field id="email" label="E-mail address" kind=InputKind::Email hint="Of somebody who is here already. New people are invited by an administrator." value=form.email error=errors.at("email") required=true />
            <Select id="role" label="Role" options value=form.role error=errors.at("role") required=true />
            <Button kind=ButtonKind::Secondary>"Add"</Button>
        </form>
    }
    .into_any()
}
