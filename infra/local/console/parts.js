// Parts that several pages are made of.
import { acting, h, s, say } from "./dom.js";
import { isPersonal, resolve, setTenant, tenant, tenants } from "./data.js";

export const words = (name) => name.replace(/[_-]/g, " ").replace(/^./, (letter) => letter.toUpperCase());
export const many = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
export const short = (id) => (id && id.length > 13 ? `${id.slice(0, 8)}…` : id);

export function took(micros) {
  if (micros < 1000) return `${micros} µs`;
  if (micros < 10_000) return `${(micros / 1000).toFixed(1)} ms`;
  if (micros < 1_000_000) return `${Math.round(micros / 1000)} ms`;
  if (micros < 60_000_000) return `${(micros / 1_000_000).toFixed(1)} s`;
  const minutes = micros / 60_000_000;
  return minutes < 60 ? `${Math.round(minutes)} min` : minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`;
}

export function clock(at, exact = true) {
  const time = new Date(at);
  const two = (number, width = 2) => String(number).padStart(width, "0");
  const text = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}${exact ? `.${two(time.getMilliseconds(), 3)}` : ""}`;
  return h("time", { datetime: time.toISOString(), title: time.toString() }, text);
}

export const verb = (method) => h("span", { class: `verb ${method.toLowerCase()}` }, method);
export const tag = (text, kind = "") => h("span", { class: `tag ${kind}` }, text);
export const empty = (title, ...more) => h("div", { class: "card empty" }, h("h2", null, title), more.map((it) => h("p", null, it)));

export function head(title, lead, ...actions) {
  return h("div", { class: "head" },
    h("div", { class: "grow" }, h("h1", null, title), lead && h("p", { class: "lead" }, lead)),
    actions.length > 0 && h("div", { class: "row" }, actions));
}

export function copy(text, label = "Copy") {
  return h("button", { class: "quiet", onclick: acting(async () => {
    await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
    say("Copied.");
  }) }, label);
}

export function spark(values) {
  const most = Math.max(1, ...values);
  const points = values.map((value, at) => `${(at / (values.length - 1)) * 120} ${20.5 - (value / most) * 19}`);
  return s("svg", { class: "spark", viewBox: "0 0 120 22", preserveAspectRatio: "none", role: "img", "aria-label": `${values.reduce((sum, it) => sum + it, 0)} in the last minute` },
    s("path", { d: `M${points.join("L")}` }));
}

