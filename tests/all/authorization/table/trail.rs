//! The trail and reports; and, last, what ends the things that the others need.

use super::super::line::*;

/// In an order in which they can be tried.
pub(super) const LINES: &[Line] = &[
    // The trail
    line(GET, "/audit", Anywhere(P::ReadAudit), "", &[200]),
    line(GET, "/audit/entries.csv", Anywhere(P::ExportAudit), "", &[200]),
    line(GET, "/audit/{index}", Team(P::ReadAudit, P::ReadAudit), "", &[200]),
    line(GET, "/audit/{index}/receipt", Team(P::ReadAudit, P::ReadAudit), "", &[200]),
    line(GET, "/api/v1/audit/entries", Anywhere(P::ReadAudit), "", &[200]),
    line(GET, "/api/v1/audit/entries/{index}", Team(P::ReadAudit, P::ReadAudit), "", &[200]),
    line(GET, "/api/v1/audit/entries/{index}/proof", Team(P::ReadAudit, P::ReadAudit), "", &[200]),
    line(GET, "/api/v1/audit/export", Anywhere(P::ExportAudit), "", &[200]),
    line(GET, "/api/v1/audit/export", Open(P::ExportFullLog), "full=true", &[200]),
    line(GET, "/api/v1/audit/checkpoint", SignedIn, "", &[200]),
    line(GET, "/api/v1/audit/consistency", SignedIn, "from=1&to=2", &[200]),
    line(GET, "/log/checkpoint", SignedIn, "", &[200]),
    line(GET, "/log/tile/{*path}", SignedIn, "", &[200]),
    // Reports
    line(GET, "/assessments/{id}/report.pdf", Team(P::ReadAssessments, P::ExportAudit), "", &[200]),
    line(GET, "/teams/{team}/roadmap.pdf", Team(P::ReadRoadmap, P::ExportAudit), "", &[200]),
    line(GET, "/api/v1/teams/{team}/roadmap.pdf", Team(P::ReadRoadmap, P::ExportAudit), "", &[200]),
    line(GET, "/teams/{team}/ownership.pdf", Team(P::ReadOwnership, P::ExportAudit), "", &[200]),
    line(
        GET,
        "/api/v1/teams/{team}/ownership.pdf",
        Team(P::ReadOwnership, P::ExportAudit),
        "on=2024-01-01",
        &[200],
    ),
    line(GET, "/audit/report.pdf", Anywhere(P::ExportAudit), "action=ledger.created", &[200]),
    line(GET, "/api/v1/assessments/{id}/report.pdf", Team(P::ReadAssessments, P::ExportAudit), "", &[200]),
    line(GET, "/api/v1/audit/report.pdf", Anywhere(P::ExportAudit), "action=ledger.created", &[200]),
    // Last, because they end what the others need
    line(DELETE, "/api/v1/teams/{team}/members/{user}", Team(P::ReadTeams, P::GrantTeamRole), "", &[204]),
    line(POST, "/sign-out", Public, "", &[303]),
];
