//! The evidence bundle inside the document, put in and taken out.

use lopdf::{Dictionary, Document, LoadOptions, Object, Stream};

use super::{Meta, dictionary, integer, metadata::pdf_date, name, text};
use crate::reports::Error;

/// The name of the attached bundle.
pub const BUNDLE_NAME: &str = "bundle.assay.tar";

/// Nothing in a document is inflated beyond this many bytes: a small hostile file must not fill the memory.
const MOST_INFLATED: usize = 1 << 30;

pub(super) fn add(doc: &mut Document, bundle: &[u8], meta: &Meta) -> Result<(), Error> {
    let date = pdf_date(meta.created);
    let parameters = dictionary([
        ("Size", integer(bundle.len())),
        ("CreationDate", text(&date)),
        ("ModDate", text(&date)),
    ]);
    let file = dictionary([
        ("Type", name("EmbeddedFile")),
        ("Subtype", name("application/x-tar")),
        ("Params", Object::Dictionary(parameters)),
    ]);
    let file = Object::Reference(doc.add_object(Stream::new(file, bundle.to_vec())));
    let specification = dictionary([
        ("Type", name("Filespec")),
        ("F", text(BUNDLE_NAME)),
        ("UF", text(BUNDLE_NAME)),
        ("EF", dictionary([("F", file.clone()), ("UF", file)]).into()),
        ("AFRelationship", name("Data")),
        ("Desc", text("Ledger entries, proofs and checkpoint behind this document; assay verify reads it.")),
    ]);
    let specification = Object::Reference(doc.add_object(specification));
    let names = dictionary([("Names", vec![text(BUNDLE_NAME), specification.clone()].into())]);
    let names = dictionary([("EmbeddedFiles", names.into())]);
    let catalog = doc.catalog_mut().map_err(Error::pdf)?;
    catalog.set("Names", names);
    catalog.set("AF", vec![specification]);
    Ok(())
}

/// The evidence bundle that a report carries, or `None` when `pdf` is no PDF or carries none.
///
/// Reads what other programs have rewritten as well, as long as the attachment is still listed by its name.
#[must_use]
pub fn embedded_bundle(pdf: &[u8]) -> Option<Vec<u8>> {
    let options = LoadOptions { max_decompressed_size: Some(MOST_INFLATED), ..LoadOptions::default() };
    let doc = Document::load_mem_with_options(pdf, options).ok()?;
    let names = child(&doc, doc.catalog().ok()?, b"Names")?;
    let specification = find(&doc, child(&doc, names, b"EmbeddedFiles")?, 8)?;
    let files = child(&doc, specification, b"EF")?;
    let (_, file) = doc.dereference(files.get(b"F").or_else(|_| files.get(b"UF")).ok()?).ok()?;
    let stream = file.as_stream().ok()?;
    if stream.dict.has(b"Filter") {
        stream.decompressed_content_with_limit(MOST_INFLATED).ok()
    } else {
        Some(stream.content.clone())
    }
}

/// The file specification listed as [`BUNDLE_NAME`] in a name tree at most `depth` nodes deep.
fn find<'a>(doc: &'a Document, node: &'a Dictionary, depth: usize) -> Option<&'a Dictionary> {
    let depth = depth.checked_sub(1)?;
    if let Some(names) = array(doc, node, b"Names") {
        let pair = names.chunks_exact(2).find(|pair| pair[0].as_str().is_ok_and(is_bundle_name))?;
        return doc.dereference(&pair[1]).ok()?.1.as_dict().ok();
    }
    array(doc, node, b"Kids")?
        .iter()
        .find_map(|kid| find(doc, doc.dereference(kid).ok()?.1.as_dict().ok()?, depth))
}

/// Other programs may rewrite the name in UTF-16.
fn is_bundle_name(bytes: &[u8]) -> bool {
    let utf16 = || [0xFE, 0xFF].into_iter().chain(BUNDLE_NAME.encode_utf16().flat_map(u16::to_be_bytes));
    bytes == BUNDLE_NAME.as_bytes() || bytes.iter().copied().eq(utf16())
}

fn child<'a>(doc: &'a Document, parent: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
    doc.dereference(parent.get(key).ok()?).ok()?.1.as_dict().ok()
}

fn array<'a>(doc: &'a Document, parent: &'a Dictionary, key: &[u8]) -> Option<&'a Vec<Object>> {
    doc.dereference(parent.get(key).ok()?).ok()?.1.as_array().ok()
}