// Words with code in them.
export const ticks = (text) => (text ?? "").split(/(`[^`]+`)/).map((piece) => (piece.startsWith("`") ? h("code", null, piece.slice(1, -1)) : piece));

// Markdown as the contracts use it: code and paragraphs, the rest as it stands.
export function prose(text, kind = "") {
  return (text ?? "").split(/\n\s*\n/).filter(Boolean).map((part) => h("p", { class: kind }, ticks(part)));
}

// JSON that can be folded; what the schema says is personal is hidden until somebody asks for it.
let shown = false;
export const showPersonal = (value) => (shown = value);
export const personalShown = () => shown;

export function json(value, schema, depth = 0) {
  const tree = node(value, schema, depth);
  return depth ? tree : h("div", { class: "json", tabindex: "0", role: "region", "aria-label": "JSON" }, tree);
}

function node(value, schema, depth) {
  if (isPersonal(schema) && !shown && value !== null) return h("span", { class: "secret", title: "personal data" }, "hidden");
  if (value === null) return h("span", { class: "lit" }, "null");
  if (typeof value === "string") return h("span", { class: "str" }, JSON.stringify(value));
  if (typeof value === "number") return h("span", { class: "num" }, String(value));
  if (typeof value === "boolean") return h("span", { class: "lit" }, String(value));
  const of = resolve(schema);
  const isList = Array.isArray(value);
  const kids = isList ? value.map((it) => [null, it, of.items]) : Object.entries(value).map(([name, it]) => [name, it, of.properties?.[name]]);
  if (!kids.length) return isList ? "[]" : "{}";
  const simple = isList && value.every((it) => it === null || typeof it !== "object") && JSON.stringify(value).length < 60;
  if (simple) return h("span", null, "[", value.map((it, at) => [at ? ", " : "", node(it, of.items, depth + 1)]), "]");
  return h("details", { open: depth < 3 },
    h("summary", null, isList ? many(value.length, "item") : `{ ${many(kids.length, "field")} }`),
    h("div", { class: "kids" }, kids.map(([name, it, its]) =>
      h("div", null, name !== null && [h("span", { class: "key" }, name), ": "], node(it, its, depth + 1)))));
}

export function personalSwitch(again) {
  return h("label", { class: "check" },
    h("input", { type: "checkbox", checked: shown, onchange: (event) => { shown = event.target.checked; again(); } }),
    "Show personal data");
}

export function tenantPicker(change, label = "Tenant") {
  const list = tenants();
  const id = `tenants-${Math.random().toString(36).slice(2)}`;
  return h("label", null, label,
    h("input", { value: tenant(), list: id, autocomplete: "off", onchange: (event) => { setTenant(event.target.value.trim()); change(event.target.value.trim()); } }),
    h("datalist", { id }, list.map((name) => h("option", { value: name }))));
}

// What a type is, in a few words.
export function typeWords(schema, depth = 0) {
  const it = resolve(schema);
  // A type that is made of itself has a name to be called by.
  if (depth > 3) return it.named ?? "anything";
  if (it.const !== undefined) return JSON.stringify(it.const);
  if (it.enum) return it.enum.length <= 6 ? it.enum.map(String).join(" | ") : `one of ${it.enum.length} values`;
  if (it.oneOf || it.anyOf) return (it.oneOf ?? it.anyOf).map((one) => typeWords(one, depth + 1)).join(" or ");
  if (it.type === "array") return `list of ${typeWords(it.items, depth + 1)}`;
  const type = Array.isArray(it.type) ? it.type.join(" or ") : it.type ?? "anything";
  const limits = [];
  if (it.minLength || it.maxLength) limits.push(`${it.minLength ?? 0}–${it.maxLength ?? "∞"} characters`);
  if (it.minimum !== undefined || it.maximum !== undefined) limits.push(`${it.minimum ?? "−∞"} to ${it.maximum ?? "∞"}`);
  const name = it.named && it.type === "object" ? it.named : it.format ?? type;
  return [name, ...limits].join(", ");
}

// The fields of a schema, one below the other.
export function schemaView(schema, depth = 0, seen = []) {
  const it = resolve(schema);
  if (depth > 6) return null;
  if (it.type === "array") return schemaView(it.items, depth + 1, seen);
  const branches = it.oneOf ?? it.anyOf;
  if (branches && branches.some((one) => resolve(one).properties)) {
    return h("div", { class: "stack tight" }, branches.map((one) => h("div", null, h("h3", { class: "over" }, resolve(one).named ?? "one of"), schemaView(one, depth + 1, seen))));
  }
  if (!it.properties) return h("p", { class: "small soft" }, typeWords(schema), it.pattern && [" · ", h("code", null, it.pattern)]);
  const must = new Set(it.required ?? []);
  return h("div", { class: "fields" }, Object.entries(it.properties).map(([name, field]) => {
    const inner = resolve(field);
    const deep = inner.type === "array" ? resolve(inner.items) : inner;
    const opens = (deep.properties || deep.oneOf || deep.anyOf) && !seen.includes(deep.named);
    return h("div", { class: "field" },
      h("div", { class: "row" }, h("span", { class: "field-name" }, name), h("span", { class: "small soft" }, typeWords(field)),
        must.has(name) && h("span", { class: "small must" }, "required"), isPersonal(field) && tag("personal", "plum"), inner.deprecated && tag("deprecated", "amber")),
      inner.description && h("p", { class: "small soft" }, ticks(inner.description)),
      opens && h("details", { open: depth < 1 && Object.keys(deep.properties ?? {}).length < 7 }, h("summary", { class: "small" }, deep.named ?? "Fields"), schemaView(deep, depth + 1, [...seen, deep.named])));
  }));
}

// A document that the schema takes, for a form to begin with.
export function example(schema, depth = 0) {
  const it = resolve(schema);
  if (it.examples?.length) return it.examples[0];
  if (it.default !== undefined) return it.default;
  if (it.const !== undefined) return it.const;
  if (it.enum) return it.enum[0];
  if (depth > 8) return null;
  if (it.oneOf || it.anyOf) return example((it.oneOf ?? it.anyOf)[0], depth + 1);
  const type = Array.isArray(it.type) ? it.type[0] : it.type;
  if (type === "object" || it.properties) {
    if (depth > 5) return {};
    const must = it.required ?? [];
    return Object.fromEntries(Object.entries(it.properties ?? {}).filter(([name]) => must.includes(name)).map(([name, field]) => [name, example(field, depth + 1)]));
  }
  if (type === "array") return it.minItems ? [example(it.items, depth + 1)] : [];
  if (type === "integer" || type === "number") return it.minimum ?? it.exclusiveMinimum ?? 1;
  if (type === "boolean") return true;
  const formats = { uuid: "018f3a52-0000-7000-8000-000000000001", date: "2026-11-27", "date-time": "2026-11-27T12:00:00Z", email: "ada@example.com", uri: "https://example.com/", decimal: "1.00", ulid: "01J00000000000000000000000" };
  return formats[it.format] ?? "text".padEnd(it.minLength ?? 0, "x").slice(0, it.maxLength ?? 200);
}

export const json2 = (value) => JSON.stringify(value, null, 2);

// A flow of a saga. `mark` says what became of a state: was, now, failed.
export function flowView(flow, mark = () => "") {
  return h("ol", { class: "flow" }, flow.map((node) => h("li", null, nodeView(node, mark))));
}

function nodeView(node, mark) {
  const own = mark(node.within ?? node.state);
  const state = { class: `node ${own}` };
  if (node.kind === "start" || node.kind === "end") return h("div", { class: "node end" }, node.state);
  if (node.kind === "wait") return h("div", { class: `node pause ${mark(node.state)}` }, node.state, h("span", { class: "small" }, node.until));
  if (node.kind === "step") {
    const about = [node.service, node.pivot && "no way back from here", node.waits && "waits for an answer"].filter(Boolean).join(" · ");
    const box = h("div", { ...state, class: `${state.class} ${node.pivot ? "pivot" : ""}` }, h("span", null, node.state), h("span", { class: "small" }, about), status(own));
    if (!node.undo) return box;
    return h("div", { class: "with-undo" }, box, h("div", { class: `undo ${mark(node.undo.state)}` }, `↺ ${node.undo.state}`, status(mark(node.undo.state))));
  }
  const title = node.kind === "each" ? `${node.state}: ${node.over}` : node.kind === "parallel" ? `${node.state}, at once` : node.state;
  const ways = node.kind === "each" ? [{ flow: node.flow }] : node.ways;
  return h("div", { class: "flow" },
    h("div", { class: `node ask ${mark(node.state)}` }, title),
    h("div", { class: "ways" }, ways.map((way) => h("div", { class: "way" }, way.label && h("span", { class: "way-name" }, way.label),
      way.flow.length ? flowView(way.flow, mark) : h("span", { class: "small soft" }, "nothing")))));
}

const status = (mark) => mark && h("span", { class: "sr" }, { was: ", done", now: ", in progress", failed: ", failed" }[mark]);
