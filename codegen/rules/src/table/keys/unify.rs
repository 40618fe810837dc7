//! Whether two patterns have a key in common: unification segment by segment.
//!
//! Every segment is closed by `#`, which no written segment holds; so two keys are equal exactly when they have as
//! many segments and each two segments are equal. Segments of one field are equal wherever they stand, and a shard
//! follows from the value of its field.

use std::collections::BTreeMap;
use std::rc::Rc;

use stipule_ir::table::FieldRef;
use stipule_ir::types::EnumLiteral;

use super::longest::escape;
use super::pattern::{Part, Pattern};
use super::set::{Set, words};
use super::shard::shard_of;

/// The tenant of proofs.
const TENANT: &str = "t1";

/// What two patterns have in common.
#[derive(Debug)]
pub(in crate::table) enum Meeting {
    /// No key at all.
    Apart,
    /// This one.
    Shared(Shared),
    /// It would take too long to find out, or can't be read off the contract.
    Unknown,
}

/// A concrete key of two patterns.
#[derive(Debug)]
pub(in crate::table) struct Shared {
    /// Unescaped segments.
    pub(in crate::table) pk: Vec<String>,
    /// Unescaped segments.
    pub(in crate::table) sk: Vec<String>,
    /// Values of the fields that the first pattern is made of.
    pub(in crate::table) one: Vec<(FieldRef, EnumLiteral)>,
    /// Values of the fields that the second pattern is made of.
    pub(in crate::table) other: Vec<(FieldRef, EnumLiteral)>,
}

impl Shared {
    /// `t1#BOOK#x# / HEAD#`, with a tenant in front.
    pub(in crate::table) fn show(&self) -> String {
        let written = |segments: &[String]| -> String {
            segments.iter().map(|text| format!("{}#", escape(text))).collect()
        };
        format!("{TENANT}#{} / {}", written(&self.pk), written(&self.sk))
    }
}

impl Pattern {
    /// A key of both.
    pub(in crate::table) fn meet(&self, other: &Pattern) -> Meeting {
        if self.sk.len() != other.sk.len() {
            return Meeting::Apart;
        }
        Equations::of([self, other]).map_or(Meeting::Apart, |equations| equations.solve())
    }

    /// A partition of both, with a sort key of `other` that starts as that of `self`.
    pub(in crate::table) fn meet_start(&self, other: &Pattern) -> Meeting {
        if self.sk.len() > other.sk.len() {
            return Meeting::Apart;
        }
        Equations::of([self, other]).map_or(Meeting::Apart, |equations| equations.solve())
    }
}

/// Something that has one text: a field of one side, or a free segment.
type Node = usize;

/// One side of an equation.
#[derive(Clone)]
enum Term {
    Fixed(String),
    Node(Node),
    /// What follows from a field of a side.
    Derived {
        node: Node,
        side: usize,
        field: FieldRef,
        how: How,
    },
}

/// What follows from a value.
#[derive(Clone, Copy)]
enum How {
    Shard(u32),
    Name,
}

/// Texts tried for each node that a shard depends on.
const TRIED: usize = 192;

/// Combinations tried in all.
const MOST_TRIES: usize = 40_000;

/// All equations between the segments of two patterns.
struct Equations<'p> {
    patterns: [&'p Pattern; 2],
    nodes: BTreeMap<(usize, FieldRef), Node>,
    /// Of each node: another one of its class, or itself.
    parents: Vec<Node>,
    /// Of each class, at its head.
    sets: Vec<Vec<Rc<Set>>>,
    /// Equations with something derived.
    derived: Vec<(Term, Term)>,
    /// Per segment of the partition key and of the common part of the sort key.
    terms: [Vec<Term>; 2],
}

