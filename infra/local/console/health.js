// Health: counts and times of everything, and the log while it is written.
import { h, put } from "./dom.js";
import { follow, world } from "./data.js";
import { clock, head, many, spark, tag, took, words } from "./parts.js";

export function show(main, rest, signal) {
  const d = world.description;
  const [calls, crowds, queues, steps, functions] = Array.from({ length: 5 }, () => h("tbody"));
  const table = (title, columns, body, [from, to] = [2, columns.length - 2]) => h("section", { class: "card" }, h("div", { class: "card-title" }, h("h2", null, title)), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, h("table", null, h("thead", null, h("tr", null, columns.map((it, at) => h("th", { scope: "col", class: at >= from && at <= to ? "num" : "" }, it)))), body)));
  put(main, head("Health and log", "What was asked, consumed and taken since the platform started, how long it took, and what went wrong."),
    h("div", { class: "stack wide" }, log(signal),
      world.state.functions && table("Functions", ["Function", "Processes", "At once", "Time limit", "Cold starts", "Last start", "Refused", "Timed out", "Now"], functions, [1, 7]),
      table("Calls at once", ["Kind", "Now", "Most", "Turned away"], crowds, [1, 3]),
      table("Calls", ["Operation", "Service", "Count", "Refused", "Failed", "Half within", "99 % within", "Last minute"], calls),
      table("Consumers", ["Subscription", "Delivery", "Waiting", "Handled", "Tried again", "Parked", "Half within", "99 % within", "Last minute"], queues),
      table("Steps of sagas", ["Step", "Saga", "Count", "Failed", "Half within", "99 % within", "Last minute"], steps)));
  const counts = (meter) => [h("td", { class: "num" }, took(meter.p50)), h("td", { class: "num" }, took(meter.p99)), h("td", null, spark(meter.recent))];
  const bad = (count) => h("td", { class: "num" }, count ? tag(count, "rust") : h("span", { class: "soft" }, "0"));
  const odd = (count) => h("td", { class: "num" }, count ? tag(count, "amber") : h("span", { class: "soft" }, "0"));
  const none = (text) => h("tr", null, h("td", { colspan: 9, class: "soft" }, text));
  const draw = () => {
    const { meters } = world.state;
    const started = (world.state.functions ?? []).filter((it) => it.coldStarts || it.throttled);
    put(functions, started.length ? started.map((it) => h("tr", null, h("td", null, it.name), h("td", { class: "num" }, it.warm + it.busy), h("td", { class: "num" }, it.concurrency), h("td", { class: "num" }, `${it.timeout / 1000} s`), h("td", { class: "num" }, it.coldStarts), h("td", { class: "num" }, took(it.lastStart)), odd(it.throttled), bad(it.timedOut), h("td", null, it.busy ? tag("at work", "leaf") : h("span", { class: "soft" }, "waits")))) : none("None was started yet."));
    put(crowds, world.state.crowds.map((it) => h("tr", null, h("td", null, words(it.kind)), h("td", { class: "num" }, it.here), h("td", { class: "num" }, it.most), odd(it.turnedAway))));
    const depth = new Map(world.state.queues.map((it) => [it.name, it.waiting + it.handled]));
    const asked = d.operations.filter((it) => meters.operations[it.id]).sort((a, b) => meters.operations[b.id].count - meters.operations[a.id].count);
    put(calls, asked.length ? asked.map((it) => { const meter = meters.operations[it.id]; return h("tr", null, h("td", null, h("a", { href: `#/reference/${it.service}/${it.id}` }, it.id)), h("td", null, words(it.service)), h("td", { class: "num" }, meter.count), odd(meter.refused), bad(meter.failed), counts(meter)); }) : none("No call yet."));
    const consumed = d.subscriptions.filter((it) => meters.subscriptions[it.name] || depth.get(it.name));
    put(queues, consumed.length ? consumed.map((it) => { const meter = meters.subscriptions[it.name] ?? { count: 0, refused: 0, failed: 0, p50: 0, p99: 0, recent: Array(60).fill(0) }; return h("tr", null, h("td", null, h("a", { href: `#/events/${it.event}` }, it.name)), h("td", { class: "soft" }, it.delivery.replace("_", " ")), h("td", { class: "num" }, depth.get(it.name) ?? 0), h("td", { class: "num" }, meter.count), odd(meter.refused), bad(meter.failed), counts(meter)); }) : none("Nothing was consumed yet."));
    put(steps, meters.steps.length ? meters.steps.map((it) => h("tr", null, h("td", null, words(it.step)), h("td", null, h("a", { href: `#/sagas/${it.saga}` }, words(it.saga))), h("td", { class: "num" }, it.meter.count), odd(it.meter.refused), counts(it.meter))) : none("No step was taken yet."));
  };
  draw();
  const timer = setInterval(draw, 2000);
  signal.addEventListener("abort", () => clearInterval(timer));
}

const RANK = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4 };
function log(signal) {
  const lines = h("div", { class: "logs", tabindex: "0", role: "log", "aria-label": "Log" });
  const kept = [];
  let [level, text, held] = ["INFO", "", false];
  const wanted = (it) => RANK[it.level] >= RANK[level] && (!text || JSON.stringify(it).toLowerCase().includes(text));
  const { level: _l, timestamp: _t, ...none } = {};
  const rest = (it) => { const { level, timestamp, message, target, span, spans, fields, ...more } = it; return { ...fields, ...more, ...(span ?? {}) }; };
  const said = (it) => [it.message ?? it.fields?.message ?? it.target, ...Object.entries(rest(it)).filter(([key, value]) => key !== "message" && key !== "name" && value !== null).map(([key, value]) => `${key}=${value}`)].join("  ");
  const one = (it) => h("div", null, h("span", { class: "soft nowrap" }, clock(Date.parse(it.timestamp))), h("span", { class: it.level }, it.level), h("span", null, said(it)));
  const draw = () => { put(lines, kept.filter(wanted).slice(-300).map(one)); lines.scrollTop = lines.scrollHeight; };
  follow("/console/api/log", (fresh) => {
    kept.push(...fresh);
    if (kept.length > 2000) kept.splice(0, kept.length - 2000);
    if (held) return;
    const end = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
    lines.append(...fresh.filter(wanted).map(one));
    while (lines.children.length > 300) lines.firstChild.remove();
    if (end) lines.scrollTop = lines.scrollHeight;
  }, null, signal);
  return h("section", { class: "card" }, h("div", { class: "card-title", style: { "flex-wrap": "wrap" } }, h("h2", null, "Log"),
    h("div", { class: "row" }, h("select", { "aria-label": "Level", style: { width: "auto" }, onchange: (event) => { level = event.target.value; draw(); } }, ["INFO", "WARN", "ERROR"].map((it) => h("option", null, it))),
      h("input", { "aria-label": "Contains", placeholder: "Contains", style: { width: "180px" }, oninput: (event) => { text = event.target.value.toLowerCase(); draw(); } }),
      h("button", { "aria-pressed": "false", onclick: (event) => { held = !held; event.currentTarget.setAttribute("aria-pressed", String(held)); event.currentTarget.textContent = held ? "Go on" : "Hold"; if (!held) draw(); } }, "Hold"))), lines);
}
