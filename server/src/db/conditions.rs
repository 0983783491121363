//! Statements whose conditions are known only when somebody searches: what is asked for narrows, the rest is left out, so
//! that the engine sees only conditions that it can use an index for.
//!
//! ```ignore
//! let mut all = Conditions::default();
//! all.add_some("environment = ?", environment.map(Arg::Text));
//! let rows: Vec<Row> = all.fetch_all(conn, "SELECT … FROM … WHERE {} ORDER BY id LIMIT 51").await?;
//! ```

use assay_domain::access::Reach;
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow, Postgres, Sqlite};
use uuid::Uuid;

use super::Conn;
use crate::error::Error;

/// A value to compare with.
#[derive(Clone, Debug)]
pub enum Arg {
    /// An id.
    Id(Uuid),
    /// An integer.
    Int(i64),
    /// A text.
    Text(String),
    /// A time.
    Time(DateTime<Utc>),
}

/// Conditions that all have to hold, with their values.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    sql: Vec<String>,
    args: Vec<Arg>,
}

impl Conditions {
    /// One more; `?` stands for the value.
    pub fn add(&mut self, condition: &'static str, arg: Arg) {
        self.args.push(arg);
        self.sql.push(condition.replace('?', &format!("${}", self.args.len())));
    }

    /// One more, where there is a value.
    pub fn add_some(&mut self, condition: &'static str, arg: Option<Arg>) {
        if let Some(arg) = arg {
            self.add(condition, arg);
        }
    }

    /// The column is one of the ids; nothing is when there are none.
    pub fn add_any(&mut self, column: &'static str, ids: impl IntoIterator<Item = Uuid>) {
        let places = ids.into_iter().map(|id| {
            self.args.push(Arg::Id(id));
            format!("${}", self.args.len())
        });
        let places = places.collect::<Vec<_>>().join(", ");
        self.sql.push(if places.is_empty() { "1 = 0".to_owned() } else { format!("{column} IN ({places})") });
    }

    /// The column is a team within reach.
    pub fn add_reach(&mut self, column: &'static str, reach: &Reach) {
        if let Reach::Teams(teams) = reach {
            self.add_any(column, teams.iter().copied());
        }
    }

    /// Runs the statement, in which `{}` stands for the conditions. Values are never written into it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn fetch_all<R>(self, conn: &mut Conn, statement: &str) -> Result<Vec<R>, Error>
    where
        R: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
    {
        let all = if self.sql.is_empty() { "1 = 1".to_owned() } else { self.sql.join(" AND ") };
        let sql = AssertSqlSafe(statement.replace("{}", &all));
        macro_rules! run {
            ($engine:ty, $conn:expr) => {{
                let mut query = sqlx::query_as::<$engine, R>(sql);
                for arg in self.args {
                    query = match arg {
                        Arg::Id(id) => query.bind(id),
                        Arg::Int(int) => query.bind(int),
                        Arg::Text(text) => query.bind(text),
                        Arg::Time(time) => query.bind(time),
                    };
                }
                Ok(query.fetch_all(&mut **$conn).await?)
            }};
        }
        match conn {
            Conn::Sqlite(conn) => run!(Sqlite, conn),
            Conn::Postgres(conn) => run!(Postgres, conn),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_and_never_written_out() {
        let mut all = Conditions::default();
        all.add("a = ?", Arg::Int(1));
        all.add_some("b = ?", None);
        all.add_any("c", [Uuid::nil(), Uuid::max()]);
        all.add_some("d < ?", Some(Arg::Text("x' OR 1 = 1".to_owned())));
        assert_eq!(all.sql.join(" AND "), "a = $1 AND c IN ($2, $3) AND d < $4");
        assert_eq!(all.args.len(), 4);
        let mut nothing = Conditions::default();
        nothing.add_any("c", []);
        assert_eq!(nothing.sql, ["1 = 0"], "nothing is one of none");
    }
}
