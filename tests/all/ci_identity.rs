//! Jobs of a CI that come in with the identity that their CI signed for them, and everybody who would like to be one.

use assay_domain::access::Role;
use assay_domain::ci_trust::{Algorithm, TrustRule};
use assay_server::ci_trust::keys::{FRESH, KEEP, PAUSE};
use assay_server::ci_trust::service::rules;
use assay_server::ci_trust::signing::{Claims, TokenKey};
use assay_server::clock::SeededRng;
use assay_server::http::{Caller, IfMatch};
use assay_tests::browser::{Browser, Scheme, Scripts};
use assay_tests::issuer::{Issuer, Mood, SigningKey, unsigned};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, PASSWORD, Who, Whose, World, approval, trust_rule};
use axum::body::Body;
use axum::http::{Method, Request, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

const ADMIN: Who = Who::Person(Role::Admin);
const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

/// An organisation that trusts repository 42 of an issuer for its own team.
struct Stage {
    world: World,
    issuer: Issuer,
    key: SigningKey,
    rule: Uuid,
}

impl Stage {
    async fn on(place: Place) -> Self {
        let (world, key) = (World::on(place).await, SigningKey::rsa("one"));
        let issuer = Issuer::start(std::slice::from_ref(&key)).await;
        let mut stage = Self { world, issuer, key, rule: Uuid::nil() };
        stage.rule = stage.trust(|_| {}).await;
        stage
    }

    /// Adds a rule like the first one, with something else in it.
    async fn trust(&self, change: impl FnOnce(&mut TrustRule)) -> Uuid {
        let mut rule = trust_rule(&self.issuer.url(), Some(self.world.team(Whose::Own)));
        change(&mut rule);
        let added = rules::add(&self.world.app, &Caller::system(&self.world.app), rule).await;
        added.expect("a trust rule is added").id
    }

    /// What the CI says about a job, each time about another run.
    fn claims(&self) -> Value {
        let now = self.world.app.clock.now().timestamp();
        json!({
            "iss": self.issuer.url(), "aud": "https://assay.example", "sub": "repo:octo/fraud:ref:refs/heads/main",
            "jti": self.world.app.new_id(), "iat": now, "nbf": now - 5, "exp": now + 300,
            "repository": "octo/fraud", "repository_id": "42", "repository_owner_id": "7", "ref": "refs/heads/main",
            "run_id": "9876543210", "sha": "4b825dc642cb6eb9a060e54bf8d69288fbee4904", "event_name": "push",
        })
    }

    /// The same with other claims; null takes one away.
    fn claims_with(&self, changes: Value) -> Value {
        let mut claims = self.claims();
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        claims
    }

    fn token(&self) -> String {
        self.key.sign(&self.claims())
    }

    async fn exchange(&self, token: &str) -> Answer {
        self.exchange_with(token, &[]).await
    }

    async fn exchange_with(&self, token: &str, more: &[(&str, &str)]) -> Answer {
        let usual = [("grant_type", GRANT), ("subject_token_type", ID_TOKEN), ("subject_token", token)];
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(usual.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name)));
        form.extend_pairs(more.iter().filter(|(_, value)| !value.is_empty()));
        let body = form.finish();
        self.world.send(Who::SignedOut, &Method::POST, "/api/v1/token", &body).await
    }

    /// A token of ours for a new job.
    async fn come_in(&self) -> String {
        let answer = self.exchange(&self.token()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// The status of a request with a bearer token.
    async fn status(&self, bearer: &str, method: Method, path: &str, body: &str) -> u16 {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {bearer}"))
            .header(header::CONTENT_TYPE, "application/json");
        self.world.send_raw(request.body(Body::from(body.to_owned())).unwrap()).await.status.as_u16()
    }

    /// The status of something that every valid token may ask for.
    async fn knocks(&self, bearer: &str) -> u16 {
        self.status(bearer, Method::GET, "/api/v1/teams", "").await
    }
}

on_both_engines!(
    a_job_comes_in_and_acts_as_its_rule,
    nobody_else_comes_in,
    a_token_is_good_once,
    keys_come_and_go,
    a_token_of_ours_ends_with_its_time_and_its_rule,
);

async fn a_job_comes_in_and_acts_as_its_rule(place: Place) {
    let stage = Stage::on(place).await;
    let answer = stage.exchange(&stage.token()).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers[header::CACHE_CONTROL]),
        (200, &"no-store".parse().unwrap())
    );
    let granted = answer.json();
    assert_eq!(granted["token_type"], "Bearer");
    assert_eq!(granted["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
    assert_eq!(granted["expires_in"], 600);
    assert_eq!(granted["scope"], "models:write approvals:report");
    let bearer = granted["access_token"].as_str().unwrap();

    let event = approval("job-model");
    assert_eq!(stage.status(bearer, Method::POST, "/api/v1/approval-events", &event).await, 201);
    let foreign = approval(stage.world.object("models/model", Whose::Foreign));
    assert_eq!(
        stage.status(bearer, Method::POST, "/api/v1/approval-events", &foreign).await,
        404,
        "another team's"
    );
    for path in ["/api/v1/audit/checkpoint", "/api/v1/questionnaires", "/api/v1/ci-trust"] {
        let status = stage.status(bearer, Method::GET, path, "").await;
        assert_eq!(
            status,
            if path.ends_with("checkpoint") {
                200
            } else if path.ends_with("ci-trust") {
                404
            } else {
                403
            }
        );
    }

    stage.world.settled().await;
    let entries = stage
        .world
        .send(ADMIN, &Method::GET, "/api/v1/audit/entries?action=token.exchanged", "")
        .await
        .json();
    let entry = &entries["items"][0];
    assert_eq!((&entry["actor"]["kind"], &entry["actor"]["name"]), (&json!("service"), &json!("Release")));
    assert_eq!(entry["actor"]["id"], json!(stage.rule));
    assert_eq!(entry["subject"]["type"], "ci_trust");
    assert_eq!(entry["team"]["id"], json!(stage.world.team(Whose::Own)));
    let facts = &entry["facts"];
    assert_eq!(facts["issuer"], json!(stage.issuer.url()));
    // SHA-256 of the subject, as `printf … | sha256sum` prints it.
    assert_eq!(facts["subject_sha256"], "53bfa5e61814a499f6e91a280a509de97b6522c8b7327ebae3bc8d98562bbe2d");
    assert_eq!(
        (&facts["run"], &facts["source_commit"]),
        (&json!("9876543210"), &json!("4b825dc642cb6eb9a060e54bf8d69288fbee4904"))
    );
    let reported = stage
        .world
        .send(ADMIN, &Method::GET, "/api/v1/audit/entries?action=approval.reported", "")
        .await
        .json();
    assert_eq!(reported["items"][0]["actor"]["name"], "Release");
    let rule =
        stage.world.send(ADMIN, &Method::GET, &format!("/api/v1/ci-trust/{}", stage.rule), "").await.json();
    assert!(rule["used_at"].is_string());
}

/// Every way to get in that must not work, by name.
fn attacks(stage: &Stage, other: &Issuer) -> Vec<(&'static str, String)> {
    let (key, mallory) = (&stage.key, SigningKey::rsa("mallory"));
    let (now, header, claims) = (stage.world.app.clock.now().timestamp(), key.header(), stage.claims());
    let with = |changes: Value| key.sign(&stage.claims_with(changes));
    let headed = |changes: Value, signer: &SigningKey| {
        let mut header = key.header();
        header.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        signer.sign_with(&header, &stage.claims())
    };
    let hmac = |secret: &[u8]| {
        let message = unsigned(&json!({ "alg": "HS256", "typ": "JWT", "kid": "one" }), &claims);
        let tag = aws_lc_rs::hmac::sign(
            &aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret),
            message.as_bytes(),
        );
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
    };
    let own_jwk = mallory.called("one").jwk();
    vec![
        ("another audience", with(json!({ "aud": "https://other.example" }))),
        ("several other audiences", with(json!({ "aud": ["https://other.example", "assay"] }))),
        ("no audience", with(json!({ "aud": null }))),
        ("another issuer that is trusted", with(json!({ "iss": other.url() }))),
        ("an unknown issuer", with(json!({ "iss": "https://evil.example" }))),
        ("nearly the issuer", with(json!({ "iss": format!("{}/", stage.issuer.url()) }))),
        ("no issuer", with(json!({ "iss": null }))),
        ("expired", with(json!({ "exp": now - 31 }))),
        ("without an end", with(json!({ "exp": null }))),
        ("for too long", with(json!({ "exp": now + 86_401 }))),
        ("not yet valid", with(json!({ "nbf": now + 31 }))),
        ("issued in the future", with(json!({ "iat": now + 31 }))),
        ("another repository", with(json!({ "repository_id": "43" }))),
        ("no repository id", with(json!({ "repository_id": null }))),
        ("a list of repositories", with(json!({ "repository_id": ["42"] }))),
        ("the name only", with(json!({ "repository_id": "43", "repository": "octo/fraud" }))),
        ("unsigned", format!("{}.", unsigned(&json!({ "alg": "none" }), &claims))),
        (
            "unsigned with a key's id",
            format!("{}.", unsigned(&json!({ "alg": "none", "kid": "one" }), &claims)),
        ),
        (
            "unsigned in another spelling",
            format!("{}.", unsigned(&json!({ "alg": "NonE", "kid": "one" }), &claims)),
        ),
        ("without its signature", format!("{}.", unsigned(&header, &claims))),
        ("the public key as a secret", hmac(&key.public())),
        ("the public JWK as a secret", hmac(key.jwk().to_string().as_bytes())),
        ("an empty secret", hmac(b"")),
        ("somebody else's key under the same id", mallory.called("one").sign(&claims)),
        ("somebody else's key", mallory.sign(&claims)),
        ("no key id", key.sign_with(&json!({ "alg": "RS256" }), &claims)),
        ("an empty key id", headed(json!({ "kid": "" }), key)),
        ("an embedded key", headed(json!({ "jwk": own_jwk }), &mallory)),
        ("an embedded key only", headed(json!({ "jwk": own_jwk, "kid": null }), &mallory)),
        ("a key's address", headed(json!({ "jku": "http://127.0.0.1:9/keys", "kid": "mallory" }), &mallory)),
        ("a certificate's address", headed(json!({ "x5u": "http://127.0.0.1:9/cert" }), &mallory)),
        ("another algorithm of the key", headed(json!({ "alg": "RS512" }), key)),
        ("an algorithm of another key", headed(json!({ "alg": "ES256" }), key)),
        ("a critical extension", headed(json!({ "crit": ["b64"], "b64": false }), key)),
        ("two parts", unsigned(&header, &claims)),
        ("four parts", format!("{}.x", key.sign(&claims))),
        ("nothing", "..".to_owned()),
    ]
}

