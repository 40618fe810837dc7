// The map: services around the bus, sagas within, and what passes between them while it passes.
import { h, put, s } from "./dom.js";
import { onSigns, world } from "./data.js";
import { clock, many, short, spark, tag, took, words } from "./parts.js";

const LATEST = 16;
const MOST_DOTS = 80;
const still = matchMedia("(prefers-reduced-motion: reduce)");

export function show(main, rest, signal) {
  const narrow = matchMedia("(max-width: 640px)");
  const d = world.description;
  const stats = h("div", { class: "stats" });
  const ticker = h("ol", { class: "ticker plain" });
  const panel = h("section", { class: "card", "aria-label": "Service" });
  const frame = h("div", { class: "card" });
  const cards = h("div", { class: "services" });
  put(main, h("h1", { class: "sr" }, "Map"), stats,
    h("div", { class: "map-page" },
      h("div", { class: "stack wide" }, frame, h("section", { class: "stack" }, h("h2", null, "Services"), cards)),
      h("div", { class: "stack" }, panel, h("section", { class: "card", "aria-label": "Latest" }, h("div", { class: "card-title" }, h("h2", null, "Just now")), ticker))));

  let chosen = rest[0];
  let drawn;
  const draw = () => {
    drawn = picture(d, narrow.matches, (name) => choose(name === chosen ? undefined : name));
    put(frame, drawn.svg, h("div", { class: "legend" }, h("span", null, "event"), h("span", { class: "l-call" }, "call"), h("span", { class: "l-step" }, "step of a saga"), h("span", { class: "l-again" }, "will be tried again"), h("span", { class: "l-lost" }, "dead letter")));
    drawn.choose(chosen);
  };
  const choose = (name) => { chosen = name; drawn.choose(name); about(panel, d, name); };
  draw();
  about(panel, d, chosen);
  narrow.addEventListener("change", draw, { signal });

  const now = () => { numbers(stats); serviceCards(cards, d); drawn.load(world.state); if (chosen) about(panel, d, chosen); };
  now();
  const timer = setInterval(now, 2000);
  signal.addEventListener("abort", () => clearInterval(timer));
  latest(ticker);
  onSigns((fresh, first) => {
    latest(ticker);
    if (first || document.visibilityState !== "visible") return;
    for (const sign of fresh.slice(-MOST_DOTS)) drawn.pass(sign);
  }, signal);
}

function numbers(place) {
  const state = world.state;
  const sum = (meters) => Object.values(meters).reduce((all, it) => all + it.recent.reduce((a, b) => a + b, 0), 0);
  const waiting = state.queues.reduce((all, queue) => all + queue.waiting + queue.handled, 0);
  const running = state.sagas.reduce((all, saga) => all + saga.running, 0);
  const stat = (count, text, href, bad) => h("a", { class: `stat ${bad ? "bad" : ""}`, href }, h("b", null, count.toLocaleString("en")), text);
  put(place,
    stat(sum(state.meters.operations), "calls a minute", "#/health"),
    stat(sum(state.meters.subscriptions), "deliveries a minute", "#/events"),
    stat(waiting, "messages on their way", "#/health"),
    stat(running, "sagas running", "#/sagas"),
    stat(state.sockets, "listening sockets", "#/sockets"),
    stat(state.letters, "dead letters", "#/letters", state.letters > 0));
}

// Names as far as there is anything to say of them: services that answer, consume or take steps.
function layout(d, narrow) {
  const size = narrow ? { w: 362, h: 600, rx: 77, ry: 285 } : { w: 1000, h: 660, rx: 362, ry: 318 };
  const places = new Map();
  const half = Math.ceil(d.services.length / 2);
  d.services.forEach((service, at) => {
    const right = at < half;
    const row = right ? at : d.services.length - 1 - at;
    const count = right ? half : d.services.length - half;
    const y = count === 1 ? 0 : -1 + (2 * (row + 0.5)) / count;
    const x = Math.sqrt(Math.max(0, 1 - y * y * 0.92)) * (right ? 1 : -1);
    places.set(service.name, { x: size.w / 2 + x * size.rx, y: size.h / 2 + y * size.ry, right });
  });
  const inner = new Map();
  d.sagas.forEach((saga, at) => {
    const y = d.sagas.length === 1 ? 0 : -1 + (2 * at) / (d.sagas.length - 1);
    inner.set(saga.name, { x: size.w / 2, y: size.h / 2 + y * size.ry * (narrow ? 0.5 : 0.55) });
  });
  return { size, places, inner };
}

