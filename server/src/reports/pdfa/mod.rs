//! Finishing a painted document into PDF/A-3b: what `printpdf` does not write, added with `lopdf`.
//!
//! Metadata, colour profile, outline, links, structure and attachment are each added by a function that takes the
//! document and leaves it valid. Nothing here reads a clock or draws randomness: dates are given and the file identifier
//! is a digest of the content, so the same report gives the same bytes.

mod attachment;
mod icc;
mod metadata;
mod navigation;
mod structure;

pub use attachment::{BUNDLE_NAME, embedded_bundle};

use chrono::{DateTime, Utc};
use lopdf::{Dictionary, Document, Object, ObjectId, SaveOptions, StringFormat};
use printpdf::{PdfDocument, PdfParseErrorSeverity, PdfSaveOptions};
use sha2::{Digest, Sha256};

use super::Error;
use super::layout::Painted;

/// What the file says about itself.
#[derive(Debug, Clone)]
pub(crate) struct Meta {
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) subject: String,
    /// BCP 47, for example `en`.
    pub(crate) language: String,
    pub(crate) created: DateTime<Utc>,
    /// The evidence, embedded as [`BUNDLE_NAME`].
    pub(crate) bundle: Option<Vec<u8>>,
}

/// Objects in one compressed object stream: few enough to open quickly, many enough to compress well.
const OBJECTS_PER_STREAM: usize = 200;

/// Writes the file.
pub(crate) fn finish(mut painted: Painted, meta: &Meta) -> Result<Vec<u8>, Error> {
    // The operations are the largest part of a long document: they are dropped as soon as they are written.
    let mut doc = serialize(&std::mem::take(&mut painted.pdf))?;
    let pages: Vec<ObjectId> = doc.get_pages().into_values().collect();
    let links = navigation::add_links(&mut doc, &painted, &pages)?;
    navigation::add_outline(&mut doc, &painted, &pages)?;
    structure::add(&mut doc, &painted, &pages, &links)?;
    if let Some(bundle) = &meta.bundle {
        attachment::add(&mut doc, bundle, meta)?;
    }
    metadata::add(&mut doc, meta)?;
    identify(&mut doc);
    doc.compress();
    "1.7".clone_into(&mut doc.version);
    let options = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .max_objects_per_stream(OBJECTS_PER_STREAM)
        .compression_level(6)
        .build();
    let mut bytes = Vec::new();
    doc.save_with_options(&mut bytes, options).map_err(Error::pdf)?;
    Ok(bytes)
}

fn serialize(pdf: &PdfDocument) -> Result<Document, Error> {
    let options =
        PdfSaveOptions { optimize: false, subset_fonts: false, secure: true, image_optimization: None };
    let mut warnings = Vec::new();
    let doc = printpdf::serialize::to_lopdf_doc(pdf, &options, &mut warnings);
    match warnings.into_iter().find(|warning| warning.severity == PdfParseErrorSeverity::Error) {
        Some(warning) => Err(Error::pdf(warning.msg)),
        None => Ok(doc),
    }
}

/// The identifier of the file: a digest of all its streams, in order, before they are compressed.
fn identify(doc: &mut Document) {
    let mut digest = Sha256::new();
    for (id, object) in &doc.objects {
        if let Object::Stream(stream) = object {
            digest.update(id.0.to_be_bytes());
            digest.update((stream.content.len() as u64).to_be_bytes());
            digest.update(&stream.content);
        }
    }
    let id = Object::String(digest.finalize()[..16].to_vec(), StringFormat::Hexadecimal);
    doc.trailer.set("ID", vec![id.clone(), id]);
}

/// A name object.
fn name(name: &str) -> Object {
    Object::Name(name.as_bytes().to_vec())
}

/// A text string: ASCII as it is, everything else in UTF-16.
fn text(text: &str) -> Object {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Object::String(text.as_bytes().to_vec(), StringFormat::Literal);
    }
    let utf16 = text.encode_utf16().flat_map(u16::to_be_bytes);
    Object::String([0xFE, 0xFF].into_iter().chain(utf16).collect(), StringFormat::Hexadecimal)
}

/// A dictionary from its entries.
fn dictionary<const N: usize>(entries: [(&str, Object); N]) -> Dictionary {
    let mut dictionary = Dictionary::new();
    for (key, value) in entries {
        dictionary.set(key, value);
    }
    dictionary
}

/// A small number as PDF wants it.
fn integer(value: usize) -> Object {
    Object::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}
