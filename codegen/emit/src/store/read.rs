//! `reads.rs`: one method per read.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use stipule_ir::Name;
use stipule_ir::table::{Entity, EntityId, FieldRef, Read, ReadKind, SegmentKind};

use super::doc;
use super::entity::many_arguments;
use super::imports::Imports;
use super::key::{self, Shards};
use super::plural::plural;
use super::scene::{Scene, free};
use super::value::{self, Value};
use crate::rust::ident;
use crate::types::{Form, Paths};

/// The whole file, and the types that it defines.
pub(super) fn file(scene: &Scene<'_>) -> (TokenStream, Vec<Ident>) {
    let paths = Paths::outside(scene.types, Form::Closed);
    let about = doc::inner("How the table is read: one method per access pattern of the contract.");
    let client = scene.client();
    let reads: Vec<Part<'_>> =
        scene.table.reads.iter().map(|read| Part { scene, paths: &paths, read }).collect();
    let methods: Vec<_> = reads.iter().map(Part::method).collect();
    let results: Vec<_> = reads.iter().filter_map(Part::result).collect();
    let names = reads.iter().filter(|read| read.result().is_some()).map(Part::result_name).collect();
    let items = quote!(impl #client<'_> { #(#methods)* } #(#results)*);
    let imports = Imports::of(scene, &paths, &items);
    (quote!(#about #imports #items), names)
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

/// Statements and the query that follows from them.
struct Parts {
    before: TokenStream,
    query: TokenStream,
}

impl Part<'_> {
    fn method(&self) -> TokenStream {
        match &self.read.kind {
            ReadKind::Get { entity, consistent } => self.get(self.scene.entity(*entity), *consistent),
            ReadKind::Partition { one, many } => self.partition(*one, many),
            ReadKind::Query { index, of, bind, range, descending, page, fan_out } => self.query(&Pattern {
                index: *index,
                of: self.scene.entity(*of),
                bind,
                range: *range,
                descending: *descending,
                page: *page,
                fan_out: *fan_out,
            }),
        }
    }

    fn name(&self) -> Ident {
        ident(&self.read.name.field())
    }

    /// What one item of the entity is read as.
    fn stored(&self, entity: &Entity) -> TokenStream {
        let ty = self.paths.of(entity.ty);
        if entity.version { quote!(Stored<#ty>) } else { ty }
    }

    fn names(&self, entity: &Entity, fields: &[FieldRef]) -> Vec<Ident> {
        fields.iter().map(|field| ident(&self.scene.field(entity, *field).name.field())).collect()
    }

    fn arguments(&self, entity: &Entity, fields: &[FieldRef]) -> Vec<TokenStream> {
        let names = self.names(entity, fields);
        let typed = fields.iter().zip(names).map(|(field, name)| {
            let ty = value::argument(self.paths, self.scene.field(entity, *field).ty);
            quote!(#name: #ty)
        });
        typed.collect()
    }

    fn argument_value(&self, entity: &Entity, field: FieldRef) -> Value {
        let declared = self.scene.field(entity, field);
        value::of_argument(self.scene.types, declared.ty, &ident(&declared.name.field()))
    }

    fn get(&self, entity: &Entity, consistent: bool) -> TokenStream {
        let (name, module, result) = (self.name(), Scene::module(entity), self.stored(entity));
        let fields = key::fields_of(&entity.key);
        let (arguments, names) = (self.arguments(entity, &fields), self.names(entity, &fields));
        let weak = if consistent { "" } else { " May miss the latest writes." };
        let doc = self.doc(&format!("The `{}` with this key.{weak}", entity.name), &[]);
        let many = many_arguments(arguments.len() + 1);
        quote! {
            #doc
            #many
            pub async fn #name(&self, #(#arguments),*) -> Result<Option<#result>, StoreFailure> {
                let key = entity::#module::key(self.cx.tenant(), #(#names),*);
                page::one(self.cx, key, #consistent).await?.as_ref().map(entity::#module::read).transpose()
            }
        }
    }

    fn partition(&self, one: EntityId, many: &[EntityId]) -> TokenStream {
        let (head, name, result) = (self.scene.entity(one), self.name(), self.result_name());
        let fields = key::fields(&head.key.pk);
        let arguments = self.arguments(head, &fields);
        let value_of = |field: FieldRef| self.argument_value(head, field);
        let pk = key::calls(self.scene, head, &head.key.pk, &value_of, Shards::OfField);
        let parts = self.parts(one, many);
        let (head_field, head_module) = (&parts[0].0, Scene::module(head));
        let collections = parts[1..].iter().map(|(name, _)| name);
        let collections: Vec<_> = collections.collect();
        let arms = parts[1..].iter().map(|(name, entity)| {
            let module = Scene::module(entity);
            quote!(else if entity::#module::ENTITY.owns(&item) { #name.push(entity::#module::read(&item)?); })
        });
        let listed: Vec<String> =
            many.iter().map(|id| format!("`{}`", self.scene.entity(*id).name)).collect();
        let doc = self.doc(
            &format!(
                "A `{}` with its {}, by one query. `None` when there is no `{}`, whatever else there is.",
                head.name,
                listed.join(", "),
                head.name
            ),
            &[],
        );
        quote! {
            #doc
            pub async fn #name(&self, #(#arguments),*) -> Result<Option<#result>, StoreFailure> {
                let pk = KeyBuf::partition(self.cx.tenant()) #pk .finish();
                let mut #head_field = None;
                #(let mut #collections = Vec::new();)*
                for item in page::all(self.cx, Query::partition(pk)).await? {
                    if entity::#head_module::ENTITY.owns(&item) {
                        #head_field = Some(entity::#head_module::read(&item)?);
                    }
                    #(#arms)*
                }
                Ok(#head_field.map(|#head_field| #result { #head_field, #(#collections),* }))
            }
        }
    }

    /// The fields of the result of a partition: the head, then a list per collection.
    fn parts(&self, one: EntityId, many: &[EntityId]) -> Vec<(Ident, &Entity)> {
        let head = self.scene.entity(one);
        let mut parts: Vec<(Ident, &Entity)> = vec![(ident(&head.name.field()), head)];
        for id in many {
            let entity = self.scene.entity(*id);
            let name = collection_name(&head.name, &entity.name);
            let name = free(&name, parts.iter().map(|(name, _)| name).collect::<Vec<_>>());
            parts.push((name, entity));
        }
        parts
    }

    fn result_name(&self) -> Ident {
        ident(&self.read.name.type_name())
    }

    /// The type of a partition's result.
    fn result(&self) -> Option<TokenStream> {
        let ReadKind::Partition { one, many } = &self.read.kind else { return None };
        let (name, head) = (self.result_name(), self.scene.entity(*one));
        let fields = self.parts(*one, many).into_iter().enumerate().map(|(place, (name, entity))| {
            let ty = self.stored(entity);
            let doc = match place {
                0 => format!("The `{}` itself.", entity.name),
                _ => format!("Every `{}` of it, in the order of their sort keys.", entity.name),
            };
            let doc = doc::outer(&doc);
            let ty = if place == 0 { ty } else { quote!(Vec<#ty>) };
            quote!(#doc pub #name: #ty,)
        });
        let doc = doc::outer(&format!("A `{}` with all that stands in its partition.", head.name));
        let eq = std::iter::once(one).chain(many).all(|id| self.scene.types.is_eq(self.scene.entity(*id).ty));
        let eq = eq.then(|| quote!(, Eq));
        Some(quote! {
            #doc
            #[derive(Clone, Debug, PartialEq #eq)]
            pub struct #name { #(#fields)* }
        })
    }

    fn query(&self, pattern: &Pattern<'_>) -> TokenStream {
        let (name, of, result) = (self.name(), pattern.of, self.stored(pattern.of));
        let mut arguments = self.arguments(of, pattern.bind);
        let mut taken = self.names(of, pattern.bind);
        if let Some(range) = pattern.range {
            let field = self.scene.field(of, range);
            let name = free(&field.name.field(), &taken);
            let ty = self.paths.of(field.ty);
            arguments.push(quote!(#name: impl RangeBounds<#ty>));
            taken.push(name);
        }
        let request = free("page", &taken);
        let sort = self.sort(pattern, taken.last());
        let (shown, module) = (&self.read.name.wire, Scene::module(of));
        let limit = Literal::u32_unsuffixed(pattern.page);
        let page = if pattern.fan_out {
            let queries = self.shards(pattern, sort);
            quote! {
                #queries
                page::merged(self.cx, #shown, queries, #request, #limit)
            }
        } else {
            let Parts { before, query } = self.one_query(pattern, &Shards::OfField, sort);
            quote! {
                #before
                let query = #query;
                page::page(self.cx, #shown, query, #request, #limit)
            }
        };
        let doc = self.query_doc(pattern);
        let many = many_arguments(arguments.len() + 2);
        quote! {
            #doc
            #many
            pub async fn #name(&self, #(#arguments,)* #request: PageRequest<'_>) -> Result<Paged<#result>, StoreFailure> {
                #page.await?.try_map(|item| entity::#module::read(&item))
            }
        }
    }

    /// The query over one partition, or over the shard that `shards` says.
    fn one_query(&self, pattern: &Pattern<'_>, shards: &Shards<'_>, sort: Option<TokenStream>) -> Parts {
        let of = pattern.of;
        let value_of = |field: FieldRef| self.argument_value(of, field);
        let pk = key::calls(self.scene, of, &self.key(pattern).pk, &value_of, *shards);
        let pk = quote!(KeyBuf::partition(self.cx.tenant()) #pk .finish());
        let start = match pattern.index {
            None => quote!(Query::partition(pk)),
            Some(index) => {
                let constant = ident(&self.scene.index(index).name.constant());
                quote!(Query::index(#constant.name, pk))
            }
        };
        let sorted = sort.is_some().then(|| quote!(.sorted(sort)));
        let sort = sort.map(|sort| quote!(let sort = #sort;));
        let descending = pattern.descending.then(|| quote!(.descending()));
        Parts { before: quote!(let pk = #pk; #sort), query: quote!(#start #sorted #descending) }
    }

    /// One query per shard.
    fn shards(&self, pattern: &Pattern<'_>, sort: Option<TokenStream>) -> TokenStream {
        let count = self.key(pattern).pk.iter().find_map(|segment| match segment.kind {
            SegmentKind::Shard { shards, .. } => Some(Literal::u32_unsuffixed(shards)),
            _ => None,
        });
        let count = count.unwrap_or_else(|| Literal::u32_unsuffixed(1));
        let number = quote!(shard);
        let (binding, sort) = match sort {
            Some(sort) => (quote!(let sort = #sort;), Some(quote!(sort.clone()))),
            None => (quote!(), None),
        };
        let Parts { before, query } = self.one_query(pattern, &Shards::Each(&number), sort);
        quote! {
            #binding
            let queries = (0..#count).map(|shard| { #before #query }).collect();
        }
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
    fn sort(&self, pattern: &Pattern<'_>, range_name: Option<&Ident>) -> Option<TokenStream> {
        let (of, sk) = (pattern.of, &self.key(pattern).sk);
        let bound = sk.iter().take_while(|segment| match &segment.kind {
            SegmentKind::Literal(_) => true,
            SegmentKind::Field { field, .. } => pattern.bind.contains(field),
            SegmentKind::Shard { .. } => false,
        });
        let bound = bound.count();
        let value_of = |field: FieldRef| self.argument_value(of, field);
        let prefix = key::calls(self.scene, of, &sk[..bound], &value_of, Shards::OfField);
        let prefix_key = quote!(&KeyBuf::new() #prefix);
        let ranged = pattern.range.zip(range_name).zip(sk.get(bound));
        match ranged {
            Some(((field, name), next)) => {
                let SegmentKind::Field { codec, .. } = &next.kind else { return None };
                let ty = self.scene.field(of, field).ty;
                let segment = value::segment(self.scene.types, ty, *codec, &Value::Borrowed(quote!(at)));
                let segment = match segment.to_string().strip_suffix("(at)") {
                    Some(function) => crate::rust::tokens(function),
                    None => quote!(|at| #segment),
                };
                Some(quote!(Sort::range(#prefix_key, &#name, #segment)))
            }
            None if bound == 0 => None,
            None => Some(quote!(Sort::prefix(#prefix_key))),
        }
    }

    fn query_doc(&self, pattern: &Pattern<'_>) -> TokenStream {
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
        self.doc(
            &text,
            &["[`StoreFailure::BadCursor`] for a cursor that it didn't give with the same arguments."],
        )
    }

    fn doc(&self, text: &str, errors: &[&str]) -> TokenStream {
        let errors: Vec<&str> = [READ_ERRORS].into_iter().chain(errors.iter().copied()).collect();
        doc::outer(&format!("{text}\n\n# Errors\n{}", errors.join(" ")))
    }
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
