//! What the domain refuses, as an answer: the rule's name is the problem's type, and its kind the status.

use crate::error::{Error, FieldError};
use assay_domain::access::Permission;
use assay_domain::approvals::Refusal;

/// 403 for rules about who somebody is, 422 for fields, 409 for how the request stands. `permission` is what a refusal of
/// the first kind is recorded as.
pub(super) fn error(refusal: &Refusal, permission: Permission) -> Error {
    let (rule, detail) = (refusal.rule(), refusal.to_string());
    match refusal {
        Refusal::SelfApproval
        | Refusal::SamePerson
        | Refusal::SelfReview
        | Refusal::Excluded { .. }
        | Refusal::SelfLift
        | Refusal::NotHoldingRole { .. }
        | Refusal::RoleNotConfirmed { .. }
        | Refusal::RoleTooNew { .. }
        | Refusal::RoleGivenBySelf { .. }
        | Refusal::DelegationNotValid { .. } => Error::Refused { permission, rule, detail },
        Refusal::UnknownStep { .. } => field(rule, "/step", detail),
        Refusal::ConditionsNotAllowed | Refusal::ConditionDue { .. } | Refusal::ConditionTwice => {
            field(rule, "/conditions", detail)
        }
        Refusal::ReasonMissing => field(rule, "/reason", detail),
        // The address names something that is not there.
        Refusal::UnknownCondition { .. } => Error::NotFound,
        _ => Error::Conflict { code: rule, detail },
    }
}

fn field(rule: &'static str, pointer: &str, detail: String) -> Error {
    Error::Rule { rule, field: FieldError::new(pointer, detail) }
}
