//! The recipes of `docs/ci-recipes.md`, taken out of the page and run in `bash` as each CI runs them: against a server that
//! says yes, against one that says no, and with a token that is worth nothing. Whether `./deploy` was reached is what counts.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use assay_domain::access::Scope;
use assay_server::ci_trust::service::rules;
use assay_server::clock::{Clock, SystemClock};
use assay_server::http::Caller;
use assay_tests::approved::Colleague;
use assay_tests::issuer::{Issuer, SigningKey};
use assay_tests::server_process::binary;
use assay_tests::storage::Place;
use assay_tests::world::{Whose, World, trust_rule};
use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const PAGE: &str = include_str!("../../docs/ci-recipes.md");
const MODEL_FILE: &[u8] = b"a model";
const RIGHTS: [Scope; 3] = [Scope::ModelsWrite, Scope::ApprovalsReport, Scope::GateDecide];

/// A recipe as it stands on the page.
struct Recipe {
    /// `GitHub Actions: With assay`.
    name: String,
    provider: &'static str,
    text: String,
}

/// What a recipe makes a CI do: scripts, one after the other, with variables.
struct Job {
    scripts: Vec<String>,
    variables: BTreeMap<String, String>,
}

const PROVIDERS: [&str; 4] = ["GitHub Actions", "GitLab CI", "Jenkins", "CircleCI"];

fn recipes() -> Vec<Recipe> {
    let (mut provider, mut heading, mut inside, mut found) = (None, "", None, Vec::new());
    for line in PAGE.lines() {
        match (&mut inside, line) {
            (None, line) if line.starts_with("## ") => {
                provider = PROVIDERS.into_iter().find(|provider| *provider == &line[3..]);
            }
            (None, line) if line.starts_with("### ") => heading = &line[4..],
            (None, "```yaml" | "```groovy") => inside = Some(String::new()),
            (Some(text), "```") => {
                let (text, provider) = (std::mem::take(text), provider.expect("a recipe is for a CI"));
                found.push(Recipe { name: format!("{provider}: {heading}"), provider, text });
                inside = None;
            }
            (Some(text), line) => *text += &format!("{line}\n"),
            (None, _) => {}
        }
    }
    found
}

