//! A connection to whichever engine was chosen at start, and the macros that run one SQL text on either.
//!
//! `store.rs` functions take `&mut Conn` (a `&mut Tx` coerces) and use `fetch_all!`, `fetch_optional!`, `fetch_one!` and
//! `execute!`, or for many rows at once `fetch_with!` and `insert_all!`. Arguments are bound by value to `$1`, `$2`, …; row types derive `sqlx::FromRow`, tuples do as well. A
//! statement that truly differs between the engines stands twice, side by side, behind [`Conn::is_postgres`].

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite};

use crate::error::Error;
use crate::execute;

/// An owned connection to the database.
#[derive(Debug)]
pub enum Conn {
    /// To the SQLite file.
    Sqlite(PoolConnection<Sqlite>),
    /// To the PostgreSQL server.
    Postgres(PoolConnection<Postgres>),
}

impl Conn {
    /// For the few statements that differ between the engines.
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Runs a statement without arguments and without a result, such as `BEGIN`.
    pub(crate) async fn run(&mut self, sql: &'static str) -> Result<(), Error> {
        execute!(self, sql).await.map(drop)
    }

    /// Closes the connection instead of giving it back to its pool: nobody knows what state it is in.
    pub(crate) fn discard(&mut self) {
        match self {
            Self::Sqlite(conn) => conn.close_on_drop(),
            Self::Postgres(conn) => conn.close_on_drop(),
        }
    }
}

/// Binds the arguments for the engine behind `$conn`, runs the statement with `$method` and maps what comes back.
#[doc(hidden)]
#[macro_export]
macro_rules! dispatch {
    ($conn:expr, $query:ident $(<$row:ty>)?, $method:ident, $map:expr, $sql:expr $(, $arg:expr)*) => {
        async {
            let conn: &mut $crate::db::Conn = &mut *$conn;
            match conn {
                $crate::db::Conn::Sqlite(conn) => {
                    let query = ::sqlx::$query::<::sqlx::Sqlite $(, $row)?>($sql)$(.bind($arg))*;
                    query.$method(&mut **conn).await.map($map)
                }
                $crate::db::Conn::Postgres(conn) => {
                    let query = ::sqlx::$query::<::sqlx::Postgres $(, $row)?>($sql)$(.bind($arg))*;
                    query.$method(&mut **conn).await.map($map)
                }
            }
            .map_err($crate::error::Error::from)
        }
    };
}

/// All rows: `fetch_all!(conn, Row, "SELECT … WHERE x = $1", x).await?` gives a `Vec<Row>`.
#[macro_export]
macro_rules! fetch_all {
    ($conn:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::dispatch!($conn, query_as<$row>, fetch_all, ::std::convert::identity, $sql $(, $arg)*)
    };
}

/// The first row, if there is one: `fetch_optional!(conn, Row, "SELECT … WHERE id = $1", id).await?`.
#[macro_export]
macro_rules! fetch_optional {
    ($conn:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::dispatch!($conn, query_as<$row>, fetch_optional, ::std::convert::identity, $sql $(, $arg)*)
    };
}

/// The one row; [`Error::NotFound`] when there is none.
#[macro_export]
macro_rules! fetch_one {
    ($conn:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::dispatch!($conn, query_as<$row>, fetch_one, ::std::convert::identity, $sql $(, $arg)*)
    };
}

/// How many rows of values go into one statement. Each statement is handed to another thread or process and back, which
/// costs more than a row; and so few different texts are all kept prepared.
pub const TOGETHER: usize = 16;

/// A statement with a list of values in it, some at a time, and the rows that come back from all of them:
/// `fetch_with!(conn, Row, "INSERT INTO t (a, b) ", all, |into, one| into.push_bind(one.a).push_bind(one.b), "")`. The
/// list is `VALUES (…), (…)`; where it stands in place of a table, its columns are called `column1`, `column2`, ….
#[macro_export]
macro_rules! fetch_with {
    ($conn:expr, $row:ty, $head:expr, $all:expr, |$into:ident, $one:ident| $bind:expr, $tail:expr) => {
        async {
            let conn: &mut $crate::db::Conn = &mut *$conn;
            let mut all = $all.into_iter().peekable();
            let mut rows: Vec<$row> = Vec::new();
            while all.peek().is_some() {
                let some = all.by_ref().take($crate::db::conn::TOGETHER);
                match conn {
                    $crate::db::Conn::Sqlite(conn) => {
                        let mut query = ::sqlx::QueryBuilder::<::sqlx::Sqlite>::new($head);
                        query.push_values(some, |mut $into, $one| {
                            $bind;
                        });
                        let query = query.push($tail).build_query_as::<$row>();
                        rows.extend(query.fetch_all(&mut **conn).await?);
                    }
                    $crate::db::Conn::Postgres(conn) => {
                        let mut query = ::sqlx::QueryBuilder::<::sqlx::Postgres>::new($head);
                        query.push_values(some, |mut $into, $one| {
                            $bind;
                        });
                        let query = query.push($tail).build_query_as::<$row>();
                        rows.extend(query.fetch_all(&mut **conn).await?);
                    }
                }
            }
            Ok::<_, $crate::error::Error>(rows)
        }
    };
}

/// Rows into a table: `insert_all!(conn, "INSERT INTO t (a, b) ", all, |into, one| into.push_bind(one.a).push_bind(one.b))`.
#[macro_export]
macro_rules! insert_all {
    ($conn:expr, $head:expr, $all:expr, |$into:ident, $one:ident| $bind:expr) => {
        async { $crate::fetch_with!($conn, (i64,), $head, $all, |$into, $one| $bind, "").await.map(drop) }
    };
}

/// A statement without a result: `execute!(conn, "DELETE … WHERE id = $1", id).await?` gives the number of rows changed.
#[macro_export]
macro_rules! execute {
    ($conn:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::dispatch!($conn, query, execute, |done| done.rows_affected(), $sql $(, $arg)*)
    };
}
