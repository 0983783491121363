//! A team's roadmap, gathered for the pages that show it.

use std::collections::{BTreeMap, BTreeSet};

use assay_app::components::SelectOption;
use assay_app::home::Errand;
use assay_app::roadmap::{
    Line, ListFilter, Rights, RoadmapView, Shown, Summary, WhatIf, WishFields, Worked, notes,
};
use assay_app::teams::TeamNav;
use assay_domain::access::Permission;
use assay_domain::roadmap::{Item, Roadmap};
use chrono::NaiveDate;
use uuid::Uuid;

use super::query::RoadmapQuery;
use crate::App;
use crate::access::service::subjects;
use crate::assessments::pages::date;
use crate::error::Error;
use crate::http::Caller;
use crate::http::page::form_errors;
use crate::ownership::pages as ownership;
use crate::roadmap::service::{self, Errands, TeamRoadmap, Tracked, Waits};
use crate::roadmap::wishes;
use crate::teams::service as teams;
use crate::teams::store::TeamRow;

/// All that the page of a team's roadmap needs.
pub(super) struct Scene {
    pub(super) nav: TeamNav,
    pub(super) view: Option<RoadmapView>,
    pub(super) what_if: WhatIf,
    pub(super) filter: ListFilter,
    /// What is tried out as a query.
    pub(super) query: String,
    /// Where an assessment is started, for those who may.
    pub(super) start: Option<String>,
}

impl Scene {
    pub(super) async fn of(
        app: &App,
        caller: &Caller,
        team: TeamRow,
        query: RoadmapQuery,
    ) -> Result<Self, Error> {
        let found = service::get(app, caller, team.id).await?;
        let nav = ownership::team_nav(app, caller, &team).await?;
        let may_start = caller.may(Permission::ManageAssessments, Some(team.id));
        let start = may_start.then(|| format!("/teams/{}/assessments/new", team.slug));
        let (tried, filter) = (query.tried(), query.filter.clone());
        let Some(found) = found else {
            return Ok(Self { nav, view: None, what_if: nothing(), filter, query: tried, start });
        };
        let tried_out = Tried::of(&found, &query);
        let people = People::of(app, caller, team.id).await?;
        let what_if = WhatIf {
            fields: tried_out.fields,
            errors: tried_out.errors,
            items: choosable(&found, &tried_out.plan),
            before: tried_out.is_tried.then(|| found.plan.clone()),
            open: query.tries,
        };
        let today = app.clock.now().date_naive();
        let is_tried = tried_out.is_tried;
        let view = view(caller, &team, &found, tried_out.plan, &people, query.shown, today);
        let view = RoadmapView { is_tried, nav: nav.clone(), ..view };
        Ok(Self { nav, view: Some(view), what_if, filter, query: tried, start })
    }

    /// Whether the page holds a board that somebody may move cards on.
    pub(super) fn has_board(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.shown == Shown::Board && view.rights.work)
    }
}

const fn nothing() -> WhatIf {
    WhatIf {
        fields: WishFields(Vec::new()),
        errors: Vec::new(),
        before: None,
        items: Vec::new(),
        open: false,
    }
}

/// What is tried out, and what it comes to.
struct Tried {
    plan: Roadmap,
    fields: WishFields,
    errors: Vec<assay_app::components::FieldError>,
    is_tried: bool,
}

impl Tried {
    /// Wishes that cannot be meant leave the saved plan, and say what is wrong.
    fn of(found: &TeamRoadmap, query: &RoadmapQuery) -> Self {
        let saved = |errors| Self {
            plan: found.plan.clone(),
            fields: WishFields(wishes::pairs(&found.wishes)),
            errors,
            is_tried: false,
        };
        if !query.tries && query.wished.is_empty() {
            return saved(Vec::new());
        }
        let fields = WishFields(query.wished.clone());
        let pairs = query.wished.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        match wishes::read(pairs).and_then(|wishes| found.what_if(&wishes)) {
            Ok(plan) => Self { plan, fields, errors: Vec::new(), is_tried: true },
            Err(Error::Invalid(errors)) => Self { fields, ..saved(form_errors(errors)) },
            Err(other) => {
                let error = assay_app::components::FieldError::new("", other.to_string());
                Self { fields, ..saved(vec![error]) }
            }
        }
    }
}

/// Every item that can be switched: what is in either plan, and what is left out or begins later.
fn choosable(found: &TeamRoadmap, shown: &Roadmap) -> Vec<(String, String)> {
    let codes: BTreeSet<&str> = codes(&found.plan)
        .chain(codes(shown))
        .chain(found.wishes.switched_off.iter().map(String::as_str))
        .chain(found.wishes.not_before.keys().map(String::as_str))
        .chain(found.plan.unreachable.iter().chain(&shown.unreachable).map(|stop| stop.code.as_str()))
        .collect();
    let action = |code: &str| Some((code.to_owned(), found.bank().question(code)?.action.clone()));
    codes.into_iter().filter_map(action).collect()
}

