//! Pages of one partition.

use stipule_ir::table::{Entity, FieldRef, Query, Segment, SegmentKind};
use stipule_ir::types::{Scalar, TypeKind};

use super::{CURSOR_ERRORS, Part, about, local};
use crate::rust::Text;
use crate::store::key::{self, Shards};
use crate::store::scene::free;
use crate::store::value::{self, Value};

impl Part<'_> {
    pub(super) fn query(&self, query: &Query, text: &mut Text) {
        let of = self.scene.entity(query.of[0]);
        let mut arguments = self.arguments(of, &query.bind);
        let mut taken = self.names(of, &query.bind);
        let range = query.range.map(|range| {
            let field = self.scene.field(of, range);
            let name = free(&field.name.field(), &taken);
            arguments.push(format!("{name}: impl RangeBounds<{}>", self.paths.text(field.ty)));
            taken.push(name.clone());
            name
        });
        let request = free("page", &taken);
        arguments.push(format!("{request}: PageRequest<'_>"));
        taken.push(request.clone());
        let (item, reader) = match &self.given.result {
            Some(name) => (name.clone(), format!("{name}::read")),
            None => (self.stored(query.of[0]), self.reader(query.of[0])),
        };
        self.query_words(query, text);
        self.signature(&arguments, &format!("Paged<{item}>"), text);
        let pattern = local("pattern", &taken);
        let keys: Vec<_> = query.of.iter().map(|id| (self.scene.entity(*id), self.key_in(*id))).collect();
        self.pattern(&pattern, &keys, query.page, query.max_page, text);
        let sort = self.sort(query, range.as_deref());
        let page = if query.fan_out {
            let queries = self.shards(query, sort, &taken, text);
            format!("page::merged(self.cx, &{pattern}, {queries}, {request})")
        } else {
            let call = self.one_query(query, Shards::OfField, sort, &taken, text, 2);
            let name = local("query", &taken);
            text.code(2, &format!("let {name} = {call};"));
            format!("page::page(self.cx, &{pattern}, {name}, {request})")
        };
        text.code(2, &format!("{page}.await?.try_map(|item| {reader}(&item))"));
    }

    /// The query over one partition, or over the shard that `shards` says, after the statements that it follows from.
    fn one_query(
        &self,
        query: &Query,
        shards: Shards<'_>,
        sort: Option<String>,
        taken: &[String],
        text: &mut Text,
        depth: usize,
    ) -> String {
        let of = self.scene.entity(query.of[0]);
        let pk = &self.key_in(query.of[0]).pk;
        let pk_name = local("pk", taken);
        let value = match self.is_native(query) {
            true => {
                let fields = self.attributes(of, pk).into_iter();
                let values = std::iter::once("Attr::text(self.cx.tenant())".to_owned()).chain(fields);
                format!("vec![{}]", values.collect::<Vec<_>>().join(", "))
            }
            false => {
                let value_of = |field: FieldRef| self.argument_value(of, field);
                let segments = key::calls(self.scene, of, pk, &value_of, shards);
                format!("KeyBuf::partition(self.cx.tenant()){segments}.finish()")
            }
        };
        text.code(depth, &format!("let {pk_name} = {value};"));
        let mut call = match query.index {
            None => format!("Query::partition({pk_name})"),
            Some(index) => {
                let kind = if self.is_native(query) { "native" } else { "index" };
                format!("Query::{kind}({}.name, {pk_name})", self.scene.index(index).name.constant())
            }
        };
        if let Some(sort) = sort {
            let name = local("sort", taken);
            text.code(depth, &format!("let {name} = {sort};"));
            call.push_str(&format!(".sorted({name})"));
        }
        if query.descending {
            call.push_str(".descending()");
        }
        if query.index.is_none() && !query.consistent.value {
            call.push_str(".eventual()");
        }
        call.push_str(&self.selecting());
        call
    }

    /// One query per shard; the variable that has them.
    fn shards(&self, query: &Query, sort: Option<String>, taken: &[String], text: &mut Text) -> String {
        let count = self.key_in(query.of[0]).pk.iter().find_map(|segment| match segment.kind {
            SegmentKind::Shard { shards, .. } => Some(shards),
            _ => None,
        });
        let sort = sort.map(|sort| {
            let name = local("sort", taken);
            text.code(2, &format!("let {name} = {sort};"));
            format!("{name}.clone()")
        });
        let (queries, shard) = (local("queries", taken), local("shard", taken));
        text.code(2, &format!("let {queries} = (0..{})", count.unwrap_or(1)));
        text.code(3, &format!(".map(|{shard}| {{"));
        let call = self.one_query(query, Shards::Each(&shard), sort, taken, text, 4);
        text.code(4, &call);
        text.code(3, "})");
        text.code(3, ".collect();");
        queries
    }

    /// Which sort keys; `None` for all.
    fn sort(&self, query: &Query, range: Option<&str>) -> Option<String> {
        let of = self.scene.entity(query.of[0]);
        let sk = &self.key_in(query.of[0]).sk;
        if self.is_native(query) {
            let equal = format!("vec![{}]", self.attributes(of, &sk[..query.prefix]).join(", "));
            return match query.range.zip(range) {
                Some((field, name)) => {
                    let to = self.convert.to(self.scene.field(of, field).ty);
                    Some(format!("Sort::within({equal}, &{name}, {to})"))
                }
                None if query.prefix == 0 => None,
                None => Some(format!("Sort::equal({equal})")),
            };
        }
        let value_of = |field: FieldRef| self.argument_value(of, field);
        let prefix = key::calls(self.scene, of, &sk[..query.prefix], &value_of, Shards::OfField);
        let prefix_key = format!("&KeyBuf::new(){prefix}");
        match query.range.zip(range).zip(sk.get(query.prefix)) {
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
            None if query.prefix == 0 => None,
            None => Some(format!("Sort::prefix({prefix_key})")),
        }
    }

    /// Whether the query reads an index over fields.
    fn is_native(&self, query: &Query) -> bool {
        query.index.is_some_and(|index| self.scene.index(index).native.is_some())
    }

    /// Arguments as the attributes that stand in the key of an index over fields.
    fn attributes(&self, of: &Entity, segments: &[Segment]) -> Vec<String> {
        let attribute = |segment: &Segment| {
            let SegmentKind::Field { field, .. } = segment.kind else { return None };
            let (value, ty) = (self.argument_value(of, field), self.scene.field(of, field).ty);
            Some(match self.scene.types.kind(ty) {
                TypeKind::Scalar(Scalar::String) => format!("Attr::text({})", value.borrowed()),
                _ => self.convert.attribute(ty, &value.borrowed()),
            })
        };
        segments.iter().filter_map(attribute).collect()
    }

    fn query_words(&self, query: &Query, out: &mut Text) {
        let of = self.scene.entity(query.of[0]);
        let mut text = format!("Each {}{}", self.listed(&query.of), self.bound(of, &query.bind));
        // What the sort keys of several entities begin with need not be the same field.
        let by = self.key_in(query.of[0]).sk.get(query.prefix).and_then(|segment| match &segment.kind {
            SegmentKind::Field { field, .. } if query.of.len() == 1 || query.range.is_some() => Some(*field),
            _ => None,
        });
        let direction = if query.descending { "from the greatest" } else { "from the least" };
        match by {
            Some(by) => text.push_str(&format!(", {direction} `{}` on", self.scene.field(of, by).name)),
            None if query.of.len() > 1 => text.push_str(&format!(", {direction} sort key on")),
            None => {}
        }
        text.push_str(&format!("; {} per page unless asked otherwise.", query.page));
        if let Some(index) = query.index {
            let index = &self.scene.index(index).name;
            text.push_str(&format!(" By `{index}`, which may miss the latest writes."));
        } else if !query.consistent.value {
            text.push_str(" May miss the latest writes.");
        }
        if query.fan_out {
            text.push_str(" Reads every shard and merges them.");
        }
        about(&text, &[CURSOR_ERRORS], out);
    }
}
