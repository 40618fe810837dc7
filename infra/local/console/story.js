// Stories: one order, one call, one run, through calls, events, sagas and writes, as one trace.
import { acting, h, put } from "./dom.js";
import { ask, onSigns, world } from "./data.js";
import { clock, copy, empty, head, json, many, personalSwitch, short, tag, took, words } from "./parts.js";
import { sentence } from "./map.js";

export async function show(main, rest, signal) {
  const id = rest.join("/");
  const field = h("input", { name: "id", value: id, placeholder: "Order id, event id, request id …", "aria-label": "Id", autocomplete: "off" });
  const form = h("form", { class: "row", onsubmit: acting(() => (location.hash = `#/story/${encodeURIComponent(field.value.trim())}`)) }, h("div", { class: "grow" }, field), h("button", { class: "main" }, "Find"));
  const place = h("div", { class: "stack wide" });
  put(main, head("Stories", "Everything that followed from one call, or that happened to one thing: find it by any id that belongs to it."), h("div", { class: "stack wide" }, form, place));
  if (!id) return recent(place, signal);
  let told = await ask("story", { id });
  const draw = () => story(place, told, draw);
  draw();
  let due;
  onSigns((fresh) => {
    const ours = new Set(told.stories);
    if (!fresh.some((sign) => ours.has(sign.story)) || due) return;
    due = setTimeout(async () => { due = null; if (signal.aborted) return; told = await ask("story", { id }); draw(); }, 400);
  }, signal);
}

// The last stories that did more than read.
function recent(place, signal) {
  const draw = () => {
    const stories = new Map();
    for (const sign of world.signs) {
      if (!sign.story) continue;
      const it = stories.get(sign.story) ?? { id: sign.story, first: sign, events: 0, services: new Set(), fault: false, last: sign };
      if (sign.kind === "call" && it.first.kind !== "call") it.first = sign;
      it.last = sign;
      it.events += sign.kind === "event";
      if (sign.service) it.services.add(sign.service);
      it.fault ||= sign.outcome === "parked" || sign.status >= 500;
      stories.set(sign.story, it);
    }
    const told = [...stories.values()].filter((it) => it.events > 0).slice(-30).reverse();
    if (!told.length) return put(place, empty("No story yet", "A call that changes something begins one."));
    put(place, h("section", { class: "card" }, h("div", { class: "card-title" }, h("h2", null, "Latest")),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Latest stories" }, h("table", null,
        h("thead", null, h("tr", null, ["Began", "With", "Events", "Services", "Took"].map((it) => h("th", { scope: "col" }, it)))),
        h("tbody", null, told.map((it) => h("tr", null,
          h("td", { class: "nowrap soft" }, clock(it.first.at, false)),
          h("td", null, h("a", { href: `#/story/${encodeURIComponent(it.id)}` }, sentence(it.first)), it.fault && [" ", tag("fault", "rust")]),
          h("td", { class: "num" }, it.events), h("td", null, [...it.services].map(words).join(", ")),
          h("td", { class: "num soft" }, took((it.last.at - it.first.at) * 1000)))))))));
  };
  draw();
  let due;
  onSigns(() => { due ??= setTimeout(() => { due = null; if (!signal.aborted) draw(); }, 700); }, signal);
}