impl Recipe {
    /// The recipe as YAML; the parser refuses what is none.
    fn yaml(&self) -> Value {
        serde_saphyr::from_str(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    fn job(&self) -> Job {
        match self.provider {
            "GitHub Actions" => {
                let yaml = self.yaml();
                assert_eq!(yaml["permissions"]["id-token"], "write");
                let job = &yaml["jobs"]["production"];
                let scripts = texts(&job["steps"], "/run");
                Job { scripts, variables: variables(&job["env"]) }
            }
            "GitLab CI" => {
                let job = &self.yaml()["production"];
                assert_eq!(job["id_tokens"]["IDENTITY"]["aud"], "https://assay.example.org");
                // All lines run in one shell.
                let lines: Vec<_> =
                    job["script"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
                Job { scripts: vec![lines.join("\n")], variables: variables(&job["variables"]) }
            }
            "CircleCI" => {
                let job = &self.yaml()["jobs"]["production"];
                Job {
                    scripts: texts(&job["steps"], "/run/command"),
                    variables: variables(&job["environment"]),
                }
            }
            _ => jenkins(&self.text),
        }
    }
}

fn texts(steps: &Value, pointer: &str) -> Vec<String> {
    let steps = steps.as_array().unwrap().iter();
    steps.filter_map(|step| step.pointer(pointer)?.as_str().map(str::to_owned)).collect()
}

fn variables(of: &Value) -> BTreeMap<String, String> {
    of.as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect()
}

/// The scripts of a Jenkinsfile, as Groovy reads them: a backslash at the end of a line joins it with the next.
fn jenkins(text: &str) -> Job {
    let unescaped = |script: &str| script.replace("\\\n", "").replace("\\\\", "\\");
    let (mut scripts, mut rest) = (Vec::new(), text);
    while let Some((_, after)) = rest.split_once("sh '") {
        let (script, after) = match after.strip_prefix("''") {
            Some(long) => long.split_once("'''").unwrap(),
            None => after.split_once('\'').unwrap(),
        };
        scripts.push(unescaped(script));
        rest = after;
    }
    let environment = text.split_once("environment {").unwrap().1.split_once('}').unwrap().0;
    let named = |line: &str| {
        let (name, value) = line.trim().split_once(" = ")?;
        Some((name.to_owned(), value.strip_prefix('\'')?.strip_suffix('\'')?.to_owned()))
    };
    Job { scripts, variables: environment.lines().filter_map(named).collect() }
}

/// A server with a version that is approved, and a CI whose jobs it trusts.
struct Stage {
    world: World,
    url: String,
    key: SigningKey,
    issuer: Issuer,
    /// The token of a service account, for CIs that give no identity.
    stored: String,
    /// With `assay` and stand-ins for the programs of CIs.
    programs: TempDir,
}

impl Stage {
    async fn new() -> Self {
        let (world, key) = (World::on(Place::sqlite()).await, SigningKey::rsa("one"));
        // The scripts say what time it is, so it has to be that time here.
        world.clock.advance(SystemClock.now() - world.clock.now());
        let (app, team) = (&world.app, world.team(Whose::Own));
        let colleague = Colleague::of(app, team).await;
        let digest = format!("sha256:{}", hex(&Sha256::digest(MODEL_FILE)));
        for version in ["v1.0.0", "v2.0.0"] {
            let request = colleague.ask(app, team, "fraud-scoring", version, &digest, "production").await;
            if version == "v1.0.0" {
                colleague.approve(app, request).await;
            }
        }
        let issuer = Issuer::start(std::slice::from_ref(&key)).await;
        let mut rule = trust_rule(&issuer.url(), Some(team));
        rule.scopes = RIGHTS.to_vec();
        rules::add(app, &Caller::system(app), rule).await.unwrap();
        let (_, stored) = world.add_service("jenkins", &RIGHTS, Some(team)).await;
        let (url, programs) = (world.serve().await, tempfile::tempdir().unwrap());
        symlink(binary(), programs.path().join("assay")).unwrap();
        program(
            &programs.path().join("circleci"),
            "[ \"$1 $2 $3\" = 'run oidc get' ] && echo \"$STAND_IN_IDENTITY\"",
        );
        Self { world, url, key, issuer, stored, programs }
    }

    /// What a CI says about a job, each time about another run.
    fn identity(&self) -> String {
        let now = self.world.app.clock.now().timestamp();
        self.key.sign(&json!({
            "iss": self.issuer.url(), "aud": "https://assay.example", "sub": "a job", "jti": self.world.app.new_id(),
            "iat": now, "nbf": now - 5, "exp": now + 300, "repository_id": "42",
        }))
    }

    /// Where GitHub gives a job its identity.
    async fn identity_service(&self) -> String {
        let identity = self.identity();
        let give = move |headers: HeaderMap| async move {
            let asked = headers.get("authorization").is_some_and(|value| value == "Bearer for this job");
            axum::Json(if asked { json!({ "count": 1, "value": identity }) } else { json!({}) })
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/", get(give))).await });
        format!("http://{address}/?api-version=2.0")
    }

    /// Runs a recipe for a version as its CI does. Answers the code of the script that ended it, whether it was deployed,
    /// and what was printed.
    async fn run(&self, recipe: &Recipe, version: &str, token: &str) -> (i32, bool, String) {
        let (folder, job) = (tempfile::tempdir().unwrap(), recipe.job());
        assert_eq!(job.variables["ASSAY_URL"], "https://assay.example.org", "{}", recipe.name);
        assert_eq!(job.variables["MODEL"], "fraud-scoring", "{}", recipe.name);
        assert!(!job.scripts.is_empty(), "{} has no scripts", recipe.name);
        fs::write(folder.path().join("model.onnx"), MODEL_FILE).unwrap();
        program(&folder.path().join("deploy"), "touch deployed");
        let mut environment = self.environment(recipe.provider, version, token, folder.path()).await;
        // What the recipe says itself; an expression stands for the version.
        let own = job.variables.into_iter().map(|(name, value)| {
            let value = if value.starts_with("${{") { version.to_owned() } else { value };
            (name, value)
        });
        environment.extend(own.filter(|(name, _)| name != "ASSAY_URL"));
        let (provider, folder_path) = (recipe.provider, folder.path().to_owned());
        let ran = tokio::task::spawn_blocking(move || {
            run_scripts(provider, &job.scripts, environment, &folder_path)
        });
        let (code, said) = ran.await.unwrap();
        (code, folder.path().join("deployed").exists(), said)
    }

    /// What a CI puts into the environment of a job.
    async fn environment(
        &self,
        provider: &str,
        version: &str,
        token: &str,
        folder: &Path,
    ) -> BTreeMap<String, String> {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.programs.path().display());
        let in_folder = |name: &str| folder.join(name).display().to_string();
        let mut all = vec![("PATH", path), ("HOME", in_folder("")), ("ASSAY_URL", self.url.clone())];
        let text = |text: &str| text.to_owned();
        let (commit, run) =
            (text("4b825dc642cb6eb9a060e54bf8d69288fbee4904"), text("https://ci.example/runs/1"));
        let identity = if token.is_empty() { self.identity() } else { text(token) };
        all.extend(match provider {
            "GitHub Actions" => {
                let asking = if token.is_empty() { "for this job" } else { token };
                vec![
                    ("ACTIONS_ID_TOKEN_REQUEST_URL", self.identity_service().await),
                    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", text(asking)),
                    ("GITHUB_ENV", in_folder("github-env")),
                    ("GITHUB_TRIGGERING_ACTOR", text("alice")),
                    ("GITHUB_SHA", commit),
                    ("GITHUB_SERVER_URL", text("https://github.example")),
                    ("GITHUB_REPOSITORY", text("octo/fraud")),
                    ("GITHUB_RUN_ID", text("1")),
                ]
            }
            "GitLab CI" => vec![
                ("IDENTITY", identity),
                ("CI_COMMIT_TAG", text(version)),
                ("CI_COMMIT_SHA", commit),
                ("CI_JOB_URL", run),
                ("GITLAB_USER_LOGIN", text("alice")),
            ],
            "CircleCI" => vec![
                ("STAND_IN_IDENTITY", identity),
                ("BASH_ENV", in_folder("bash-env")),
                ("CIRCLE_TAG", text(version)),
                ("CIRCLE_SHA1", commit),
                ("CIRCLE_BUILD_URL", run),
                ("CIRCLE_USERNAME", text("alice")),
            ],
            _ => vec![
                ("ASSAY_TOKEN", if token.is_empty() { self.stored.clone() } else { text(token) }),
                ("TAG_NAME", text(version)),
                ("GIT_COMMIT", commit),
                ("BUILD_URL", run),
                ("APPROVER", text("alice")),
            ],
        });
        all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn program(path: &Path, script: &str) {
    fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs scripts until one fails. Answers its code, or 0, and what all of them printed.
fn run_scripts(
    provider: &str,
    scripts: &[String],
    mut environment: BTreeMap<String, String>,
    folder: &Path,
) -> (i32, String) {
    let mut said = String::new();
    for (number, script) in scripts.iter().enumerate() {
        let file = folder.join(format!("step-{number}"));
        fs::write(&file, script.trim_start()).unwrap();
        let output = shell(provider, script, &file)
            .env_clear()
            .envs(&environment)
            .current_dir(folder)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        said += &String::from_utf8_lossy(&output.stdout);
        said += &String::from_utf8_lossy(&output.stderr);
        let code = output.status.code().unwrap();
        if code != 0 {
            return (code, said);
        }
        // What a step of GitHub wants the next ones to know.
        let known = fs::read_to_string(folder.join("github-env")).unwrap_or_default();
        environment.extend(
            known
                .lines()
                .filter_map(|line| line.split_once('='))
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
    }
    (0, said)
}

/// The shell in which a CI runs a script.
fn shell(provider: &str, script: &str, file: &PathBuf) -> Command {
    let with = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).arg(file);
        command
    };
    match provider {
        "GitHub Actions" => with("bash", &["--noprofile", "--norc", "-eo", "pipefail"]),
        "Jenkins" if script.starts_with("#!") => with("bash", &[]),
        "Jenkins" => with("sh", &["-xe"]),
        _ => with("bash", &["-eo", "pipefail"]),
    }
}

#[test]
fn every_recipe_can_be_read() {
    let recipes = recipes();
    for provider in PROVIDERS {
        let tools: Vec<_> =
            recipes.iter().filter(|recipe| recipe.provider == provider).map(|recipe| &recipe.name).collect();
        assert_eq!(tools.len(), 2, "{provider}: {tools:?}");
    }
    for recipe in recipes {
        let job = recipe.job();
        let all = job.scripts.join("\n");
        assert!(all.contains("set -eu"), "{}", recipe.name);
        assert!(all.trim_end().ends_with("./deploy"), "{}", recipe.name);
        assert_eq!(all.contains("assay gate"), recipe.name.ends_with("With `assay`"), "{}", recipe.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recipe_deploys_what_is_approved_and_nothing_else() {
    let stage = Stage::new().await;
    for recipe in recipes() {
        let (code, deployed, said) = stage.run(&recipe, "v1.0.0", "").await;
        assert!(code == 0 && deployed, "{} on a yes: {code}\n{said}", recipe.name);
        let (code, deployed, said) = stage.run(&recipe, "v2.0.0", "").await;
        assert!(code == 1 && !deployed, "{} on a no: {code}\n{said}", recipe.name);
        assert!(said.contains("decisions_missing"), "{} says why: {said}", recipe.name);
        let (code, deployed, said) = stage.run(&recipe, "v1.0.0", "assay_worthless").await;
        assert!(code > 1 && !deployed, "{} without a valid token: {code}\n{said}", recipe.name);
    }
    let actions = stage.world.actions().await;
    let count = |action: &str| actions.iter().filter(|known| *known == action).count();
    // Each run is a decision of its own; a report of the same second with the same words is the same report.
    assert_eq!((count("gate.decided"), count("approval.reported") >= 8), (16, true), "both are on record");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_no_way_into_the_json() {
    let stage = Stage::new().await;
    let tag = r#"v2.0.0","version":"v1.0.0"#;
    for recipe in recipes() {
        let (code, deployed, said) = stage.run(&recipe, tag, "").await;
        assert!(code > 1 && !deployed, "{}: {code}\n{said}", recipe.name);
    }
}
