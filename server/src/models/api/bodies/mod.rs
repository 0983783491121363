//! What the API of models takes and answers.

mod deployments;
mod models;
mod versions;

pub(super) use deployments::{DeploymentBody, InProductionBody, NewDeploymentBody};
pub(super) use models::{ModelBody, ModelChangeBody, ModelLineBody, NewModelBody, QuestionsBody};
pub(super) use versions::{
    DeclaredBody, EvidenceBody, NewEvidenceBody, NewVersionBody, SeenBody, VersionBody, VersionChangeBody,
    VersionSeenBody, WrongBody, named, texts,
};
