//! Statements whose conditions are known only when somebody searches: what is asked for narrows, the rest is left out, so
//! that the engine sees only conditions that it can use an index for.
//!
//! ```ignore
//! let mut all = Conditions::default();
//! all.add_some("environment = ?", environment.map(Arg::Text));
//! let rows: Vec<Row> = all.fetch_all(conn, "SELECT … FROM … WHERE {} ORDER BY id LIMIT 51").await?;
//! ```

use assay_domain::access::Reach;
use chrono::{DateTime, NaiveDate, Utc};
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
    /// A day.
    Day(NaiveDate),
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
        let place = self.bind(arg);
        self.sql.push(condition.replace('?', &place));
    }

    /// One more, where there is a value.
    pub fn add_some(&mut self, condition: &'static str, arg: Option<Arg>) {
        if let Some(arg) = arg {
            self.add(condition, arg);
        }
    }

    /// One more, without a value.
    pub fn add_plain(&mut self, condition: &'static str) {
        self.sql.push(condition.to_owned());
    }

    /// One more with two values: the first `?` stands for the first, the second for the second.
    pub fn add_pair(&mut self, condition: &'static str, first: Arg, second: Arg) {
        let (first, second) = (self.bind(first), self.bind(second));
        self.sql.push(condition.replacen('?', &first, 1).replacen('?', &second, 1));
    }

    /// The column is one of the ids; nothing is when there are none.
    pub fn add_any(&mut self, column: &'static str, ids: impl IntoIterator<Item = Uuid>) {
        self.add_one_of(column, ids.into_iter().map(Arg::Id));
    }

    /// The column is one of the values; nothing is when there are none.
    pub fn add_one_of(&mut self, column: &'static str, values: impl IntoIterator<Item = Arg>) {
        let condition = self.one_of(&[column], values);
        self.sql.push(condition);
    }

    /// The column is a team within reach.
    pub fn add_reach(&mut self, column: &'static str, reach: &Reach) {
        self.add_reach_of(&[column], reach);
    }

    /// One of the columns is a team within reach.
    pub fn add_reach_of(&mut self, columns: &[&'static str], reach: &Reach) {
        if let Reach::Teams(teams) = reach {
            let condition = self.one_of(columns, teams.iter().copied().map(Arg::Id));
            self.sql.push(condition);
        }
    }

    /// That one of the columns is one of the values.
    fn one_of(&mut self, columns: &[&'static str], values: impl IntoIterator<Item = Arg>) -> String {
        let places: Vec<_> = values.into_iter().map(|value| self.bind(value)).collect();
        if places.is_empty() {
            return "1 = 0".to_owned();
        }
        let places = places.join(", ");
        let each: Vec<_> = columns.iter().map(|column| format!("{column} IN ({places})")).collect();
        if each.len() == 1 { each.concat() } else { format!("({})", each.join(" OR ")) }
    }

    fn bind(&mut self, arg: Arg) -> String {
        self.args.push(arg);
        format!("${}", self.args.len())
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
                        Arg::Day(day) => query.bind(day),
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
    use std::collections::BTreeSet;

    #[test]
    fn values_are_numbered_and_never_written_out() {
        let mut all = Conditions::default();
        all.add("a = ?", Arg::Int(1));
        all.add_some("b = ?", None);
        all.add_any("c", [Uuid::nil(), Uuid::max()]);
        all.add_some("d < ?", Some(Arg::Text("x' OR 1 = 1".to_owned())));
        all.add_pair("(e, f) > (?, ?)", Arg::Int(2), Arg::Int(3));
        all.add_reach_of(&["g", "h"], &Reach::Teams(BTreeSet::from([Uuid::nil()])));
        all.add_reach("i", &Reach::All);
        all.add_plain("j IS NULL");
        let said = "a = $1 AND c IN ($2, $3) AND d < $4 AND (e, f) > ($5, $6) AND (g IN ($7) OR h IN ($7)) AND j IS NULL";
        assert_eq!(all.sql.join(" AND "), said);
        assert_eq!(all.args.len(), 7);
        let mut nothing = Conditions::default();
        nothing.add_any("c", []);
        assert_eq!(nothing.sql, ["1 = 0"], "nothing is one of none");
    }
}
