//! Partitions read whole.

use stipule_ir::Name;
use stipule_ir::table::{EntityId, FieldRef, Partition};

use super::{Part, about, local};
use crate::rust::Text;
use crate::store::doc;
use crate::store::key::{self, Shards};
use crate::store::plural::plural;
use crate::store::scene::{Scene, free};

impl Part<'_> {
    pub(super) fn partition(&self, partition: &Partition, text: &mut Text) {
        let of = self.scene.entity(partition.of);
        let parts = self.parts(partition);
        self.partition_words(partition, text);
        let arguments = self.names(of, &partition.bind);
        let result = self.partition_type(partition);
        self.signature(&self.arguments(of, &partition.bind), &result, text);
        let value_of = |field: FieldRef| self.argument_value(of, field);
        let pk = key::calls(self.scene, of, &of.key.pk, &value_of, Shards::OfField);
        let pk_name = local("pk", &arguments);
        text.code(2, &format!("let {pk_name} = KeyBuf::partition(self.cx.tenant()){pk}.finish();"));
        let mut query = format!("Query::partition({pk_name})");
        if partition.prefix > 0 {
            let segments = &of.key.sk[..partition.prefix];
            let prefix = key::calls(self.scene, of, segments, &value_of, Shards::OfField);
            let sort = local("sort", &arguments);
            text.code(2, &format!("let {sort} = Sort::prefix(&KeyBuf::new(){prefix});"));
            query.push_str(&format!(".sorted({sort})"));
        }
        if !partition.consistent {
            query.push_str(".eventual()");
        }
        query.push_str(&self.selecting());
        // A `let` of its own where the call would be too long for the head of a loop.
        let all = match query.len() {
            ..=40 => format!("page::all(self.cx, {query}).await?"),
            _ => {
                text.code(2, &format!("let query = {query};"));
                "page::all(self.cx, query).await?".to_owned()
            }
        };
        if let ([only], None) = (partition.many.as_slice(), partition.one) {
            text.code(2, &format!("{all}.iter().map({}).collect()", self.reader(*only)));
            return;
        }
        for (name, id) in &parts {
            let empty = if Some(*id) == partition.one { "None" } else { "Vec::new()" };
            text.code(2, &format!("let mut {name} = {empty};"));
        }
        let item = free("item", parts.iter().map(|(name, _)| name));
        text.code(2, &format!("for {item} in {all} {{"));
        for (place, (name, id)) in parts.iter().enumerate() {
            let module = Scene::module(self.scene.entity(*id));
            let otherwise = if place == 0 { "" } else { "} else " };
            text.code(3, &format!("{otherwise}if entity::{module}::ENTITY.owns(&{item}) {{"));
            let read = format!("{}(&{item})?", self.reader(*id));
            let kept = match Some(*id) == partition.one {
                true => format!("{name} = Some({read});"),
                false => format!("{name}.push({read});"),
            };
            text.code(4, &kept);
        }
        text.code(3, "}");
        text.code(2, "}");
        let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
        let whole =
            format!("{} {{ {} }}", self.given.result.as_deref().unwrap_or_default(), names.join(", "));
        match partition.one {
            Some(_) => text.code(2, &format!("Ok({0}.map(|{0}| {whole}))", parts[0].0)),
            None => text.code(2, &format!("Ok({whole})")),
        }
    }

    /// What the method gives.
    fn partition_type(&self, partition: &Partition) -> String {
        match (&self.given.result, partition.one, partition.many.as_slice()) {
            (Some(name), Some(_), _) => format!("Option<{name}>"),
            (Some(name), None, _) => name.clone(),
            (None, _, many) => {
                let [only] = many else { unreachable!("a read of several lists has a struct for them") };
                format!("Vec<{}>", self.stored(*only))
            }
        }
    }

    fn partition_words(&self, partition: &Partition, text: &mut Text) {
        let many = self.listed(&partition.many);
        let mut words = match partition.one {
            Some(one) => {
                let one = format!("`{}`", self.scene.entity(one).name);
                let with = if many.is_empty() { String::new() } else { format!(" with its {many}") };
                format!("A {one}{with}, by one query. `None` when there is no {one}, whatever else there is.")
            }
            None => {
                let bound = self.bound(self.scene.entity(partition.of), &partition.bind);
                format!("Each {many}{bound}, by one query.")
            }
        };
        if !partition.consistent {
            words.push_str(" May miss the latest writes.");
        }
        about(&words, &[], text);
    }

    /// The fields of the result: the head if there is one, then a list per collection.
    fn parts(&self, partition: &Partition) -> Vec<(String, EntityId)> {
        let mut parts: Vec<(String, EntityId)> = Vec::new();
        parts.extend(partition.one.map(|one| (self.scene.entity(one).name.field(), one)));
        let owner = &self.scene.entity(partition.of).name;
        for id in &partition.many {
            let name = collection_name(owner, &self.scene.entity(*id).name);
            let name = free(&name, parts.iter().map(|(name, _)| name).collect::<Vec<_>>());
            parts.push((name, *id));
        }
        parts
    }

    /// The type of the result.
    pub(super) fn partition_result(&self, partition: &Partition, text: &mut Text) {
        let Some(name) = &self.given.result else { return };
        let eq = self.read.entities().iter().all(|id| self.scene.types.is_eq(self.scene.entity(*id).ty));
        let words = match partition.one {
            Some(one) => {
                format!("A `{}` with all that stands in its partition.", self.scene.entity(one).name)
            }
            None => format!("What {} gives.", self.link()),
        };
        text.part();
        doc::outer(text, 0, &words);
        text.code(0, &format!("#[derive(Clone, Debug, PartialEq{})]", if eq { ", Eq" } else { "" }));
        text.code(0, &format!("pub struct {name} {{"));
        for (field, id) in self.parts(partition) {
            let (ty, entity) = (self.stored(id), &self.scene.entity(id).name);
            if Some(id) == partition.one {
                doc::outer(text, 1, &format!("The `{entity}` itself."));
                text.code(1, &format!("pub {field}: {ty},"));
            } else {
                doc::outer(text, 1, &format!("Every `{entity}` of it, in the order of their sort keys."));
                text.code(1, &format!("pub {field}: Vec<{ty}>,"));
            }
        }
        text.code(0, "}");
    }
}

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