const curve = (from, to, middle, pull) => {
  const x = middle.x + ((from.x + to.x) / 2 - middle.x) * pull;
  const y = middle.y + ((from.y + to.y) / 2 - middle.y) * pull;
  return `M${from.x} ${from.y}Q${x} ${y} ${to.x} ${to.y}`;
};

function picture(d, narrow, choose) {
  const { size, places, inner } = layout(d, narrow);
  const middle = { x: size.w / 2, y: size.h / 2 };
  const edges = new Map();
  const lines = s("g");
  const dots = s("g");
  const line = (key, path, kind, from, to) => {
    if (edges.has(key)) return;
    const element = s("path", { class: kind, d: path });
    edges.set(key, { element, from, to });
    lines.append(element);
  };
  for (const subscription of d.subscriptions) {
    const [from, to] = [d.producer.get(subscription.event), subscription.service];
    if (places.has(from) && places.has(to)) line(`${from}>${to}`, from === to ? loop(places.get(from)) : curve(places.get(from), places.get(to), middle, 0.42), "edge", from, to);
  }
  for (const saga of d.sagas) {
    for (const step of saga.steps) if (places.has(step.service)) line(`${saga.name}!${step.service}`, curve(inner.get(saga.name), places.get(step.service), middle, 0.9), "spoke", saga.name, step.service);
    for (const event of saga.starts) {
      const from = d.producer.get(event);
      if (places.has(from)) line(`${from}>!${saga.name}`, curve(places.get(from), inner.get(saga.name), middle, 0.9), "spoke", from, saga.name);
    }
  }
  const marks = new Map();
  const place = (name, at, kind) => {
    const side = kind === "saga" ? 1 : at.right ? 1 : -1;
    const offset = kind === "saga" ? 11 : narrow ? 13 : 17;
    const label = s("text", { x: at.x + side * offset, y: at.y + 4.5, "text-anchor": side > 0 ? "start" : "end" }, words(name));
    const disc = kind === "saga" ? s("rect", { class: "disc", x: at.x - 5, y: at.y - 5, width: 10, height: 10, transform: `rotate(45 ${at.x} ${at.y})` }) : s("circle", { class: "disc", cx: at.x, cy: at.y, r: narrow ? 6 : 7.5 });
    const load = s("circle", { class: "load", cx: at.x, cy: at.y, r: 0 });
    const go = () => (kind === "saga" ? (location.hash = `#/sagas/${encodeURIComponent(name)}`) : choose(name));
    const mark = s("g", { class: `place ${kind}`, tabindex: "0", role: kind === "saga" ? "link" : "button", "aria-label": `${words(name)}, ${kind}`, "aria-pressed": kind === "saga" ? undefined : "false", onclick: go,
      onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); go(); } } },
      s("circle", { cx: at.x, cy: at.y, r: 15, fill: "transparent" }), load, disc, label);
    marks.set(kind === "saga" ? `!${name}` : name, { mark, load, at });
    return mark;
  };
  const groups = [...places].map(([name, at]) => place(name, at, "service"));
  const sagas = narrow ? [...inner].map(([name, at]) => place(name, at, "saga")) : [...inner].map(([name, at]) => place(name, at, "saga"));
  const svg = s("svg", { class: "map", viewBox: `0 0 ${size.w} ${size.h}`, role: "group", "aria-label": "Services, sagas, and what passes between them" }, lines, s("g", null, sagas), dots, s("g", null, groups));
  const flying = new Set();
  return {
    svg,
    choose(name) {
      svg.classList.toggle("chosen", Boolean(name));
      for (const { element, from, to } of edges.values()) {
        element.classList.toggle("out", Boolean(name) && from === name);
        element.classList.toggle("in", Boolean(name) && to === name && from !== name);
      }
      for (const [own, { mark }] of marks) if (mark.hasAttribute("aria-pressed")) mark.setAttribute("aria-pressed", String(own === name));
    },
    load(state) {
      const depth = new Map();
      for (const queue of state.queues) {
        const service = d.subscription.get(queue.name)?.service;
        if (service) depth.set(service, (depth.get(service) ?? 0) + queue.waiting + queue.handled);
      }
      for (const [name, { load }] of marks) load.setAttribute("r", depth.get(name) ? Math.min(26, 10 + Math.sqrt(depth.get(name)) * 3) : 0);
    },
    pass(sign) { pass(sign, { d, edges, marks, dots, flying, size }); },
  };
}

