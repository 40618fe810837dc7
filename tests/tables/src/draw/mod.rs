//! Random contracts, as a person would write them: a schema per entity and a table file.

mod entity;
mod kind;
mod read;
mod sheet;
mod write;

pub use kind::{KINDS, Kind};
pub use sheet::{Key, Sheet, name};

use stipule_ir::{Source, Sources};

use crate::random::Random;

const PLATFORM: &str = "name: nursery
tenant: {name: shop, claim: shop_id}
token: {issuer: https://nursery.example/, audience: nursery}
services: {plants: {}}
";

/// The contract of a seed.
pub fn draw(seed: u64) -> (Sheet, Sources) {
    let sheet = Sheet::draw(&mut Random::new(seed));
    let sources = sources(&sheet);
    (sheet, sources)
}

/// The files of a sheet.
pub fn sources(sheet: &Sheet) -> Sources {
    let file = |path: String, text: String| Source { path, text };
    let mut files = vec![
        file("contracts/platform.yaml".to_owned(), PLATFORM.to_owned()),
        file("contracts/tables/nursery.table.yaml".to_owned(), sheet.table()),
    ];
    for entity in &sheet.entities {
        let path = format!("contracts/types/{}.yaml", entity.name.to_lowercase());
        files.push(file(path, sheet.schema(entity)));
    }
    Sources::new(files)
}
