//! Lowering of documents, seen through a dump of the services.

use std::fmt::Write as _;

use stipule_ir::{Contract, Operation, TypeTable};

use crate::testing::{dump, load, written};

const PLATFORM: &str = "name: library
tenant: {name: branch, claim: branch_id}
token: {issuer: https://library.example/, audience: library, scopes: {\"books:read\": Read, \"books:write\": Write}}
services: {shelving: {}, lending: {description: Lends books}}
";

const LENDING: &str = r##"openapi: 3.0.3
info: {title: Lending, version: 1.2.0, description: Lends books., contact: {name: Ada}}
servers: [{url: https://library.example/}]
tags: [{name: books}]
security: [{bearer: ["books:read"]}]
paths:
  /books/{bookId}:
    parameters:
      - {name: bookId, in: path, required: true, schema: {$ref: '#/components/schemas/BookId'}}
      - {name: verbose, in: query, schema: {type: string}}
    get:
      summary: Reads a book.
      deprecated: true
      parameters:
        - {name: verbose, in: query, description: How much, schema: {type: boolean, default: false}}
        - {name: fields, in: query, explode: false, schema: {type: array, items: {enum: [title, isbn], type: string}}}
        - {name: tag, in: query, schema: {type: array, items: {type: string}}, example: [a]}
        - $ref: '../types/http.yaml#/components/parameters/Trace'
      responses:
        default: {description: Else}
        '404': {$ref: '../types/http.yaml#/components/responses/NotFound'}
        '200':
          description: The book.
          headers: {X-Copies: {required: true, schema: {type: integer}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Book'}, example: {title: A}}}
    patch:
      operationId: changeBook
      security: [{bearer: ["books:write", "books:read", "books:write"]}]
      x-stipule-idempotent: required
      x-stipule-events: [Book.Changed]
      requestBody:
        required: true
        description: What changes.
        content:
          application/merge-patch+json:
            schema: {type: object, properties: {title: {type: string, nullable: true, maxLength: 80}}}
      responses:
        '204': {description: Changed}
        4XX: {description: Refused}
  /health:
    get:
      operationId: health
      security: []
      responses: {'200': {description: Fine, content: {application/json: {schema: {type: object, required: [ok], properties: {ok: {type: boolean}}}}}}}
components:
  securitySchemes: {bearer: {type: http, scheme: Bearer, bearerFormat: JWT}}
  schemas:
    BookId: {type: string, format: uuid}
    Book: {type: object, required: [title], properties: {title: {type: string}, next: {$ref: '#/components/schemas/Book'}}}
    Unused: {type: object, properties: {a: {type: string}}}
"##;

const SHARED: &str = "components:
  parameters:
    Trace: {name: X-Trace, in: header, schema: {type: string, pattern: '^[0-9a-f]+$'}}
  responses:
    NotFound:
      description: No such thing.
      content: {application/problem+json: {schema: {type: object, properties: {title: {type: string}}}}}
";

const CHANGED: &str = "x-stipule-event: {name: Book.Changed, version: VERSION, source: library.lending, aggregate: Book, id: bookId}
type: object
required: [bookId]
properties: {bookId: {$ref: '../http/lending.yaml#/components/schemas/BookId'}}
";

const SHELVING: &str = "openapi: 3.1.0
info: {title: Shelving, version: '1'}
paths: {}
";

fn contract() -> Contract {
    let (contract, faults) = load(&[
        ("contracts/platform.yaml", PLATFORM),
        ("contracts/http/lending.yaml", LENDING),
        ("contracts/http/shelving.yaml", SHELVING),
        ("contracts/types/http.yaml", SHARED),
        ("contracts/events/changed.v1.yaml", &CHANGED.replace("VERSION", "1")),
        ("contracts/events/changed.v2.yaml", &CHANGED.replace("VERSION", "2")),
    ]);
    assert_eq!(faults, "");
    contract.unwrap()
}

fn operation(types: &TypeTable, operation: &Operation) -> String {
    let mut out = format!(
        "{} {} {} {:?} {:?}\n",
        operation.id.field(),
        operation.method.as_str(),
        operation.path.template,
        operation.security.scopes(),
        operation.idempotency
    );
    for one in &operation.parameters {
        let required = if one.required { "" } else { "?" };
        let default = one.default.as_ref().map_or_else(String::new, |default| format!(" = {default}"));
        let (name, ty) = (one.name.field(), written(types, one.ty));
        let _ = writeln!(out, "  {:?} {name}{required}: {ty} {:?}{default}", one.location, one.style);
    }
    for media in operation.body.iter().flat_map(|body| &body.media) {
        let _ = writeln!(out, "  body {} {}", media.media_type, written(types, media.ty));
    }
    for outcome in &operation.outcomes {
        let headers: Vec<String> = outcome
            .headers
            .iter()
            .map(|header| format!(" {}: {}", header.name.wire, written(types, header.ty)))
            .collect();
        let media: Vec<String> = outcome
            .media
            .iter()
            .map(|media| format!(" {} {}", media.media_type, written(types, media.ty)))
            .collect();
        let _ = writeln!(
            out,
            "  {:?} {}{}{}",
            outcome.status,
            outcome.name.variant(),
            headers.concat(),
            media.concat()
        );
    }
    out
}

#[test]
fn operations_carry_all_that_the_document_says() {
    let contract = contract();
    let lending = &contract.services[1];
    let dump: String = lending.operations.iter().map(|one| operation(&contract.types, one)).collect();
    assert_eq!(
        dump,
        r#"get_books_by_book_id GET /books/{bookId} ["books:read"] ByMethod
  Path book_id: BookId Simple { explode: false }
  Query verbose?: Boolean Form { explode: true } = false
  Query fields?: [GetBooksByBookIdField] Form { explode: false }
  Query tag?: [String] Form { explode: true }
  Header x_trace?: Trace Simple { explode: false }
  Code(200) Ok X-Copies: Int64 application/json Book
  Code(404) NotFound application/problem+json NotFoundBody
  Default Default
change_book PATCH /books/{bookId} ["books:read", "books:write"] KeyRequired
  Path book_id: BookId Simple { explode: false }
  Query verbose?: String Form { explode: true }
  body application/merge-patch+json ChangeBookBody
  Code(204) NoContent
  Class(4) ClientError
health GET /health [] ByMethod
  Code(200) Ok application/json HealthOkBody
"#
    );
}

#[test]
fn services_follow_the_order_of_the_platform() {
    let names: Vec<String> = contract().services.iter().map(|service| service.name.field()).collect();
    assert_eq!(names, ["shelving", "lending"]);
}

#[test]
fn words_for_the_reader_are_kept() {
    let contract = contract();
    let lending = &contract.services[1];
    assert_eq!(lending.docs.title.as_deref(), Some("Lending"));
    assert_eq!(lending.version, "1.2.0");
    let get = &lending.operations[0];
    assert_eq!(get.docs.title.as_deref(), Some("Reads a book."));
    assert!(get.docs.deprecated);
    assert_eq!(get.parameters[1].docs.description.as_deref(), Some("How much"));
    assert_eq!(get.outcomes[0].docs.examples, [r#"{"title":"A"}"#]);
    assert_eq!(get.outcomes[1].docs.description.as_deref(), Some("No such thing."));
}

#[test]
fn operations_emit_the_newest_version_of_an_event() {
    let contract = contract();
    let emits = &contract.services[1].operations[1].emits;
    let versions: Vec<u32> = emits.iter().map(|id| contract.event(*id).version).collect();
    assert_eq!(versions, [2]);
}

#[test]
fn types_live_in_the_module_of_their_document() {
    assert_eq!(
        dump(&contract().types),
        "events::BookChanged = {book_id: BookId}
events::BookChangedV2 = {book_id: BookId}
lending::Book = {title: String, next?: Book}
lending::BookId = Uuid
lending::ChangeBookBody = {title?: String ..80?}
lending::GetBooksByBookIdField = Title=\"title\" | Isbn=\"isbn\"
lending::HealthOkBody = {ok: Boolean}
lending::Unused = {a?: String}
types::NotFoundBody = {title?: String}
types::Trace = String /^[0-9a-f]+$/
"
    );
}

#[test]
fn requests_make_types_accepted_and_answers_make_them_read() {
    let contract = contract();
    let marks: Vec<String> = contract
        .types
        .iter()
        .filter_map(|(_, ty)| ty.declaration.as_ref())
        .map(|declaration| {
            format!("{} {} {}", declaration.name.type_name(), declaration.accepted, declaration.read)
        })
        .collect();
    for expected in [
        "BookId true true",
        "Book false true",
        "ChangeBookBody true false",
        "BookChanged false true",
        "Unused false false",
        "Trace true false",
    ] {
        assert!(marks.iter().any(|mark| mark == expected), "{expected} in {marks:?}");
    }
}

#[test]
fn security_may_be_required_in_several_dialects() {
    for scheme in ["{type: oauth2, flows: {}}", "{type: openIdConnect, openIdConnectUrl: https://id.example}"]
    {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: A, version: '1'}}\npaths: {{/a: {{get: {{security: [{{id: [\"books:read\"]}}], \
             responses: {{'200': {{description: A}}}}}}}}}}\ncomponents: {{securitySchemes: {{id: {scheme}}}}}"
        );
        let (contract, faults) =
            load(&[("contracts/platform.yaml", PLATFORM), ("contracts/http/lending.yaml", &text)]);
        assert_eq!(faults, "");
        assert!(contract.is_some());
    }
}
