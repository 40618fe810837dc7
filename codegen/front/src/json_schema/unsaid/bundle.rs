//! One schema with all that it refers to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::resources::Resources;
use crate::reader::Node;

/// Larger ones are left: nobody wants them in generated code.
const LARGEST: usize = 400_000;

/// A schema while it is written, with the definitions it asks for.
pub(super) struct Bundle<'r, 'd> {
    pub(super) resources: &'r Resources<'d>,
    /// Numbers of definitions.
    numbers: HashMap<*const Node, usize>,
    /// Those that aren't written yet.
    waiting: Vec<(usize, &'d Node)>,
    written: BTreeMap<usize, String>,
    size: usize,
    /// Whether a reference leads nowhere, or a pattern can't be run.
    pub(super) is_broken: bool,
    /// Whether a dynamic reference was met: then it matters which resource a schema belongs to.
    pub(super) is_dynamic: bool,
    /// Resources that are entered.
    pub(super) entered: BTreeSet<usize>,
}

impl<'r, 'd> Bundle<'r, 'd> {
    pub(super) fn new(resources: &'r Resources<'d>) -> Self {
        Self {
            resources,
            numbers: HashMap::new(),
            waiting: Vec::new(),
            written: BTreeMap::new(),
            size: 0,
            is_broken: false,
            is_dynamic: false,
            entered: BTreeSet::new(),
        }
    }

    /// Whether all that was written is all that was said.
    pub(super) fn is_whole(&self) -> bool {
        !self.is_broken && self.size <= LARGEST
    }

    /// The place of a definition.
    pub(super) fn place(&mut self, node: &'d Node) -> String {
        let next = self.numbers.len();
        let number = *self.numbers.entry(std::ptr::from_ref(node)).or_insert(next);
        if number == next {
            self.waiting.push((number, node));
        }
        format!("#/$defs/{number}")
    }

    /// The schema that all of these say, with its definitions.
    pub(super) fn finish(&mut self, schemas: &[String]) -> String {
        self.write_waiting();
        let mut anchors: BTreeMap<usize, String> = BTreeMap::new();
        while self.is_dynamic {
            let Some(at) = self.entered.iter().find(|at| !anchors.contains_key(at)).copied() else { break };
            let resources = self.resources;
            let mut members = Vec::new();
            for (name, node) in &resources.list[at].dynamic {
                members.push((name.clone(), text(&self.place(node))));
            }
            anchors.insert(at, object(&members));
            self.write_waiting();
        }
        anchors.retain(|_, names| names != "{}");
        let mut members = match schemas {
            [] => Vec::new(),
            [only] if self.written.is_empty() && anchors.is_empty() => return only.clone(),
            several => vec![("allOf".to_owned(), format!("[{}]", several.join(",")))],
        };
        if !self.written.is_empty() {
            let definitions: Vec<_> =
                self.written.iter().map(|(number, schema)| (number.to_string(), schema.clone())).collect();
            members.push(("$defs".to_owned(), object(&definitions)));
        }
        if !anchors.is_empty() {
            // Resources count from 1.
            let anchors: Vec<_> =
                anchors.into_iter().map(|(at, names)| ((at + 1).to_string(), names)).collect();
            members.push(("x-stipule-anchors".to_owned(), object(&anchors)));
        }
        object(&members)
    }

    fn write_waiting(&mut self) {
        while let Some((number, node)) = self.waiting.pop() {
            let schema = if self.size > LARGEST { "true".to_owned() } else { self.schema_of_resource(node) };
            self.size += schema.len();
            self.written.insert(number, schema);
        }
    }

    /// A schema that a reference leads to: it may begin in the middle of a resource.
    fn schema_of_resource(&mut self, node: &'d Node) -> String {
        let schema = self.schema(node);
        if !self.resources.has_dynamic() || self.resources.beginning_with(node).is_some() {
            return schema;
        }
        let Some(at) = self.resources.around(node) else { return schema };
        self.entered.insert(at);
        match schema.strip_prefix('{') {
            Some("}") => "{}".to_owned(),
            Some(rest) => format!("{{\"x-stipule-resource\":{},{rest}", at + 1),
            None => schema,
        }
    }
}

/// JSON text of an object.
pub(super) fn object(members: &[(String, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(key, value)| format!("{}:{value}", text(key))).collect();
    format!("{{{}}}", members.join(","))
}

/// JSON text of a string.
pub(super) fn text(value: &str) -> String {
    let span = stipule_ir::Span::start_of(stipule_ir::FileId(0));
    Node { value: crate::reader::Value::String(value.to_owned()), span }.to_json()
}
