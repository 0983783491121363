//! Requests and what became of them.

use crate::db::{Arg, Conditions, Conn};
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};
use assay_domain::access::Reach;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A row of `approval_request`, with the names of its model and version and the model's team.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RequestRow {
    /// Identifier.
    pub id: Uuid,
    /// The version that it is about.
    pub model_version_id: Uuid,
    /// The model.
    pub model_id: Uuid,
    /// The model's name.
    pub model: String,
    /// The version's name.
    pub version: String,
    /// The model's team.
    pub team_id: Uuid,
    /// Where the version is to be deployed.
    pub environment: String,
    /// The policy that it is decided under.
    pub policy_id: String,
    /// Who asked: a person or a service account.
    pub requested_by: Uuid,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// The whole approval, as JSON.
    pub state: String,
    /// The name of its state on record.
    pub state_name: String,
    /// When anything happened to it last.
    pub changed_at: DateTime<Utc>,
    /// When it ends by time.
    pub until: Option<DateTime<Utc>>,
    /// When time alone changes it next.
    pub due: Option<DateTime<Utc>>,
    /// By when an emergency has to be reviewed.
    pub review_due: Option<DateTime<Utc>>,
    /// When an emergency was declared for it.
    pub emergency_at: Option<DateTime<Utc>>,
    /// From 1; counts what has happened to it.
    pub revision: i64,
}

/// The columns of a [`RequestRow`], from `approval_request r`.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT r.*, v.version, v.model_id, m.name AS model, m.team_id
             FROM approval_request r
             JOIN model_version v ON v.id = r.model_version_id
             JOIN model m ON m.id = v.model_id ",
            $rest
        )
    };
}

/// One request.
pub async fn request(conn: &mut Conn, id: Uuid) -> Result<Option<RequestRow>, Error> {
    fetch_optional!(conn, RequestRow, select!("WHERE r.id = $1"), id).await
}

/// The newest request for a version and an environment.
pub async fn latest_request(
    conn: &mut Conn,
    version: Uuid,
    environment: &str,
) -> Result<Option<RequestRow>, Error> {
    let sql = select!("WHERE r.model_version_id = $1 AND r.environment = $2 ORDER BY r.id DESC LIMIT 1");
    fetch_optional!(conn, RequestRow, sql, version, environment.to_owned()).await
}

/// The request for a version and an environment that is open on record.
pub async fn open_request(
    conn: &mut Conn,
    version: Uuid,
    environment: &str,
) -> Result<Option<RequestRow>, Error> {
    let sql = select!("WHERE r.model_version_id = $1 AND r.environment = $2 AND r.state_name = 'open'");
    fetch_optional!(conn, RequestRow, sql, version, environment.to_owned()).await
}

/// The requests for a version, the newest first.
pub async fn of_version(conn: &mut Conn, version: Uuid) -> Result<Vec<RequestRow>, Error> {
    let sql = select!("WHERE r.model_version_id = $1 ORDER BY r.id DESC");
    fetch_all!(conn, RequestRow, sql, version).await
}

/// The requests for a version that are open, approved or suspended on record.
pub async fn running_of_version(conn: &mut Conn, version: Uuid) -> Result<Vec<RequestRow>, Error> {
    let sql = select!(
        "WHERE r.model_version_id = $1 AND r.state_name IN ('open', 'approved', 'suspended') ORDER BY r.id"
    );
    fetch_all!(conn, RequestRow, sql, version).await
}

/// The requests for the versions of a model that are open, approved or suspended on record.
pub async fn running_of_model(conn: &mut Conn, model: Uuid) -> Result<Vec<RequestRow>, Error> {
    let sql =
        select!("WHERE v.model_id = $1 AND r.state_name IN ('open', 'approved', 'suspended') ORDER BY r.id");
    fetch_all!(conn, RequestRow, sql, model).await
}