async fn nobody_else_comes_in(place: Place) {
    let stage = Stage::on(place).await;
    stage.come_in().await;
    let other = Issuer::start(&[SigningKey::rsa("one")]).await;
    stage.trust(|rule| rule.issuer = other.url()).await;
    let before = stage.world.recorded().await;
    for (name, token) in attacks(&stage, &other) {
        let answer = stage.exchange(&token).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &json!("invalid_request")),
            "{name}: {}",
            answer.body
        );
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(answer.json()["type"], "urn:assay:problem:invalid_request");
        assert!(
            !answer.json()["detail"].as_str().unwrap().contains("42"),
            "{name} learns what the rule says: {}",
            answer.body
        );
    }
    for (name, form, code) in [
        ("another grant", ("grant_type", "client_credentials"), "unsupported_grant_type"),
        (
            "another kind of token",
            ("subject_token_type", "urn:ietf:params:oauth:token-type:saml2"),
            "invalid_request",
        ),
        ("no token", ("subject_token", ""), "invalid_request"),
        ("a wish for another kind", ("requested_token_type", ID_TOKEN), "invalid_request"),
        ("something nobody asked for", ("actor_token", "x"), "invalid_request"),
        ("another target", ("audience", "https://other.example"), "invalid_target"),
        ("more rights", ("scope", "approvals:report audit:export"), "invalid_scope"),
        ("unknown rights", ("scope", "everything"), "invalid_scope"),
    ] {
        let answer = stage.exchange_with(&stage.token(), &[form]).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &json!(code)),
            "{name}: {}",
            answer.body
        );
    }
    assert_eq!(stage.world.recorded().await, before, "what was refused left nothing");

    // An elliptic key is fine where the rule says so, and not where it does not.
    let ec = SigningKey::ec("ec");
    stage.issuer.publish(&[stage.key.clone(), ec.clone()]);
    stage.world.clock.advance(PAUSE);
    assert_eq!(stage.exchange(&ec.sign(&stage.claims())).await.status, 200);
    rules::change(&stage.world.app, &Caller::system(&stage.world.app), stage.rule, IfMatch(None), {
        let mut rule = trust_rule(&stage.issuer.url(), None);
        rule.algorithms = vec![Algorithm::RS256];
        rule
    })
    .await
    .unwrap();
    assert_eq!(stage.exchange(&ec.sign(&stage.claims())).await.status, 400);
    let confused = ec.sign_with(&json!({ "alg": "RS256", "kid": "ec" }), &stage.claims());
    assert_eq!(stage.exchange(&confused).await.status, 400, "an elliptic key is no RSA key");
}

