//! The reference of the HTTP API: `/api/docs`. What programmers read is drawn like everything else.
//!
//! Everything stands in the OpenAPI document; the server takes it apart into the plain data here. To show more of an
//! operation, add a field to [`Operation`] and fill it there.

use leptos::prelude::*;

use crate::components::{ButtonKind, CodeBlock, Column, LinkButton, PageTitle, Table};

/// The whole API.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    /// The product's version.
    pub version: String,
    /// What holds for every operation. Code stands in backticks here and in every description.
    pub description: String,
    /// Where the server is reached, without a slash at the end.
    pub origin: String,
    /// Operations by subject.
    pub groups: Vec<Group>,
    /// The objects that are sent and received.
    pub types: Vec<ObjectType>,
}

/// The operations of one subject.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// "assessments".
    pub name: String,
    /// In the order of their paths.
    pub operations: Vec<Operation>,
}

/// One method on one path.
#[derive(Clone, Debug, Default)]
pub struct Operation {
    /// `POST`.
    pub method: String,
    /// `/api/v1/approval-events`.
    pub path: String,
    /// What it does, in a few words.
    pub summary: String,
    /// What else one has to know.
    pub description: String,
    /// What stands in the path, the query and the headers.
    pub parameters: Vec<Member>,
    /// What is sent.
    pub body: Option<Shape>,
    /// What comes back.
    pub answers: Vec<Reply>,
}

/// A parameter, or a field of an object.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// "query", "path" or "header"; empty for fields.
    pub place: String,
    /// Whether it may not be left out.
    pub required: bool,
    /// What it holds.
    pub shape: Shape,
    /// What it means.
    pub description: String,
}

/// What a value looks like: words, with the names of types among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape(pub Vec<Piece>);

/// A part of a [`Shape`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// "list of ", "text", "whole number".
    Words(String),
    /// A type on the same page.
    Type(String),
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// "201", or "else".
    pub status: String,
    /// What it means.
    pub description: String,
    /// What it carries.
    pub shape: Option<Shape>,
}

/// An object that is sent or received.
#[derive(Clone, Debug, Default)]
pub struct ObjectType {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// All that another type has, too.
    pub includes: Vec<Shape>,
    /// Its fields.
    pub fields: Vec<Member>,
    /// What it can be, where it is one of a few words.
    pub words: Vec<String>,
}

/// The page.
#[component]
pub fn ReferencePage(
    /// What it shows.
    reference: Reference,
) -> AnyView {
    let Reference { version, description, origin, groups, types } = reference;
    let names = groups.iter().map(|group| (anchor("api", &group.name), group.name.clone()));
    let contents = names.chain([("types".to_owned(), "types".to_owned())]).map(|(id, name)| {
        view! { <li><a href=format!("#{id}")>{capital(&name)}</a></li> }
    });
    let example = format!("curl --header \"Authorization: Bearer $ASSAY_TOKEN\" {origin}/api/v1/teams");
    view! {
        <PageTitle title="HTTP API" over=format!("For developers, version {version}") lede="All that pipelines and programs may ask and tell.">
            <LinkButton href="/api/openapi.json" kind=ButtonKind::Secondary>"OpenAPI document"</LinkButton>
        </PageTitle>
        <div class="reference">
            <nav class="reference-contents" aria-label="Contents"><ul>{contents.collect_view()}</ul></nav>
            <div>
                <section class="section stack-small">
                    <p class="prose">"Send a token, made under your account or by an administrator for a service account. " {prose(&description)}</p>
                    <CodeBlock caption="Shell" code=example />
                </section>
                {groups.into_iter().map(group_view).collect_view()}
                <section class="section" id="types">
                    <h2>"Types"</h2>
                    <div class="operations">{types.into_iter().map(type_view).collect_view()}</div>
                </section>
            </div>
        </div>
    }
    .into_any()
}

fn group_view(group: Group) -> AnyView {
    view! {
        <section class="section" id=anchor("api", &group.name)>
            <h2>{capital(&group.name)}</h2>
            <div class="operations">{group.operations.into_iter().map(operation_view).collect_view()}</div>
        </section>
    }
    .into_any()
}

