// Events: what was published, found again, and sent again.
import { acting, h, put, say } from "./dom.js";
import { ask, onSigns, tenants, world } from "./data.js";
import { clock, empty, head, json, many, personalSwitch, short, tag, ticks, words } from "./parts.js";

export async function show(main, [name], signal) {
  const d = world.description;
  const filter = { name: name ?? "", text: "", tenant: "" };
  const names = [...new Set(d.events.map((it) => it.name))];
  const rows = h("div", { class: "stack" });
  const about = h("div");
  const news = h("button", { hidden: true, onclick: acting(() => load()) }, "New events: show them");
  const field = (key, label, control) => h("label", null, label, control(acting(async (event) => { filter[key] = event.target.value.trim(); if (key === "name") describe(); await load(); })));
  const form = h("form", { class: "filters", onsubmit: (event) => event.preventDefault() },
    field("name", "Event", (change) => h("select", { onchange: change }, h("option", { value: "" }, "all"), names.map((it) => h("option", { value: it, selected: it === filter.name }, it)))),
    field("text", "Contains", (change) => h("input", { placeholder: "id, amount, anything", onchange: change })),
    field("tenant", "Tenant", (change) => h("select", { onchange: change }, h("option", { value: "" }, "all"), tenants().map((it) => h("option", { value: it }, it)))));
  const describe = () => put(about, filter.name && contract(filter.name));
  const load = async () => {
    news.hidden = true;
    const told = await ask("events", filter);
    const found = [...told.events];
    let next = told.next;
    const again = () => put(rows, found.length ? table(found, again) : empty("No event is like that"),
      next && h("button", { onclick: acting(async () => { const more = await ask("events", { ...filter, before: next }); found.push(...more.events); next = more.next; again(); }) }, "Older"));
    again();
  };
  put(main, head("Events", "The archive: every event that was published, the newest first.", news), h("div", { class: "stack wide" }, form, about, rows, replayForm(d)));
  describe();
  await load();
  onSigns((fresh) => { if (fresh.some((sign) => sign.kind === "event" && (!filter.name || sign.name === filter.name))) news.hidden = false; }, signal);
}

function contract(name) {
  const d = world.description;
  const event = d.events.filter((it) => it.name === name).at(-1);
  const consumers = d.subscriptions.filter((it) => it.event === name);
  return event && h("section", { class: "card pad stack tight" }, h("div", { class: "row" }, h("h2", null, name), tag(`version ${event.version}`), tag(`from ${event.service}`, "leaf")), event.description && h("p", { class: "lead" }, ticks(event.description)),
    h("p", { class: "small soft" }, consumers.length ? "Heard by " : "Nobody listens.", consumers.map((it, at) => [at ? ", " : "", h("a", { href: `#/map/${it.service}` }, words(it.service)), ` (${it.delivery.replace("_", " ")})`])));
}

function table(found, again) {
  return h("section", { class: "card" }, h("div", { class: "card-title" }, h("h2", null, many(found.length, "event")), personalSwitch(again)),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Events" }, h("table", null, h("thead", null, h("tr", null, ["When", "Event", "About", "Tenant", ""].map((it) => h("th", { scope: "col" }, it || h("span", { class: "sr" }, "More"))))),
      h("tbody", null, found.flatMap(line)))));
}

function line({ at, event }) {
  const whole = h("tr", { hidden: true }, h("td", { colspan: 5 }));
  const open = (pressed) => {
    whole.hidden = !whole.hidden;
    pressed.currentTarget.setAttribute("aria-expanded", String(!whole.hidden));
    put(whole.firstChild, detail(event));
  };
  return [h("tr", null, h("td", { class: "nowrap soft" }, clock(at)), h("td", null, h("strong", null, event.name)), h("td", null, `${event.aggregate.name} `, h("a", { class: "mono", href: `#/story/${event.aggregate.id}` }, short(event.aggregate.id))), h("td", null, event.tenant), h("td", null, h("button", { class: "quiet", "aria-expanded": "false", onclick: open }, "Open"))), whole];
}

export function detail(event) {
  const d = world.description;
  const consumers = d.subscriptions.filter((it) => it.event === event.name && it.versions.includes(event.version));
  const to = h("select", { "aria-label": "To whom" }, h("option", { value: "" }, "all who subscribe"), consumers.map((it) => h("option", { value: it.name }, it.name)));
  const replay = acting(async () => { const told = await ask("replay", { event: event.id, subscription: to.value }); say(`Sent to ${many(told.sent, "queue")}. Who handled it before does nothing.`); });
  return h("div", { class: "stack tight" },
    h("dl", { class: "facts" }, [["id", event.id], ["version", event.version], ["number", `${event.seq} of ${event.aggregate.name} ${event.aggregate.id}`], ["caused by", event.causationId]].map(([key, value]) => [h("dt", null, key), h("dd", { class: "mono" }, value)]), h("dt", null, "story"), h("dd", null, h("a", { class: "mono", href: `#/story/${encodeURIComponent(event.correlationId)}` }, event.correlationId))),
    json(event.data, d.events.find((it) => it.name === event.name && it.version === event.version)?.schema),
    h("div", { class: "row" }, h("div", null, to), h("button", { onclick: replay }, "Replay")));
}

function replayForm(d) {
  const local = (time) => new Date(time.getTime() - time.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  const go = acting(async (event) => {
    const data = new FormData(event.target);
    const told = await ask("replay", { from: Date.parse(data.get("from")), until: Date.parse(data.get("until")), pattern: data.get("pattern"), subscription: data.get("subscription") });
    say(`${many(told.sent, "event")} went out again.`);
  });
  return h("section", { class: "card pad stack" }, h("div", null, h("h2", null, "Replay the archive"), h("p", { class: "lead small" }, "What was published in a span of time goes out again: for a subscriber that is new, or that lost what it knew. Who handled an event before remembers it.")),
    h("form", { class: "stack tight", onsubmit: go }, h("div", { class: "filters" },
      h("label", null, "From", h("input", { type: "datetime-local", name: "from", value: local(new Date(Date.now() - 3600_000)), required: true })), h("label", null, "Until", h("input", { type: "datetime-local", name: "until", value: local(new Date(Date.now() + 60_000)), required: true })),
      h("label", null, "To", h("select", { name: "subscription" }, h("option", { value: "" }, "all who subscribe"), d.subscriptions.map((it) => h("option", null, it.name))))),
      h("label", null, "Only what matches this pattern", h("input", { name: "pattern", class: "mono", placeholder: '{"detail-type": ["Order.Placed"]}' })), h("div", null, h("button", { class: "main" }, "Replay"))));
}