const loop = ({ x, y, right }) => { const w = right ? -46 : 46; return `M${x} ${y}C${x + w} ${y - 30} ${x + w} ${y + 30} ${x} ${y}`; };

function pass(sign, { d, edges, marks, dots, flying, size }) {
  const blink = (name, kind = "hot") => {
    const mark = marks.get(name)?.mark;
    if (!mark) return;
    mark.classList.add(kind);
    setTimeout(() => mark.classList.remove(kind), 500);
  };
  const fly = (key, kind, then) => {
    const edge = edges.get(key);
    if (!edge) return then();
    edge.element.classList.add("glow");
    const done = () => { edge.element.classList.remove("glow"); then(); };
    if (still.matches || flying.size >= MOST_DOTS) return void setTimeout(done, 500);
    move(edge.element, kind, done);
  };
  const move = (path, kind, done) => {
    const dot = s("circle", { class: `dot ${kind}`, r: 4.5 });
    dots.append(dot);
    flying.add(dot);
    const [length, began] = [path.getTotalLength(), performance.now()];
    const time = 500 + length * 0.7;
    const step = (now) => {
      const part = Math.min(1, (now - began) / time);
      const at = path.getPointAtLength(length * (part < 0.5 ? 2 * part * part : 1 - 2 * (1 - part) ** 2));
      dot.setAttribute("cx", at.x);
      dot.setAttribute("cy", at.y);
      if (part < 1 && dot.isConnected) return requestAnimationFrame(step);
      dot.remove();
      flying.delete(dot);
      done();
    };
    requestAnimationFrame(step);
  };
  if (sign.kind === "handled") {
    const from = d.producer.get(sign.name);
    fly(`${from}>${sign.service}`, sign.outcome, () => blink(sign.service, sign.outcome === "parked" ? "bad" : "hot"));
  } else if (sign.kind === "step") {
    fly(`${sign.saga}!${sign.service}`, sign.failure ? "parked" : "step", () => blink(sign.service, sign.failure ? "bad" : "hot"));
    blink(`!${sign.saga}`);
  } else if (sign.kind === "event") {
    blink(d.producer.get(sign.name));
    for (const saga of sign.starts) fly(`${d.producer.get(sign.name)}>!${saga}`, "step", () => blink(`!${saga}`));
  } else if (sign.kind === "call" && marks.has(sign.service)) {
    const { at } = marks.get(sign.service);
    const path = s("path", { d: `M${at.right ? size.w - 8 : 8} ${at.y - 22}L${at.x} ${at.y}`, fill: "none" });
    if (still.matches || flying.size >= MOST_DOTS) blink(sign.service);
    else move(path, "call", () => blink(sign.service));
  }
}

