//! Answers in XML, whatever their namespace.

use roxmltree::{Document, Node};

use crate::call::fault::Fault;

/// A document.
pub(crate) struct Xml<'t>(Document<'t>);

/// An element of it.
#[derive(Clone, Copy)]
pub(crate) struct Element<'d, 't>(Node<'d, 't>);

impl<'t> Xml<'t> {
    pub(crate) fn read(text: &'t str) -> Result<Self, Fault> {
        let read = Document::parse(text);
        read.map(Self).map_err(|error| Fault::Said(format!("an answer isn't XML: {error}")))
    }

    /// The first element of that name, wherever it is.
    pub(crate) fn find(&self, name: &str) -> Option<Element<'_, 't>> {
        self.0.descendants().find(|it| it.tag_name().name() == name).map(Element)
    }

    /// The elements of all lists of that name. CloudFormation's have `member` between.
    pub(crate) fn all(&self, list: &str, item: &str) -> Vec<Element<'_, 't>> {
        let lists = self.0.descendants().filter(|it| it.tag_name().name() == list);
        lists.flat_map(|it| it.children()).filter(|it| it.tag_name().name() == item).map(Element).collect()
    }
}

impl<'d, 't> Element<'d, 't> {
    /// The text of a child; empty where there is none.
    pub(crate) fn text(self, name: &str) -> String {
        self.child(name).and_then(|it| it.0.text()).unwrap_or_default().to_owned()
    }

    /// As [`text`](Self::text), `None` for nothing and for an empty one.
    pub(crate) fn maybe(self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|it| !it.is_empty())
    }

    pub(crate) fn child(self, name: &str) -> Option<Self> {
        self.0.children().find(|it| it.tag_name().name() == name).map(Element)
    }

    /// The `member`s of a child.
    pub(crate) fn members(self, name: &str) -> Vec<Self> {
        let items = self.child(name).into_iter().flat_map(|it| it.0.children());
        items.filter(Node::is_element).map(Element).collect()
    }
}
