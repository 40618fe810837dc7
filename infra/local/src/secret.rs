//! Secrets of one data folder: the key that signs local tokens, the key of cursors, and the secret of webhooks. They live
//! and die with the data.

use std::io::{self, Write};
use std::path::Path;

use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::json;
use stipule_runtime::auth::{Algorithm, Jwks, Signer};
use stipule_runtime::webhook;
use thiserror::Error;

/// File of the signing key, PKCS #8.
const SIGNING_KEY: &str = "token-key.der";

/// File of the cursor key, 32 bytes.
const CURSOR_KEY: &str = "cursor-key.bin";

/// File of the secret that webhooks are signed with, as text.
const WEBHOOK_SECRET: &str = "webhook-secret.txt";

/// Id of the signing key.
const KEY_ID: &str = "local";

/// Why the secrets can't be had.
#[derive(Debug, Error)]
pub enum SecretError {
    /// A file can't be read or written.
    #[error("{file} in the data folder: {reason}")]
    File {
        /// Its name.
        file: &'static str,
        /// What the system says.
        reason: io::Error,
    },
    /// A file has other content than was written there.
    #[error("{0} in the data folder is damaged: remove it, or start over with --reset")]
    Damaged(&'static str),
}

/// What the local platform signs with.
pub(crate) struct Secrets {
    pub(crate) signer: Signer,
    pub(crate) keys: Jwks,
    /// The same as JSON.
    pub(crate) document: String,
    /// What cursors are sealed with.
    pub(crate) cursor: [u8; 32],
    /// What API keys are proven by.
    pub(crate) plan_key: hmac::Key,
}

impl Secrets {
    /// Reads the secrets of a folder, or makes them; without a folder they are made afresh.
    pub(crate) fn open(folder: Option<&Path>) -> Result<Self, SecretError> {
        let signing = kept(folder, SIGNING_KEY, || {
            Signer::generate(Algorithm::EdDsa).map_err(|_| SecretError::Damaged(SIGNING_KEY))
        })?;
        let cursor = kept(folder, CURSOR_KEY, random_key)?;
        let signer =
            Signer::new(KEY_ID, Algorithm::EdDsa, &signing).map_err(|_| SecretError::Damaged(SIGNING_KEY))?;
        let document = json!({ "keys": [signer.jwk()] }).to_string();
        let keys = Jwks::parse(document.as_bytes()).map_err(|_| SecretError::Damaged(SIGNING_KEY))?;
        let cursor: [u8; 32] = cursor.try_into().map_err(|_| SecretError::Damaged(CURSOR_KEY))?;
        let plan_key = hmac::Key::new(hmac::HMAC_SHA256, &[&b"api keys"[..], &cursor].concat());
        Ok(Self { signer, keys, document, cursor, plan_key })
    }
}

/// The secret that whoever sends webhooks to the platform of a folder signs with: made at the first start and kept there;
/// without a folder made afresh.
///
/// # Errors
/// When the folder can't be read or written, or the file was damaged.
pub fn webhook_secret(folder: Option<&Path>) -> Result<webhook::Secret, SecretError> {
    let damaged = || SecretError::Damaged(WEBHOOK_SECRET);
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)
            .map_err(|reason| SecretError::File { file: WEBHOOK_SECRET, reason })?;
    }
    let text = kept(folder, WEBHOOK_SECRET, || {
        let secret = webhook::Secret::new(random(WEBHOOK_SECRET)?).map_err(|_| damaged())?;
        Ok(secret.to_text().into_bytes())
    })?;
    let text = String::from_utf8(text).map_err(|_| damaged())?;
    webhook::Secret::parse(&text).map_err(|_| damaged())
}

fn random_key() -> Result<Vec<u8>, SecretError> {
    random(CURSOR_KEY)
}

/// Thirty-two random bytes, for a file.
fn random(file: &'static str) -> Result<Vec<u8>, SecretError> {
    let mut key = vec![0; 32];
    let refused = |_| SecretError::File { file, reason: io::Error::other("no randomness") };
    SystemRandom::new().fill(&mut key).map_err(refused)?;
    Ok(key)
}

fn kept(
    folder: Option<&Path>,
    file: &'static str,
    make: impl FnOnce() -> Result<Vec<u8>, SecretError>,
) -> Result<Vec<u8>, SecretError> {
    let Some(folder) = folder else { return make() };
    let failed = |reason| SecretError::File { file, reason };
    match std::fs::read(folder.join(file)) {
        Ok(content) => Ok(content),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let content = make()?;
            write_private(folder, file, &content).map_err(failed)?;
            Ok(content)
        }
        Err(error) => Err(failed(error)),
    }
}

/// Whole or not at all, and readable by the owner alone.
fn write_private(folder: &Path, file: &str, content: &[u8]) -> io::Result<()> {
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(content)?;
    temporary.as_file().sync_all()?;
    temporary.persist(folder.join(file)).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_kept_with_the_data() {
        let folder = tempfile::tempdir().unwrap();
        let first = Secrets::open(Some(folder.path())).unwrap();
        let again = Secrets::open(Some(folder.path())).unwrap();
        assert_eq!(first.signer.jwk(), again.signer.jwk());
        assert_ne!(first.signer.jwk(), Secrets::open(None).unwrap().signer.jwk());
    }

    #[test]
    fn the_secret_of_webhooks_is_kept_with_the_data_too() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("new");
        let first = webhook_secret(Some(&folder)).unwrap();
        assert_eq!(webhook_secret(Some(&folder)).unwrap(), first);
        assert_ne!(webhook_secret(None).unwrap(), first);
        std::fs::write(folder.join(WEBHOOK_SECRET), "whsec_short").unwrap();
        assert!(matches!(webhook_secret(Some(&folder)), Err(SecretError::Damaged(_))));
    }

    #[test]
    fn a_damaged_secret_is_said_with_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(CURSOR_KEY), b"short").unwrap();
        let error = Secrets::open(Some(folder.path())).err().expect("damaged");
        assert!(error.to_string().contains("--reset"), "{error}");
    }
}
