//! The state that all input languages share: which schemas are types already, which still wait.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use stipule_ir::types::{Access, Declaration, Docs, Scalar};
use stipule_ir::{Diagnostic, Diagnostics, FileId, Name, Span, Spanned, Type, TypeId, TypeKind, TypeTable};

use super::dialect::Dialect;
use super::resolve::Bases;
use super::schema::{Additional, Key, Schema, Site, Unsaid};
use super::{defaults, keywords, naming, object, union, unions, unique, unsaid};
use crate::documents::{Documents, Target};
use crate::posture::Posture;
use crate::reader::Node;

/// A type as one place uses it.
#[derive(Clone, Debug)]
pub(crate) struct Used<'d> {
    /// The type, without null.
    pub ty: TypeId,
    /// Whether null may stand there.
    pub nullable: bool,
    /// What stands for an absent value.
    pub default: Option<&'d Node>,
    /// Personal data.
    pub personal: bool,
    /// Who sends it.
    pub access: Access,
    /// What the place itself says, up to the first schema with a name of its own.
    pub docs: Docs,
}

/// Lowers schemas of all languages into one table of types.
#[derive(Debug)]
pub struct Lowering<'d> {
    pub(super) documents: &'d Documents<'d>,
    pub(super) types: TypeTable,
    pub(super) diagnostics: Diagnostics,
    /// Types by the places of their schemas.
    known: BTreeMap<Key, TypeId>,
    /// Types whose kind isn't filled in yet.
    queue: VecDeque<(TypeId, Site<'d>)>,
    /// Bodies of several parts by the places of their schemas.
    pub(super) multiparts: BTreeMap<Key, TypeId>,
    /// Keywords of schemas that were read, so that each is read and judged once.
    read: BTreeMap<Key, Rc<Schema<'d>>>,
    dialects: BTreeMap<FileId, Dialect>,
    /// Unions whose tags are found when every type is there.
    pub(super) unions: Vec<union::Pending<'d>>,
    /// Defaults that are checked when every type is there.
    pub(super) defaults: Vec<defaults::Pending<'d>>,
    /// Defaults that don't fit their types, as compact JSON.
    pub(super) unfit: BTreeSet<(TypeId, String)>,
    /// Types that a person named.
    pub(super) named: Vec<TypeId>,
    /// Schemas that are nothing but references to each other.
    pub(super) circles: BTreeSet<Key>,
    /// Only branches that are being looked into, so that one that contains itself is found.
    pub(super) unwrapping: Vec<Key>,
    /// By the place of a schema: the named schemas that extend it. Found when somebody asks.
    pub(super) extensions: Option<BTreeMap<unions::Place, Vec<Site<'d>>>>,
    /// Whether a branch of these schemas allows null.
    pub(super) nulls: BTreeMap<Key, bool>,
    /// By type: the enum of it and null.
    pub(super) or_null: BTreeMap<TypeId, TypeId>,
    /// What types leave unsaid.
    pub(super) unsaid: BTreeMap<TypeId, Vec<Unsaid<'d>>>,
    /// Types of the keys of maps, which must be text.
    pub(super) key_types: Vec<(Span, TypeId)>,
}

impl<'d> Lowering<'d> {
    /// Nothing lowered yet.
    pub fn new(documents: &'d Documents<'d>) -> Self {
        Self {
            documents,
            types: TypeTable::default(),
            diagnostics: Diagnostics::new(),
            known: BTreeMap::new(),
            queue: VecDeque::new(),
            multiparts: BTreeMap::new(),
            read: BTreeMap::new(),
            dialects: BTreeMap::new(),
            unions: Vec::new(),
            defaults: Vec::new(),
            unfit: BTreeSet::new(),
            named: Vec::new(),
            circles: BTreeSet::new(),
            unwrapping: Vec::new(),
            extensions: None,
            nulls: BTreeMap::new(),
            or_null: BTreeMap::new(),
            unsaid: BTreeMap::new(),
            key_types: Vec::new(),
        }
    }

    pub(super) fn posture(&self) -> Posture {
        self.documents.posture()
    }

    /// The type of the schema that a reference leads to, relative to the file of its span.
    ///
    /// `None`, with a diagnostic at the reference, when it leads nowhere. The type may still be empty:
    /// [`complete`](Self::complete) fills it in.
    pub fn reference(&mut self, reference: &Spanned<String>) -> Option<TypeId> {
        let site = self.follow(reference)?;
        Some(self.lower(&site).ty)
    }

    /// The type of the schema that a whole file is: an event, a shared type.
    pub fn file(&mut self, file: FileId) -> Option<TypeId> {
        let node = self.documents.root(file)?;
        let target = Target { file, node };
        let Some(site) = naming::site(self.documents, &target) else {
            let message = "a schema is expected here";
            let fault = Diagnostic::error("REF005", &Span::start_of(file), message);
            self.diagnostics.push(fault.help("say at least `type: object`"));
            return None;
        };
        Some(self.lower(&site).ty)
    }

    /// Lowers the named definitions of a file: `$defs`, `definitions`, `components.schemas`.
    pub fn definitions(&mut self, file: FileId) {
        let Some(root) = self.documents.root(file) else { return };
        for pointer in ["/$defs", "/definitions", "/components/schemas"] {
            for entry in root.at(pointer).and_then(Node::entries).unwrap_or_default() {
                let target = Target { file, node: &entry.value };
                if let Some(site) = naming::site(self.documents, &target) {
                    self.lower(&site);
                }
            }
        }
    }

    /// Fills in every type that was asked for, and all that those need.
    pub fn complete(&mut self) {
        while let Some((ty, site)) = self.queue.pop_front() {
            self.fill(ty, &site);
        }
    }

