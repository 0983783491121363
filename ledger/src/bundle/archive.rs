//! The subset of tar that bundles use: one spelling for each archive. Reading regenerates every header and all
//! padding and compares, so that no byte of a bundle can change unnoticed.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

use super::File;
use crate::hash::Hash;

const BLOCK: usize = 512;
const ZEROS: [u8; BLOCK] = [0; BLOCK];

/// The only header that a file of this name and size may have.
fn header(name: &str, size: u64) -> io::Result<tar::Header> {
    let mut header = tar::Header::new_ustar();
    header.set_path(name)?;
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(size);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    Ok(header)
}

fn padding(size: u64) -> usize {
    (size.next_multiple_of(BLOCK as u64) - size) as usize
}

/// Writes an archive file by file.
pub(crate) struct Writer<W> {
    out: W,
    name: String,
    size: u64,
    written: u64,
    digest: Sha256,
    files: Vec<File>,
}

impl<W: Write> Writer<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, name: String::new(), size: 0, written: 0, digest: Sha256::new(), files: Vec::new() }
    }

    /// Starts a file of exactly `size` bytes.
    pub(crate) fn begin(&mut self, name: &str, size: u64) -> io::Result<()> {
        self.out.write_all(header(name, size)?.as_bytes())?;
        (self.name, self.size, self.written) = (name.to_owned(), size, 0);
        Ok(())
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.digest.update(bytes);
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// Ends a file.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        if self.written != self.size {
            let (name, size, written) = (&self.name, self.size, self.written);
            return Err(io::Error::other(format!(
                "{name} was announced with {size} bytes and got {written}"
            )));
        }
        self.out.write_all(&ZEROS[..padding(self.size)])?;
        let digest = Hash(self.digest.finalize_reset().into());
        self.files.push(File::new(std::mem::take(&mut self.name), self.size, &digest));
        Ok(())
    }

    pub(crate) fn file(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.begin(name, bytes.len() as u64)?;
        self.write(bytes)?;
        self.end()
    }

    /// The files so far.
    pub(crate) fn files(&self) -> Vec<File> {
        self.files.clone()
    }

    /// Ends the archive.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&ZEROS)?;
        self.out.write_all(&ZEROS)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Why an archive cannot be read on.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The reader failed.
    Io(io::Error),
    /// It is not what a bundle writer writes.
    Broken(String),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            Self::Broken("the file ends too early: its tail is missing".into())
        } else {
            Self::Io(error)
        }
    }
}

/// Reads an archive file by file: [`Reader::next`], then the content, then [`Reader::end`].
pub(crate) struct Reader<R> {
    input: R,
    name: String,
    size: u64,
    left: u64,
    digest: Sha256,
    files: Vec<File>,
}

impl<R: Read> Reader<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, name: String::new(), size: 0, left: 0, digest: Sha256::new(), files: Vec::new() }
    }

    /// Goes to the next file, or checks that the archive ends as it should. Afterwards [`Reader::name`] is the file's
    /// name, empty at the end.
    pub(crate) fn next(&mut self) -> Result<(), ReadError> {
        let mut block = [0; BLOCK];
        self.input.read_exact(&mut block)?;
        if block == ZEROS {
            self.name.clear();
            return self.trailer();
        }
        let found = tar::Header::from_byte_slice(&block);
        let name = String::from_utf8_lossy(&found.path_bytes()).into_owned();
        let size = found.entry_size().map_err(|_| broken(&name, "has no size"))?;
        let expected =
            header(&name, size).map_err(|_| broken(&name, "has a name that a bundle does not have"))?;
        if expected.as_bytes() != &block || size > i64::MAX as u64 {
            return Err(broken(&name, "has a tar header other than a bundle's"));
        }
        (self.name, self.size, self.left) = (name, size, size);
        Ok(())
    }

    fn trailer(&mut self) -> Result<(), ReadError> {
        let mut block = [0; BLOCK];
        self.input.read_exact(&mut block)?;
        if block != ZEROS || self.input.read(&mut block[..1])? != 0 {
            return Err(ReadError::Broken("something follows the end of the archive".into()));
        }
        Ok(())
    }

    /// Name of the file.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Bytes of the file that were not read yet.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// The rest of the file, if it is not larger than `limit`.
    pub(crate) fn read_all(&mut self, limit: usize) -> Result<Vec<u8>, ReadError> {
        if self.left > limit as u64 {
            return Err(broken(&self.name, &format!("is larger than {limit} bytes")));
        }
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Ends the file: checks the padding, notes the digest.
    pub(crate) fn end(&mut self) -> Result<Hash, ReadError> {
        if self.left > 0 {
            return Err(broken(&self.name, &format!("has {} bytes too many", self.left)));
        }
        let mut block = [0; BLOCK];
        let padding = &mut block[..padding(self.size)];
        self.input.read_exact(padding)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(broken(&self.name, "is not padded with zeros"));
        }
        let digest = Hash(self.digest.finalize_reset().into());
        self.files.push(File::new(std::mem::take(&mut self.name), self.size, &digest));
        Ok(digest)
    }

    /// The files read so far.
    pub(crate) fn take_files(&mut self) -> Vec<File> {
        std::mem::take(&mut self.files)
    }
}

/// The content of the current file. Ends early with an error where the archive does.
impl<R: Read> Read for Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let got = self.input.read(&mut buffer[..most])?;
        if got == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.digest.update(&buffer[..got]);
        self.left -= got as u64;
        Ok(got)
    }
}

fn broken(name: &str, problem: &str) -> ReadError {
    ReadError::Broken(format!("{name:?} {problem}"))
}
