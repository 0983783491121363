//! Statements whose conditions depend on what is asked: lists with filters.
//!
//! A list collects its [`Conditions`], each with the value that takes the place of its `?`, and puts [`Conditions::sql`]
//! behind `WHERE`. Values are always bound; nothing that came from outside is ever part of the text.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::Conn;
use crate::error::Error;

/// A value that is bound.
#[derive(Clone, Debug)]
pub enum Arg {
    /// An identifier.
    Id(Uuid),
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
    /// A time.
    Time(DateTime<Utc>),
    /// A day.
    Day(NaiveDate),
}

/// What rows have to fulfil, all of it.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    sql: Vec<String>,
    args: Vec<Arg>,
}

impl Conditions {
    /// Binds a value and answers its place, for [`Conditions::plain`].
    pub fn bind(&mut self, arg: Arg) -> String {
        self.args.push(arg);
        format!("${}", self.args.len())
    }

    /// A condition whose values, if it has some, are bound already.
    pub fn plain(&mut self, condition: &str) {
        self.sql.push(condition.to_owned());
    }

    /// A condition with a value, which every `?` in it stands for.
    pub fn add(&mut self, condition: &str, arg: Arg) {
        let place = self.bind(arg);
        self.sql.push(condition.replace('?', &place));
    }

    /// A condition that only holds where there is a value.
    pub fn add_some(&mut self, condition: &str, arg: Option<Arg>) {
        if let Some(arg) = arg {
            self.add(condition, arg);
        }
    }

    /// That one of these columns holds one of these ids.
    pub fn add_any(&mut self, columns: &[&str], ids: impl IntoIterator<Item = Uuid>) {
        let places: Vec<_> = ids.into_iter().map(|id| self.bind(Arg::Id(id))).collect();
        let places = places.join(", ");
        let each: Vec<_> = columns.iter().map(|column| format!("{column} IN ({places})")).collect();
        self.sql.push(if places.is_empty() {
            "1 = 0".to_owned()
        } else {
            format!("({})", each.join(" OR "))
        });
    }

    /// The text behind `WHERE`.
    #[must_use]
    pub fn sql(&self) -> String {
        if self.sql.is_empty() { "1 = 1".to_owned() } else { self.sql.join(" AND ") }
    }

    /// The rows of a statement that has these conditions in it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn fetch<R>(self, conn: &mut Conn, sql: String) -> Result<Vec<R>, Error>
    where
        R: for<'r> sqlx::FromRow<'r, SqliteRow> + for<'r> sqlx::FromRow<'r, PgRow> + Send + Unpin,
    {
        macro_rules! run {
            ($engine:ty, $conn:expr) => {{
                let mut query = sqlx::query_as::<$engine, R>(AssertSqlSafe(sql));
                for arg in self.args {
                    query = match arg {
                        Arg::Id(id) => query.bind(id),
                        Arg::Int(int) => query.bind(int),
                        Arg::Text(text) => query.bind(text),
                        Arg::Time(time) => query.bind(time),
                        Arg::Day(day) => query.bind(day),
                    };
                }
                query.fetch_all(&mut **$conn).await?
            }};
        }
        Ok(match conn {
            Conn::Sqlite(conn) => run!(sqlx::Sqlite, conn),
            Conn::Postgres(conn) => run!(sqlx::Postgres, conn),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_place() {
        let mut all = Conditions::default();
        assert_eq!(all.sql(), "1 = 1");
        all.add("a = ?", Arg::Int(1));
        all.add_some("never = ?", None);
        all.add("(b < ? OR c < ?)", Arg::Int(2));
        all.add_any(&["d", "e"], [Uuid::nil(), Uuid::max()]);
        all.plain("f IS NULL");
        assert_eq!(
            all.sql(),
            "a = $1 AND (b < $2 OR c < $2) AND (d IN ($3, $4) OR e IN ($3, $4)) AND f IS NULL"
        );
        assert_eq!(all.args.len(), 4);
    }

    #[test]
    fn none_of_no_ids_is_nothing() {
        let mut all = Conditions::default();
        all.add_any(&["d"], []);
        assert_eq!(all.sql(), "1 = 0");
    }
}