fn codes(plan: &Roadmap) -> impl Iterator<Item = &str> {
    plan.phases.iter().flat_map(|phase| &phase.items).map(|item| item.code.as_str())
}

/// The people of a team.
pub(super) struct People {
    names: BTreeMap<Uuid, String>,
    active: Vec<(Uuid, String)>,
    /// All accounts of whoever looks.
    pub(super) own: BTreeSet<Uuid>,
}

impl People {
    pub(super) async fn of(app: &App, caller: &Caller, team: Uuid) -> Result<Self, Error> {
        let members = teams::members(app, caller, team).await?;
        let active = members.iter().filter(|member| member.active);
        Ok(Self {
            own: subjects::accounts(&mut app.db.read().await?, caller.actor().id()).await?,
            active: active.map(|member| (member.person, member.name.clone())).collect(),
            names: members.into_iter().map(|member| (member.person, member.name)).collect(),
        })
    }

    /// Adds the names of people who are no members.
    pub(super) async fn know(&mut self, app: &App, ids: BTreeSet<Uuid>) -> Result<(), Error> {
        let mut conn = app.db.read().await?;
        for id in ids {
            if !self.names.contains_key(&id)
                && let Some(person) = crate::access::store::person(&mut conn, id).await?
            {
                self.names.insert(id, person.name);
            }
        }
        Ok(())
    }

    /// What to call whoever stands behind an id: only people have names.
    pub(super) fn name(&self, id: Uuid) -> &str {
        self.names.get(&id).map_or("A program", String::as_str)
    }

    /// Active members as entries of a list.
    pub(super) fn options(&self) -> Vec<SelectOption> {
        self.active.iter().map(|(id, name)| SelectOption::new(id.to_string(), name.clone())).collect()
    }
}

/// What the saved plan, or one that is tried out, shows; the caller says which, and adds the tabs of the team.
fn view(
    caller: &Caller,
    team: &TeamRow,
    found: &TeamRoadmap,
    plan: Roadmap,
    people: &People,
    shown: Shown,
    today: NaiveDate,
) -> RoadmapView {
    let lines = lines(caller, team, found, &plan, people, today);
    RoadmapView {
        nav: TeamNav::default(),
        bank: found.start.bank.clone(),
        assessment: (found.start.row.title.clone(), format!("/assessments/{}", found.start.row.id)),
        revision: found.saved.as_ref().map_or(0, |row| row.revision),
        saved: found
            .saved
            .as_ref()
            .map(|row| format!("{}, {}", people.name(row.made_by), date(row.made_at.date_naive()))),
        lines,
        plan,
        shown,
        rights: rights(caller, team.id),
        is_tried: false,
        not_before: found.wishes.not_before.clone(),
    }
}

/// What somebody may do with a team's roadmap.
pub(super) fn rights(caller: &Caller, team: Uuid) -> Rights {
    let may = |permission| caller.may(permission, Some(team));
    Rights {
        plan: may(Permission::PlanRoadmap),
        work: may(Permission::WorkRoadmap),
        report: may(Permission::ExportAudit),
    }
}

/// The items of the plan in the order of work, then what is worked on besides. What was planned once, and nobody began,
/// waits until the plan needs it again.
fn lines(
    caller: &Caller,
    team: &TeamRow,
    found: &TeamRoadmap,
    plan: &Roadmap,
    people: &People,
    today: NaiveDate,
) -> Vec<Line> {
    let by_code: BTreeMap<&str, &Tracked> =
        found.items.iter().filter_map(|item| Some((item.code.as_deref()?, item))).collect();
    let worked = |item: &Tracked| worked(caller, team, item, people, today);
    let of_plan =
        plan.phases.iter().flat_map(|phase| phase.items.iter().map(move |item| (phase.number, item)));
    let mut lines: Vec<Line> = of_plan
        .filter_map(|(number, item): (u32, &Item)| {
            let question = found.bank().question(&item.code)?;
            let tracked = by_code.get(item.code.as_str()).map(|tracked| worked(tracked));
            Some(Line::new(found.bank(), question, Some((number, item.clone())), tracked))
        })
        .collect();
    let planned: BTreeSet<&str> = codes(plan).collect();
    let besides = found.items.iter().filter(|item| {
        let is_idle = item.status == assay_domain::roadmap::ItemStatus::Planned && item.evidence.is_empty();
        !is_idle && item.code.as_deref().is_some_and(|code| !planned.contains(code))
    });
    lines.extend(besides.filter_map(|item| {
        let question = found.bank().question(item.code())?;
        Some(Line::new(found.bank(), question, None, Some(worked(item))))
    }));
    lines
}

