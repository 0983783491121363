//! The doors: what every route has in common, and the ways in.

use assay_domain::access::Role;
use assay_ledger::json::DOUBLED;
use assay_tests::world::{Answer, PASSWORD, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, Request, header};
use chrono::TimeDelta;

const ADMIN: Who = Who::Person(Role::Admin);
const LEAD: Who = Who::Person(Role::TeamLead);

fn form(path: &str, cookie: &str) -> axum::http::request::Builder {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookie.to_owned())
}

#[tokio::test]
async fn a_write_from_another_site_is_refused_and_leaves_nothing() {
    let world = World::new().await;
    let cookie = format!("assay-session={}", world.sign_in("admin").await);
    let before = world.recorded().await;
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")]
    {
        for (path, kind, body) in [
            ("/teams/new", "application/x-www-form-urlencoded", "name=Evil&slug=&purpose="),
            ("/api/v1/teams", "application/json", r#"{"name":"Evil"}"#),
        ] {
            let request =
                Request::post(path).header(header::CONTENT_TYPE, kind).header(header::COOKIE, &cookie);
            let request = request
                .header(header::HOST, "127.0.0.1:8080")
                .header(name, value)
                .body(Body::from(body))
                .unwrap();
            let answer = world.send_raw(request).await;
            assert_eq!(answer.status, 403, "{path} with {name}: {value}");
            assert!(answer.body.contains("another site"), "{}", answer.body);
        }
    }
    assert_eq!(world.recorded().await, before);
    let own = form("/teams/new", &cookie)
        .header(header::HOST, "127.0.0.1:8080")
        .header("origin", "http://127.0.0.1:8080");
    let answer = world.send_raw(own.body(Body::from("name=Good&slug=&purpose=")).unwrap()).await;
    assert_eq!(answer.status, 303, "the own site may");
}

#[tokio::test]
async fn bad_bodies_are_problems_that_name_the_place() {
    let world = World::new().await;
    let before = world.recorded().await;
    let post = |body: &'static str| world.send(ADMIN, &Method::POST, "/api/v1/teams", body);
    let answer = post(r#"{"name":"x","nme":"y"}"#).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/nme");
    assert_eq!(post(r#"{"name":5}"#).await.json()["errors"][0]["pointer"], "/name");
    assert_eq!(post(r#"{"name":"#).await.status, 400);
    assert_eq!(post("name=x").await.status, 415);

    let json = |body: Vec<u8>| {
        Request::post("/api/v1/teams")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .unwrap()
    };
    let cookie = format!("assay-session={}", world.sign_in("admin").await);
    let as_admin = |mut request: Request<Body>| {
        request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        world.send_raw(request)
    };
    let before = before + 1; // the session
    let answer = as_admin(json(b"{\"name\":\"\xff\"}".to_vec())).await;
    assert_eq!((answer.status.as_u16(), answer.body.contains("not UTF-8")), (400, true));
    let answer = as_admin(json(format!(r#"{{"name":"{}"}}"#, "x".repeat(1 << 20)).into_bytes())).await;
    assert_eq!((answer.status.as_u16(), answer.body.contains("1048576 bytes")), (413, true));
    assert_eq!(world.recorded().await, before);
}

/// The last of two answers once lowered a model's tier. API, forms and files refuse both.
#[tokio::test]
async fn what_is_said_twice_is_not_heard() {
    let world = World::new().await;
    let model = world.object("models/model", Whose::Own);
    let before = world.recorded().await;
    let api = format!("/api/v1/models/{model}");
    let refused = |answer: Answer, pointer: &str| {
        let found = answer.json()["errors"][0].clone();
        assert_eq!(
            (answer.status.as_u16(), found["pointer"].as_str()),
            (422, Some(pointer)),
            "{}",
            answer.body
        );
        assert!(found["message"].as_str().is_some_and(|message| message.starts_with(DOUBLED)), "{found}");
    };
    let twice = r#"{"risk_answers":{"life-and-limb":"yes","money-at-stake":"no","life-and-limb":"no"}}"#;
    refused(world.send(LEAD, &Method::PATCH, &api, twice).await, "/risk_answers/life-and-limb");
    let version = r#"{"version":"9","artefact_digest":"sha256:0","metrics":{"auc":0.4,"\u0061uc":0.99}}"#;
    refused(world.send(LEAD, &Method::POST, &format!("{api}/versions"), version).await, "/metrics/auc");
    let rule = r#"{"name":"x","claims":{"repository_id":"42","repository_id":"43"}}"#;
    refused(world.send(ADMIN, &Method::POST, "/api/v1/ci-trust", rule).await, "/claims/repository_id");
    let field = "risk_answers-life-and-limb";
    let page = format!("/models/{model}/risk");
    let form = world.send(LEAD, &Method::POST, &page, &format!("{field}=yes&{field}=no")).await;
    assert_eq!((form.status.as_u16(), form.body.contains("is there twice")), (400, true), "{}", form.body);
    assert_eq!(world.recorded().await, before);
}

#[tokio::test]
async fn every_answer_is_guarded_by_headers() {
    let world = World::new().await;
    for path in ["/sign-in", "/account", "/teams", "/no/such/page", "/api/v1/teams", "/api/docs/", "/livez"] {
        let answer = world.send(ADMIN, &Method::GET, path, "").await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'self'; script-src 'self' 'nonce-"), "{path}: {policy}");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{path}");
        assert!(answer.headers.contains_key("x-request-id"), "{path}");
        for inline in ["style=\"", "onclick=", "<style"] {
            assert!(!answer.body.contains(inline), "{path} has {inline}");
        }
    }
}

#[tokio::test]
async fn errors_are_pages_for_people_and_problems_for_programs() {
    let world = World::new().await;
    let page = world.send(LEAD, &Method::GET, "/no/such/page", "").await;
    assert_eq!((page.status.as_u16(), page.body.contains("<h1>There is nothing here</h1>")), (404, true));
    let problem = world.send(LEAD, &Method::GET, "/api/v1/no-such-thing", "").await;
    assert_eq!((problem.status.as_u16(), problem.json()["status"].as_u64()), (404, Some(404)));
    assert_eq!(world.send(LEAD, &Method::PATCH, "/api/v1/teams", "").await.json()["status"], 405);
    let nobody = world.send(Who::SignedOut, &Method::GET, "/api/v1/teams", "").await;
    assert_eq!(
        (nobody.status.as_u16(), nobody.headers[header::WWW_AUTHENTICATE].to_str().unwrap()),
        (401, "Bearer realm=\"assay\"")
    );
}

#[tokio::test]
async fn a_refused_change_is_on_the_record_and_a_refused_look_is_not() {
    let world = World::new().await;
    let before = world.recorded().await;
    let foreign = format!("/api/v1/teams/{}", world.team(assay_tests::world::Whose::Foreign));
    assert_eq!(world.send(LEAD, &Method::GET, &foreign, "").await.status, 404);
    assert_eq!(world.recorded().await, before, "looking leaves no trace");
    let member = format!("{foreign}/members/{}", uuid::Uuid::nil());
    assert_eq!(world.send(LEAD, &Method::PUT, &member, r#"{"roles":["viewer"]}"#).await.status, 404);
    assert_eq!(world.recorded().await, before + 1, "what one may not even see");
    assert_eq!(world.send(LEAD, &Method::POST, "/api/v1/teams", r#"{"name":"x"}"#).await.status, 403);
    assert_eq!(world.recorded().await, before + 2, "what one may see but not do");
    assert_eq!(
        world.send(Who::SignedOut, &Method::POST, "/api/v1/teams", r#"{"name":"x"}"#).await.status,
        401
    );
    assert_eq!(world.recorded().await, before + 2, "strangers cannot fill the ledger");
    for _ in 0..50 {
        world.send(LEAD, &Method::POST, "/api/v1/teams", r#"{"name":"x"}"#).await;
    }
    assert_eq!(world.recorded().await, before + 10, "nor can insiders");
}

#[tokio::test]
async fn guessing_is_slowed_down_and_never_locks_out() {
    let world = World::new().await;
    let try_it = |password: &'static str| {
        let body = format!("email=viewer%40example.org&password={password}&next=%2Fteams");
        let world = &world;
        async move { world.send(Who::SignedOut, &Method::POST, "/sign-in", &body).await }
    };
    for _ in 0..5 {
        assert_eq!(try_it("wrong").await.status, 422);
    }
    let held_back = try_it("walnut+carriage+fog+mitten").await;
    assert_eq!(held_back.status, 429, "even with the right password");
    assert!(held_back.body.contains("viewer@example.org"), "what was typed stays");
    world.clock.advance(TimeDelta::seconds(60));
    let answer = try_it("walnut+carriage+fog+mitten").await;
    assert_eq!((answer.status.as_u16(), answer.headers[header::LOCATION].to_str().unwrap()), (303, "/teams"));
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("assay-session=") && cookie.contains("HttpOnly; SameSite=Lax; Path=/"),
        "{cookie}"
    );
    assert_eq!(try_it("wrong").await.status, 422, "a success forgets the failures");
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_old_or_ended() {
    let world = World::new().await;
    let look = async |cookie: &str| {
        let request = Request::get("/account").header(header::COOKIE, format!("assay-session={cookie}"));
        world.send_raw(request.body(Body::empty()).unwrap()).await.status.as_u16()
    };
    let cookie = world.sign_in("viewer").await;
    for _ in 0..14 {
        world.clock.advance(TimeDelta::hours(11));
        assert_eq!(look(&cookie).await, 200, "in use");
    }
    world.clock.advance(TimeDelta::hours(14));
    assert_eq!(look(&cookie).await, 303, "seven days old");
    let cookie = world.sign_in("viewer").await;
    world.clock.advance(TimeDelta::hours(12));
    assert_eq!(look(&cookie).await, 303, "idle");
    let cookie = world.sign_in("viewer").await;
    let out = form("/sign-out", &format!("assay-session={cookie}")).body(Body::empty()).unwrap();
    assert_eq!(world.send_raw(out).await.status, 303);
    assert_eq!(look(&cookie).await, 303, "signed out");
    assert_eq!(look("nonsense").await, 303);
}

#[tokio::test]
async fn an_invited_person_chooses_a_password_and_is_in() {
    let world = World::new().await;
    let invited = world
        .send(
            ADMIN,
            &Method::POST,
            "/admin/people",
            "name=Ida+Berg&email=Ida%40example.org&role=viewer&team=",
        )
        .await;
    let link = invited.body.split("/invite/").nth(1).unwrap().split('<').next().unwrap();
    let path = format!("/invite/{link}");
    assert!(world.send(Who::SignedOut, &Method::GET, &path, "").await.body.contains("Welcome, Ida Berg"));
    let weak = world.send(Who::SignedOut, &Method::POST, &path, "password=ida+berg+ida+berg").await;
    assert_eq!((weak.status.as_u16(), weak.body.contains("href=\"#password\"")), (422, true));
    let chosen = world
        .send(Who::SignedOut, &Method::POST, &path, &format!("password={}", PASSWORD.replace(' ', "+")))
        .await;
    assert_eq!(chosen.status, 303, "{}", chosen.body);
    assert_eq!(world.send(Who::SignedOut, &Method::GET, &path, "").await.status, 404, "the link works once");
    world.sign_in("ida").await;
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let world = World::new().await;
    let admin = world.principal(ADMIN).unwrap().person().unwrap();
    let path = format!("/admin/people/{admin}");
    let answer = world.send(ADMIN, &Method::POST, &format!("{path}/active"), "active=no").await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    let answer = world.send(ADMIN, &Method::POST, &format!("{path}/roles/revoke"), "role=admin&team=").await;
    assert_eq!(answer.status, 409);
    assert_eq!(world.send(ADMIN, &Method::GET, &path, "").await.status, 200);
}

#[tokio::test]
async fn the_first_administrator_comes_in_by_a_link_that_works_once() {
    let world = World::new_empty().await;
    let link = assay_server::access::service::setup_link(&world.app).await.unwrap().unwrap();
    let older = link.split("link=").nth(1).unwrap().to_owned();
    let link = assay_server::access::service::setup_link(&world.app).await.unwrap().unwrap();
    let secret = link.split("link=").nth(1).unwrap().to_owned();
    let look = async |link: &str| {
        world.send(Who::SignedOut, &Method::GET, &format!("/setup?link={link}"), "").await.status
    };
    assert_eq!(
        (look(&older).await.as_u16(), look(&secret).await.as_u16()),
        (404, 200),
        "only the latest link works"
    );
    let body =
        format!("link={secret}&name=Ada&email=ada%40example.org&password={}", PASSWORD.replace(' ', "+"));
    assert_eq!(world.send(Who::SignedOut, &Method::POST, "/setup", &body).await.status, 303);
    assert_eq!(look(&secret).await, 404);
    assert_eq!(assay_server::access::service::setup_link(&world.app).await.unwrap(), None);
    world.sign_in("ada").await;
}

#[tokio::test]
async fn a_token_has_no_more_than_its_owner_has_now() {
    let world = World::new().await;
    let body = "name=mine&scopes=admin&team=&days=1";
    let page = world.send(ADMIN, &Method::POST, "/account/tokens", body).await.body;
    let token = page.split("assay_").nth(1).unwrap().split('<').next().unwrap();
    let create = async |name: &str| {
        let request =
            Request::post("/api/v1/teams").header(header::AUTHORIZATION, format!("Bearer assay_{token}"));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        world
            .send_raw(request.body(Body::from(format!(r#"{{"name":"{name}"}}"#))).unwrap())
            .await
            .status
            .as_u16()
    };
    assert_eq!(create("one").await, 201);
    let other = assay_domain::access::RoleHeld { role: Role::Admin, team: None };
    world.add_person("second-admin", other).await;
    let admin = world.principal(ADMIN).unwrap().person().unwrap();
    let revoke = format!("/admin/people/{admin}/roles/revoke");
    assert_eq!(world.send(ADMIN, &Method::POST, &revoke, "role=admin&team=").await.status, 303);
    assert_eq!(create("two").await, 403, "the owner lost the role");
    world.clock.advance(TimeDelta::days(1));
    assert_eq!(create("three").await, 401, "the token ended");
}
