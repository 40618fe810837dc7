//! Names with brackets, as a tree.

use std::collections::HashMap;

use super::read::Fault;
use crate::json::Json;

/// Deepest brackets in brackets.
const DEEPEST: usize = 32;

/// A place in a tree of brackets.
#[derive(Default)]
pub(super) struct Tree {
    value: Option<Json<'static>>,
    children: Vec<(String, Tree)>,
    /// Where the child with a key is.
    places: HashMap<String, usize>,
}

impl Tree {
    /// The place that brackets name: `[a][0]`, `[]` for a further item.
    pub(super) fn place(&mut self, brackets: &str) -> Result<&mut Tree, Fault> {
        let (mut place, mut rest, mut depth) = (self, brackets, 0);
        while let Some(open) = rest.strip_prefix('[') {
            let (key, after) = open.split_once(']').ok_or("has a bracket that isn't closed")?;
            depth += 1;
            if depth > DEEPEST {
                return Err("has too many brackets inside of brackets");
            }
            let key = if key.is_empty() { place.children.len().to_string() } else { key.to_owned() };
            let next = place.children.len();
            let at = *place.places.entry(key.clone()).or_insert(next);
            if at == next {
                place.children.push((key, Tree::default()));
            }
            place = &mut place.children[at].1;
            rest = after;
        }
        Ok(place)
    }

    pub(super) fn set(&mut self, value: Json<'static>) {
        self.value = Some(value);
    }

    /// Children with the keys 0, 1, … are a list.
    pub(super) fn into_json(self) -> Json<'static> {
        if self.children.is_empty() {
            return self.value.unwrap_or_default();
        }
        let is_list = self.children.iter().enumerate().all(|(at, (key, _))| *key == at.to_string());
        let mut children = self.children.into_iter().map(|(key, child)| (key, child.into_json()));
        if is_list {
            return Json::Array(children.by_ref().map(|(_, child)| child).collect());
        }
        Json::Object(children.collect())
    }
}