// One service: what it answers, what waits for it, what it tells.
function about(place, d, name) {
  const service = d.services.find((it) => it.name === name);
  if (!service) {
    const queues = d.subscriptions.length;
    return put(place, h("div", { class: "card-title" }, h("h2", null, d.platform.title ?? words(d.platform.name))),
      h("div", { class: "stack tight", style: { padding: "14px 16px" } }, h("p", { class: "soft" }, `${many(d.services.length, "service")}, ${many(d.operations.length, "operation")}, ${many(new Set(d.events.map((it) => it.name)).size, "event")} with ${many(queues, "consumer")}, ${many(d.sagas.length, "saga")}.`), h("p", { class: "small soft" }, "Choose a service to see whom it hears and who hears it.")));
  }
  const state = world.state;
  const queues = d.subscriptions.filter((it) => it.service === name);
  const tells = [...new Set(d.events.filter((it) => it.service === name).map((it) => it.name))];
  const depth = new Map(state.queues.map((it) => [it.name, it]));
  put(place, h("div", { class: "card-title" }, h("h2", null, words(name)), h("a", { class: "small", href: `#/reference/${name}` }, "Reference")),
    h("div", { class: "stack", style: { padding: "14px 16px" } },
      service.description && h("p", { class: "soft" }, `${service.description}.`),
      service.operations.length > 0 && h("div", null, h("h3", { class: "over" }, "Answers"), h("ul", { class: "plain small" }, service.operations.map((it) => {
        const meter = state.meters.operations[it.id];
        return h("li", { class: "row between" }, h("a", { class: "line-link", href: `#/reference/${name}/${it.id}` }, it.id), meter && h("span", { class: "soft" }, `${meter.count} · ${took(meter.p50)}`));
      }))),
      queues.length > 0 && h("div", null, h("h3", { class: "over" }, "Hears"), h("ul", { class: "plain small" }, queues.map((it) => {
        const at = depth.get(it.name);
        return h("li", { class: "row between" }, h("a", { class: "line-link", href: `#/events/${it.event}` }, it.event), at && at.waiting + at.handled > 0 ? tag(`${at.waiting + at.handled} waiting`, "amber") : h("span", { class: "soft" }, it.delivery.replace("_", " ")));
      }))),
      tells.length > 0 && h("div", null, h("h3", { class: "over" }, "Tells"), h("ul", { class: "plain small" }, tells.map((it) => h("li", null, h("a", { class: "line-link", href: `#/events/${it}` }, it)))))));
}

export function sentence(sign) {
  if (sign.kind === "call") return `${sign.method} ${sign.path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, short)} · ${sign.status}`;
  if (sign.kind === "event") return `${sign.name}`;
  if (sign.kind === "handled") return `${sign.name} → ${sign.service}${sign.outcome === "done" ? "" : `: ${sign.outcome}`}`;
  if (sign.kind === "step") return `${words(sign.saga)}: ${sign.step.replace(/_/g, " ")}${sign.failure ? ` failed, ${sign.failure}` : ""}`;
  if (sign.kind === "chaos") return `Chaos: ${sign.on} ${sign.what}`;
  return sign.kind;
}

function latest(place) {
  const last = world.signs.filter((sign) => sign.story && sign.kind !== "write").slice(-LATEST).reverse();
  const mark = (sign) => (sign.outcome === "parked" || sign.failure || sign.status >= 500 ? "bad" : sign.outcome === "retried" ? "again" : sign.kind);
  if (!last.length) return put(place, h("li", null, h("span"), h("span", { class: "soft" }, "Nothing yet. Call the API, and it shows here.")));
  put(place, last.map((sign) => h("li", null, h("span", { class: `mark ${mark(sign)}` }), h("a", { class: "line-link", href: `#/story/${encodeURIComponent(sign.story)}` }, sentence(sign)), h("span", { class: "soft small" }, clock(sign.at, false)))));
}

function serviceCards(place, d) {
  const depth = new Map(world.state.queues.map((it) => [it.name, it.waiting + it.handled]));
  const { operations, subscriptions } = world.state.meters;
  const add = (sums, meter) => meter.recent.map((count, at) => count + (sums[at] ?? 0));
  put(place, d.services.map((service) => {
    const queues = d.subscriptions.filter((it) => it.service === service.name);
    const meters = [...service.operations.map((it) => operations[it.id]), ...queues.map((it) => subscriptions[it.name])].filter(Boolean);
    const waiting = queues.reduce((all, it) => all + (depth.get(it.name) ?? 0), 0);
    return h("a", { class: "card service", href: `#/reference/${service.name}` },
      h("div", { class: "row between" }, h("h3", null, words(service.name)), waiting ? tag(`${waiting} waiting`, "amber") : null),
      h("span", { class: "small soft" }, `${many(service.operations.length, "operation")} · ${many(queues.length, "queue")}`),
      spark(meters.reduce(add, Array(60).fill(0))));
  }));
}
