//! Our own short-lived tokens: a JWT signed with `token.key` of the data directory.
//!
//! The key is kept as the ledger's is, in a file of mode 0600 that is made at the first start, PKCS#8 in PEM as
//! `openssl genpkey -algorithm ed25519` makes it. Unlike the ledger's it binds nobody: tokens live ten minutes. So each
//! replica signs with a key of its own and puts the public half into the database with the first token, where the
//! others find it while it is in use; a lost or stolen key is deleted, and a new one is made at the next start.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::clock::Rng;
use crate::error::Error;

/// What the DER of an Ed25519 key begins with (RFC 8410); the 32 bytes of the key follow.
const PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
/// The media type of such tokens (RFC 9068): nothing else that is signed here can be taken for one.
const TYPE: &str = "at+jwt";
/// No token of ours is longer.
const LONGEST: usize = 4096;

/// What a token of ours says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// This installation.
    pub iss: String,
    /// This installation: the token is for nobody else.
    pub aud: String,
    /// The trust rule.
    pub sub: Uuid,
    /// The token's id.
    pub jti: Uuid,
    /// Since when, in seconds.
    pub iat: i64,
    /// Until when, in seconds.
    pub exp: i64,
    /// Rights, separated by spaces.
    pub scope: String,
    /// The rule's revision: a changed rule ends its tokens.
    pub rev: i64,
    /// The person behind the job, by the id that its CI has signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usr: Option<String>,
}

/// A key that signs tokens.
pub struct TokenKey {
    /// Follows from the public half.
    pub id: String,
    /// The public half.
    pub public: [u8; 32],
    encoding: EncodingKey,
}

/// The key of this process, read when it is first needed.
#[derive(Default)]
pub struct OwnKey(Mutex<Option<Arc<TokenKey>>>);

impl OwnKey {
    /// The key; made where there is none.
    ///
    /// # Errors
    /// A sentence for the operator when the file cannot be used.
    pub fn get(&self, app: &App) -> Result<Arc<TokenKey>, String> {
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = &*own {
            return Ok(key.clone());
        }
        let key = Arc::new(TokenKey::load_or_create(&app.db.ledger().data_dir, &*app.rng)?);
        *own = Some(key.clone());
        Ok(key)
    }
}

impl TokenKey {
    fn new(seed: &[u8; 32]) -> Self {
        let public = ed25519_dalek::SigningKey::from_bytes(seed).verifying_key().to_bytes();
        let id = URL_SAFE_NO_PAD.encode(&Sha256::digest(public)[..9]);
        Self { id, public, encoding: EncodingKey::from_ed_der(&[&PKCS8, seed.as_slice()].concat()) }
    }

    /// Reads `token.key`, or draws one and stores it.
    ///
    /// # Errors
    /// A sentence that names the file and says what to do.
    pub fn load_or_create(dir: &Path, rng: &dyn Rng) -> Result<Self, String> {
        let path = dir.join("token.key");
        let problem = |reason: String| format!("cannot use the key for tokens {}: {reason}", path.display());
        match load(&path).map_err(problem)? {
            Some(key) => Ok(key),
            None => create(&path, dir, rng).map_err(problem),
        }
    }

    /// Signs a token.
    ///
    /// # Errors
    /// [`Error::Internal`]; never for a key that was read.
    pub fn sign(&self, claims: &Claims) -> Result<String, Error> {
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(self.id.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        jsonwebtoken::encode(&header, claims, &self.encoding).map_err(Error::internal)
    }
}

fn load(path: &Path) -> Result<Option<TokenKey>, String> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("it cannot be read: {error}")),
    };
    if std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
        return Err("others can read it; take that away with chmod 600".to_owned());
    }
    let seed = parse(&text)
        .ok_or("it is no Ed25519 key in PKCS#8; delete it, and a new one is made at the next start")?;
    Ok(Some(TokenKey::new(&seed)))
}

fn parse(text: &str) -> Option<[u8; 32]> {
    let body = text.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let der = STANDARD.decode(body.split_whitespace().collect::<String>()).ok()?;
    der.strip_prefix(&PKCS8)?.try_into().ok()
}

