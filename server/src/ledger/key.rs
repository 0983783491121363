//! The key that signs the log: `ledger.key` in the data directory, readable by its owner alone.
//!
//! One line, `PRIVATE+KEY+<name>+<id>+<base64>`, as other implementations of signed notes keep their keys. The name is
//! the log's origin. Another way to sign is another [`Signer`].

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use assay_ledger::{Ed25519Signer, Signer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::clock::Rng;
use crate::db::OpenError;

const HEADER: &str = "PRIVATE+KEY+";
/// The type of an Ed25519 key in a signed note.
const ED25519: u8 = 1;

pub(crate) fn path(dir: &Path) -> PathBuf {
    dir.join("ledger.key")
}

/// Draws a key, stores it and makes sure that it is on the disk.
pub(crate) fn create(dir: &Path, origin: &str, rng: &dyn Rng) -> Result<Ed25519Signer, OpenError> {
    let mut seed = [0; 32];
    rng.fill(&mut seed);
    let signer = Ed25519Signer::from_seed(origin, &seed).map_err(|error| problem(dir, error.to_string()))?;
    let id = u32::from_be_bytes(signer.verifier().id());
    let secret = STANDARD.encode([&[ED25519], seed.as_slice()].concat());
    let line = format!("{HEADER}{origin}+{id:08x}+{secret}\n");
    store(dir, &line).map_err(|error| problem(dir, format!("it cannot be written: {error}")))?;
    Ok(signer)
}

fn store(dir: &Path, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path(dir))?;
    file.write_all(line.as_bytes())?;
    file.sync_all()?;
    File::open(dir)?.sync_all()
}

/// Reads the key, if there is one.
pub(crate) fn load(dir: &Path) -> Result<Option<Ed25519Signer>, OpenError> {
    let path = path(dir);
    let line = match std::fs::read_to_string(&path) {
        Ok(line) => line,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(problem(dir, format!("it cannot be read: {error}"))),
    };
    if std::fs::metadata(&path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
        return Err(problem(dir, "others can read it; take that away with chmod 600".to_owned()));
    }
    let signer = parse(line.trim_end()).ok_or_else(|| {
        problem(dir, format!("it is not one line {HEADER}<origin>+<id>+<base64>; restore it from a backup"))
    })?;
    Ok(Some(signer))
}

fn parse(line: &str) -> Option<Ed25519Signer> {
    let mut parts = line.strip_prefix(HEADER)?.splitn(3, '+');
    let (name, id, secret) = (parts.next()?, parts.next()?, parts.next()?);
    let secret = STANDARD.decode(secret).ok()?;
    let (&ED25519, seed) = secret.split_first()? else { return None };
    let signer = Ed25519Signer::from_seed(name, seed.try_into().ok()?).ok()?;
    (format!("{:08x}", u32::from_be_bytes(signer.verifier().id())) == id).then_some(signer)
}

/// An error about the key file.
pub(crate) fn problem(dir: &Path, reason: String) -> OpenError {
    OpenError::Key { path: path(dir), reason }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::*;
    use crate::clock::SeededRng;

    #[test]
    fn a_key_survives_its_file_and_is_private() {
        let dir = tempfile::tempdir().unwrap();
        assert!(load(dir.path()).unwrap().is_none());
        let made = create(dir.path(), "example.org/log", &SeededRng::new(1)).unwrap();
        let read = load(dir.path()).unwrap().unwrap();
        assert_eq!(made.verifier(), read.verifier());
        let mode = |dir: &Path| std::fs::metadata(path(dir)).unwrap().permissions().mode();
        assert_eq!(mode(dir.path()) & 0o777, 0o600);
        assert!(create(dir.path(), "example.org/log", &SeededRng::new(2)).is_err(), "never overwrites a key");

        std::fs::set_permissions(path(dir.path()), Permissions::from_mode(0o644)).unwrap();
        assert!(load(dir.path()).unwrap_err().to_string().contains("chmod 600"));
    }

    #[test]
    fn another_line_is_no_key() {
        let line = "PRIVATE+KEY+example.org/log+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert!(parse(line).is_none(), "the id does not follow from the key");
        assert!(parse("").is_none());
    }
}