fn operation_view(operation: Operation) -> AnyView {
    let about = (!operation.description.is_empty())
        .then(|| view! { <p class="prose">{prose(&operation.description)}</p> });
    let parameters = (!operation.parameters.is_empty()).then(|| members("Parameters", operation.parameters));
    let body = operation.body.map(|shape| view! { <p>"Body: " {shape_view(shape)}</p> });
    let columns = ["Status", "When", "Body"].map(Column::new).to_vec();
    let answers = operation
        .answers
        .into_iter()
        .map(|reply| {
            vec![
                reply.status.into_any(),
                view! { <span>{prose(&reply.description)}</span> }.into_any(),
                reply.shape.map(shape_view).into_any(),
            ]
        })
        .collect();
    view! {
        <details class="operation">
            <summary>
                <h3><code class="operation-method">{operation.method}</code>" "<code class="break">{operation.path}</code></h3>
                <span class="operation-what">{prose(&operation.summary)}</span>
            </summary>
            <div class="operation-body">
                {about} {parameters} {body}
                <div class="operation-answers"><Table caption="Answers" columns rows=answers /></div>
            </div>
        </details>
    }
    .into_any()
}

fn type_view(object: ObjectType) -> AnyView {
    let about =
        (!object.description.is_empty()).then(|| view! { <p class="prose">{prose(&object.description)}</p> });
    let includes = object
        .includes
        .into_iter()
        .map(|shape| view! { <p>"All that " {shape_view(shape)} " has."</p> })
        .collect_view();
    let words = (!object.words.is_empty()).then(|| {
        let words = object.words.into_iter().map(|word| view! { <li><code>{word}</code></li> });
        view! { <ul class="cluster reference-words">{words.collect_view()}</ul> }
    });
    let fields = (!object.fields.is_empty()).then(|| members("Fields", object.fields));
    let id = anchor("type", &object.name);
    view! {
        // The address names what is inside: browsers open what they are sent into.
        <details class="operation">
            <summary><h3><code>{object.name}</code></h3></summary>
            <div class="operation-body" id=id>{about} {includes} {words} {fields}</div>
        </details>
    }
    .into_any()
}

fn members(caption: &'static str, members: Vec<Member>) -> AnyView {
    let columns = ["Name", "Holds", "Meaning"].map(Column::new).to_vec();
    let rows = members
        .into_iter()
        .map(|member| {
            let mut notes = vec![member.place];
            notes.push(if member.required { String::new() } else { "optional".to_owned() });
            notes.retain(|note| !note.is_empty());
            let notes =
                (!notes.is_empty()).then(|| view! { <span class="member-note">{notes.join(", ")}</span> });
            vec![
                view! { <code class="break">{member.name}</code> }.into_any(),
                view! { <span>{shape_view(member.shape)} {notes}</span> }.into_any(),
                view! { <span>{prose(&member.description)}</span> }.into_any(),
            ]
        })
        .collect();
    view! { <Table caption columns rows /> }.into_any()
}

fn shape_view(shape: Shape) -> AnyView {
    let pieces = shape.0.into_iter().map(|piece| match piece {
        Piece::Words(words) => words.into_any(),
        Piece::Type(name) => {
            view! { <a class="break" href=format!("#{}", anchor("type", &name))><code>{name.clone()}</code></a> }
                .into_any()
        }
    });
    view! { <span>{pieces.collect_view()}</span> }.into_any()
}

/// Text with code in backticks.
fn prose(text: &str) -> AnyView {
    let pieces = text.split('`').enumerate().map(|(n, piece)| match n % 2 {
        0 => piece.to_owned().into_any(),
        _ => view! { <code>{piece.to_owned()}</code> }.into_any(),
    });
    pieces.collect_view().into_any()
}

fn anchor(kind: &str, name: &str) -> String {
    format!("{kind}-{}", name.to_lowercase())
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