fn create(path: &PathBuf, dir: &Path, rng: &dyn Rng) -> Result<TokenKey, String> {
    let mut seed = [0; 32];
    rng.fill(&mut seed);
    let body = STANDARD.encode([&PKCS8, seed.as_slice()].concat());
    let store = || -> io::Result<()> {
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
        file.write_all(format!("{BEGIN}\n{body}\n{END}\n").as_bytes())?;
        file.sync_all()?;
        File::open(dir)?.sync_all()
    };
    store().map_err(|error| format!("it cannot be written: {error}"))?;
    Ok(TokenKey::new(&seed))
}

/// Whether this looks like a token of this kind, not like one that was made for good.
#[must_use]
pub fn is_jwt(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').count() == 2
}

/// The id of the key that a token names, where it is one of ours by its looks.
#[must_use]
pub fn key_id(token: &str) -> Option<String> {
    if token.len() > LONGEST {
        return None;
    }
    let header = jsonwebtoken::decode_header(token).ok()?;
    (header.alg == Algorithm::EdDSA && header.typ.as_deref() == Some(TYPE)).then_some(header.kid?)
}

/// What a token says, if the key has signed exactly that. Times and issuer are the caller's to look at.
#[must_use]
pub fn read(token: &str, public: &[u8]) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::EdDSA);
    // The library would read the machine's clock; ours is passed in.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let decoded = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_ed_der(public), &validation);
    decoded.ok().map(|data| data.claims)
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::*;
    use crate::clock::SeededRng;

    fn claims() -> Claims {
        let here = "urn:uuid:1".to_owned();
        let (sub, jti) = (Uuid::from_u128(1), Uuid::from_u128(2));
        Claims {
            iss: here.clone(),
            aud: here,
            sub,
            jti,
            iat: 1,
            exp: 601,
            scope: "models:read".to_owned(),
            rev: 1,
            usr: None,
        }
    }

    fn key(seed: u8) -> TokenKey {
        TokenKey::new(&[seed; 32])
    }

    #[test]
    fn a_key_survives_its_file_and_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token.key");
        let made = TokenKey::load_or_create(dir.path(), &SeededRng::new(1)).unwrap();
        let read = TokenKey::load_or_create(dir.path(), &SeededRng::new(2)).unwrap();
        assert_eq!((&made.id, made.public), (&read.id, read.public));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let error = TokenKey::load_or_create(dir.path(), &SeededRng::new(1)).err().unwrap();
        assert!(error.contains("chmod 600") && error.contains("token.key"), "{error}");
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, "nonsense").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        assert!(TokenKey::load_or_create(dir.path(), &SeededRng::new(1)).err().unwrap().contains("PKCS#8"));
    }

    #[test]
    fn a_token_is_read_back_with_its_own_key_only() {
        let token = key(1).sign(&claims()).unwrap();
        assert_eq!(key_id(&token), Some(key(1).id));
        assert_eq!(read(&token, &key(1).public), Some(claims()));
        assert_eq!(read(&token, &key(2).public), None);
    }

    #[test]
    fn a_token_that_is_no_access_token_is_none_of_ours() {
        let header = Header { kid: Some(key(1).id), ..Header::new(Algorithm::EdDSA) };
        let token = jsonwebtoken::encode(&header, &claims(), &key(1).encoding).unwrap();
        assert_eq!(key_id(&token), None, "signed by us, but as something else");
    }

    #[test]
    fn no_byte_of_a_token_can_be_changed() {
        let key = key(1);
        let token = key.sign(&claims()).unwrap().into_bytes();
        for place in 0..token.len() {
            for flip in (0..8).map(|bit| 1_u8 << bit) {
                let mut other = token.clone();
                other[place] ^= flip;
                let Ok(other) = String::from_utf8(other) else { continue };
                let accepted =
                    key_id(&other).is_some_and(|id| id == key.id) && read(&other, &key.public).is_some();
                assert!(!accepted, "byte {place} ^ {flip}");
            }
        }
    }
}
