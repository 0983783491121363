//! A connection to whichever engine was chosen at start, and the macros that run one SQL text on either.
//!
//! `store.rs` functions take `&mut Conn` (a `&mut Tx` coerces) and use `fetch_all!`, `fetch_optional!`, `fetch_one!` and
//! `execute!`, or for many rows at once the macros of [`many`](super::many). Arguments are bound by value to `$1`, `$2`, …; row types derive `sqlx::FromRow`, tuples do as well. A
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

/// A statement without a result: `execute!(conn, "DELETE … WHERE id = $1", id).await?` gives the number of rows changed.
#[macro_export]
macro_rules! execute {
    ($conn:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::dispatch!($conn, query, execute, |done| done.rows_affected(), $sql $(, $arg)*)
    };
}
