//! `reads.rs`: one method per read.

use stipule_ir::Name;
use stipule_ir::table::{Entity, EntityId, FieldRef, Read, ReadKind, SegmentKind};

use super::doc;
use super::entity::many_arguments;
use super::imports::Imports;
use super::key::{self, Shards};
use super::plural::plural;
use super::scene::{Scene, free};
use super::value::{self, Value};
use crate::rust::{Source, Text};
use crate::types::{Form, Paths};

/// The whole file, and the types that it defines.
pub(super) fn file(scene: &Scene<'_>) -> (Source, Vec<String>) {
    let paths = Paths::outside(scene.types, Form::Closed);
    let reads: Vec<Part<'_>> =
        scene.table.reads.iter().map(|read| Part { scene, paths: &paths, read }).collect();
    let mut items = Text::default();
    items.code(0, &format!("impl {}<'_> {{", scene.client()));
    reads.iter().for_each(|read| read.method(&mut items));
    items.code(0, "}");
    let results = reads.iter().filter_map(|read| read.result(&mut items)).collect();
    let about = "How the table is read: one method per access pattern of the contract.";
    (Imports::file(about, scene, &paths, items), results)
}

struct Part<'a> {
    scene: &'a Scene<'a>,
    paths: &'a Paths<'a, 'a>,
    read: &'a Read,
}

/// What a query asks for.
struct Pattern<'a> {
    index: Option<stipule_ir::table::IndexId>,
    of: &'a Entity,
    bind: &'a [FieldRef],
    range: Option<FieldRef>,
    descending: bool,
    page: u32,
    fan_out: bool,
}

