//! Who asks too often is told to wait, by name of the token, the session or the address; nobody else notices, and time
//! passes only when the test says so.

use assay_domain::access::{Role, Scope};
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, World};
use axum::body::Body;
use axum::http::{Method, Request, header};
use chrono::TimeDelta;

/// A second's worth of requests, in this world; ten times as many may come at once.
const PER_SECOND: u32 = 3;
const AT_ONCE: usize = 30;

async fn limited() -> World {
    World::with(Place::sqlite(), |config| config.rate_limit = PER_SECOND).await
}

async fn ask(world: &World, who: Who, method: &Method, path: &str, body: &str) -> Answer {
    world.send(who, method, path, body).await
}

/// How many are let through before the first that is not, which is given as well.
async fn until_refused(world: &World, who: Who, method: &Method, path: &str, body: &str) -> (usize, Answer) {
    for passed in 0..1000 {
        let answer = ask(world, who, method, path, body).await;
        if answer.status == 429 {
            return (passed, answer);
        }
    }
    panic!("{who} is never told to wait at {path}");
}

fn wait_of(answer: &Answer) -> i64 {
    answer.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_told_to_wait_and_nobody_else_is() {
    let world = limited().await;
    let (passed, refused) = until_refused(&world, Who::TeamMachine, &Method::GET, "/api/v1/teams", "").await;
    assert_eq!(passed, AT_ONCE);
    assert_eq!(refused.headers[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(refused.json()["type"], "urn:assay:problem:too-many-attempts");
    for other in [Who::PoorMachine, Who::Person(Role::TeamLead), Who::Person(Role::Viewer)] {
        let answer = ask(&world, other, &Method::GET, "/api/v1/teams", "").await;
        assert_eq!(answer.status, 200, "{other}: {}", answer.body);
    }
    world.clock.advance(TimeDelta::seconds(wait_of(&refused)));
    assert_eq!(ask(&world, Who::TeamMachine, &Method::GET, "/api/v1/teams", "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_post_leaves_nothing() {
    let world = limited().await;
    until_refused(&world, Who::TeamMachine, &Method::GET, "/api/v1/teams", "").await;
    let before = world.recorded().await;
    let event = assay_tests::world::approval("never-there");
    let answer = ask(&world, Who::TeamMachine, &Method::POST, "/api/v1/approval-events", &event).await;
    assert_eq!(answer.status, 429, "{}", answer.body);
    assert_eq!(world.recorded().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_counted_once_for_each_page() {
    let world = limited().await;
    let (passed, refused) =
        until_refused(&world, Who::Person(Role::TeamLead), &Method::GET, "/teams", "").await;
    assert_eq!(passed, AT_ONCE);
    assert!(
        refused.body.contains("<html") && refused.body.contains("Wait"),
        "a page for people: {}",
        refused.body
    );
    assert!(wait_of(&refused) >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_counted_by_address() {
    let world = limited().await;
    let guess = async |n: usize| {
        let request =
            Request::get("/api/v1/teams").header(header::AUTHORIZATION, format!("Bearer assay_{n}"));
        world.send_raw(request.body(Body::empty()).unwrap()).await.status.as_u16()
    };
    for n in 0..AT_ONCE {
        assert_eq!(guess(n).await, 401);
    }
    assert_eq!(guess(AT_ONCE).await, 429, "each guess was another, and all came from one address");
    let page = ask(&world, Who::SignedOut, &Method::GET, "/sign-in", "").await;
    assert_eq!(page.status, 429, "the address is known as one that asks too often");
    let known = ask(&world, Who::TeamMachine, &Method::GET, "/api/v1/teams", "").await;
    assert_eq!(known.status, 200, "whoever has a token is not held back by others behind the same address");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_stricter_where_guessing_pays() {
    for (path, body) in [
        ("/sign-in", "email=nobody@nowhere.example&password=wrong&next="),
        ("/api/v1/token", "grant_type=password"),
        ("/setup", "link=x&name=x&email=x&password=x"),
        ("/invite/nothing", "password=x"),
    ] {
        let world = limited().await;
        let (passed, refused) = until_refused(&world, Who::SignedOut, &Method::POST, path, body).await;
        // Signing in has delays of its own, which may come first.
        assert!(passed <= AT_ONCE / 3, "{path}: {passed}");
        assert!(wait_of(&refused) >= 1, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_it_runs_can_always_be_asked() {
    let world = limited().await;
    for _ in 0..3 * AT_ONCE {
        for path in ["/livez", "/readyz"] {
            assert_eq!(ask(&world, Who::SignedOut, &Method::GET, path, "").await.status, 200);
        }
    }
    until_refused(&world, Who::SignedOut, &Method::GET, "/sign-in", "").await;
    assert_eq!(ask(&world, Who::SignedOut, &Method::GET, "/readyz", "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_limit_where_none_is_set() {
    let world = World::new().await;
    let (_, token) = world.add_service("busy", &[Scope::ModelsRead], None).await;
    for _ in 0..300 {
        let request = Request::get("/api/v1/teams").header(header::AUTHORIZATION, format!("Bearer {token}"));
        assert_eq!(world.send_raw(request.body(Body::empty()).unwrap()).await.status, 200);
    }
}
