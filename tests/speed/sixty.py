"""Writes an OpenAPI 3.0 document of sixty operations that progenitor can read: twelve resources, five operations each."""

import json
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


problem = {
    "type": "object",
    "required": ["title"],
    "properties": {"title": {"type": "string"}, "status": {"type": "integer", "format": "int32"}, "detail": {"type": "string"}},
}
document = {
    "openapi": "3.0.3",
    "info": {"title": "Sixty", "version": "1.0.0"},
    "paths": {path: item for name in RESOURCES for path, item in paths(name).items()},
    "components": {"schemas": {"Problem": problem, **{key: it for name in RESOURCES for key, it in schemas(name).items()}}},
}
json.dump(document, sys.stdout, indent=1)