/// What is known of an item since the plan was saved.
pub(super) fn worked(
    caller: &Caller,
    team: &TeamRow,
    item: &Tracked,
    people: &People,
    today: NaiveDate,
) -> Worked {
    Worked {
        id: item.row.id.to_string(),
        status: item.status,
        owner: item.row.owner_id.map(|id| (id.to_string(), people.name(id).to_owned())),
        due: item.row.due,
        overdue: item.is_overdue(today),
        evidence: item.evidence.len(),
        unreviewed: item.evidence.iter().filter(|piece| piece.decision.is_none()).count(),
        proposed: item.is_proposed,
        cannot_take_over: cannot_take_over(caller, team, item, people),
        revision: item.row.revision,
    }
}

/// Why somebody cannot take an item over, where that is so.
fn cannot_take_over(caller: &Caller, team: &TeamRow, item: &Tracked, people: &People) -> Option<String> {
    if item.was_reviewed_by(&people.own) {
        return Some("You reviewed the evidence, so somebody else updates the answer.".to_owned());
    }
    let may = |permission| caller.may(permission, Some(team.id));
    let works = may(Permission::WorkRoadmap) && may(Permission::AnswerAssessments);
    (!works).then(|| "Somebody in the team updates the answer.".to_owned())
}

/// A rule's words as a sentence of their own.
pub(super) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// A team's roadmap in one line, for the team's page; `None` while there is nothing to start from, or for those who may
/// not see it.
///
/// # Errors
/// Those of the database.
pub async fn summary(app: &App, caller: &Caller, team: &TeamRow) -> Result<Option<Summary>, Error> {
    if !caller.may(Permission::ReadRoadmap, Some(team.id)) {
        return Ok(None);
    }
    let Some(found) = service::get(app, caller, team.id).await? else { return Ok(None) };
    let today = app.clock.now().date_naive();
    let count = |applies: &dyn Fn(&Tracked) -> bool| found.items.iter().filter(|item| applies(item)).count();
    let overdue = count(&|item| item.is_overdue(today));
    let unowned = count(&|item| item.is_planned && item.status.is_open() && item.row.owner_id.is_none());
    let proposed = count(&|item| item.is_proposed);
    Ok(Some(Summary::of(&found.plan, notes(overdue, unowned, proposed))))
}

/// What waits for somebody in roadmaps, for the first page.
///
/// # Errors
/// Those of the database.
pub async fn today(app: &App, caller: &Caller, teams: &[TeamRow]) -> Result<Vec<Errand>, Error> {
    let found = service::errands(app, caller, teams).await?;
    Ok(found.iter().flat_map(errands_of).collect())
}

fn errands_of(errands: &Errands) -> Vec<Errand> {
    let team = &errands.team;
    let href = super::href(team);
    let of = |wanted: Waits| {
        let ids = errands.waiting.iter().filter(move |(_, waits)| *waits == wanted).map(|(id, _)| *id);
        ids.filter_map(|id| errands.roadmap.items.iter().find(|item| item.row.id == id))
    };
    let about = |item: &Tracked| {
        let action = errands.roadmap.bank().question(item.code()).map(|question| question.action.clone());
        format!("{}, {}", team.name, action.unwrap_or_default())
    };
    let one = |item: &Tracked, what: String, state| Errand {
        what,
        href: format!("{href}/items/{}", item.row.id),
        about: about(item),
        state,
    };
    let mut found = Vec::new();
    for item in of(Waits::TakeOver) {
        found.push(one(item, format!("Update the answer to {}", item.code()), Errand::GOOD));
    }
    for item in of(Waits::Review) {
        found.push(one(item, format!("Review the evidence of {}", item.code()), Errand::REVIEW));
    }
    for item in of(Waits::Overdue) {
        let due = item.row.due.map(|due| format!(", due {}", date(due))).unwrap_or_default();
        found.push(one(item, format!("{} is overdue{due}", item.code()), Errand::OVERDUE));
    }
    let unowned = of(Waits::Owner).count();
    if unowned > 0 {
        let verb = if unowned == 1 { "item has" } else { "items have" };
        found.push(Errand {
            what: format!("{unowned} {verb} no owner"),
            href: format!("{href}?view=list&owner=none"),
            about: format!("{}, roadmap", team.name),
            state: Errand::UNOWNED,
        });
    }
    found
}
