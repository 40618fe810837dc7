//! The description as templates read it.

use stipule_emit::export::Tree;

const NOTHING: &Tree = &Tree::List(Vec::new());

/// A part of the description. What isn't there is empty.
#[derive(Clone, Copy)]
pub(super) struct Said<'t> {
    root: &'t Tree,
    tree: &'t Tree,
}

impl<'t> Said<'t> {
    /// The whole description.
    pub(super) fn of(root: &'t Tree) -> Self {
        Self { root, tree: root }
    }

    fn part(self, tree: &'t Tree) -> Self {
        Self { root: self.root, tree }
    }

    /// What a member says.
    pub(super) fn at(self, name: &str) -> Self {
        self.part(self.tree.get(name).unwrap_or(NOTHING))
    }

    /// Whether there is such a member.
    pub(super) fn has(self, name: &str) -> bool {
        self.tree.get(name).is_some()
    }

    /// The text of a member; numbers and truth values as JSON writes them.
    pub(super) fn text(self, name: &str) -> &'t str {
        self.at(name).word()
    }

    /// As [`text`](Self::text), of this itself.
    pub(super) fn word(self) -> &'t str {
        match self.tree {
            Tree::Text(text) | Tree::Raw(text) => text,
            Tree::List(_) | Tree::Map(_) => "",
        }
    }

    /// Whether a member is true.
    pub(super) fn flag(self, name: &str) -> bool {
        self.text(name) == "true"
    }

    /// The items of a member.
    pub(super) fn list(self, name: &str) -> Vec<Said<'t>> {
        self.at(name).items()
    }

    /// The items of this.
    pub(super) fn items(self) -> Vec<Said<'t>> {
        match self.tree {
            Tree::List(items) => items.iter().map(|item| self.part(item)).collect(),
            _ => Vec::new(),
        }
    }

    /// The members of this.
    pub(super) fn members(self) -> Vec<(&'t str, Said<'t>)> {
        self.tree.members().iter().map(|(name, value)| (name.as_str(), self.part(value))).collect()
    }

    /// The texts of a member, with something between them.
    pub(super) fn joined(self, name: &str, between: &str) -> String {
        self.list(name).iter().map(|it| it.word()).collect::<Vec<_>>().join(between)
    }

    /// The items of a list of the whole whose member says this.
    pub(super) fn whole(self, list: &str, member: &str, says: &str) -> Vec<Said<'t>> {
        let all = Said::of(self.root).list(list);
        all.into_iter().filter(|it| it.text(member) == says).collect()
    }

    /// The schema that a reference means, and its name.
    pub(super) fn resolved(self) -> (Said<'t>, &'t str) {
        let name = self.text("$ref").rsplit('/').next().unwrap_or_default();
        if name.is_empty() { (self, "") } else { (Said::of(self.root).at("schemas").at(name), name) }
    }

    /// JSON of this, in one line.
    pub(super) fn json(self) -> String {
        match self.tree {
            Tree::Raw(raw) => raw.clone(),
            Tree::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
            Tree::List(_) => {
                format!("[{}]", self.items().iter().map(|it| it.json()).collect::<Vec<_>>().join(", "))
            }
            Tree::Map(_) => {
                let members = self
                    .members()
                    .into_iter()
                    .map(|(name, value)| format!("{}: {}", serde_json::Value::from(name), value.json()));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
        }
    }
}
