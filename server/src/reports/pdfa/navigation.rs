//! Links on the pages and the nested outline beside them.

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::{dictionary, integer, name, text};
use crate::reports::Error;
use crate::reports::layout::{Bookmark, LinkArea, Painted, Target};

/// Writes the links of all pages; returns their objects in order.
pub(super) fn add_links(
    doc: &mut Document,
    painted: &Painted,
    pages: &[ObjectId],
) -> Result<Vec<ObjectId>, Error> {
    let mut all = Vec::new();
    for (page, id) in painted.pages.iter().zip(pages) {
        let first = all.len();
        for link in &page.links {
            if let Some(action) = action(link, painted, pages) {
                // The parent tree numbers links after pages; see `structure`.
                let number = pages.len() + all.len();
                all.push(doc.add_object(annotation(link, action, number)));
            }
        }
        let annotations: Vec<Object> = all[first..].iter().map(|&link| Object::Reference(link)).collect();
        let page = doc.get_dictionary_mut(*id).map_err(Error::pdf)?;
        page.set("Annots", annotations);
    }
    Ok(all)
}

fn annotation(link: &LinkArea, action: Dictionary, number: usize) -> Dictionary {
    dictionary([
        ("Type", name("Annot")),
        ("Subtype", name("Link")),
        ("Rect", Object::Array(link.area.iter().map(|&side| Object::Real(side)).collect())),
        ("Border", vec![0.into(), 0.into(), 0.into()].into()),
        // Printed, as PDF/A demands of everything that is not a pop-up.
        ("F", Object::Integer(4)),
        ("Contents", text(&link.label)),
        ("StructParent", integer(number)),
        ("A", Object::Dictionary(action)),
    ])
}

/// Every link has an action: one to an unknown anchor leads to the first page.
fn action(link: &LinkArea, painted: &Painted, pages: &[ObjectId]) -> Option<Dictionary> {
    Some(match &link.target {
        Target::Uri(uri) => dictionary([("S", name("URI")), ("URI", text(&ascii(uri)))]),
        Target::Anchor(anchor) => {
            dictionary([("S", name("GoTo")), ("D", destination(anchor, painted, pages)?)])
        }
    })
}

/// An address may hold ASCII only: everything else is percent-encoded.
fn ascii(uri: &str) -> String {
    uri.bytes()
        .map(
            |byte| {
                if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect()
}

/// The place of `anchor`, a little above it so that the heading is not glued to the window's edge.
fn destination(anchor: &str, painted: &Painted, pages: &[ObjectId]) -> Option<Object> {
    let &(page, y) = painted.places.get(anchor).unwrap_or(&(0, 0.0));
    let top = (painted.height - y + 12.0).min(painted.height);
    Some(Object::Array(vec![
        Object::Reference(*pages.get(page)?),
        name("XYZ"),
        Object::Null,
        Object::Real(top.round()),
        Object::Null,
    ]))
}

/// Writes the outline: headings of level 2 and 3 fold under the one above them.
pub(super) fn add_outline(doc: &mut Document, painted: &Painted, pages: &[ObjectId]) -> Result<(), Error> {
    if painted.outline.is_empty() {
        return Ok(());
    }
    let root = doc.new_object_id();
    let ids: Vec<ObjectId> = painted.outline.iter().map(|_| doc.new_object_id()).collect();
    let tops = add_items(doc, painted, pages, &ids, 0..painted.outline.len(), root);
    let mut outlines = dictionary([("Type", name("Outlines")), ("Count", integer(tops.len()))]);
    set_ends(&mut outlines, &tops);
    doc.set_object(root, outlines);
    let catalog = doc.catalog_mut().map_err(Error::pdf)?;
    catalog.set("Outlines", Object::Reference(root));
    catalog.set("PageMode", name("UseOutlines"));
    Ok(())
}

/// Writes the items of `range` whose parent is `parent`, and what is under them; returns the former.
fn add_items(
    doc: &mut Document,
    painted: &Painted,
    pages: &[ObjectId],
    ids: &[ObjectId],
    range: std::ops::Range<usize>,
    parent: ObjectId,
) -> Vec<ObjectId> {
    let tops = top_items(&painted.outline, range.clone());
    let objects: Vec<ObjectId> = tops.iter().map(|&top| ids[top]).collect();
    for (position, &top) in tops.iter().enumerate() {
        let end = tops.get(position + 1).copied().unwrap_or(range.end);
        let bookmark = &painted.outline[top];
        let mut item = dictionary([("Title", text(&bookmark.title)), ("Parent", Object::Reference(parent))]);
        if let Some(destination) = destination(&bookmark.anchor, painted, pages) {
            item.set("Dest", destination);
        }
        if let Some(&before) = position.checked_sub(1).and_then(|before| objects.get(before)) {
            item.set("Prev", Object::Reference(before));
        }
        if let Some(&after) = objects.get(position + 1) {
            item.set("Next", Object::Reference(after));
        }
        let kids = add_items(doc, painted, pages, ids, top + 1..end, ids[top]);
        if !kids.is_empty() {
            set_ends(&mut item, &kids);
            // Negative: folded when the document is opened.
            item.set("Count", Object::Integer(-i64::try_from(kids.len()).unwrap_or(0)));
        }
        doc.set_object(ids[top], item);
    }
    objects
}

/// The items of `range` that are under no other item of it.
fn top_items(outline: &[Bookmark], range: std::ops::Range<usize>) -> Vec<usize> {
    let mut tops: Vec<usize> = Vec::new();
    for index in range {
        if tops.last().is_none_or(|&top| outline[index].level <= outline[top].level) {
            tops.push(index);
        }
    }
    tops
}

fn set_ends(item: &mut Dictionary, kids: &[ObjectId]) {
    if let (Some(&first), Some(&last)) = (kids.first(), kids.last()) {
        item.set("First", Object::Reference(first));
        item.set("Last", Object::Reference(last));
    }
}
