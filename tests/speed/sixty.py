"""Writes an OpenAPI 3.0 document of sixty operations that progenitor can read: twelve resources, five operations each.

With `ours DIR` or `theirs DIR` it writes a library instead that makes each of the calls, with the client of one or of
the other, which lies beside it.
"""

import json
import pathlib
import sys

RESOURCES = "Order Customer Product Cart Payment Shipment Return Coupon Review Warehouse Stock Invoice".split()


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def answer(name, words):
    return {"description": words, "content": {"application/json": {"schema": ref(name)}}}


def problems(*statuses):
    return {str(status): answer("Problem", "Why not.") for status in statuses}


def schemas(name):
    text = {"type": "string"}
    lines = {"type": "array", "items": ref(f"{name}Line")}
    return {
        f"{name}State": {"type": "string", "enum": ["open", "closed", "cancelled", "pending"]},
        f"{name}Line": {
            "type": "object",
            "required": ["sku", "quantity"],
            "properties": {
                "sku": {"type": "string", "minLength": 1, "maxLength": 40},
                "quantity": {"type": "integer", "format": "int32", "minimum": 1},
                "note": text,
            },
        },
        name: {
            "type": "object",
            "required": ["id", "name", "state", "createdAt", "lines"],
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "name": {"type": "string", "maxLength": 80},
                "state": ref(f"{name}State"),
                "createdAt": {"type": "string", "format": "date-time"},
                "lines": lines,
                "labels": {"type": "object", "additionalProperties": text},
                "total": {"type": "integer", "format": "int64"},
                "comment": text,
            },
        },
        f"New{name}": {
            "type": "object",
            "required": ["name", "lines"],
            "properties": {"name": {"type": "string", "maxLength": 80}, "lines": lines, "comment": text},
        },
        f"{name}Page": {
            "type": "object",
            "required": ["items"],
            "properties": {"items": {"type": "array", "items": ref(name)}, "next": text},
        },
    }


def paths(name):
    tag = f"{name.lower()}s"
    one = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    body = {"required": True, "content": {"application/json": {"schema": ref(f"New{name}")}}}
    limit = {"type": "integer", "format": "int32", "minimum": 1, "maximum": 100}
    asked = [
        {"name": "state", "in": "query", "schema": ref(f"{name}State")},
        {"name": "cursor", "in": "query", "schema": {"type": "string"}},
        {"name": "limit", "in": "query", "schema": limit},
    ]

    def operation(verb, words, responses, **more):
        return {"operationId": f"{verb}{name}", "tags": [tag], "summary": words, "responses": responses, **more}

    return {
        f"/{tag}": {
            "get": operation(
                "list", "Lists them.", {"200": answer(f"{name}Page", "A page."), **problems(400, 401)}, parameters=asked
            ),
            "post": operation("create", "Makes one.", {"201": answer(name, "It is there."), **problems(400, 409)}, requestBody=body),
        },
        f"/{tag}/{{id}}": {
            "get": operation("get", "Reads one.", {"200": answer(name, "It."), **problems(404)}, parameters=[one]),
            "put": operation(
                "replace", "Replaces one.", {"200": answer(name, "It."), **problems(404, 409)}, parameters=[one], requestBody=body
            ),
            "delete": operation("delete", "Removes one.", {"204": {"description": "Gone."}, **problems(404)}, parameters=[one]),
        },
    }


OURS = """\
async fn {tag}(client: &ours::Client, id: &ours::wire::Uuid) -> bool {{
    let body = ours::types::New{name}::new("x".parse().unwrap(), vec![]);
    let calls = client.{tag}();
    calls.list().send().await.is_ok()
        && calls.create(&body).send().await.is_ok()
        && calls.get(id).send().await.is_ok()
        && calls.replace(id, &body).send().await.is_ok()
        && calls.delete(id).send().await.is_ok()
}}
"""

THEIRS = """\
async fn {tag}(client: &theirs::Client, id: &uuid::Uuid) -> bool {{
    client.list_{one}().send().await.is_ok()
        && client.create_{one}().body_map(|body| body.name("x").lines(vec![])).send().await.is_ok()
        && client.get_{one}().id(*id).send().await.is_ok()
        && client.replace_{one}().id(*id).body_map(|body| body.name("x").lines(vec![])).send().await.is_ok()
        && client.delete_{one}().id(*id).send().await.is_ok()
}}
"""

# A function that polls every call, so that all of it is compiled, and nothing is linked.
POLL = """\
pub fn poll(client: &{side}::Client, id: &{id}) {{
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
{polls}}}
"""

MANIFEST = """\
[package]
name = "calls-{side}"
version = "0.1.0"
edition = "2024"

[dependencies]
{needs}

[workspace]
"""

SIDES = {
    "ours": (OURS, "ours::wire::Uuid", 'ours = { path = "../ours", default-features = false, features = ["client"] }'),
    "theirs": (THEIRS, "uuid::Uuid", 'theirs = { path = "../theirs" }\nuuid = "1"'),
}


def library(side, folder):
    calls, id, needs = SIDES[side]
    functions = [calls.format(tag=f"{name.lower()}s", name=name, one=name.lower()) for name in RESOURCES]
    poll = "    let _ = std::future::Future::poll(Box::pin({tag}(client, id)).as_mut(), &mut context);\n"
    polls = "".join(poll.format(tag=f"{name.lower()}s") for name in RESOURCES)
    source = folder / "src"
    source.mkdir(parents=True)
    (source / "lib.rs").write_text("\n".join([*functions, POLL.format(side=side, id=id, polls=polls)]))
    (folder / "Cargo.toml").write_text(MANIFEST.format(side=side, needs=needs))


def document():
    problem = {
        "type": "object",
        "required": ["title"],
        "properties": {"title": {"type": "string"}, "status": {"type": "integer", "format": "int32"}, "detail": {"type": "string"}},
    }
    parts = {"Problem": problem, **{key: it for name in RESOURCES for key, it in schemas(name).items()}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Sixty", "version": "1.0.0"},
        "paths": {path: item for name in RESOURCES for path, item in paths(name).items()},
        "components": {"schemas": parts},
    }


if sys.argv[1:]:
    library(sys.argv[1], pathlib.Path(sys.argv[2]))
else:
    json.dump(document(), sys.stdout, indent=1)