/// All requests that are open, approved or suspended on record.
pub async fn running(conn: &mut Conn) -> Result<Vec<RequestRow>, Error> {
    let sql = select!("WHERE r.state_name IN ('open', 'approved', 'suspended') ORDER BY r.id");
    fetch_all!(conn, RequestRow, sql).await
}

/// Requests that time alone has changed by now, the longest waiting first.
pub async fn due(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<Uuid>, Error> {
    let sql = "SELECT id FROM approval_request WHERE due <= $1 ORDER BY due, id LIMIT $2";
    Ok(fetch_all!(conn, (Uuid,), sql, now, limit).await?.into_iter().map(|(id,)| id).collect())
}

/// Requests whose emergency nobody has reviewed yet.
pub async fn reviews_due(conn: &mut Conn) -> Result<Vec<RequestRow>, Error> {
    fetch_all!(conn, RequestRow, select!("WHERE r.review_due IS NOT NULL ORDER BY r.review_due, r.id")).await
}

/// The requests for a model and an environment for which an emergency was declared, whatever became of them, in the order
/// in which that was.
pub async fn with_emergency(
    conn: &mut Conn,
    model: Uuid,
    environment: &str,
) -> Result<Vec<RequestRow>, Error> {
    let sql = select!(
        "WHERE v.model_id = $1 AND r.environment = $2 AND r.emergency_at IS NOT NULL
         ORDER BY r.emergency_at, r.id"
    );
    fetch_all!(conn, RequestRow, sql, model, environment.to_owned()).await
}

/// Where a model had emergencies.
pub async fn emergency_environments(conn: &mut Conn, model: Uuid) -> Result<Vec<String>, Error> {
    let sql = "SELECT DISTINCT r.environment FROM approval_request r
               JOIN model_version v ON v.id = r.model_version_id
               WHERE v.model_id = $1 AND r.emergency_at IS NOT NULL ORDER BY r.environment";
    Ok(fetch_all!(conn, (String,), sql, model).await?.into_iter().map(|(name,)| name).collect())
}

/// Takes a turn in declaring an emergency for a model and an environment: of two at once, one is run again and sees the
/// other.
pub async fn take_turn(conn: &mut Conn, model: Uuid, environment: &str) -> Result<(), Error> {
    let sql = "INSERT INTO emergency_turn (model_id, environment, turns) VALUES ($1, $2, 1)
               ON CONFLICT (model_id, environment) DO UPDATE SET turns = emergency_turn.turns + 1";
    execute!(conn, sql, model, environment.to_owned()).await.map(drop)
}

/// The newest other request for the same model and environment that was approved, whatever became of it: what a request
/// is compared with. A request that expired may have been approved before; who asks looks into it.
pub async fn last_approved(
    conn: &mut Conn,
    model: Uuid,
    environment: &str,
    before: Uuid,
) -> Result<Vec<RequestRow>, Error> {
    let sql = select!(
        "WHERE v.model_id = $1 AND r.environment = $2 AND r.id < $3
           AND r.state_name IN ('approved', 'suspended', 'superseded', 'stale', 'revoked', 'expired')
         ORDER BY r.id DESC LIMIT 20"
    );
    fetch_all!(conn, RequestRow, sql, model, environment.to_owned(), before).await
}

/// Which requests a list holds. Empty means all; what is set narrows.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only of these teams: what the caller may see. `None` for all of them.
    pub reach: Option<Reach>,
    /// Of this team.
    pub team: Option<Uuid>,
    /// For this model.
    pub model: Option<Uuid>,
    /// In this state at `now`, whether that is on record or not.
    pub state: Option<String>,
    /// For this environment.
    pub environment: Option<String>,
    /// Older than this one.
    pub before: Option<Uuid>,
}

