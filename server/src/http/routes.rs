//! The list of routes, kept by the very calls that build the router.
//!
//! The API's paths are read from its OpenAPI description, which `utoipa-axum` collects while routing; a room's pages
//! are added through [`Pages`], which does the same for HTML. So a test that walks [`crate::http::routes()`] sees every
//! route that exists, and a new one cannot be forgotten.

use axum::{Router, handler::Handler, http::Method, routing};
use utoipa::openapi::OpenApi;

use crate::app::App;

/// One method on one path, as the router knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RouteId {
    /// Path with its parameters in braces: `/teams/{team}`.
    pub path: String,
    /// `GET`, `POST`, …
    pub method: String,
}

impl RouteId {
    /// The route of a method on a path.
    pub fn new(method: &Method, path: &str) -> Self {
        Self { path: path.to_owned(), method: method.to_string() }
    }
}

impl std::fmt::Display for RouteId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// The HTML routes of a room: pages are got, forms are posted, and nothing else exists.
#[derive(Default)]
pub struct Pages {
    router: Router<App>,
    routes: Vec<RouteId>,
}

impl Pages {
    /// No routes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Shows a page. It must not change any state.
    #[must_use]
    pub fn get<H: Handler<T, App>, T: 'static>(mut self, path: &str, handler: H) -> Self {
        self.routes.push(RouteId::new(&Method::GET, path));
        self.router = self.router.route(path, routing::get(handler));
        self
    }

    /// Takes a form.
    #[must_use]
    pub fn post<H: Handler<T, App>, T: 'static>(mut self, path: &str, handler: H) -> Self {
        self.routes.push(RouteId::new(&Method::POST, path));
        self.router = self.router.route(path, routing::post(handler));
        self
    }

    /// Adds the pages of another room.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.routes.extend(other.routes);
        self.router = self.router.merge(other.router);
        self
    }

    pub(super) fn into_parts(self) -> (Router<App>, Vec<RouteId>) {
        (self.router, self.routes)
    }
}

/// The operations of an OpenAPI description, as routes.
pub(super) fn of_openapi(api: &OpenApi) -> Vec<RouteId> {
    let operations = |path: &str, item: &utoipa::openapi::PathItem| {
        [
            (Method::GET, item.get.is_some()),
            (Method::POST, item.post.is_some()),
            (Method::PUT, item.put.is_some()),
            (Method::PATCH, item.patch.is_some()),
            (Method::DELETE, item.delete.is_some()),
        ]
        .into_iter()
        .filter(|(_, present)| *present)
        .map(|(method, _)| RouteId::new(&method, path))
        .collect::<Vec<_>>()
    };
    api.paths.paths.iter().flat_map(|(path, item)| operations(path, item)).collect()
}