async fn a_token_is_good_once(place: Place) {
    let stage = Stage::on(place).await;
    let token = stage.token();
    assert_eq!(stage.exchange(&token).await.status, 200);
    let again = stage.exchange(&token).await;
    assert_eq!(again.status, 400);
    assert!(again.body.contains("good once"), "{}", again.body);
    // The same `jti` in another token of the same issuer is the same token.
    let claims = stage.claims();
    let mut other = stage.claims();
    other["jti"] = claims["jti"].clone();
    assert_eq!(stage.exchange(&stage.key.sign(&claims)).await.status, 200);
    assert_eq!(stage.exchange(&stage.key.sign(&other)).await.status, 400);
    // Without one, what was signed stands for the token.
    let anonymous = stage.key.sign(&stage.claims_with(json!({ "jti": null })));
    assert_eq!(stage.exchange(&anonymous).await.status, 200);
    assert_eq!(stage.exchange(&anonymous).await.status, 400);
    // Of many at once, one.
    let token = stage.token();
    let answers = futures::future::join_all((0..8).map(|_| stage.exchange(&token))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    // It is remembered until it has ended: also with the leeway, and then by its end.
    let token = stage.token();
    assert_eq!(stage.exchange(&token).await.status, 200);
    for seconds in [299, 30, 1] {
        stage.world.clock.advance(TimeDelta::seconds(seconds));
        stage.come_in().await;
        assert_eq!(stage.exchange(&token).await.status, 400);
    }
}

async fn keys_come_and_go(place: Place) {
    let stage = Stage::on(place).await;
    let (issuer, clock) = (&stage.issuer, &stage.world.clock);
    stage.come_in().await;
    assert_eq!(issuer.asked(), 1);
    // A new key is found out about at once, but nobody can make us ask more than once a minute.
    let two = SigningKey::rsa("two");
    issuer.publish(&[stage.key.clone(), two.clone()]);
    for _ in 0..5 {
        assert_eq!(stage.exchange(&two.sign(&stage.claims())).await.status, 400);
    }
    assert_eq!(issuer.asked(), 1);
    clock.advance(PAUSE);
    assert_eq!(stage.exchange(&two.sign(&stage.claims())).await.status, 200);
    let strangers = (0..20).map(|n| stage.key.called(&format!("stranger-{n}")).sign(&stage.claims()));
    for token in strangers.collect::<Vec<_>>() {
        assert_eq!(stage.exchange(&token).await.status, 400);
    }
    assert_eq!(issuer.asked(), 2);
    // A key that was taken back is not believed for longer than keys are fresh.
    issuer.publish(std::slice::from_ref(&two));
    clock.advance(FRESH);
    assert_eq!(stage.exchange(&stage.token()).await.status, 400);
    assert_eq!(stage.exchange(&two.sign(&stage.claims())).await.status, 200);
    assert_eq!(issuer.asked(), 3);
    // While the issuer is down its keys are believed, for a day.
    issuer.turn(Mood::Down);
    clock.advance(FRESH);
    assert_eq!(stage.exchange(&two.sign(&stage.claims())).await.status, 200);
    let unknown = stage.exchange(&stage.token()).await;
    assert_eq!((unknown.status.as_u16(), unknown.headers.contains_key(header::RETRY_AFTER)), (503, true));
    clock.advance(KEEP - FRESH - FRESH);
    assert_eq!(stage.exchange(&two.sign(&stage.claims())).await.status, 200);
    clock.advance(FRESH);
    assert_eq!(stage.exchange(&two.sign(&stage.claims())).await.status, 503);
    issuer.turn(Mood::Well);
    clock.advance(PAUSE);
    assert_eq!(stage.exchange(&two.sign(&stage.claims())).await.status, 200);
}

async fn a_token_of_ours_ends_with_its_time_and_its_rule(place: Place) {
    let stage = Stage::on(place).await;
    let app = &stage.world.app;
    let (system, bearer) = (Caller::system(app), stage.come_in().await);
    assert_eq!(stage.knocks(&bearer).await, 200);
    stage.world.clock.advance(TimeDelta::seconds(599));
    assert_eq!(stage.knocks(&bearer).await, 200);
    stage.world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(stage.knocks(&bearer).await, 401, "after ten minutes");

    // What says the same but was signed by another installation, with its own key or under the id of ours.
    let elsewhere = tempfile::tempdir().unwrap();
    let mut other = TokenKey::load_or_create(elsewhere.path(), &SeededRng::new(99)).unwrap();
    let (here, now) = (app.db.log().instance.urn().to_string(), app.clock.now().timestamp());
    let claims = Claims {
        iss: here.clone(),
        aud: here,
        sub: stage.rule,
        jti: app.new_id(),
        iat: now,
        exp: now + 600,
        scope: "models:write".to_owned(),
        rev: 1,
        usr: None,
    };
    assert_eq!(stage.knocks(&other.sign(&claims).unwrap()).await, 401);
    let own = app.token_key.get(app).unwrap();
    other.id = own.id.clone();
    assert_eq!(stage.knocks(&other.sign(&claims).unwrap()).await, 401);
    assert_eq!(stage.knocks(&own.sign(&claims).unwrap()).await, 200, "it is the signature that was wrong");
    let foreign = Claims { iss: Uuid::nil().urn().to_string(), ..claims.clone() };
    assert_eq!(stage.knocks(&own.sign(&foreign).unwrap()).await, 401, "made by another installation");
    let foreign = Claims { aud: Uuid::nil().urn().to_string(), ..claims.clone() };
    assert_eq!(stage.knocks(&own.sign(&foreign).unwrap()).await, 401, "made for another installation");
    let early = Claims { iat: now + 31, ..claims.clone() };
    assert_eq!(stage.knocks(&own.sign(&early).unwrap()).await, 401);
    let late = claims.clone();
    let greedy = Claims { scope: "models:write audit:export admin".to_owned(), ..claims };
    let greedy = own.sign(&greedy).unwrap();
    assert_eq!(
        stage.status(&greedy, Method::GET, "/api/v1/audit/entries", "").await,
        403,
        "more than its rule gives"
    );

    // A key that signs no more is forgotten, so that a thief cannot go on with it.
    stage.world.clock.advance(TimeDelta::seconds(660));
    let now = app.clock.now().timestamp();
    let stolen = Claims { iat: now, exp: now + 600, scope: "models:write".to_owned(), ..late };
    assert_eq!(stage.knocks(&own.sign(&stolen).unwrap()).await, 401);
    stage.come_in().await;
    assert_eq!(stage.knocks(&own.sign(&stolen).unwrap()).await, 200, "now it signs again");

    // A changed rule ends the tokens that were given by it, and a removed one as well.
    let bearer = stage.come_in().await;
    let changed = trust_rule(&stage.issuer.url(), None);
    rules::change(app, &system, stage.rule, IfMatch(Some(1)), changed).await.unwrap();
    assert_eq!(stage.knocks(&bearer).await, 401);
    let bearer = stage.come_in().await;
    assert_eq!(stage.knocks(&bearer).await, 200);
    let path = format!("/api/v1/ci-trust/{}", stage.rule);
    assert_eq!(stage.world.send(ADMIN, &Method::DELETE, &path, "").await.status, 204);
    assert_eq!(stage.knocks(&bearer).await, 401);
    assert_eq!(stage.exchange(&stage.token()).await.status, 400, "and nobody gets another one");
    let actions = stage.world.actions().await;
    for action in ["ci_trust.added", "ci_trust.changed", "ci_trust.removed", "token.exchanged"] {
        assert!(actions.iter().any(|known| known == action), "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_cannot_send_us_anywhere() {
    let stage = Stage::on(Place::sqlite()).await;
    let trap = Issuer::start(&[SigningKey::rsa("one")]).await;
    let keys = format!("{}/keys", trap.url());
    for mood in [
        Mood::Down,
        Mood::Endless,
        Mood::Redirecting(keys),
        Mood::Pointing("https://169.254.169.254/latest/meta-data".to_owned()),
        Mood::Pointing("https://10.0.0.1/keys".to_owned()),
        Mood::Pointing("http://ci.example.org/keys".to_owned()),
        Mood::Pointing("file:///etc/passwd".to_owned()),
        Mood::Impersonating("https://token.actions.githubusercontent.com".to_owned()),
    ] {
        stage.issuer.turn(mood.clone());
        let answer = stage.exchange(&stage.token()).await;
        assert_eq!(answer.status, 503, "{mood:?}: {}", answer.body);
        assert!(
            !answer.body.contains("169.254") && !answer.body.contains("redirect"),
            "why is not for everybody"
        );
        // Nothing is fetched within the minute, so the administrator sees why it went wrong.
        let seen = stage
            .world
            .send(ADMIN, &Method::POST, "/admin/ci-trust/try", &format!("token={}", stage.token()))
            .await;
        assert!(
            seen.body.contains("The issuer’s keys cannot be had") || seen.body.contains("keys cannot be had"),
            "{}",
            seen.body
        );
        stage.world.clock.advance(PAUSE);
    }
    assert_eq!(trap.asked(), 0, "the redirect was not followed");
    stage.issuer.turn(Mood::Well);
    stage.come_in().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_a_token_can_be_changed() {
    let stage = Stage::on(Place::sqlite()).await;
    for key in [SigningKey::ec("one"), stage.key.clone()] {
        stage.issuer.publish(std::slice::from_ref(&key));
        stage.world.clock.advance(FRESH);
        let token = key.sign(&stage.claims());
        for place in 0..token.len() {
            let mut other = token.clone().into_bytes();
            other[place] ^= 1 << (place % 7);
            let other = String::from_utf8(other).unwrap();
            let status = stage.exchange(&other).await.status.as_u16();
            assert_eq!(status, 400, "byte {place}: {other}");
        }
        assert_eq!(stage.exchange(&token).await.status, 200, "the token itself was good all the time");
    }
    let bearer = stage.come_in().await;
    for place in 0..bearer.len() {
        let mut other = bearer.clone().into_bytes();
        other[place] ^= 1 << (place % 5);
        if other.iter().all(u8::is_ascii_graphic) {
            assert_eq!(stage.knocks(&String::from_utf8(other).unwrap()).await, 401, "byte {place}");
        }
    }
    assert_eq!(stage.knocks(&bearer).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_rules_the_one_that_wants_most_lets_in() {
    let stage = Stage::on(Place::sqlite()).await;
    let narrow = stage.trust(|rule| {
        rule.name = "Main only".to_owned();
        rule.claims.insert("ref".to_owned(), "refs/heads/main".to_owned());
        rule.scopes.push(assay_domain::access::Scope::AuditRead);
    });
    let narrow = narrow.await;
    assert!(stage.exchange(&stage.token()).await.json()["scope"].as_str().unwrap().contains("audit:read"));
    let branch = stage.key.sign(&stage.claims_with(json!({ "ref": "refs/heads/try" })));
    assert_eq!(stage.exchange(&branch).await.json()["scope"], "models:write approvals:report");
    let less = stage
        .exchange_with(&stage.token(), &[("scope", "audit:read"), ("audience", "https://assay.example")])
        .await;
    assert_eq!(less.json()["scope"], "audit:read");
    rules::remove(&stage.world.app, &Caller::system(&stage.world.app), narrow).await.unwrap();
    let more = stage.exchange_with(&stage.token(), &[("scope", "audit:read")]).await;
    assert_eq!(more.json()["error"], "invalid_scope");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_can_be_tried_without_using_it_up() {
    let stage = Stage::on(Place::sqlite()).await;
    let before = stage.world.recorded().await;
    let try_it = async |token: &str| {
        let body = format!("token={token}");
        stage.world.send(ADMIN, &Method::POST, "/admin/ci-trust/try", &body).await.body
    };
    let token = stage.token();
    let seen = try_it(&token).await;
    assert!(seen.contains("“Release” lets this job in") && seen.contains("approvals:report"), "{seen}");
    let other = stage.key.sign(&stage.claims_with(json!({ "repository_id": "43" })));
    let seen = try_it(&other).await;
    assert!(seen.contains("repository_id must be") && seen.contains("43"), "{seen}");
    let foreign = stage.key.sign(&stage.claims_with(json!({ "iss": "https://other.example" })));
    let seen = try_it(&foreign).await;
    assert!(seen.contains("https://other.example"), "{seen}");
    assert_eq!(stage.world.recorded().await, before);
    assert_eq!(stage.exchange(&token).await.status, 200, "trying used nothing up");
    let seen = try_it(&token).await;
    assert!(seen.contains("exchanged before"), "{seen}");
}

#[tokio::test]
async fn a_rule_that_trusts_too_much_is_refused_with_the_reason() {
    let world = World::new().await;
    let body = |change: Value| {
        let mut body = json!({
            "name": "Release", "provider": "github-actions", "issuer": "https://token.actions.githubusercontent.com",
            "claims": { "repository_id": "42" }, "scopes": ["models:read"],
        });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body.to_string()
    };
    for (change, pointer, reason) in [
        (json!({ "claims": {} }), "/claims", "at least one id"),
        (json!({ "claims": { "ref": "refs/heads/main" } }), "/claims", "at least one id"),
        (json!({ "claims": { "repository": "octo/fraud" } }), "/claims/repository", "is a name"),
        (
            json!({ "claims": { "repository_id": "42", "sub": "repo:octo/fraud" } }),
            "/claims/sub",
            "is a name",
        ),
        (json!({ "claims": { "project_path": "group/project" } }), "/claims/project_path", "is a name"),
        (json!({ "claims": { "repository_id": "42", "run_id": "1" } }), "/claims/run_id", "each run"),
        (json!({ "claims": { "repository_id": "42", "aud": "x" } }), "/claims/aud", "already"),
        (json!({ "claims": { "repository_id": "*" } }), "/claims/repository_id", "no id"),
        (json!({ "scopes": ["models:read", "admin"] }), "/scopes", "admin"),
        (json!({ "scopes": [] }), "/scopes", "at least one"),
        (json!({ "algorithms": [] }), "/algorithms", "at least one"),
        (json!({ "algorithms": ["HS256"] }), "/algorithms/0", "unknown variant"),
        (json!({ "algorithms": ["none"] }), "/algorithms/0", "unknown variant"),
        (json!({ "issuer": "http://ci.example.org" }), "/issuer", "https://"),
        (json!({ "issuer": "https://192.168.1.1" }), "/issuer", "private network"),
        (json!({ "jwks_url": "http://ci.example.org/keys" }), "/jwks_url", "https://"),
        (json!({ "private_network": true }), "/private_network", "--allow-private-issuers"),
        (json!({ "audience": "" }), "/audience", "audience"),
        (json!({ "name": " " }), "/name", "name"),
        (json!({ "team": Uuid::nil() }), "/team", "no such team"),
        (json!({ "secret": "x" }), "/secret", "unknown field"),
    ] {
        let answer = world.send(ADMIN, &Method::POST, "/api/v1/ci-trust", &body(change.clone())).await;
        let problem = answer.json();
        assert_eq!(
            (answer.status.as_u16(), &problem["errors"][0]["pointer"]),
            (422, &json!(pointer)),
            "{change}"
        );
        assert!(problem["errors"][0]["message"].as_str().unwrap().contains(reason), "{change}: {problem}");
    }
    let added = world.send(ADMIN, &Method::POST, "/api/v1/ci-trust", &body(json!({}))).await;
    assert_eq!(added.status, 201);
    let path = format!("/api/v1/ci-trust/{}", added.json()["id"].as_str().unwrap());
    let put = |tag: &'static str| {
        let request = world.request(ADMIN, &Method::PUT, &path).header(header::IF_MATCH, tag);
        request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body(json!({ "name": "Other" }))))
            .unwrap()
    };
    let changed = world.send_raw(put("\"1\"")).await;
    assert_eq!((changed.status.as_u16(), changed.headers[header::ETAG].to_str().unwrap()), (200, "\"2\""));
    assert_eq!(world.send_raw(put("\"1\"")).await.status, 412, "somebody else was quicker");
}

/// Looks at the page in both schemes, wide and narrow, and fails on what keeps people out.
async fn look(browser: &Browser, name: &str) {
    for (scheme, mode) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
        browser.scheme(scheme).await;
        for (width, size) in [(1280, "wide"), (360, "narrow")] {
            browser.resize(width, 900).await;
            browser.check_accessibility().await;
            browser.screenshot(&format!("ci-trust-{name}-{mode}-{size}")).await;
        }
    }
    browser.scheme(Scheme::Light).await;
    browser.resize(1280, 900).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_trusts_a_job_and_sees_why_another_one_is_refused() {
    let stage = Stage::on(Place::sqlite()).await;
    let base = stage.world.serve().await;
    let mut browser = Browser::open(Scripts::All).await;
    browser.expect_error("422");
    browser.goto(&format!("{base}/sign-in?next=/admin/ci-trust")).await;
    browser.fill("#email", "admin@example.org").await;
    browser.fill("#password", PASSWORD).await;
    browser.click("main button").await;
    browser.wait_for_text("Trust jobs of").await;

    browser.goto(&format!("{base}/admin/ci-trust/new?provider=gitlab-ci")).await;
    browser.fill("#name", "Release of fraud scoring").await;
    browser.fill("#more", "project_path = octo/fraud").await;
    browser.fill("#issuer", &stage.issuer.url()).await;
    browser.fill("#audience", "https://assay.example").await;
    browser.click("input[value='approvals:report'] + label").await;
    browser.click("main form > button").await;
    browser.wait_for_text("There is a problem").await;
    assert!(browser.text("#more-error").await.contains("is a name"));
    look(&browser, "refused").await;
    browser.fill("#more", "repository_id = 42").await;
    browser.fill("#claims-ref", "refs/heads/main").await;
    browser.click("main form > button").await;
    browser.wait_for_text("These jobs are trusted from now on").await;
    let page = browser.evaluate("return location.href").await.as_str().unwrap().to_owned();
    look(&browser, "rule").await;

    let refused =
        stage.key.sign(&stage.claims_with(json!({ "ref": "refs/heads/try", "repository_id": "43" })));
    for (name, token, said) in [
        ("let-in", stage.token(), "lets this job in"),
        ("kept-out", refused, "No rule lets this job in"),
        (
            "unknown",
            stage.key.sign(&stage.claims_with(json!({ "iss": "https://ci.example" }))),
            "names this token",
        ),
    ] {
        browser.goto(&format!("{base}/admin/ci-trust")).await;
        browser.fill("#token", &token).await;
        browser.click("form[action^='/admin/ci-trust/try'] button").await;
        browser.wait_for_text(said).await;
        look(&browser, name).await;
    }
    let bearer = stage.come_in().await;
    browser.goto(&page).await;
    browser.wait_for_text("Release of fraud scoring").await;
    browser.click(".confirm > summary").await;
    browser.click(".confirm-body button").await;
    browser.wait_for_text("The rule is removed").await;
    assert_eq!(stage.knocks(&bearer).await, 401);
    browser.finish().await;
}
