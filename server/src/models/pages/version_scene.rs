//! From what is on record of a version to what its page shows.

use super::scene::decisions;
use crate::App;
use crate::audit::Names;
use crate::error::Error;
use crate::http::Caller;
use crate::models::service::{self, VersionSeen, Waiting, warnings};
use crate::models::store::{
    self, ContributorRow, DeclaredRow, DeploymentRow, EvidenceRow, FoundRow, ParentRow, VersionRow,
};
use crate::models::{href, version_href};
use assay_app::components::when;
use assay_app::datasets::DeclaredLine;
use assay_app::models::{DataChoice, DataLine, DeploymentLine, EvidenceLine, Place, VersionView, day};
use assay_domain::access::Permission;
use assay_domain::approvals::Who;
use assay_domain::datasets::{DatasetName, Graph, LineageFacts, NodeKind, Usage, UsedBy};
use assay_domain::models::{Change, Deployment, EvidenceKind, Lineage, Ran, UsedFor, VersionRef, history};
use assay_domain::proposals::Kind;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// `known` is what the room of datasets says of the data that is declared.
pub(super) async fn version(
    app: &App,
    caller: &Caller,
    seen: VersionSeen,
    known: Vec<DeclaredLine>,
) -> Result<VersionView, Error> {
    let may_change = caller.may(Permission::RegisterModels, Some(seen.found.team_id));
    let data_choices = if may_change { data_choices(app, caller).await? } else { Vec::new() };
    let VersionSeen {
        found,
        team,
        line,
        children,
        evidence,
        declared,
        deployments,
        events,
        entries,
        contributors,
        separated,
        waiting,
        names,
    } = seen;
    let own = VersionRef { model: found.model.clone(), version: found.version.version.clone() };
    let pages: BTreeMap<String, Option<String>> =
        known.into_iter().map(|line| (line.dataset.label, line.dataset.href)).collect();
    let all = deployments.iter().map(|row| row.deployment(&found.model)).collect::<Result<Vec<_>, _>>()?;
    let ran = ran_of(&own, &all);
    let (graph, links) = lineage(&own, &found, &line, &children, &declared, &ran)?;
    let row = &found.version;
    let wrong = wrong_entry(caller, row, &names)?;
    let people = |people: Vec<Who>| people.iter().map(|who| person(who, &names)).collect();
    let parent = found.parent_model.clone().zip(found.parent_version.clone());
    let parent = parent.map(|(model, version)| {
        let seen = line.iter().any(|row| row.model == model && row.version == version);
        let href = seen.then(|| version_href(&model, &version));
        Place { label: format!("{model} {version}"), href }
    });
    let by = row.registered_by.map(|id| format!(", by {}", names.anybody(id))).unwrap_or_default();
    let mut evidence =
        evidence.into_iter().map(|row| Ok((row.kind()?, row))).collect::<Result<Vec<_>, Error>>()?;
    evidence.sort_by_key(|(kind, _)| *kind);
    let own_deployments = deployments.iter().filter(|deployment| deployment.model_version_id == row.id).rev();
    Ok(VersionView {
        model_href: href(&found.model),
        href: version_href(&found.model, &row.version),
        team: team.name,
        tier: found.tier()?,
        archived: found.archived_at.is_some(),
        digest: row.artefact_digest.clone(),
        registered: format!("{}{by}", when(row.registered_at)),
        run: row.run.clone(),
        commit: row.source_commit.clone(),
        parent,
        card_url: row.card_url.clone(),
        authors: people(row.authors()?),
        committers: people(row.committers()?),
        contributors: contributors_line(&contributors, &names),
        warnings: warnings(&separated),
        waiting: waiting.iter().map(|one| waiting_line(one, &names)).collect(),
        wrong,
        metrics: row.metrics()?.into_iter().collect(),
        node: format!("{}:{own}", NodeKind::Version),
        graph,
        links,
        evidence: evidence.into_iter().map(|(kind, row)| piece(kind, row, &names)).collect(),
        data: declared.into_iter().map(|row| data_line(row, &pages)).collect(),
        data_choices,
        deployments: own_deployments
            .map(|row| deployment_line(row, &ran, &names))
            .collect::<Result<_, _>>()?,
        decisions: decisions(caller, events, &entries),
        may_change,
        version: row.version.clone(),
        model: found.model,
    })
}

async fn data_choices(app: &App, caller: &Caller) -> Result<Vec<DataChoice>, Error> {
    let reach = caller.principal.reach(Permission::ReadDatasets);
    let rows = store::declarable(&mut app.db.read().await?).await?;
    let seen = rows.into_iter().filter(|row| reach.covers(Some(row.team_id)));
    Ok(seen
        .map(|row| DataChoice {
            value: row.dataset_version_id.to_string(),
            label: format!("{}/{} {}", row.namespace, row.name, row.version),
        })
        .collect())
}

pub(super) fn person(who: &Who, names: &Names) -> String {
    if let Some(name) = who.account.and_then(|account| names.person(account)) {
        return name.to_owned();
    }
    let subject = |subject: &String| subject.strip_prefix("email|").unwrap_or(subject).to_owned();
    who.subjects.iter().map(subject).collect::<Vec<_>>().join(", ")
}

/// What waits to be confirmed about somebody, with the proposal's page.
fn waiting_line(one: &Waiting, names: &Names) -> (String, String) {
    let who = person(&one.who, names);
    let what = match one.kind {
        Kind::AuthorClaim => format!("{who} has decided about it and is named among its {}", one.list.name()),
        _ => format!("{who} asks to be taken off its {}", one.list.name()),
    };
    (what, format!("/proposals/{}", one.proposal))
}

