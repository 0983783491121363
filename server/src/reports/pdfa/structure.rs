//! The structure tree: headings, paragraphs, lists, tables, pictures and links in reading order.

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::{dictionary, integer, name, text};
use crate::reports::Error;
use crate::reports::layout::{ElementId, Kid, Painted};

/// Writes the tree, and for each page and link the way from its marks back to their elements.
pub(super) fn add(
    doc: &mut Document,
    painted: &Painted,
    pages: &[ObjectId],
    links: &[ObjectId],
) -> Result<(), Error> {
    let root = doc.new_object_id();
    let ids: Vec<ObjectId> = painted.tree.elements().iter().map(|_| doc.new_object_id()).collect();
    let writer = Writer { painted, pages, links, ids: &ids, root };
    for (index, &id) in ids.iter().enumerate() {
        if let Some(element) = writer.element(index) {
            doc.set_object(id, element);
        }
    }
    let parents = doc.add_object(dictionary([("Nums", Object::Array(writer.parents()))]));
    let tree = dictionary([
        ("Type", name("StructTreeRoot")),
        ("K", Object::Reference(ids[ElementId::ROOT.index()])),
        ("ParentTree", Object::Reference(parents)),
        ("ParentTreeNextKey", integer(pages.len() + links.len())),
    ]);
    doc.set_object(root, tree);
    for (number, &page) in pages.iter().enumerate() {
        let page = doc.get_dictionary_mut(page).map_err(Error::pdf)?;
        page.set("StructParents", integer(number));
        page.set("Tabs", name("S"));
    }
    let catalog = doc.catalog_mut().map_err(Error::pdf)?;
    catalog.set("StructTreeRoot", Object::Reference(root));
    catalog.set("MarkInfo", dictionary([("Marked", Object::Boolean(true))]));
    Ok(())
}

struct Writer<'a> {
    painted: &'a Painted,
    pages: &'a [ObjectId],
    links: &'a [ObjectId],
    ids: &'a [ObjectId],
    root: ObjectId,
}

impl Writer<'_> {
    /// The element, unless nothing of it was painted.
    fn element(&self, index: usize) -> Option<Dictionary> {
        let element = self.painted.tree.elements().get(index)?;
        let is_root = index == ElementId::ROOT.index();
        if !element.attached {
            return None;
        }
        let parent = if is_root { self.root } else { self.ids[element.parent.index()] };
        let page = element.kids.iter().find_map(|kid| match kid {
            Kid::Marks { page, .. } => Some(*page),
            Kid::Element(_) | Kid::Link(_) => None,
        });
        let mut out = dictionary([("S", name(element.role)), ("P", Object::Reference(parent))]);
        if let Some(&page) = page.and_then(|page| self.pages.get(page)) {
            out.set("Pg", Object::Reference(page));
        }
        let mut kids: Vec<Object> = element.kids.iter().filter_map(|kid| self.kid(*kid, page)).collect();
        match kids.len() {
            0 => {}
            1 => out.set("K", kids.remove(0)),
            _ => out.set("K", Object::Array(kids)),
        }
        if let Some(alt) = &element.alt {
            out.set("Alt", text(alt));
        }
        if element.role == "TH" || element.span > 1 {
            out.set("A", cell_attributes(element.role, element.span));
        }
        Some(out)
    }

    fn kid(&self, kid: Kid, page_of_element: Option<usize>) -> Option<Object> {
        Some(match kid {
            Kid::Element(id) => Object::Reference(self.ids[id.index()]),
            Kid::Marks { page, id } if Some(page) == page_of_element => integer(id),
            Kid::Marks { page, id } => dictionary([
                ("Type", name("MCR")),
                ("Pg", Object::Reference(*self.pages.get(page)?)),
                ("MCID", integer(id)),
            ])
            .into(),
            Kid::Link(number) => {
                dictionary([("Type", name("OBJR")), ("Obj", Object::Reference(*self.links.get(number)?))])
                    .into()
            }
        })
    }

    /// The number tree: a page's elements by marked-content id, then the element of each link.
    fn parents(&self) -> Vec<Object> {
        let of = |element: ElementId| Object::Reference(self.ids[element.index()]);
        let pages =
            self.painted.pages.iter().map(|page| page.marked.iter().map(|&element| of(element)).collect());
        let links = self.painted.pages.iter().flat_map(|page| &page.links).map(|link| of(link.element));
        let values = pages.map(Object::Array).chain(links);
        values.enumerate().flat_map(|(number, value)| [integer(number), value]).collect()
    }
}

fn cell_attributes(role: &str, span: usize) -> Dictionary {
    let mut attributes = dictionary([("O", name("Table"))]);
    if role == "TH" {
        attributes.set("Scope", name(if span > 1 { "Row" } else { "Column" }));
    }
    if span > 1 {
        attributes.set("ColSpan", integer(span));
    }
    attributes
}
