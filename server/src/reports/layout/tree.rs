//! The logical structure of a document: what a screen reader walks through.
//!
//! Blocks create elements while they are measured; elements take their place under their parent when the first of
//! their marks is painted, so the order of the tree is the order of reading.

/// An element of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ElementId(usize);

impl ElementId {
    /// The element that holds everything.
    pub(crate) const ROOT: Self = Self(0);

    /// Position in [`Tree::elements`].
    pub(crate) fn index(self) -> usize {
        self.0
    }
}

/// What stands inside an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kid {
    Element(ElementId),
    /// A run of marks: page (from 0) and marked-content id on that page.
    Marks {
        page: usize,
        id: usize,
    },
    /// A link area: its number in the whole document.
    Link(usize),
}

#[derive(Debug, Clone)]
pub(crate) struct Element {
    /// Standard structure type, for example `P` or `TD`.
    pub(crate) role: &'static str,
    pub(crate) parent: ElementId,
    /// What a picture shows, in words.
    pub(crate) alt: Option<String>,
    /// Columns that a table cell spans.
    pub(crate) span: usize,
    pub(crate) kids: Vec<Kid>,
    /// Something of it was painted, or is meant to be there though empty.
    pub(crate) attached: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Tree {
    elements: Vec<Element>,
}

impl Tree {
    pub(crate) fn new() -> Self {
        let root = Element {
            role: "Document",
            parent: ElementId::ROOT,
            alt: None,
            span: 1,
            kids: Vec::new(),
            attached: true,
        };
        Self { elements: vec![root] }
    }

    /// A new element under `parent`.
    pub(crate) fn add(&mut self, role: &'static str, parent: ElementId) -> ElementId {
        self.elements.push(Element { role, parent, alt: None, span: 1, kids: Vec::new(), attached: false });
        ElementId(self.elements.len() - 1)
    }

    /// A new element under `parent` that is described by `alt`.
    pub(crate) fn add_described(&mut self, role: &'static str, parent: ElementId, alt: String) -> ElementId {
        let id = self.add(role, parent);
        self.elements[id.0].alt = Some(alt);
        id
    }

    /// A new table cell under `parent` that spans `span` columns.
    pub(crate) fn add_cell(&mut self, role: &'static str, parent: ElementId, span: usize) -> ElementId {
        let id = self.add(role, parent);
        self.elements[id.0].span = span;
        id
    }

    /// Puts the element, and what it stands in, into the reading order, unless it is there.
    pub(crate) fn attach(&mut self, id: ElementId) {
        if !self.elements[id.0].attached {
            self.elements[id.0].attached = true;
            let parent = self.elements[id.0].parent;
            self.attach(parent);
            self.elements[parent.0].kids.push(Kid::Element(id));
        }
    }

    /// Puts something that is no element into `id`.
    pub(crate) fn push(&mut self, id: ElementId, kid: Kid) {
        self.attach(id);
        self.elements[id.0].kids.push(kid);
    }

    /// All elements; the position is the id's index.
    pub(crate) fn elements(&self) -> &[Element] {
        &self.elements
    }
}