/// The entries that the visitor may say are wrong: an officer about all, everybody about their own.
fn wrong_entry(caller: &Caller, row: &VersionRow, names: &Names) -> Result<Vec<(String, String)>, Error> {
    let own = |who: &Who| who.account.is_some() && who.account == caller.principal.person();
    let officer = service::is_officer(caller);
    let mut entries = Vec::new();
    for (list, people) in [("authors", row.authors()?), ("committers", row.committers()?)] {
        for who in people.iter().filter(|who| officer || own(who)) {
            let key = who.account.map(|account| account.to_string());
            let key = key.or_else(|| who.subjects.iter().next().cloned()).unwrap_or_default();
            entries.push((format!("{list} {key}"), format!("{}, {list}", person(who, names))));
        }
    }
    Ok(entries)
}

/// Each contributor with what they did, once.
fn contributors_line(rows: &[ContributorRow], names: &Names) -> Vec<String> {
    let mut by: Vec<(Uuid, Vec<&str>)> = Vec::new();
    for row in rows {
        match by.iter_mut().find(|(account, _)| *account == row.account) {
            Some((_, what)) => what.push(&row.what),
            None => by.push((row.account, vec![&row.what])),
        }
    }
    by.into_iter()
        .map(|(account, what)| format!("{} ({})", names.anybody(account), what.join(", ")))
        .collect()
}

/// The times during which a version ran, by environment.
fn ran_of(own: &VersionRef, all: &[Deployment]) -> Vec<(String, Ran)> {
    let environments: BTreeSet<&String> = all.iter().map(|one| &one.environment).collect();
    let times = environments.into_iter().flat_map(|environment| {
        let ran = history(all, environment).into_iter().filter(|ran| ran.version == *own);
        ran.map(|ran| (environment.clone(), ran))
    });
    times.collect()
}

/// Where the version comes from and where it went, with the pages of what is in it.
fn lineage(
    own: &VersionRef,
    found: &FoundRow,
    line: &[ParentRow],
    children: &[ParentRow],
    declared: &[DeclaredRow],
    ran: &[(String, Ran)],
) -> Result<(Graph, BTreeMap<String, String>), Error> {
    let name = |row: &ParentRow| VersionRef { model: row.model.clone(), version: row.version.clone() };
    let of = |row: &ParentRow| {
        let parent = match row.parent_id {
            Some(id) if id == found.version.id => Some(own.clone()),
            Some(id) => line.iter().find(|other| other.id == id).map(name),
            None => None,
        };
        (name(row), Lineage { run: row.run.clone(), commit: row.source_commit.clone(), parent })
    };
    // What was made from it is only named: where else that comes from is on its own page.
    let offspring =
        |row: &ParentRow| (name(row), Lineage { parent: Some(own.clone()), ..Lineage::default() });
    let versions: Vec<_> = line.iter().map(of).chain(children.iter().map(offspring)).collect();
    let usages = declared.iter().map(|row| usage(own, found, row)).collect::<Result<Vec<_>, _>>()?;
    let graph = Graph::of(&LineageFacts { versions: &versions, usages: &usages, ran });
    let pages = versions
        .iter()
        .map(|(version, _)| {
            let node = format!("{}:{version}", NodeKind::Version);
            (node, version_href(&version.model, &version.version))
        })
        .collect();
    Ok((graph, pages))
}

/// A declared dataset, as a lineage takes it.
fn usage(own: &VersionRef, found: &FoundRow, row: &DeclaredRow) -> Result<Usage, Error> {
    let digest = row.digest.parse().map_err(|error| {
        Error::internal(format!("dataset_version.digest of {}: {error}", row.dataset_version_id))
    })?;
    Ok(Usage {
        dataset: DatasetName { namespace: row.namespace.clone(), name: row.name.clone() },
        digest: Some(digest),
        by: UsedBy::Job { name: String::new() },
        version: Some(own.clone()),
        purpose: row.used_for.clone(),
        at: found.version.registered_at,
        rows: None,
    })
}

fn piece(kind: EvidenceKind, row: EvidenceRow, names: &Names) -> EvidenceLine {
    EvidenceLine {
        id: row.id.to_string(),
        kind: kind.label().to_owned(),
        title: row.title,
        uri: row.uri,
        sha256: row.sha256,
        made_on: day(row.made_on),
        added_by: names.anybody(row.added_by),
    }
}

fn data_line(row: DeclaredRow, pages: &BTreeMap<String, Option<String>>) -> DataLine {
    let used_for = row.used_for.parse::<UsedFor>();
    let name = format!("{}/{}", row.namespace, row.name);
    let page = pages.get(&name).cloned().flatten();
    DataLine {
        key: format!("{} {}", row.dataset_version_id, row.used_for),
        dataset: (name, page),
        used_for: used_for.map_or(row.used_for, |used| used.label().to_owned()),
        version: row.version,
        digest: row.digest,
    }
}

fn deployment_line(
    row: &DeploymentRow,
    ran: &[(String, Ran)],
    names: &Names,
) -> Result<DeploymentLine, Error> {
    let change: Change = row
        .change
        .parse()
        .map_err(|error| Error::internal(format!("deployment.change of {}: {error}", row.id)))?;
    let during = ran.iter().find(|(environment, ran)| {
        *environment == row.environment
            && ran.from <= row.at
            && ran.until.is_none_or(|until| until > row.at)
            && change != Change::Removed
    });
    let until = during.map(|(_, ran)| ran.until.map_or_else(|| "still runs".to_owned(), when));
    Ok(DeploymentLine {
        when: when(row.at),
        environment: row.environment.clone(),
        change: super::sentence(change.label()),
        until: until.unwrap_or_default(),
        run_url: row.run_url.clone(),
        reported_by: names.anybody(row.reported_by),
    })
}
