//! A line of the table: who may use a route, and what must come back by the permission matrix.

use assay_domain::access::Permission;
use assay_tests::world::{Who, Whose, World, approval, policy};
use axum::http::Method;

pub(super) use Access::{
    Anywhere, Asked, Gate, Open, Organisation, Personal, Public, SignedIn, Somewhere, Team,
};
pub(super) use assay_domain::access::Permission as P;

pub(super) const GET: Method = Method::GET;
pub(super) const POST: Method = Method::POST;
pub(super) const PUT: Method = Method::PUT;
pub(super) const DELETE: Method = Method::DELETE;
pub(super) const PATCH: Method = Method::PATCH;

/// Who may use a route.
#[derive(Clone, Copy)]
pub(super) enum Access {
    /// Anybody, signed in or not.
    Public,
    /// Anybody signed in. What the path names is one's own, or hidden.
    SignedIn,
    /// As for anybody signed in, but only people have such a thing: machines find nothing.
    Personal,
    /// What the path names belongs to a team: seen with the first permission, done with the second.
    Team(Permission, Permission),
    /// It belongs to the organisation: seen with the first permission, done with the second.
    Organisation(Permission, Permission),
    /// What the path names is found first: seen with the first permission, and those who are asked have the second.
    Asked(Permission, Permission),
    /// As for a team, but it is known beforehand whether one may do it anywhere; what does not exist is a wrong field.
    Somewhere(Permission, Permission),
    /// As for a team, but for who sees everything it is an answer that something does not exist.
    Gate(Permission, Permission),
    /// Anybody who holds the permission for any team gets what it reaches.
    Anywhere(Permission),
    /// It is no secret that it exists, but needs the permission for the organisation.
    Open(Permission),
}

/// A route with who may use it and what it answers them.
pub(super) struct Line {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) access: Access,
    /// What is sent: JSON, a form, or the query of a GET.
    body: &'static str,
    answers: &'static [u16],
    pub(super) off_record: bool,
}

pub(super) const fn line(
    method: Method,
    path: &'static str,
    access: Access,
    body: &'static str,
    answers: &'static [u16],
) -> Line {
    Line { method, path, access, body, answers, off_record: false }
}

impl Line {
    /// A route that changes nothing although its method could.
    pub(super) const fn off_record(mut self) -> Self {
        self.off_record = true;
        self
    }

    /// The statuses of which one must come back.
    pub(super) fn expected(&self, world: &World, who: Who, whose: Whose) -> Vec<u16> {
        let is_page = !["/api/", "/log/"].iter().any(|programs| self.path.starts_with(programs));
        let done = self.answers.to_vec();
        let missing = whose == Whose::Missing && self.path.contains('{');
        if matches!(self.access, Public) {
            return done;
        }
        let may_enter = world.principal(who).filter(|_| !is_page || matches!(who, Who::Person(_)));
        let Some(principal) = may_enter else { return vec![if is_page { 303 } else { 401 }] };
        let team = (whose != Whose::Missing).then(|| world.team(whose));
        match self.access {
            Public => done,
            Personal if !matches!(who, Who::Person(_)) => vec![404],
            SignedIn | Personal if self.path.contains('{') && whose != Whose::Own => vec![404],
            SignedIn | Personal => done,
            Team(_, _) if missing => vec![404],
            Team(look, act) => decided(principal.may(look, team), principal.may(act, team), done),
            Anywhere(act) => decided(true, principal.may_somewhere(act), done),
            Somewhere(_, act) if !principal.may_somewhere(act) => vec![403],
            Somewhere(_, _) if whose == Whose::Missing => vec![201, 200, 422],
            Gate(_, act) if !principal.may_somewhere(act) => vec![403],
            Gate(look, _) if whose == Whose::Missing => decided(principal.may(look, None), true, done),
            Somewhere(look, act) | Gate(look, act) => {
                decided(principal.may(look, team), principal.may(act, team), done)
            }
            Asked(_, _) if missing => vec![404],
            Asked(look, act) => decided(principal.may(look, None), principal.may(act, None), done),
            Organisation(look, _) if !principal.may(look, None) => vec![404],
            Organisation(_, act) if !principal.may(act, None) => vec![403],
            Organisation(_, _) if missing => vec![404],
            Organisation(_, _) => done,
            Open(act) if missing && principal.may(act, None) => vec![404],
            Open(act) => decided(true, principal.may(act, None), done),
        }
    }

    pub(super) fn body(&self, world: &World, who: Who, whose: Whose) -> String {
        let whose_name = format!("{whose:?}").to_lowercase();
        let person = world.fill("{person}", who, whose);
        let team = world.fill("{team}", who, whose);
        let model = world.fill("models/{model}", who, whose).replace("models/", "");
        let approval = approval(&model);
        // Pipelines have registered the missing one on the way by now.
        let asked = if whose == Whose::Missing { "nobody-knows" } else { &model };
        let question = format!(r#"{{"model":"{asked}","version":"1","environment":"production"}}"#);
        // Each asks for a policy of their own, because one proposal about a policy waits at a time.
        let text = |place: &str| policy(&format!("{place}-{who}-{whose_name}"));
        let api = serde_json::json!({ "source": text("api") }).to_string();
        let form = [("of", ""), ("source", &text("page")), ("reason", "")];
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.body
            .replace("{asked}", &format!("model={asked}&version=1&environment=production"))
            .replace("{question}", &question)
            .replace("{policy_api}", &api)
            .replace("{policy_form}", &form)
            .replace("{approval}", &approval)
            .replace("{reasoned approval}", &approval.replacen('{', r#"{"reason":"{who}","#, 1))
            .replace("{model}", asked)
            .replace("{whose}", &whose_name)
            .replace("{who}", &who.to_string())
            .replace("{person}", &person)
            .replace("{bound}", &world.fill("{bound}", who, whose))
            .replace("{team}", &team)
    }
}

fn decided(seen: bool, allowed: bool, done: Vec<u16>) -> Vec<u16> {
    match (seen, allowed) {
        (false, _) => vec![404],
        (true, false) => vec![403],
        (true, true) => done,
    }
}