// A tree of what followed from what.
export function tree(told) {
  const nodes = new Map();
  const roots = [];
  const add = (id, node) => { nodes.set(id, { kids: [], ...node, id }); return nodes.get(id); };
  const calls = told.signs.filter((it) => it.kind === "call");
  for (const it of calls) add(`call/${it.request}`, { kind: "call", name: it.operation ?? it.path, more: `${it.method} ${it.path}`, tags: [[String(it.status), it.status < 400 ? "leaf" : "rust"]], at: it.at - it.micros / 1000, micros: it.micros, service: it.service, fault: it.status >= 500 });
  for (const { at, event } of told.events) add(event.id, { kind: "event", name: event.name, at: Date.parse(event.time) || at, until: at, event, service: event.source.split(".").pop() });
  for (const it of told.signs.filter((sign) => sign.kind === "handled")) {
    const id = `event/${it.event}/${it.subscription}`;
    const before = nodes.get(id);
    const tries = (before?.tries ?? 0) + 1;
    const fault = it.outcome === "parked";
    const tags = [...(tries > 1 ? [[`${tries} tries`, "amber"]] : []), ...(it.outcome === "done" ? [] : [[it.outcome, fault ? "rust" : "amber"]])];
    add(id, { kind: "handled", name: words(it.service ?? it.subscription), reason: it.reason, tags, at: before?.at ?? it.at - it.micros / 1000, micros: it.micros, service: it.service, parent: it.event, fault, tries });
  }
  for (const run of told.runs) {
    const first = run.history[0], last = run.history.at(-1);
    const end = last.type;
    const tags = [run.running ? ["running", "plum"] : /Succeeded/.test(end) ? ["succeeded", "leaf"] : [end.replace("Execution", "").toLowerCase(), "rust"]];
    add(`run/${run.saga}/${run.name}`, { kind: "saga", name: `${words(run.saga)} saga`, link: `#/sagas/${encodeURIComponent(run.saga)}/${encodeURIComponent(run.name)}`, tags, at: first.at, micros: (run.running ? 0 : last.at - first.at) * 1000, parent: run.cause });
  }
  for (const it of told.signs.filter((sign) => sign.kind === "step")) {
    const before = nodes.get(`step/${it.key}`);
    const tries = (before?.tries ?? 0) + 1;
    add(`step/${it.key}`, { kind: "saga-step", name: words(it.step), service: it.service, tags: [...(tries > 1 ? [[`${tries} tries`, "amber"]] : []), ...(it.failure ? [[it.failure, "rust"]] : it.waits ? [["waits for an answer", "plum"]] : [])], at: before?.at ?? it.at - it.micros / 1000, micros: it.micros, parent: `run/${it.saga}/${it.run}`, fault: Boolean(it.failure), tries });
  }
  stepsOfHistory(told, nodes, add);
  const cause = writes(told, nodes);
  for (const node of nodes.values()) {
    const parent = node.kind === "event" ? cause.get(node.id) ?? causeOf(node, nodes) : node.parent;
    const above = nodes.get(parent);
    if (above && above !== node) above.kids.push(node); else roots.push(node);
  }
  const order = (list) => { list.sort((a, b) => a.at - b.at); list.forEach((node) => order(node.kids)); };
  order(roots);
  return roots;
}

// Steps of runs that began before this process did: their history is all there is.
function stepsOfHistory(told, nodes, add) {
  for (const run of told.runs) {
    if ([...nodes.values()].some((node) => node.parent === `run/${run.saga}/${run.name}`)) continue;
    const entered = new Map();
    for (const it of run.history) {
      if (it.type === "TaskStateEntered") entered.set(it.state, it.at);
      if (it.type === "TaskStateExited") add(`past/${run.saga}/${run.name}/${it.state}`, { kind: "saga-step", name: it.state, tags: [], at: entered.get(it.state) ?? it.at, micros: (it.at - (entered.get(it.state) ?? it.at)) * 1000, parent: `run/${run.saga}/${run.name}` });
    }
  }
}

// Writes, each below what it was done for; which of those told which event.
function writes(told, nodes) {
  const cause = new Map();
  told.signs.filter((sign) => sign.kind === "write").forEach((it, at) => {
    for (const change of it.changes) if (change.entity === "Outbox") cause.set(change.sk.split("#")[1], it.cause);
    const above = nodes.get(it.cause);
    const ours = it.changes.map((change) => ({ ...change, entity: entityOf(change) })).filter((change) => change.entity);
    if (!above || !ours.length) return;
    const node = { kids: [], id: `write/${at}`, kind: "write", name: ours.map((change) => `${change.verb} ${change.entity}`).join(", "), tags: it.committed ? [] : [["refused", "amber"]], at: it.at, micros: 0, changes: ours, parent: it.cause };
    above.kids.push(node);
  });
  // What the weather did, if it is bad on purpose, below what it struck.
  told.signs.filter((sign) => sign.kind === "chaos").forEach((it, at) => {
    nodes.get(it.cause)?.kids.push({ kids: [], id: `chaos/${at}`, kind: "write", name: it.on, tags: [[`chaos: ${it.what}`, "amber"]], at: it.at, micros: 0, parent: it.cause });
  });
  return cause;
}

// What an item is: its own word, or the entity whose key is like its key.
export function entityOf(change) {
  const entities = world.description.entities;
  if (change.entity) return entities.has(change.entity) ? change.entity : null;
  const parts = (text) => text.split("#").slice(0, -1);
  const fits = (template, parts) => template.length === parts.length && template.every((segment, at) => segment.literal === undefined || segment.literal === parts[at]);
  const [pk, sk] = [parts(change.pk).slice(1), parts(change.sk)];
  for (const entity of entities.values()) if (fits(entity.keys[0].pk, pk) && fits(entity.keys[0].sk, sk)) return entity.name;
  return null;
}

function causeOf(node, nodes) {
  const { causationId } = node.event;
  if (nodes.has(`call/${causationId}`)) return `call/${causationId}`;
  const ours = [...nodes.values()].filter((it) => it.service === node.service && it.at <= node.until);
  const handled = ours.find((it) => it.kind === "handled" && it.parent === causationId);
  const step = ours.filter((it) => it.kind === "saga-step").at(-1);
  return handled?.id ?? step?.id ?? causationId;
}

