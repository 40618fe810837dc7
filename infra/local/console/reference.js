// The API's reference: every operation, a try, and the call in code.
import { acting, h, put } from "./dom.js";
import { ask, resolve, setTenant, tenant, tenants, world } from "./data.js";
import { clock, copy, empty, example, head, json, json2, many, prose, schemaView, tag, ticks, took, typeWords, verb, words } from "./parts.js";

export function show(main, [service, id]) {
  const d = world.description;
  const page = h("div", { class: "stack wide" });
  const list = h("div");
  const find = h("input", { placeholder: "Find an operation", "aria-label": "Find an operation", oninput: () => draw() });
  const draw = () => {
    const text = find.value.toLowerCase();
    const fits = (it) => !text || `${it.id} ${it.path} ${it.title ?? ""}`.toLowerCase().includes(text);
    put(list, d.services.map((it) => { const ours = it.operations.filter(fits); return ours.length > 0 && [h("h2", null, words(it.name)), ours.map((one) => h("a", { href: `#/reference/${it.name}/${one.id}`, "aria-current": one.id === id ? "true" : undefined }, one.id))]; }));
  };
  draw();
  put(main, head("API reference", `${many(d.operations.length, "operation")} of ${many(d.services.filter((it) => it.operations.length).length, "service")}. Try any of them here.`),
    h("div", { class: "split" }, h("nav", { class: "card side-list", "aria-label": "Operations" }, h("div", { style: { padding: "4px" } }, find), list), page));
  const own = d.services.find((it) => it.name === service);
  const operation = own?.operations.find((it) => it.id === id);
  if (operation) return one(page, own, operation);
  if (own) return whole(page, own);
  put(page, empty("Choose an operation", "What it takes, what it answers, and a form to try it."));
}

function whole(page, service) {
  const d = world.description;
  const tells = [...new Set(d.events.filter((it) => it.service === service.name).map((it) => it.name))];
  const hears = d.subscriptions.filter((it) => it.service === service.name);
  put(page, h("section", { class: "stack tight" }, h("h2", null, words(service.name)), prose(service.description, "lead")),
    service.operations.length > 0 && h("section", { class: "card" }, h("ul", { class: "plain" }, service.operations.map((it) => h("li", { style: { padding: "10px 16px", "border-top": "1px solid var(--line)" } }, h("div", { class: "row" }, verb(it.method), h("a", { class: "mono", href: `#/reference/${service.name}/${it.id}` }, it.path)), h("p", { class: "small soft" }, ticks(it.title)))))),
    tells.length > 0 && h("section", { class: "stack tight" }, h("h3", null, "Tells"), h("div", { class: "row" }, tells.map((it) => h("a", { class: "button", href: `#/events/${it}` }, it)))),
    hears.length > 0 && h("section", { class: "stack tight" }, h("h3", null, "Hears"), h("div", { class: "row" }, hears.map((it) => h("a", { class: "button", href: `#/events/${it.event}` }, it.event)))));
}

function one(page, service, operation) {
  const parameters = operation.parameters.filter((it) => it.in !== "cookie");
  put(page,
    h("section", { class: "stack tight" }, h("div", { class: "row" }, verb(operation.method), h("code", { style: { "font-size": "15px" } }, operation.path), operation.deprecated && tag("deprecated", "amber")), h("h2", null, ticks(operation.title ?? operation.id)), prose(operation.description, "lead"),
      h("div", { class: "row" }, operation.public ? tag("anybody may call") : operation.scopes.map((it) => tag(it, "plum")), operation.idempotency === "required" && tag("needs an Idempotency-Key", "amber"), operation.idempotency === "optional" && tag("takes an Idempotency-Key"), operation.paged && tag("paged"), operation.limit && tag(`at most ${operation.limit.rate} a second`), operation.kept && tag(`kept for ${operation.kept.seconds} s`), operation.emits.map((it) => h("a", { class: "tag leaf", href: `#/events/${it}` }, it)))),
    parameters.length > 0 && h("section", { class: "card pad" }, h("h3", null, "Parameters"), h("div", { class: "fields" }, parameters.map((it) => h("div", { class: "field" }, h("div", { class: "row" }, h("span", { class: "field-name" }, it.name), h("span", { class: "small soft" }, `${typeWords(it.schema)} · ${it.in}`), it.required && h("span", { class: "small must" }, "required")), it.description && h("p", { class: "small soft" }, ticks(it.description)))))),
    operation.body && h("section", { class: "card pad" }, h("h3", null, "Body"), operation.body.description && h("p", { class: "small soft" }, operation.body.description), operation.body.media.map((it) => [h("p", { class: "small soft" }, it.type), schemaView(it.schema)])),
    h("section", { class: "card pad stack tight" }, h("h3", null, "Answers"), operation.responses.map((it) => h("details", { open: /^2/.test(it.status) && it.media.length > 0 }, h("summary", null, tag(it.status, /^[23]/.test(it.status) ? "leaf" : "amber"), " ", ticks(it.description ?? it.name)), it.media.length ? schemaView(it.media[0].schema) : h("p", { class: "small soft" }, "Nothing in it.")))),
    attempt(service, operation, parameters));
}

