//! Many rows with one statement.
//!
//! SQLite takes a list of values, PostgreSQL an array for each column, so that one text does for any number of rows; both
//! are written from the same list of fields. A row is a struct whose fields are called as the columns are:
//!
//! ```ignore
//! insert_all!(conn, "approval_event", rows, [id, environment, decision]).await?;
//! let found = fetch_with!(conn, Row, "WITH q (model) AS (", names, [model], ") SELECT … FROM q JOIN …").await?;
//! ```

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// How many rows go into one statement of SQLite. Each statement is handed to the thread of its connection and back, which
/// costs more than a row; and so few different texts are all kept prepared.
pub const TOGETHER: usize = 16;

/// What can stand in a column.
pub trait Column {
    /// What PostgreSQL calls the type.
    const TYPE: &'static str;
}

macro_rules! columns {
    ($($type:ty => $name:literal),+ $(,)?) => {
        $( impl Column for $type { const TYPE: &'static str = $name; } )+
    };
}

columns!(
    Uuid => "uuid",
    String => "text",
    &'static str => "text",
    Vec<u8> => "bytea",
    DateTime<Utc> => "timestamptz",
    i64 => "bigint",
    bool => "boolean",
);

impl<T: Column> Column for Option<T> {
    const TYPE: &'static str = T::TYPE;
}

/// What PostgreSQL calls the type of these values.
#[must_use]
pub const fn type_of<T: Column>(_: &[T]) -> &'static str {
    T::TYPE
}

/// The rows as PostgreSQL takes them: `SELECT * FROM unnest($1::uuid[], $2::text[]) AS one (id, name)`.
#[must_use]
pub fn unnest(columns: &[(&str, &str)]) -> String {
    let arrays = columns.iter().enumerate().map(|(n, (_, of))| format!("${}::{of}[]", n + 1));
    let (arrays, names): (Vec<_>, Vec<_>) = arrays.zip(columns.iter().map(|(name, _)| *name)).unzip();
    format!("SELECT * FROM unnest({}) AS one ({})", arrays.join(", "), names.join(", "))
}

/// A statement with rows in it, and the rows that come back: the rows stand between the two parts of its text.
#[macro_export]
macro_rules! fetch_with {
    ($conn:expr, $row:ty, $head:expr, $all:expr, [$($field:ident),+ $(,)?], $tail:expr) => {
        async {
            let conn: &mut $crate::db::Conn = &mut *$conn;
            let all: Vec<_> = $all;
            let mut found: Vec<$row> = Vec::new();
            match conn {
                $crate::db::Conn::Sqlite(conn) => {
                    let mut all = all.into_iter().peekable();
                    while all.peek().is_some() {
                        let mut query = ::sqlx::QueryBuilder::<::sqlx::Sqlite>::new($head);
                        query.push_values(all.by_ref().take($crate::db::many::TOGETHER), |mut into, one| {
                            $( into.push_bind(one.$field); )+
                        });
                        let query = query.push($tail).build_query_as::<$row>();
                        found.extend(query.fetch_all(&mut **conn).await?);
                    }
                }
                $crate::db::Conn::Postgres(conn) if !all.is_empty() => {
                    $( let $field: Vec<_> = all.iter().map(|one| one.$field.clone()).collect(); )+
                    let rows = $crate::db::many::unnest(&[
                        $( (stringify!($field), $crate::db::many::type_of(&$field)) ),+
                    ]);
                    let sql = ::sqlx::AssertSqlSafe(format!("{}{rows}{}", $head, $tail));
                    let query = ::sqlx::query_as::<::sqlx::Postgres, $row>(sql)$( .bind($field) )+;
                    found.extend(query.fetch_all(&mut **conn).await?);
                }
                $crate::db::Conn::Postgres(_) => {}
            }
            Ok::<_, $crate::error::Error>(found)
        }
    };
}

/// Rows into a table.
#[macro_export]
macro_rules! insert_all {
    ($conn:expr, $table:literal, $all:expr, [$($field:ident),+ $(,)?]) => {
        async {
            let columns = [$( stringify!($field) ),+].join(", ");
            let head = format!("INSERT INTO {} ({columns}) ", $table);
            $crate::fetch_with!($conn, (i64,), head.as_str(), $all, [$($field),+], "").await.map(drop)
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_numbered_and_named_as_the_columns() {
        let (ids, names): (Vec<Uuid>, Vec<Option<String>>) = (Vec::new(), Vec::new());
        assert_eq!(
            unnest(&[("id", type_of(&ids)), ("name", type_of(&names))]),
            "SELECT * FROM unnest($1::uuid[], $2::text[]) AS one (id, name)"
        );
    }
}