impl<'p> Equations<'p> {
    /// `None` when two segments are never equal, whatever stands elsewhere.
    fn of(patterns: [&'p Pattern; 2]) -> Option<Self> {
        let [one, other] = patterns;
        if one.pk.len() != other.pk.len() {
            return None;
        }
        let mut all = Self {
            patterns,
            nodes: BTreeMap::new(),
            parents: Vec::new(),
            sets: Vec::new(),
            derived: Vec::new(),
            terms: [Vec::new(), Vec::new()],
        };
        // What is written out decides most pairs without any work.
        let pairs = || one.pk.iter().zip(&other.pk).chain(one.sk.iter().zip(&other.sk));
        if pairs().any(|pair| matches!(pair, (Part::Fixed(one), Part::Fixed(two)) if one != two)) {
            return None;
        }
        for (at, (first, second)) in pairs().enumerate() {
            let (first, second) = (all.term(0, first), all.term(1, second));
            all.equate(first.clone(), second)?;
            all.terms[usize::from(at >= one.pk.len())].push(first);
        }
        Some(all)
    }

    fn term(&mut self, side: usize, part: &Part) -> Term {
        match part {
            Part::Fixed(text) => Term::Fixed(text.clone()),
            Part::Field(field) => Term::Node(self.node(side, *field)),
            Part::Name(field) => self.derive(side, *field, How::Name),
            Part::Shard { field, shards } => self.derive(side, *field, How::Shard(*shards)),
            Part::Free(set) => Term::Node(self.new_node(vec![set.clone()])),
        }
    }

    fn derive(&mut self, side: usize, field: FieldRef, how: How) -> Term {
        Term::Derived { node: self.node(side, field), side, field, how }
    }

    fn node(&mut self, side: usize, field: FieldRef) -> Node {
        if let Some(node) = self.nodes.get(&(side, field)) {
            return *node;
        }
        let node = self.new_node(self.patterns[side].fields[&field].sets.clone());
        self.nodes.insert((side, field), node);
        node
    }

    fn new_node(&mut self, sets: Vec<Rc<Set>>) -> Node {
        self.parents.push(self.parents.len());
        self.sets.push(sets);
        self.parents.len() - 1
    }

    fn head(&self, mut node: Node) -> Node {
        while self.parents[node] != node {
            node = self.parents[node];
        }
        node
    }

    fn add(&mut self, node: Node, set: Set) {
        let head = self.head(node);
        self.sets[head].push(Rc::new(set));
    }

    fn equate(&mut self, one: Term, two: Term) -> Option<()> {
        match (&one, &two) {
            (Term::Fixed(one), Term::Fixed(two)) => (one == two).then_some(())?,
            (Term::Fixed(text), Term::Node(node)) | (Term::Node(node), Term::Fixed(text)) => {
                self.add(*node, Set::word(text));
            }
            (Term::Node(one), Term::Node(two)) => {
                let (one, two) = (self.head(*one), self.head(*two));
                if one != two {
                    let moved = std::mem::take(&mut self.sets[two]);
                    self.sets[one].extend(moved);
                    self.parents[two] = one;
                }
            }
            // Literals begin with a letter.
            (Term::Fixed(_), Term::Derived { how: How::Shard(_), .. })
            | (Term::Derived { how: How::Shard(_), .. }, Term::Fixed(_)) => return None,
            (Term::Derived { side, field, how, .. }, Term::Node(node))
            | (Term::Node(node), Term::Derived { side, field, how, .. }) => {
                let set = match how {
                    How::Shard(shards) => Set::shards(*shards),
                    How::Name => self.patterns[*side].fields[field].names(),
                };
                self.add(*node, set);
                self.derived.push((one, two));
            }
            (Term::Derived { .. }, _) | (_, Term::Derived { .. }) => self.derived.push((one, two)),
        }
        Some(())
    }

    fn solve(&self) -> Meeting {
        let heads: Vec<Node> = (0..self.parents.len()).filter(|node| self.parents[*node] == *node).collect();
        let decides = |head: Node| {
            let within = |term: &Term| match term {
                Term::Node(node) | Term::Derived { node, .. } => self.head(*node) == head,
                Term::Fixed(_) => false,
            };
            self.derived.iter().any(|(one, two)| within(one) || within(two))
        };
        let mut choices = BTreeMap::new();
        let (mut unknown, mut complete) = (false, true);
        for head in heads {
            let sets: Vec<&Set> = self.sets[head].iter().map(AsRef::as_ref).collect();
            let found = words(&sets, if decides(head) { TRIED } else { 1 });
            if found.list.is_empty() && found.complete {
                return Meeting::Apart;
            }
            unknown |= found.list.is_empty();
            complete &= found.complete || !decides(head);
            choices.insert(head, found.list);
        }
        if unknown {
            return Meeting::Unknown;
        }
        match self.search(&choices) {
            Some(texts) => Meeting::Shared(self.shared(&texts)),
            None if complete => Meeting::Apart,
            None => Meeting::Unknown,
        }
    }

    /// One text per class such that everything derived is what its equation says.
    fn search(&self, choices: &BTreeMap<Node, Vec<String>>) -> Option<BTreeMap<Node, String>> {
        let mut places: BTreeMap<Node, usize> = choices.keys().map(|head| (*head, 0)).collect();
        for _ in 0..MOST_TRIES {
            let texts: BTreeMap<Node, &str> =
                places.iter().map(|(head, at)| (*head, choices[head][*at].as_str())).collect();
            if self.derived.iter().all(|(one, two)| self.text(one, &texts) == self.text(two, &texts)) {
                return Some(texts.into_iter().map(|(head, text)| (head, text.to_owned())).collect());
            }
            // As a number is counted up, class by class.
            let next = places.iter_mut().find_map(|(head, at)| {
                *at = (*at + 1) % choices[head].len();
                (*at > 0).then_some(())
            });
            next?;
        }
        None
    }

    fn text(&self, term: &Term, texts: &BTreeMap<Node, &str>) -> String {
        match term {
            Term::Fixed(text) => text.clone(),
            Term::Node(node) => texts[&self.head(*node)].to_owned(),
            Term::Derived { node, side, field, how } => {
                let plain = self.patterns[*side].fields[field].plain(texts[&self.head(*node)]);
                match how {
                    How::Name => plain,
                    How::Shard(shards) => shard_of(&plain, *shards).to_string(),
                }
            }
        }
    }

    fn shared(&self, texts: &BTreeMap<Node, String>) -> Shared {
        let texts = texts.iter().map(|(head, text)| (*head, text.as_str())).collect();
        let segments = |terms: &[Term]| terms.iter().map(|term| self.text(term, &texts)).collect();
        let values = |side: usize| {
            let of_side = self.nodes.iter().filter(move |((owner, _), _)| *owner == side);
            let value = |((_, field), node): (&(usize, FieldRef), &Node)| {
                (*field, self.patterns[side].fields[field].value(texts[&self.head(*node)]))
            };
            of_side.map(value).collect()
        };
        Shared {
            pk: segments(&self.terms[0]),
            sk: segments(&self.terms[1]),
            one: values(0),
            other: values(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Values;
    use super::*;
    use crate::language::texts::Texts;
    use stipule_ir::table::Codec;
    use stipule_ir::types::{Limits, Scalar};

    fn fixed(text: &str) -> Part {
        Part::Fixed(text.to_owned())
    }

    fn field(number: u32) -> Part {
        Part::Field(FieldRef(number))
    }

    fn shard(number: u32, shards: u32) -> Part {
        Part::Shard { field: FieldRef(number), shards }
    }

    /// A key whose fields are texts of these patterns.
    fn pattern(pk: &[Part], sk: &[Part], fields: &[&str]) -> Pattern {
        let values = |pattern: &&str| {
            let limits = Limits { pattern: Some((*pattern).to_owned()), ..Limits::default() };
            let set = Set::Text(Box::new(Texts::of(Scalar::String, &limits)));
            Values { codec: Codec::Text, sets: vec![Rc::new(set)], ranked: Vec::new() }
        };
        let fields = (0..).map(FieldRef).zip(fields.iter().map(values)).collect();
        Pattern { pk: pk.to_vec(), sk: sk.to_vec(), fields }
    }

    fn shared(one: &Pattern, two: &Pattern) -> Option<String> {
        match one.meet(two) {
            Meeting::Apart => None,
            Meeting::Shared(shared) => Some(shared.show()),
            Meeting::Unknown => Some("unknown".to_owned()),
        }
    }

    #[test]
    fn keys_of_as_many_equal_segments_meet() {
        let one = pattern(&[fixed("A"), field(0)], &[fixed("HEAD")], &["^[a-z]+$"]);
        let two = pattern(&[fixed("A"), field(0)], &[field(1)], &["^[y-z]$", "^[A-Z]{4}$"]);
        assert_eq!(shared(&one, &two).as_deref(), Some("t1#A#y# / HEAD#"));
        let longer = pattern(&[fixed("A"), field(0)], &[field(1), field(1)], &["", ""]);
        assert_eq!(shared(&one, &longer), None);
        assert!(matches!(one.clone().cut(0).meet_start(&longer), Meeting::Shared(_)));
    }

    #[test]
    fn a_field_is_the_same_wherever_it_stands() {
        let twice = pattern(&[fixed("A"), field(0)], &[field(0)], &[""]);
        let apart = pattern(&[fixed("A"), fixed("ONE")], &[fixed("TWO")], &[]);
        assert_eq!(shared(&twice, &apart), None);
        let alike = pattern(&[fixed("A"), fixed("ONE")], &[fixed("ONE")], &[]);
        assert_eq!(shared(&twice, &alike).as_deref(), Some("t1#A#ONE# / ONE#"));
        let two = pattern(&[fixed("A"), field(0)], &[field(1)], &["^[ab]$", "^[bc]$"]);
        assert_eq!(shared(&twice, &two).as_deref(), Some("t1#A#b# / b#"));
    }

    #[test]
    fn shards_follow_from_their_fields() {
        // The shard of `HEAD` among 4, and another one.
        let own = shard_of("HEAD", 4);
        let other = pattern(&[field(0)], &[fixed("HEAD")], &[&format!("^[^{own}]$")]);
        let sharded = pattern(&[shard(0, 4)], &[field(0)], &[""]);
        assert_eq!(shared(&sharded, &other), None);
        let same = pattern(&[field(0)], &[fixed("HEAD")], &[""]);
        assert_eq!(shared(&sharded, &same), Some(format!("t1#{own}# / HEAD#")));
        // Of different numbers of shards: some text has the same among both.
        let finer = pattern(&[shard(0, 7)], &[field(0)], &["^[a-z]+$"]);
        assert!(shared(&sharded, &finer).is_some_and(|key| key != "unknown"));
        assert!(matches!(finer.fanned_out().cut(0).meet_start(&sharded), Meeting::Shared(_)));
        let few = pattern(&[shard(0, 4)], &[field(0)], &["^(HEAD|x)$"]);
        assert_eq!(shared(&few, &other), None);
    }

    #[test]
    fn a_rank_and_a_name_are_of_one_value() {
        let ranked = |pk: &[Part], sk: &[Part], names: &[&str]| {
            let ranks = (0..names.len()).map(|rank| format!("{rank:03}")).collect();
            let ranked = names.iter().map(|name| EnumLiteral::String((*name).to_owned())).collect();
            let values = Values { codec: Codec::EnumRank, sets: vec![Rc::new(Set::Words(ranks))], ranked };
            let fields = [(FieldRef(0), values)].into();
            Pattern { pk: pk.to_vec(), sk: sk.to_vec(), fields }
        };
        let both = ranked(&[field(0)], &[Part::Name(FieldRef(0))], &["OPEN", "PAID"]);
        let free = pattern(&[field(0)], &[field(1)], &["^001$", ""]);
        assert_eq!(shared(&both, &free).as_deref(), Some("t1#001# / PAID#"));
        let other = pattern(&[field(0)], &[fixed("OPEN")], &["^001$"]);
        assert_eq!(shared(&both, &other), None);
    }

    #[test]
    fn a_proof_shows_keys_as_they_are_written() {
        let one = pattern(&[field(0)], &[fixed("HEAD")], &["^a b#$"]);
        let two = pattern(&[field(0)], &[fixed("HEAD")], &[""]);
        assert_eq!(shared(&one, &two).as_deref(), Some("t1#a$`b$c# / HEAD#"));
    }
}
