//! `generated/store`: keys, items, reads and writes of the table.

mod attributes;
mod convert;
mod doc;
mod entity;
mod fields;
mod imports;
mod key;
mod plural;
mod reach;
mod read;
mod scene;
mod value;
mod write;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use stipule_ir::Contract;
use stipule_ir::table::{Index, Projection};

use crate::files::Files;
use crate::rust::{Crate, Dependency, ident, paragraphs};
use crate::types::Types;
use convert::Convert;
use reach::Reach;
use scene::Scene;

pub(crate) const ROOT: &str = "generated/store";

/// Partitions of the outbox when the table file doesn't say.
const OUTBOX_SHARDS: u32 = 16;

/// Writes the crate; a contract without a table has none.
pub(crate) fn emit(contract: &Contract, files: &mut Files) {
    let Some(table) = contract.tables.first() else { return };
    let types = Types::of(contract);
    let scene = Scene { contract, types: &types, table };
    let reach = Reach::of(&types, table);
    let convert = Convert { types: &types, reach: &reach, at_home: false };
    let origin = scene.origin();
    manifest(contract, files);
    files.add_rust(&format!("{ROOT}/src/entity/mod.rs"), origin, entity::library(&scene));
    for entity in &table.entities {
        let path = format!("{ROOT}/src/entity/{}.rs", entity.name.module());
        files.add_rust(&path, origin, entity::file(&scene, &convert, entity));
    }
    if !reach.is_empty() {
        files.add_rust(
            &format!("{ROOT}/src/attributes.rs"),
            origin,
            attributes::file(&scene, &Convert { at_home: true, ..convert }),
        );
    }
    let (reads, read_types) = read::file(&scene);
    let (writes, write_types) = write::file(&scene, &convert);
    files.add_rust(&format!("{ROOT}/src/reads.rs"), origin, reads);
    files.add_rust(&format!("{ROOT}/src/writes.rs"), origin, writes);
    let library = library(&scene, !reach.is_empty(), &read_types, &write_types);
    files.add_rust(&format!("{ROOT}/src/lib.rs"), origin, library);
}

fn manifest(contract: &Contract, files: &mut Files) {
    let platform = contract.platform.name.kebab();
    Crate {
        root: ROOT,
        name: format!("{platform}-store"),
        description: format!("Keys, items, reads and writes of the table of {platform}"),
        dependencies: vec![
            Dependency::Generated(crate::model::package(contract), "../model"),
            Dependency::Workspace("stipule-runtime"),
        ],
    }
    .emit(files);
}

/// The table's shape, the client and the list of modules.
fn library(scene: &Scene<'_>, converts: bool, reads: &[Ident], writes: &[Ident]) -> TokenStream {
    let table = scene.table;
    let client = scene.client();
    let about = doc::inner(&format!(
        "The table of {}: what is stored in it ([`entity`]), how it is read and how it is written ([`{client}`]).",
        scene.contract.platform.name
    ));
    let attributes = converts.then(|| {
        quote!(
            mod attributes;
        )
    });
    let exports = [("reads", reads), ("writes", writes)].into_iter().filter(|(_, names)| !names.is_empty());
    let exports = exports.map(|(module, names)| {
        let module = ident(module);
        quote!(pub use #module::{#(#names),*};)
    });
    let schema = schema(scene);
    let indexes = table.indexes.iter().map(index);
    let tenant = &scene.contract.platform.tenant.name;
    let doc = paragraphs(&format!(
        "The table on behalf of one call, event or job: every key begins with its tenant, the {tenant}."
    ));
    let uses = if table.indexes.is_empty() {
        quote!(
            use stipule_runtime::{Context, TableSchema};
        )
    } else {
        quote!(
            use stipule_runtime::{Context, IndexSchema, Projection, TableSchema};
        )
    };
    quote! {
        #about
        #attributes
        pub mod entity;
        mod reads;
        #[allow(clippy::needless_pass_by_value, reason = "an input is made for one write and given away with it")]
        mod writes;
        #uses
        #(#exports)*
        #schema
        #(#indexes)*
        #doc
        #[derive(Clone, Copy, Debug)]
        pub struct #client<'c> { cx: &'c Context }
        impl<'c> #client<'c> {
            #[doc = " The table on behalf of this context."]
            pub fn of(cx: &'c Context) -> Self { Self { cx } }
        }
    }
}

fn schema(scene: &Scene<'_>) -> TokenStream {
    let table = scene.table;
    let (name, pk, sk, type_attribute) = (table.name.kebab(), &table.pk, &table.sk, &table.type_attribute);
    let ttl = match &table.ttl_attribute {
        Some(name) => quote!(Some(#name)),
        None => quote!(None),
    };
    let shards = Literal::u32_unsuffixed(table.outbox.as_ref().map_or(OUTBOX_SHARDS, |outbox| outbox.shards));
    let indexes = table.indexes.iter().map(|index| ident(&index.name.constant()));
    quote! {
        #[doc = " The shape of the table."]
        pub static TABLE: TableSchema = TableSchema {
            name: #name,
            pk: #pk,
            sk: #sk,
            ttl: #ttl,
            type_attribute: #type_attribute,
            indexes: &[#(#indexes),*],
            outbox_shards: #shards,
        };
    }
}

fn index(index: &Index) -> TokenStream {
    let (name, constant) = (&index.name.wire, ident(&index.name.constant()));
    let [pk, sk] = entity::index_attributes(&index.name);
    let projection = match &index.projection {
        Projection::All => quote!(Projection::All),
        Projection::Keys => quote!(Projection::Keys),
        Projection::Include(fields) => {
            let fields = fields.iter().map(|field| &field.value);
            quote!(Projection::Include(&[#(#fields),*]))
        }
    };
    let doc = paragraphs(&format!("The index `{name}`."));
    quote! {
        #doc
        pub const #constant: IndexSchema = IndexSchema { name: #name, pk: #pk, sk: #sk, projection: #projection };
    }
}
