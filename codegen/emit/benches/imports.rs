//! How long an import takes, from the text of a document to the files of a crate, and that its time grows with the
//! document and no faster: `cargo bench -p stipule-emit`. A line a measurement: the median of several runs.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use stipule_emit::{Package, Stipule, emit_crate};
use stipule_front::import;
use stipule_ir::{Source, Sources};

/// Operations of each document, and runs of each measurement.
const SIZES: [(usize, usize); 4] = [(60, 15), (1_000, 7), (3_000, 3), (10_000, 3)];

fn main() {
    let mut base = None;
    for (operations, runs) in SIZES {
        let text = document(operations);
        let mut times: Vec<[Duration; 2]> = (0..runs).map(|_| measure(&text, operations)).collect();
        times.sort_unstable_by_key(|[read, written]| *read + *written);
        let [read, written] = times[runs / 2].map(|time| time.as_secs_f64() * 1000.0);
        let each = (read + written) / operations as f64;
        let thousand = if operations == 1_000 { *base.insert(each) } else { base.unwrap_or(each) };
        println!(
            "{operations:>6} operations, {:>5} KiB: {:>8.1} ms (read {read:.1}, written {written:.1}); {:.3} ms each, \
             {:.2} times what each of 1,000 takes",
            text.len() >> 10,
            read + written,
            each,
            each / thousand,
        );
    }
}

/// Time of reading, and of writing.
fn measure(text: &str, operations: usize) -> [Duration; 2] {
    let sources = Sources::new([Source { path: "api.yaml".to_owned(), text: text.to_owned() }]);
    let root = sources.find("api.yaml").expect("the document is there");
    let start = Instant::now();
    let (contract, diagnostics) = import(&sources, root, "bench");
    let read = start.elapsed();
    let contract = contract.expect("the document can be imported");
    assert_eq!(diagnostics.iter().count(), 0, "nothing is wrong with the document");
    let found: usize = contract.services.iter().map(|service| service.operations.len()).sum();
    assert_eq!(found, operations);
    let package = Package { name: "bench".to_owned(), stipule: Stipule::Version("0".to_owned()) };
    let start = Instant::now();
    let files = emit_crate(&contract, &package);
    let written = start.elapsed();
    assert!(files.len() > operations / 20);
    [read, written]
}

/// A document with twenty operations a tag. Each has parameters, a body and an answer of its own; all share their
/// failure.
fn document(operations: usize) -> String {
    let mut text = String::from("openapi: 3.1.0\ninfo: {title: Bench, version: '1'}\npaths:\n");
    for number in 0..operations {
        let tag = number / 20;
        let _ = write!(
            text,
            "  /groups{tag}/{{id}}/things{number}:
    post:
      operationId: changeThing{number}
      summary: Changes a thing.
      tags: [group {tag}]
      security: [{{bearer: []}}]
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: string, format: uuid}}}}
        - {{name: limit, in: query, schema: {{type: integer, minimum: 1, maximum: 100}}}}
      requestBody:
        required: true
        content: {{application/json: {{schema: {{$ref: '#/components/schemas/Change{number}'}}}}}}
      responses:
        '200': {{description: Done, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing{number}'}}}}}}}}
        '404': {{$ref: '#/components/responses/Problem'}}
"
        );
    }
    text.push_str(
        "components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  responses:
    Problem: {description: Wrong, content: {application/problem+json: {schema: {$ref: '#/components/schemas/Problem'}}}}
  schemas:
    Problem: {type: object, required: [title], properties: {title: {type: string}, status: {type: integer}}}
",
    );
    for number in 0..operations {
        let _ = write!(
            text,
            "    Change{number}: {{type: object, required: [name], properties: {{name: {{type: string, minLength: 1}}, \
             state: {{$ref: '#/components/schemas/State{number}'}}}}}}
    State{number}: {{type: string, enum: [open, closed, gone]}}
    Thing{number}: {{type: object, required: [id, change], properties: {{id: {{type: string, format: uuid}}, change: \
             {{$ref: '#/components/schemas/Change{number}'}}, parts: {{type: array, items: {{type: object, required: \
             [count], properties: {{count: {{type: integer, format: int32}}}}}}}}}}}}
"
        );
    }
    text
}
