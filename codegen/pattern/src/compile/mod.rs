//! From JSON text to fields with tests, and from `$or` to combinations of fields.

mod complexity;
mod numeric;
mod operator;
mod syntax;

use std::collections::HashMap;

use crate::address::Address;
use crate::fault::{
    CompileError, Fault, MAX_COMBINATIONS, MAX_FIELDS, MAX_PATTERN_CHARS, QUOTA_PATTERN_CHARS,
};
use crate::number;
use crate::pattern::{Field, Pattern};
use crate::position::line_and_column;
use crate::test::Test;
use syntax::{Kind, Member, Node};

/// What a combination keeps per path: the field that was written last.
type Combination = Vec<(usize, usize)>;

/// Names that the service keeps to itself inside `$or`, so that it can tell alternatives from operators.
const RESERVED_IN_OR: [&str; 24] = [
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

/// Compiles a pattern the way the service does: first with `$or` as alternatives; if that fails, once more with
/// `$or` as the name of a field and the operators of the time before `$or` existed. The errors are those of the
/// first reading.
pub(crate) fn compile(text: &str) -> Result<Pattern, Vec<CompileError>> {
    let length = text.chars().count();
    if length > MAX_PATTERN_CHARS {
        return Err(vec![CompileError {
            fault: Fault::TooLong(length),
            pointer: String::new(),
            line: 1,
            column: 1,
        }]);
    }
    let root = syntax::read(text).map_err(|error| {
        let (line, column) = line_and_column(text, error.at);
        vec![CompileError { fault: Fault::Syntax(error.fault), pointer: String::new(), line, column }]
    })?;
    let mut compiler = Compiler::new(text, Reading::OrAsAlternatives);
    compiler.document(&root);
    if !compiler.errors.is_empty() && compiler.or_failed {
        let mut second = Compiler::new(text, Reading::OrAsAField);
        second.document(&root);
        if second.errors.is_empty() {
            compiler = second;
        }
    }
    if !compiler.errors.is_empty() {
        return Err(compiler.errors);
    }
    if length > QUOTA_PATTERN_CHARS {
        compiler.caution(0, Fault::OverQuota(length));
    }
    Ok(compiler.finish())
}

#[derive(Clone, Copy, PartialEq)]
enum Reading {
    OrAsAlternatives,
    OrAsAField,
}

struct Compiler<'t> {
    text: &'t str,
    reading: Reading,
    /// Keys and indices down to the current node, escaped for a JSON pointer.
    pointer: Vec<String>,
    keys: Vec<String>,
    paths: Vec<String>,
    path_ids: HashMap<String, usize>,
    fields: Vec<Field>,
    combinations: Vec<Combination>,
    errors: Vec<CompileError>,
    cautions: Vec<CompileError>,
    or_failed: bool,
}

impl<'t> Compiler<'t> {
    fn new(text: &'t str, reading: Reading) -> Self {
        Self {
            text,
            reading,
            pointer: Vec::new(),
            keys: Vec::new(),
            paths: Vec::new(),
            path_ids: HashMap::new(),
            fields: Vec::new(),
            combinations: Vec::new(),
            errors: Vec::new(),
            cautions: Vec::new(),
            or_failed: false,
        }
    }

    fn located(&self, at: usize, fault: Fault) -> CompileError {
        let (line, column) = line_and_column(self.text, at);
        let pointer = self.pointer.iter().map(|step| format!("/{step}")).collect();
        CompileError { fault, pointer, line, column }
    }

    fn error(&mut self, at: usize, fault: Fault) {
        let error = self.located(at, fault);
        self.errors.push(error);
    }

    fn caution(&mut self, at: usize, fault: Fault) {
        let caution = self.located(at, fault);
        self.cautions.push(caution);
    }

    fn inside<T>(&mut self, step: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        self.pointer.push(step.replace('~', "~0").replace('/', "~1"));
        let result = work(self);
        self.pointer.pop();
        result
    }

    fn document(&mut self, root: &Node<'_>) {
        let Kind::Object(members) = &root.kind else {
            self.error(root.at, Fault::NotAnObject);
            return;
        };
        if self.reading == Reading::OrAsAlternatives {
            let product = combinations(members);
            if product > MAX_COMBINATIONS {
                self.error(root.at, Fault::TooManyCombinations(product));
                return;
            }
        }
        let mut found = Vec::new();
        self.object(&mut found, root.at, members, false);
        if let Some(most) = found.iter().map(Vec::len).max().filter(|most| *most > MAX_FIELDS) {
            self.error(root.at, Fault::TooManyFields(most));
        }
        self.combinations = found;
        if self.errors.is_empty() {
            complexity::check(self);
        }
    }

