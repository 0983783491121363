//! Between what columns hold and what the ledger works with.

use assay_ledger::hash::Hash;
use assay_ledger::tile;

use crate::error::Error;

/// An index or size as a BIGINT.
pub(crate) fn int(value: u64) -> Result<i64, Error> {
    i64::try_from(value).map_err(|_| Error::Internal(format!("{value} does not fit a BIGINT")))
}

/// A BIGINT as an index or size.
pub(crate) fn index(value: i64, column: &str) -> Result<u64, Error> {
    u64::try_from(value).map_err(|_| Error::Internal(format!("{column}: {value} is negative")))
}

/// A hash.
pub(crate) fn hash(bytes: &[u8], column: &str) -> Result<Hash, Error> {
    Hash::try_from(bytes)
        .map_err(|_| Error::Internal(format!("{column}: {} bytes instead of 32", bytes.len())))
}

/// `audit_tile.hashes`.
pub(crate) fn tile_hashes(bytes: &[u8]) -> Result<Vec<Hash>, Error> {
    tile::decode_hashes(bytes).map_err(|error| Error::Internal(format!("audit_tile.hashes: {error}")))
}