impl Part<'_> {
    fn method(&self, text: &mut Text) {
        text.part();
        match &self.read.kind {
            ReadKind::Get { entity, consistent } => self.get(self.scene.entity(*entity), *consistent, text),
            ReadKind::Partition { one, many } => self.partition(*one, many, text),
            ReadKind::Query { index, of, bind, range, descending, page, fan_out } => {
                let pattern = Pattern {
                    index: *index,
                    of: self.scene.entity(*of),
                    bind,
                    range: *range,
                    descending: *descending,
                    page: *page,
                    fan_out: *fan_out,
                };
                self.query(&pattern, text);
            }
        }
        text.code(1, "}");
    }

    /// The line that opens the method.
    fn signature(&self, arguments: &[String], result: &str, text: &mut Text) {
        many_arguments(arguments.len() + 1, text, 1);
        let arguments: Vec<_> =
            std::iter::once("&self".to_owned()).chain(arguments.iter().cloned()).collect();
        let open = format!("pub async fn {}(", self.read.name.field());
        text.list(1, &open, &arguments, &format!(") -> Result<{result}, StoreFailure> {{"));
    }

    /// What one item of the entity is read as.
    fn stored(&self, entity: &Entity) -> String {
        let ty = self.paths.text(entity.ty);
        if entity.version { format!("Stored<{ty}>") } else { ty }
    }

    fn names(&self, entity: &Entity, fields: &[FieldRef]) -> Vec<String> {
        fields.iter().map(|field| self.scene.field(entity, *field).name.field()).collect()
    }

    fn arguments(&self, entity: &Entity, fields: &[FieldRef]) -> Vec<String> {
        let typed = fields.iter().map(|field| {
            let declared = self.scene.field(entity, *field);
            format!("{}: {}", declared.name.field(), value::argument(self.paths, declared.ty))
        });
        typed.collect()
    }

    fn argument_value(&self, entity: &Entity, field: FieldRef) -> Value {
        let declared = self.scene.field(entity, field);
        value::of_argument(self.scene.types, declared.ty, declared.name.field())
    }

    fn get(&self, entity: &Entity, consistent: bool, text: &mut Text) {
        let (module, result) = (Scene::module(entity), self.stored(entity));
        let fields = key::fields_of(&entity.key);
        let weak = if consistent { "" } else { " May miss the latest writes." };
        doc(&format!("The `{}` with this key.{weak}", entity.name), &[], text);
        self.signature(&self.arguments(entity, &fields), &format!("Option<{result}>"), text);
        let names: String = self.names(entity, &fields).iter().map(|name| format!(", {name}")).collect();
        text.code(2, &format!("let key = entity::{module}::key(self.cx.tenant(){names});"));
        let one = format!("page::one(self.cx, key, {consistent}).await?");
        text.code(2, &format!("{one}.as_ref().map(entity::{module}::read).transpose()"));
    }

    fn partition(&self, one: EntityId, many: &[EntityId], text: &mut Text) {
        let (head, result) = (self.scene.entity(one), self.result_name());
        let fields = key::fields(&head.key.pk);
        let value_of = |field: FieldRef| self.argument_value(head, field);
        let pk = key::calls(self.scene, head, &head.key.pk, &value_of, Shards::OfField);
        let parts = self.parts(one, many);
        let listed: Vec<String> =
            many.iter().map(|id| format!("`{}`", self.scene.entity(*id).name)).collect();
        let about = format!(
            "A `{}` with its {}, by one query. `None` when there is no `{}`, whatever else there is.",
            head.name,
            listed.join(", "),
            head.name
        );
        doc(&about, &[], text);
        self.signature(&self.arguments(head, &fields), &format!("Option<{result}>"), text);
        text.code(2, &format!("let pk = KeyBuf::partition(self.cx.tenant()){pk}.finish();"));
        for (place, (name, _)) in parts.iter().enumerate() {
            text.code(2, &format!("let mut {name} = {};", if place == 0 { "None" } else { "Vec::new()" }));
        }
        text.code(2, "for item in page::all(self.cx, Query::partition(pk)).await? {");
        for (place, (name, entity)) in parts.iter().enumerate() {
            let module = Scene::module(entity);
            let otherwise = if place == 0 { "" } else { "} else " };
            text.code(3, &format!("{otherwise}if entity::{module}::ENTITY.owns(&item) {{"));
            let read = format!("entity::{module}::read(&item)?");
            text.code(
                4,
                &if place == 0 { format!("{name} = Some({read});") } else { format!("{name}.push({read});") },
            );
        }
        text.code(3, "}");
        text.code(2, "}");
        let (names, name): (Vec<&str>, _) =
            (parts.iter().map(|(name, _)| name.as_str()).collect(), &parts[0].0);
        text.code(2, &format!("Ok({name}.map(|{name}| {result} {{ {} }}))", names.join(", ")));
    }

    /// The fields of the result of a partition: the head, then a list per collection.
    fn parts(&self, one: EntityId, many: &[EntityId]) -> Vec<(String, &Entity)> {
        let head = self.scene.entity(one);
        let mut parts: Vec<(String, &Entity)> = vec![(head.name.field(), head)];
        for id in many {
            let entity = self.scene.entity(*id);
            let name = collection_name(&head.name, &entity.name);
            let name = free(&name, parts.iter().map(|(name, _)| name).collect::<Vec<_>>());
            parts.push((name, entity));
        }
        parts
    }

    fn result_name(&self) -> String {
        self.read.name.type_name()
    }

    /// The type of a partition's result; its name.
    fn result(&self, text: &mut Text) -> Option<String> {
        let ReadKind::Partition { one, many } = &self.read.kind else { return None };
        let (name, head) = (self.result_name(), self.scene.entity(*one));
        let eq = std::iter::once(one).chain(many).all(|id| self.scene.types.is_eq(self.scene.entity(*id).ty));
        text.part();
        doc::outer(text, 0, &format!("A `{}` with all that stands in its partition.", head.name));
        text.code(0, &format!("#[derive(Clone, Debug, PartialEq{})]", if eq { ", Eq" } else { "" }));
        text.code(0, &format!("pub struct {name} {{"));
        for (place, (field, entity)) in self.parts(*one, many).into_iter().enumerate() {
            let ty = self.stored(entity);
            if place == 0 {
                doc::outer(text, 1, &format!("The `{}` itself.", entity.name));
                text.code(1, &format!("pub {field}: {ty},"));
            } else {
                doc::outer(
                    text,
                    1,
                    &format!("Every `{}` of it, in the order of their sort keys.", entity.name),
                );
                text.code(1, &format!("pub {field}: Vec<{ty}>,"));
            }
        }
        text.code(0, "}");
        Some(name)
    }

    fn query(&self, pattern: &Pattern<'_>, text: &mut Text) {
        let (of, result) = (pattern.of, self.stored(pattern.of));
        let mut arguments = self.arguments(of, pattern.bind);
        let mut taken = self.names(of, pattern.bind);
        if let Some(range) = pattern.range {
            let field = self.scene.field(of, range);
            let name = free(&field.name.field(), &taken);
            arguments.push(format!("{name}: impl RangeBounds<{}>", self.paths.text(field.ty)));
            taken.push(name);
        }
        let request = free("page", &taken);
        arguments.push(format!("{request}: PageRequest<'_>"));
        let sort = self.sort(pattern, taken.last().map(String::as_str));
        self.query_doc(pattern, text);
        self.signature(&arguments, &format!("Paged<{result}>"), text);
        let pages = if pattern.fan_out {
            self.shards(pattern, sort, text);
            "page::merged(self.cx, {shown}, queries"
        } else {
            let query = self.one_query(pattern, Shards::OfField, sort, text, 2);
            text.code(2, &format!("let query = {query};"));
            "page::page(self.cx, {shown}, query"
        };
        let pages = pages.replace("{shown}", &format!("{:?}", self.read.name.wire));
        let read = format!("try_map(|item| entity::{}::read(&item))", Scene::module(of));
        text.code(2, &format!("{pages}, {request}, {}).await?.{read}", pattern.page));
    }

    /// The query over one partition, or over the shard that `shards` says, after the statements that it follows from.
    fn one_query(
        &self,
        pattern: &Pattern<'_>,
        shards: Shards<'_>,
        sort: Option<String>,
        text: &mut Text,
        depth: usize,
    ) -> String {
        let of = pattern.of;
        let value_of = |field: FieldRef| self.argument_value(of, field);
        let pk = key::calls(self.scene, of, &self.key(pattern).pk, &value_of, shards);
        text.code(depth, &format!("let pk = KeyBuf::partition(self.cx.tenant()){pk}.finish();"));
        let mut query = match pattern.index {
            None => "Query::partition(pk)".to_owned(),
            Some(index) => format!("Query::index({}.name, pk)", self.scene.index(index).name.constant()),
        };
        if let Some(sort) = sort {
            text.code(depth, &format!("let sort = {sort};"));
            query.push_str(".sorted(sort)");
        }
        if pattern.descending {
            query.push_str(".descending()");
        }
        query
    }

    /// One query per shard.
    fn shards(&self, pattern: &Pattern<'_>, sort: Option<String>, text: &mut Text) {
        let count = self.key(pattern).pk.iter().find_map(|segment| match segment.kind {
            SegmentKind::Shard { shards, .. } => Some(shards),
            _ => None,
        });
        let sort = sort.map(|sort| {
            text.code(2, &format!("let sort = {sort};"));
            "sort.clone()".to_owned()
        });
        text.code(2, &format!("let queries = (0..{})", count.unwrap_or(1)));
        text.code(3, ".map(|shard| {");
        let query = self.one_query(pattern, Shards::Each("shard"), sort, text, 4);
        text.code(4, &query);
        text.code(3, "})");
        text.code(3, ".collect();");
    }

    /// The key in the index or table that is queried.
    fn key<'k>(&self, pattern: &Pattern<'k>) -> &'k stipule_ir::table::Key {
        match pattern.index {
            None => &pattern.of.key,
            Some(index) => {
                let found = pattern.of.index_keys.iter().find(|key| key.index == index);
                &found.expect("lowering has found the entity in the index").key
            }
        }
    }

    /// Which sort keys; `None` for all.
    fn sort(&self, pattern: &Pattern<'_>, range_name: Option<&str>) -> Option<String> {
        let (of, sk) = (pattern.of, &self.key(pattern).sk);
        let bound = sk.iter().take_while(|segment| match &segment.kind {
            SegmentKind::Literal(_) => true,
            SegmentKind::Field { field, .. } => pattern.bind.contains(field),
            SegmentKind::Shard { .. } => false,
        });
        let bound = bound.count();
        let value_of = |field: FieldRef| self.argument_value(of, field);
        let prefix = key::calls(self.scene, of, &sk[..bound], &value_of, Shards::OfField);
        let prefix_key = format!("&KeyBuf::new(){prefix}");
        let ranged = pattern.range.zip(range_name).zip(sk.get(bound));
        match ranged {
            Some(((field, name), next)) => {
                let SegmentKind::Field { codec, .. } = &next.kind else { return None };
                let ty = self.scene.field(of, field).ty;
                let segment = value::segment(self.scene.types, ty, *codec, &Value::Borrowed("at".to_owned()));
                let segment = match segment.strip_suffix("(at)") {
                    Some(function) => function.to_owned(),
                    None => format!("|at| {segment}"),
                };
                Some(format!("Sort::range({prefix_key}, &{name}, {segment})"))
            }
            None if bound == 0 => None,
            None => Some(format!("Sort::prefix({prefix_key})")),
        }
    }

    fn query_doc(&self, pattern: &Pattern<'_>, out: &mut Text) {
        let of = pattern.of;
        let by = self.key(pattern).sk.iter().find_map(|segment| match &segment.kind {
            SegmentKind::Field { field, .. } if !pattern.bind.contains(field) => Some(*field),
            _ => None,
        });
        let mut text = format!("Each `{}`", of.name);
        let bound: Vec<String> =
            pattern.bind.iter().map(|field| format!("`{}`", self.scene.field(of, *field).name)).collect();
        if !bound.is_empty() {
            text.push_str(&format!(" with this {}", bound.join(", ")));
        }
        if let Some(by) = by {
            let direction = if pattern.descending { "from the greatest" } else { "from the least" };
            text.push_str(&format!(", {direction} `{}` on", self.scene.field(of, by).name));
        }
        text.push_str(&format!("; {} per page unless asked otherwise.", pattern.page));
        if let Some(index) = pattern.index {
            text.push_str(&format!(
                " By `{}`, which may miss the latest writes.",
                self.scene.index(index).name
            ));
        }
        if pattern.fan_out {
            text.push_str(" Reads every shard and merges them.");
        }
        doc(
            &text,
            &["[`StoreFailure::BadCursor`] for a cursor that it didn't give with the same arguments."],
            out,
        );
    }
}

/// The words about a method.
fn doc(about: &str, errors: &[&str], text: &mut Text) {
    let errors: Vec<&str> = [READ_ERRORS].into_iter().chain(errors.iter().copied()).collect();
    doc::outer(text, 1, &format!("{about}\n\n# Errors\n{}", errors.join(" ")));
}

/// Of every read.
const READ_ERRORS: &str = "[`StoreFailure`], when the table doesn't answer or what is stored doesn't fit.";

/// `lines` for `OrderLine` of an `Order`, `payments` for a `Payment`.
fn collection_name(head: &Name, entity: &Name) -> String {
    let words = entity.words();
    let rest = words.strip_prefix(head.words()).filter(|rest| !rest.is_empty()).unwrap_or(words);
    let (last, before) = rest.split_last().expect("a name has at least one word");
    let mut parts = before.to_vec();
    parts.push(plural(last));
    let name = Name::new(parts.join("_"), entity.span.clone());
    name.field()
}
