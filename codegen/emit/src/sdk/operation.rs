//! One operation: its description, its builder, what may come of it.

use std::fmt::Write as _;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use stipule_ir::service::{Idempotency, Paginate, Parameter, Security};
use stipule_ir::types::{Struct, TypeKind};

use super::{Act, Scene, answer, argument};
use crate::rust::{Source, docs, docs_and, ident};
use crate::scope::Scope;
use crate::types::{Edge, Form, Presence};

/// The function that begins a call: what is required are its arguments.
pub(super) fn function(scene: &Scene<'_, '_>, act: &Act<'_>) -> TokenStream {
    let operation = act.operation;
    let endpoint = format!("`{} {}`", operation.method.as_str(), operation.path.template);
    let docs = docs_and(&operation.docs, Some(&endpoint));
    let deprecated = operation.docs.deprecated.then(|| quote!(#[deprecated]));
    let [name, request, constant] = [&act.function, &act.request, &act.constant].map(|name| ident(name));
    let mut scope = Scope::default();
    let required = operation.parameters.iter().filter(|parameter| parameter.required);
    let required: Vec<_> =
        required.map(|parameter| (parameter, ident(&scope.claim(&[parameter.name.field()])))).collect();
    let body = body(act).filter(|body| body.required);
    let body = body.map(|body| (body, ident(&scope.claim(&["body".to_owned(), "content".to_owned()]))));
    let arguments = required.iter().map(|(parameter, name)| {
        let ty = argument::ty(scene, parameter.ty);
        quote!(#name: #ty)
    });
    let content = body.iter().map(|(body, name)| {
        let ty = argument::ty(scene, body.ty);
        quote!(#name: #ty)
    });
    let arguments: Vec<_> = arguments.chain(content).collect();
    let puts = required.iter().map(|(parameter, name)| argument::put(scene, parameter, name));
    let put_body = body.iter().map(|(body, name)| {
        let (media, value) = (body.media_type, argument::reference(scene, body.ty, name));
        quote!(.body(#media, #value))
    });
    let allows = allows(&act.function, arguments.len() + 1);
    quote! {
        #docs
        #deprecated
        #allows
        pub fn #name(&self, #(#arguments),*) -> #request {
            let call = self.client.call(&#constant)#(#puts)*#(#put_body)*;
            #request { call }
        }
    }
}

/// Lints that a contract's own words would break.
fn allows(name: &str, arguments: usize) -> TokenStream {
    const TRAITS: &[&str] = &[
        "add",
        "as_mut",
        "as_ref",
        "bitand",
        "bitor",
        "bitxor",
        "borrow",
        "borrow_mut",
        "clone",
        "cmp",
        "default",
        "deref",
        "div",
        "drop",
        "eq",
        "from_iter",
        "from_str",
        "hash",
        "index",
        "index_mut",
        "into_iter",
        "mul",
        "neg",
        "next",
        "not",
        "rem",
        "shl",
        "shr",
        "sub",
    ];
    let traits = TRAITS.contains(&name).then(|| {
        let reason = "the contract's own word";
        quote!(#[allow(clippy::should_implement_trait, reason = #reason)])
    });
    let many = (arguments > 7).then(|| {
        let reason = "the contract requires so many";
        quote!(#[allow(clippy::too_many_arguments, reason = #reason)])
    });
    quote!(#traits #many)
}

struct Body<'c> {
    media_type: &'c str,
    ty: stipule_ir::TypeId,
    required: bool,
}

fn body<'c>(act: &Act<'c>) -> Option<Body<'c>> {
    let body = act.operation.body.as_ref()?;
    let media = body.media.first()?;
    Some(Body { media_type: &media.media_type, ty: media.ty, required: body.required })
}

/// The builder with its setters, what may come of it, and the static description.
pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>) -> Source {
    let mut source = Source::default();
    source.push_text(request(act));
    source.push(setters(scene, act));
    source.append(answer::items(scene, act));
    source.push(metadata(scene, act));
    source
}

fn request(act: &Act<'_>) -> String {
    let keyed = act.operation.idempotency != Idempotency::ByMethod;
    let mut text = String::new();
    let id = &act.operation.id.wire;
    let ends = if keyed { "; keyed" } else { ";" };
    write!(
        text,
        "stipule_client::request! {{\n    /// A call of `{id}`.\n    pub struct {}{ends}\n}}\n",
        act.request
    )
    .expect("a String takes any text");
    text
}

fn setters(scene: &Scene<'_, '_>, act: &Act<'_>) -> TokenStream {
    let name = ident(&act.request);
    let mut scope = Scope::default();
    for taken in ["send", "stream", "split", "timeout", "raw_header", "idempotency_key"] {
        scope.claim(&[taken.to_owned()]);
    }
    let optional: Vec<&Parameter> = act.operation.parameters.iter().filter(|it| !it.required).collect();
    let setters = optional.iter().map(|parameter| {
        let claimed =
            scope.claim(&[parameter.name.field(), format!("{}_parameter", parameter.name.plain_field())]);
        setter(scene, parameter, &ident(&claimed))
    });
    let setters: Vec<_> = setters.collect();
    let content = body(act).filter(|body| !body.required).map(|body| {
        let docs =
            docs(&act.operation.body.as_ref().map(|it| it.docs.clone()).unwrap_or_default(), "The body.");
        let setter = ident(&scope.claim(&["body".to_owned(), "content".to_owned()]));
        let (media, ty) = (body.media_type, argument::ty(scene, body.ty));
        let value = argument::reference(scene, body.ty, &ident("body"));
        quote! {
            #docs
            pub fn #setter(mut self, body: #ty) -> Self {
                self.call = self.call.body(#media, #value);
                self
            }
        }
    });
    let stream = act.operation.paginate.as_ref().and_then(|paginate| stream(scene, act, paginate));
    if setters.is_empty() && content.is_none() && stream.is_none() {
        return TokenStream::new();
    }
    quote!(impl #name { #(#setters)* #content #stream })
}

fn setter(scene: &Scene<'_, '_>, parameter: &Parameter, name: &Ident) -> TokenStream {
    let note = parameter.default.as_ref().map(|value| format!("Default: `{value}`."));
    let docs = docs_and(&parameter.docs, note.as_deref());
    let ty = argument::ty(scene, parameter.ty);
    let allows = allows(&name.to_string(), 0);
    let value = ident("value");
    let put = argument::put(scene, parameter, &value);
    quote! {
        #docs
        #allows
        pub fn #name(mut self, #value: #ty) -> Self {
            self.call = self.call #put;
            self
        }
    }
}

/// Every item of a paginated list; `None` when what the contract says doesn't add up to pages.
fn stream(scene: &Scene<'_, '_>, act: &Act<'_>, paginate: &Paginate) -> Option<TokenStream> {
    let [success] = act.successes()[..] else { return None };
    let page = success.media.first().filter(|_| answer::is_plain(success))?.ty;
    let TypeKind::Struct(object) = scene.paths.types.kind(page) else { return None };
    let (place, items) = field(object, &paginate.items)?;
    let (_, next) = field(object, &paginate.next)?;
    let TypeKind::List(list) = scene.paths.types.kind(items.ty) else { return None };
    if list.nullable_items || scene.paths.types.is_boxed(Edge { from: page, place }) {
        return None;
    }
    let item = scene.paths.in_form(list.item, Form::Open);
    let (pages, error, cursor) = (scene.shell("Pages"), ident(&act.error), &paginate.cursor);
    let (items_name, next_name) = (ident(&items.name.field()), ident(&next.name.field()));
    let plain_list = !list.unique && list.min_items.unwrap_or(0) == 0 && list.max_items.is_none();
    let taken = match (Presence::of(items), plain_list) {
        (Presence::Always | Presence::OrDefault, true) => quote!(page.#items_name),
        (Presence::Always | Presence::OrDefault, false) => quote!(page.#items_name.into()),
        (Presence::OrNull | Presence::OrAbsent, true) => quote!(page.#items_name.unwrap_or_default()),
        (Presence::OrNull | Presence::OrAbsent, false) => {
            quote!(page.#items_name.map(Vec::from).unwrap_or_default())
        }
        (Presence::OrEither, _) => return None,
    };
    let is_text =
        matches!(scene.paths.types.kind(next.ty), TypeKind::Scalar(stipule_ir::types::Scalar::String));
    let text = if is_text {
        quote!()
    } else {
        let plain = scene.paths.wire("Plain");
        quote!(.map(|next| #plain::to_text(&next).into_owned()))
    };
    let next = match Presence::of(next) {
        Presence::OrNull | Presence::OrAbsent => quote!(page.#next_name #text),
        Presence::OrEither => quote!(page.#next_name.into_option() #text),
        Presence::Always | Presence::OrDefault => return None,
    };
    let page = scene.paths.in_form(page, Form::Open);
    Some(quote! {
        #[doc = " Every item, page after page."]
        pub fn stream(self) -> #pages<#item, #error> {
            #pages::new::<Self>(self.call, #cursor, Self::split)
        }
        fn split(page: #page) -> (Vec<#item>, Option<String>) {
            let next = #next;
            (#taken, next)
        }
    })
}

fn field<'c>(object: &'c Struct, wire: &str) -> Option<(usize, &'c stipule_ir::types::Field)> {
    object.fields.iter().enumerate().find(|(_, field)| field.name.wire == wire)
}

fn metadata(scene: &Scene<'_, '_>, act: &Act<'_>) -> TokenStream {
    let operation = act.operation;
    let [ty, method_type, idempotency] = ["Operation", "Method", "Idempotency"].map(|name| scene.shell(name));
    let (name, id, template) = (ident(&act.constant), &operation.id.wire, &operation.path.template);
    let method = ident(operation.method.as_str());
    let way = match operation.idempotency {
        Idempotency::ByMethod => quote!(#idempotency::ByMethod),
        Idempotency::KeyOptional | Idempotency::KeyRequired => quote!(#idempotency::ByKey),
    };
    let public = operation.security == Security::Public;
    quote! {
        static #name: #ty = #ty {
            id: #id,
            method: #method_type::#method,
            template: #template,
            idempotency: #way,
            public: #public,
        };
    }
}