    fn object(&mut self, found: &mut Vec<Combination>, at: usize, members: &[Member<'_>], in_or: bool) {
        if members.is_empty() {
            self.error(at, Fault::EmptyObject);
        }
        for member in members {
            self.inside(&member.key, |compiler| compiler.member(found, member, in_or));
        }
    }

    fn member(&mut self, found: &mut Vec<Combination>, member: &Member<'_>, in_or: bool) {
        if member.key == "$or" {
            if self.reading == Reading::OrAsAlternatives {
                let before = self.errors.len();
                self.alternatives(found, &member.value);
                self.or_failed |= self.errors.len() > before;
                return;
            }
            self.caution(member.at, Fault::OrIsAField);
        }
        if in_or && RESERVED_IN_OR.contains(&&*member.key) {
            self.error(member.at, Fault::OrReserved(member.key.to_string()));
            return;
        }
        match &member.value.kind {
            Kind::Object(members) => {
                self.keys.push(member.key.to_string());
                self.object(found, member.value.at, members, in_or);
                self.keys.pop();
            }
            Kind::Array(entries) => self.field(found, member, entries),
            _ => self.error(member.value.at, Fault::NotAList(member.key.to_string())),
        }
    }

    /// `$or` multiplies the combinations found so far by its entries, in document order. A field written again later
    /// replaces the earlier one, in every combination that reaches it.
    fn alternatives(&mut self, found: &mut Vec<Combination>, value: &Node<'_>) {
        let Kind::Array(entries) = &value.kind else {
            self.error(value.at, Fault::OrNotAList);
            return;
        };
        let before = std::mem::take(found);
        for (index, entry) in entries.iter().enumerate() {
            self.inside(&index.to_string(), |compiler| {
                let Kind::Object(members) = &entry.kind else {
                    compiler.error(entry.at, Fault::OrEntry);
                    return;
                };
                let mut branch = if before.is_empty() { vec![Vec::new()] } else { before.clone() };
                compiler.object(&mut branch, entry.at, members, true);
                found.extend(branch);
            });
        }
        if entries.len() < 2 {
            self.error(value.at, Fault::OrTooFew);
        }
    }

    fn field(&mut self, found: &mut Vec<Combination>, member: &Member<'_>, entries: &[Node<'_>]) {
        if entries.is_empty() {
            self.error(member.value.at, Fault::EmptyList);
            return;
        }
        let mut tests = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            tests.extend(self.inside(&index.to_string(), |compiler| compiler.entry(entry)));
        }
        let path = self.path(&member.key);
        let (line, column) = line_and_column(self.text, member.at);
        let pointer = self.pointer.iter().map(|step| format!("/{step}")).collect();
        let next = self.paths.len();
        let path_id = *self.path_ids.entry(path.clone()).or_insert(next);
        if path_id == next {
            self.paths.push(path.clone());
        }
        let field = self.fields.len();
        self.fields.push(Field {
            path: path.clone(),
            absence: tests.contains(&Test::Absent),
            tests,
            pointer,
            line,
            column,
        });
        if found.is_empty() {
            found.push(Vec::new());
        }
        let mut repeated = false;
        for combination in found {
            match combination.iter_mut().find(|(known, _)| *known == path_id) {
                Some((_, kept)) => {
                    *kept = field;
                    repeated = true;
                }
                None => combination.push((path_id, field)),
            }
        }
        if repeated {
            self.caution(member.at, Fault::Repeated(path));
        }
    }

    /// The dotted path of a field. An empty outer path adds no dot: the service joins so, and an event's does not,
    /// so `{"": {"a": [1]}}` means the field `a`.
    fn path(&self, key: &str) -> String {
        let outer = self.keys.join(".");
        if outer.is_empty() { key.to_owned() } else { format!("{outer}.{key}") }
    }

    fn entry(&mut self, entry: &Node<'_>) -> Option<Test> {
        match &entry.kind {
            Kind::Object(members) => self.operator(entry.at, members),
            Kind::Array(_) => {
                self.error(entry.at, Fault::ListInList);
                None
            }
            Kind::Text(text) => Some(match Address::parse(text) {
                Some(address) => Test::Address(address),
                None => Test::Text(quoted(text)),
            }),
            Kind::Number(spelling) => Some(match number::comparable(spelling) {
                Some(value) => Test::Number(value),
                None => Test::Text((*spelling).into()),
            }),
            Kind::Word(word) => Some(Test::Text((*word).into())),
        }
    }

    fn finish(self) -> Pattern {
        let mut fields = self.fields;
        let kept: Vec<bool> = (0..fields.len())
            .map(|field| self.combinations.iter().flatten().any(|(_, kept)| *kept == field))
            .collect();
        let mut renamed = vec![0usize; fields.len()];
        let mut next = 0;
        for (old, kept) in kept.iter().enumerate() {
            renamed[old] = next;
            next += usize::from(*kept);
        }
        let mut kept = kept.into_iter();
        fields.retain(|_| kept.next().unwrap_or(false));
        let combinations = self
            .combinations
            .iter()
            .map(|combination| combination.iter().map(|(_, field)| renamed[*field]).collect())
            .collect();
        Pattern::new(fields, combinations, self.cautions)
    }
}

/// The number of rule combinations as the user guide counts them: the lengths of all `$or` lists, multiplied.
fn combinations(members: &[Member<'_>]) -> usize {
    members.iter().fold(1, |product: usize, member| {
        let factor = match (&*member.key, &member.value.kind) {
            ("$or", Kind::Array(entries)) => {
                entries.iter().fold(entries.len().max(1), |inner: usize, entry| {
                    let Kind::Object(members) = &entry.kind else { return inner };
                    inner.saturating_mul(combinations(members))
                })
            }
            (_, Kind::Object(members)) => combinations(members),
            _ => 1,
        };
        product.saturating_mul(factor)
    })
}

/// A string as a leaf's text has it.
fn quoted(text: &str) -> Box<str> {
    format!("\"{text}\"").into_boxed_str()
}