function attempt(service, operation, parameters) {
  const media = operation.body?.media.find((it) => it.type.includes("json"));
  const inputs = new Map(parameters.map((it) => {
    const schema = resolve(it.schema);
    const given = { name: it.name, required: it.required, autocomplete: "off", oninput: () => draw() };
    const control = schema.enum ? h("select", { ...given, onchange: () => draw() }, !it.required && h("option", { value: "" }, "—"), schema.enum.map((value) => h("option", null, value))) : h("input", { ...given, placeholder: it.default !== undefined ? String(it.default) : schema.format ?? "" });
    return [it, control];
  }));
  const body = media && h("textarea", { rows: 10, spellcheck: "false", oninput: () => draw() });
  if (body) body.value = json2(example(media.schema));
  const who = { tenant: h("input", { value: tenant(), list: "try-tenants", autocomplete: "off" }), subject: h("input", { value: "console", autocomplete: "off" }), scopes: h("input", { value: operation.scopes.join(" "), autocomplete: "off" }) };
  const key = operation.idempotency === "required" || operation.idempotency === "optional" ? h("input", { value: operation.idempotency === "required" ? crypto.randomUUID() : "", autocomplete: "off", oninput: () => draw() }) : null;
  const outcome = h("div", { class: "stack tight", "aria-live": "polite" });
  const code = h("div", { class: "stack tight" });

  const request = () => {
    let path = operation.path;
    const query = new URLSearchParams();
    const headers = {};
    for (const [it, control] of inputs) {
      const value = control.value.trim();
      if (it.in === "path") path = path.replace(`{${it.name}}`, encodeURIComponent(value));
      else if (value && it.in === "query") query.append(it.name, value);
      else if (value && it.in === "header") headers[it.name] = value;
    }
    if (key?.value) headers["Idempotency-Key"] = key.value;
    if (body) headers["Content-Type"] = media.type;
    return { url: path + (query.size ? `?${query}` : ""), method: operation.method, headers, body: body?.value };
  };
  const draw = () => put(code, h("div", { class: "row between" }, h("h3", { class: "over" }, "Rust"), copy(() => rust(operation, inputs, body))), h("pre", { tabindex: "0" }, rust(operation, inputs, body)), h("div", { class: "row between" }, h("h3", { class: "over" }, "curl"), copy(() => curl(request(), operation))), h("pre", { tabindex: "0" }, curl(request(), operation)));
  draw();
  const send = acting(async () => {
    const { url, method, headers, body: content } = request();
    setTenant(who.tenant.value.trim());
    if (!operation.public) {
      const { token } = await ask("token", { tenant: who.tenant.value.trim(), subject: who.subject.value.trim(), scopes: who.scopes.value.split(/\s+/).filter(Boolean) });
      headers.Authorization = `Bearer ${token}`;
    }
    const began = performance.now();
    const answer = await fetch(url, { method, headers, body: content, cache: "no-store" });
    const text = await answer.text();
    const micros = (performance.now() - began) * 1000;
    const declared = operation.responses.find((it) => it.status === String(answer.status));
    let view = text && h("pre", { tabindex: "0" }, text);
    try { view = json(JSON.parse(text), declared?.media[0]?.schema); } catch { /* It isn't JSON: it is shown as it is. */ }
    const request_id = answer.headers.get("x-request-id");
    put(outcome, h("div", { class: "row" }, tag(`${answer.status} ${answer.statusText}`, answer.ok ? "leaf" : "rust"), h("span", { class: "soft small" }, took(Math.round(micros))), clock(Date.now()), request_id && h("a", { href: `#/story/${request_id}` }, "Its story"), !declared && tag("not declared", "amber")), view);
  });
  return h("section", { class: "card pad stack" }, h("h2", null, "Try it"),
    h("form", { class: "stack", onsubmit: send },
      inputs.size > 0 && h("div", { class: "filters" }, [...inputs].map(([it, control]) => h("label", null, h("span", null, it.name, it.required && h("span", { class: "must" }, " required")), control))),
      key && h("label", null, "Idempotency-Key", key), body && h("label", null, "Body", body),
      !operation.public && h("div", { class: "filters" }, h("label", null, "Tenant", who.tenant, h("datalist", { id: "try-tenants" }, tenants().map((it) => h("option", { value: it })))), h("label", null, "As", who.subject), h("label", null, "Scopes", who.scopes)),
      h("div", null, h("button", { class: "main" }, `Send ${operation.method}`))), outcome, code);
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
function curl({ url, method, headers, body }, operation) {
  const parts = [`curl -X ${method}`];
  if (!operation.public) parts.push(`-H "Authorization: Bearer $TOKEN"`);
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body) parts.push(`-d ${quoted(body)}`);
  return [...parts, quoted(location.origin + url)].join(" \\\n  ");
}

const snake = (name) => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[-. ]/g, "_").toLowerCase();

// The call as the generated client makes it. Required values are arguments, the others are set by name.
function rust(operation, inputs, body) {
  if (!operation.sdk) return "// No client has this operation: others call it on us.";
  const { handle, function: name } = operation.sdk;
  const value = (it, text) => { const type = resolve(it.schema); return type.type === "integer" || type.type === "boolean" ? text || "0" : `${JSON.stringify(text)}.parse()?`; };
  const is_key = (it) => it.in === "header" && it.name.toLowerCase() === "idempotency-key";
  const given = [...inputs].filter(([it]) => it.required && !is_key(it)).map(([it, control]) => value(it, control.value.trim()));
  const options = [...inputs].filter(([it, control]) => !it.required && control.value.trim()).map(([it, control]) => `\n    .${snake(it.name)}(${value(it, control.value.trim())})`);
  const lines = [];
  if (body) {
    const type = resolve(operation.body.media[0].schema).named ?? "Body";
    lines.push(`let body: ${type} = serde_json::from_str(r#"${body.value}"#)?;`);
    if (operation.body.required) given.push("body"); else options.push("\n    .body(body)");
  }
  lines.push(`let answer = client.${handle}().${name}(${given.join(", ")})${options.join("")}${options.length ? "\n    " : ""}.send().await?;`);
  return lines.join("\n");
}