function story(place, told, again) {
  const roots = tree(told);
  if (!roots.length) return put(place, empty("Nothing is known of that id", "The archive has no event that mentions it, and no call of this process does."));
  const all = [];
  const walk = (node, depth) => { all.push([node, depth]); node.kids.forEach((kid) => walk(kid, depth + 1)); };
  roots.forEach((root) => walk(root, 0));
  const from = Math.min(...all.map(([node]) => node.at));
  const until = Math.max(...all.map(([node]) => Math.max(node.at + (node.micros ?? 0) / 1000, node.until ?? 0)), from + 1);
  const services = new Set(all.map(([node]) => node.service).filter(Boolean));
  const count = (kind) => all.filter(([node]) => node.kind === kind).length;
  put(place,
    h("div", { class: "stats" },
      [[took((until - from) * 1000), "from first to last"], [count("event"), "events"], [services.size, "services"], [count("saga"), "sagas"], [count("write"), "writes"], [told.stories.length, "stories in it"]].map(([value, text]) => h("div", { class: "stat" }, h("b", null, value), text))),
    h("section", { class: "card" }, h("div", { class: "card-title" }, h("h2", null, "Trace"), h("div", { class: "row" }, personalSwitch(again), copy(told.id, "Copy id"))),
      h("div", { class: "trace", role: "list" }, all.map(([node, depth]) => line(node, depth, from, until)))));
}

const GLYPHS = { call: "→", event: "✦", handled: "✓", saga: "◇", "saga-step": "◆", write: "=" };
const KINDS = { call: "call", event: "event", handled: "consumed by", saga: "saga", "saga-step": "step", write: "write" };

function line(node, depth, from, until) {
  const left = ((node.at - from) / (until - from)) * 100;
  const width = Math.max(0.4, ((node.micros ?? 0) / 1000 / (until - from)) * 100);
  const fault = node.fault || (node.tags ?? []).some(([, kind]) => kind === "rust" && node.kind !== "call");
  const detail = h("div", { style: { padding: "4px 16px 14px" }, hidden: true });
  const opens = node.event || node.changes || node.reason;
  const open = (event) => {
    detail.hidden = !detail.hidden;
    event.currentTarget.setAttribute("aria-expanded", String(!detail.hidden));
    if (node.event) put(detail, h("div", { class: "row small", style: { "margin-bottom": "8px" } }, h("span", { class: "soft" }, `number ${node.event.seq} of ${node.event.aggregate.name}`), h("code", null, node.event.aggregate.id), h("a", { href: `#/story/${node.event.aggregate.id}` }, "All of it")), json(node.event.data, world.description.events.find((it) => it.name === node.event.name && it.version === node.event.version)?.schema));
    else if (node.changes) put(detail, h("ul", { class: "plain small" }, node.changes.map((it) => h("li", null, tag(it.verb), " ", it.entity, " ", h("code", { class: "soft" }, `${it.pk} ${it.sk}`)))));
    else put(detail, h("p", { class: "small soft" }, node.reason));
  };
  const name = opens ? h("button", { class: "quiet", style: { padding: "0 4px", "min-height": "24px", color: "inherit", "text-align": "left" }, "aria-expanded": "false", onclick: open }, node.name) : node.link ? h("a", { href: node.link }, node.name) : h("span", null, node.name);
  const about = node.kind === "event" ? short(node.event.aggregate.id) : node.kind === "call" ? node.more : node.kind === "saga-step" ? node.service && words(node.service) : "";
  return h("div", { role: "listitem" },
    h("div", { class: `step ${node.kind} ${fault ? "fault" : ""}` },
      h("div", { class: "what", style: { "--depth": String(depth) } }, h("span", { class: "glyph", "aria-hidden": "true" }, fault ? "✗" : GLYPHS[node.kind]), h("span", { class: "sr" }, KINDS[node.kind]),
        h("span", { class: "name" }, node.kind === "event" ? h("strong", null, name) : name, about && h("span", { class: "soft small" }, `  ${about}`), (node.tags ?? []).map(([text, kind]) => [" ", tag(text, kind)]))),
      h("div", { class: "lane", "aria-hidden": "true" }, h("i", { style: { left: `${Math.min(99, left)}%`, width: `${Math.min(width, 100 - left)}%` } })),
      h("div", { class: "when" }, node.kind === "event" || node.kind === "write" ? `+${took(Math.max(0, Math.round((node.at - from) * 1000)))}` : node.kind === "saga" && !node.micros ? "" : took(Math.round(node.micros ?? 0)))),
    detail);
}