/// Requests, the newest first.
pub async fn search(
    conn: &mut Conn,
    selection: &Selection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<RequestRow>, Error> {
    let mut all = Conditions::default();
    if let Some(reach) = &selection.reach {
        all.add_reach("m.team_id", reach);
    }
    all.add_some("m.team_id = ?", selection.team.map(Arg::Id));
    all.add_some("m.id = ?", selection.model.map(Arg::Id));
    all.add_some("r.environment = ?", selection.environment.clone().map(Arg::Text));
    all.add_some("r.id < ?", selection.before.map(Arg::Id));
    match selection.state.as_deref() {
        // What ended by time is treated as ended, although nobody has put it on record yet.
        Some("expired") => {
            all.add("(r.state_name = 'expired' OR r.until <= ?)", Arg::Time(now));
        }
        Some(state @ ("open" | "approved" | "suspended")) => {
            all.add("r.state_name = ?", Arg::Text(state.to_owned()));
            all.add("r.until > ?", Arg::Time(now));
        }
        Some(state) => all.add("r.state_name = ?", Arg::Text(state.to_owned())),
        None => {}
    }
    let sql = format!("{} WHERE {{}} ORDER BY r.id DESC LIMIT {limit}", select!(""));
    all.fetch_all(conn, &sql).await
}

/// Requests that are not open any more on record, of the teams within reach; what changed last comes first.
pub async fn decided(conn: &mut Conn, reach: &Reach, limit: i64) -> Result<Vec<RequestRow>, Error> {
    let mut all = Conditions::default();
    all.add_reach("m.team_id", reach);
    let sql = format!(
        "{} WHERE {{}} AND r.state_name <> 'open' ORDER BY r.changed_at DESC, r.id DESC LIMIT {limit}",
        select!("")
    );
    all.fetch_all(conn, &sql).await
}

/// Stores a new request.
pub async fn insert_request(conn: &mut Conn, row: &RequestRow) -> Result<(), Error> {
    let row = row.clone();
    execute!(
        conn,
        "INSERT INTO approval_request (id, model_version_id, environment, policy_id, requested_by, requested_at, state,
             state_name, changed_at, until, due, review_due, revision, emergency_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        row.id,
        row.model_version_id,
        row.environment,
        row.policy_id,
        row.requested_by,
        row.requested_at,
        row.state,
        row.state_name,
        row.changed_at,
        row.until,
        row.due,
        row.review_due,
        row.revision,
        row.emergency_at
    )
    .await?;
    Ok(())
}

/// Stores a request over the revision before; a lost race changes nothing.
pub async fn update_request(conn: &mut Conn, row: &RequestRow) -> Result<(), Error> {
    let row = row.clone();
    let (id, before) = (row.id, row.revision - 1);
    let changed = execute!(
        conn,
        "UPDATE approval_request SET policy_id = $1, state = $2, state_name = $3, changed_at = $4, until = $5, due = $6,
             review_due = $7, revision = $8, emergency_at = $11
         WHERE id = $9 AND revision = $10",
        row.policy_id,
        row.state,
        row.state_name,
        row.changed_at,
        row.until,
        row.due,
        row.review_due,
        row.revision,
        row.id,
        before,
        row.emergency_at
    )
    .await?;
    if changed == 1 { Ok(()) } else { Err(Error::LostRace(format!("approval request {id}"))) }
}

/// Notes in which request an event decided, and what that became by it.
pub async fn match_event(conn: &mut Conn, event: Uuid, request: Uuid, state: &str) -> Result<(), Error> {
    let sql = "UPDATE approval_event SET request_id = $1, request_state = $2 WHERE id = $3";
    execute!(conn, sql, request, state.to_owned(), event).await.map(drop)
}

/// In which request an event decided, and what that became by it.
pub async fn matched_by(conn: &mut Conn, event: Uuid) -> Result<Option<(Uuid, String)>, Error> {
    let sql = "SELECT request_id, request_state FROM approval_event
               WHERE id = $1 AND request_id IS NOT NULL AND request_state IS NOT NULL";
    fetch_optional!(conn, (Uuid, String), sql, event).await
}