    /// A type that is complete.
    pub fn get(&self, ty: TypeId) -> &Type {
        self.types.get(ty)
    }

    /// Every type, with names set apart, unions tagged and defaults checked.
    pub fn finish(self, diagnostics: &mut Diagnostics) -> TypeTable {
        self.finish_with_unfit(diagnostics).0
    }

    /// As [`finish`](Self::finish), with the defaults that don't fit their types, as compact JSON.
    pub(crate) fn finish_with_unfit(
        mut self,
        diagnostics: &mut Diagnostics,
    ) -> (TypeTable, BTreeSet<(TypeId, String)>) {
        self.complete();
        self.unite_nulls();
        union::tag_all(&mut self);
        defaults::check_all(&mut self);
        object::check_keys(&mut self);
        unsaid::write(&mut self);
        unique::distinguish(&mut self);
        diagnostics.append(self.diagnostics);
        (self.types, self.unfit)
    }

    /// The type of an anonymous schema that a document of another language holds; `name` is for what has to be
    /// declared.
    pub(crate) fn inline(&mut self, node: &'d Node, name: Name, module: &Name) -> Used<'d> {
        self.lower(&Site::inline(node, name, module))
    }

    /// The type of a schema at its place: references followed, null split off.
    pub(super) fn lower(&mut self, site: &Site<'d>) -> Used<'d> {
        let peeled = self.peel(site);
        let ty = self.id(&peeled.site);
        let personal = peeled.personal || self.holds_personal(&peeled.site);
        let mut used = Used {
            ty,
            nullable: peeled.nullable,
            default: peeled.default,
            personal,
            access: peeled.access,
            docs: peeled.docs,
        };
        if let Some(default) = used.default {
            self.defaults.push(defaults::Pending { ty, nullable: used.nullable, node: default });
        }
        used.docs.examples.dedup();
        used
    }

    /// Whether the items of a list, or the values of a map, are personal data.
    fn holds_personal(&mut self, site: &Site<'d>) -> bool {
        let schema = self.schema(site);
        let values = match schema.additional.as_ref().map(|says| &says.value) {
            Some(Additional::Schema(values)) if schema.properties.is_empty() => Some(&**values),
            _ => None,
        };
        schema.items.rest.iter().chain(values).any(|part| self.peel(part).personal)
    }

    /// The type of a schema that was met.
    pub(super) fn known(&self, site: &Site<'d>) -> Option<TypeId> {
        self.known.get(&site.key()).copied()
    }

    fn id(&mut self, site: &Site<'d>) -> TypeId {
        let key = site.key();
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let span = site.node.span.clone();
        let ty = self.types.add(Type { declaration: None, kind: TypeKind::Scalar(Scalar::Any), span });
        self.known.insert(key, ty);
        self.queue.push_back((ty, site.clone()));
        ty
    }

    fn fill(&mut self, ty: TypeId, site: &Site<'d>) {
        if self.circles.contains(&site.key()) {
            return;
        }
        let Some(schema) = self.flatten(site, &mut Bases::default()) else { return };
        if !schema.unsaid.is_empty() {
            self.unsaid.entry(ty).or_default().extend(schema.unsaid.iter().cloned());
        }
        let kind = self.kind(ty, &schema);
        let is_declared = match &kind {
            TypeKind::Struct(_) | TypeKind::Enum(_) | TypeKind::Union(_) | TypeKind::Multipart(_) => true,
            TypeKind::Newtype(newtype) => site.named || !super::scalar::can_stay_inline(newtype),
            TypeKind::Scalar(_) => false,
            TypeKind::List(_) | TypeKind::Map(_) | TypeKind::Tuple(_) => site.named,
        };
        let declaration = is_declared.then(|| Declaration {
            name: site.name.clone(),
            module: site.module.clone(),
            docs: schema.docs.clone(),
            accepted: false,
            read: false,
        });
        if site.named && is_declared {
            self.named.push(ty);
        }
        let slot = self.types.get_mut(ty);
        slot.kind = kind;
        slot.declaration = declaration;
    }

    /// The keywords of a schema without those of `also`, read once.
    pub(super) fn schema(&mut self, site: &Site<'d>) -> Rc<Schema<'d>> {
        if let Some((given, _)) = &site.given {
            return Rc::clone(given);
        }
        let key = vec![(site.node.span.file, site.node.span.pointer.to_string())];
        if let Some(schema) = self.read.get(&key) {
            return Rc::clone(schema);
        }
        let dialect = self.dialect(site.node.span.file);
        let schema = Rc::new(keywords::read(site, dialect, self.posture(), &mut self.diagnostics));
        self.read.insert(key, Rc::clone(&schema));
        schema
    }

    fn dialect(&mut self, file: FileId) -> Dialect {
        if let Some(dialect) = self.dialects.get(&file) {
            return *dialect;
        }
        let Some(root) = self.documents.root(file) else { return Dialect::Draft202012 };
        let (dialect, fault) = Dialect::of(root);
        fault.into_iter().for_each(|fault| self.diagnostics.push(fault));
        self.dialects.insert(file, dialect);
        dialect
    }

    /// Where a reference between schemas leads.
    pub(super) fn follow(&mut self, reference: &Spanned<String>) -> Option<Site<'d>> {
        let target = self.documents.follow(reference, &mut self.diagnostics)?;
        let site = naming::site(self.documents, &target);
        if site.is_none() {
            let message = format!("`{}` does not lead to a schema with a name", reference.value);
            let fault = Diagnostic::error("REF005", &reference.span, message);
            let place = Span { end: target.node.span.start, ..target.node.span.clone() };
            self.diagnostics.push(
                fault
                    .related(&place, "it leads here")
                    .help("refer to `#/components/schemas/Name`, `#/$defs/Name` or a file that is a schema"),
            );
        }
        site
    }
}
