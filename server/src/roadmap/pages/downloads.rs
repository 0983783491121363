//! A team's roadmap as a file: what was saved, or the shortest way while nothing is.

use assay_domain::roadmap::formats::{self, Overlay, Tracking};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::scene::People;
use crate::App;
use crate::error::Error;
use crate::http::{Page, Path};
use crate::roadmap::service::{self, TeamRoadmap};
use crate::teams::service as teams;

pub(super) async fn csv(app: State<App>, page: Page, team: Path<String>) -> Result<Response, Error> {
    let file = File::of(app, &page, team).await?;
    let text = formats::csv(&file.roadmap.plan, file.roadmap.bank(), Some(&file.overlay));
    Ok(file.answer("text/csv; charset=utf-8", "csv", text))
}

pub(super) async fn markdown(app: State<App>, page: Page, team: Path<String>) -> Result<Response, Error> {
    let file = File::of(app, &page, team).await?;
    let text = formats::markdown(&file.roadmap.plan, file.roadmap.bank(), Some(&file.overlay));
    Ok(file.answer("text/markdown; charset=utf-8", "md", text))
}

pub(super) async fn json(app: State<App>, page: Page, team: Path<String>) -> Result<Response, Error> {
    let file = File::of(app, &page, team).await?;
    let text = formats::json(&file.roadmap.plan, Some(&file.overlay)).map_err(Error::internal)?;
    Ok(file.answer("application/json", "json", text))
}

/// What goes into a file.
struct File {
    slug: String,
    roadmap: TeamRoadmap,
    overlay: Overlay,
}

impl File {
    async fn of(State(app): State<App>, page: &Page, Path(team): Path<String>) -> Result<Self, Error> {
        let team = teams::get(&app, &page.caller, &team).await?;
        let found = service::get(&app, &page.caller, team.id).await?;
        let roadmap = found.ok_or_else(service::no_assessment)?;
        let mut people = People::of(&app, &page.caller, team.id).await?;
        people.know(&app, roadmap.items.iter().filter_map(|item| item.row.owner_id).collect()).await?;
        let tracking = |item: &service::Tracked| Tracking {
            owner: item.row.owner_id.map(|id| people.name(id).to_owned()),
            status: Some(item.status.as_str().to_owned()),
            due: item.row.due,
        };
        let overlay =
            roadmap.items.iter().filter_map(|item| Some((item.code.clone()?, tracking(item)))).collect();
        Ok(Self { slug: team.slug, roadmap, overlay })
    }

    fn answer(&self, kind: &str, end: &str, text: String) -> Response {
        let disposition = format!("attachment; filename=\"roadmap-{}.{end}\"", self.slug);
        ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], text)
            .into_response()
    }
}
