//! What is sent, where it is longer than a line of the table. `{…}` is filled in for who asks and what for.

/// A trust rule, as its form and as the API take it.
pub(super) const TRUST_FORM: &str = "name=Release&provider=github-actions&issuer=https%3A%2F%2Ftoken.actions.githubusercontent.com\
    &jwks_url=&audience=assay&algorithms=RS256&claim=repository_id&value=42&more=&scopes=models%3Aread&team=&revision=";
pub(super) const TRUST_JSON: &str = r#"{"name":"Release","provider":"github-actions","issuer":"https://token.actions.githubusercontent.com",
    "claims":{"repository_id":"42"},"scopes":["models:read"]}"#;

/// A version of a model, and a piece of evidence for one.
pub(super) const VERSION: &str = r#"{"version":"{who}","artefact_digest":"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#;
pub(super) const EVIDENCE: &str = r#"{"kind":"evaluation","title":"By {who}","uri":"https://wiki.example/test","made_on":"2024-10-01",
    "sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#;

/// A use for the team's model, as its form and as the API take it; and what DVC tells of one.
pub(super) const USE_FORM: &str =
    "namespace=page&name={who}&who=me&model={model}&version=1&purpose=training&day=2024-10-01&time=12%3A00";
pub(super) const USE: &str = r#"{"dataset":{"namespace":"api","name":"{who}"},"by":{"kind":"job","name":"{who}"},
    "version":{"model":"{model}","version":"1"},"purpose":"training","at":"2024-10-01T00:00:00Z"}"#;
pub(super) const LOCK: &str = r#"{"lock":"schema: '2.0'\nstages:\n  train:\n    deps:\n    - path: data/{who}\n      md5: 4dbb7a07196ab29feb8d9b81e0afda25\n",
    "namespace":"git","purpose":"training","model":"{model}","version":"1"}"#;

pub(super) const VERSION_FORM: &str = "version={who}-page&artefact_digest=sha256%3A9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
pub(super) const EVIDENCE_FORM: &str = "kind=evaluation&title=On+{who}&uri=https%3A%2F%2Fwiki.example%2Ftest&made_on=2024-10-01\
    &sha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// All questions about risk, answered with no.
pub(super) const NO_RISK: &str = "risk_answers-forbidden-practice=no&risk_answers-life-and-limb=no&risk_answers-critical-services=no\
    &risk_answers-alone-and-final=no&risk_answers-work-and-schooling=no&risk_answers-essential-services=no\
    &risk_answers-identity-and-body=no&risk_answers-state-power=no&risk_answers-safety-of-a-product=no\
    &risk_answers-special-data=no&risk_answers-money-at-stake=no&risk_answers-talks-to-people=no\
    &risk_answers-makes-content=no&risk_answers-personal-data=no&risk_answers-shown-to-customers=no&reason=Harmless";
