// Sagas: how each goes, its runs, and where a run stands.
import { acting, h, put, say } from "./dom.js";
import { ask, onSigns, world } from "./data.js";
import { clock, empty, flowView, head, json, many, schemaView, short, tag, ticks, took, words } from "./parts.js";

export async function show(main, [name, run], signal) {
  const { sagas } = world.description;
  if (!sagas.length) return put(main, head("Sagas", ""), empty("The contracts have no saga"));
  const own = sagas.find((it) => it.name === name) ?? sagas[0];
  const page = h("div", { class: "stack wide" });
  const running = new Map(world.state.sagas.map((it) => [it.name, it.running]));
  put(main, head("Sagas", "Steps that several services take one after the other, and how they are undone when one can’t be taken."),
    h("div", { class: "split" }, h("nav", { class: "card side-list", "aria-label": "Sagas" }, sagas.map((it) => h("a", { href: `#/sagas/${it.name}`, "aria-current": it === own ? "true" : undefined }, words(it.name), running.get(it.name) ? h("span", { class: "tag plum" }, `${running.get(it.name)} running`) : null))), page));
  const draw = run ? () => one(page, own, run) : () => all(page, own);
  await draw();
  let due;
  onSigns((fresh) => { if (fresh.some((sign) => sign.saga === own.name || sign.starts?.includes(own.name))) due ??= setTimeout(() => { due = null; if (!signal.aborted) draw().catch(() => {}); }, 500); }, signal);
}

const ends = (saga) => [{ kind: "start", state: saga.starts.length ? saga.starts.join(", ") : "start" }, ...saga.flow, { kind: "end", state: "done" }];
const STATUS = { RUNNING: "plum", SUCCEEDED: "leaf", FAILED: "rust", TIMED_OUT: "rust", ABORTED: "amber" };

async function all(page, saga) {
  const runs = await ask("runs", { saga: saga.name });
  put(page, h("section", { class: "stack tight" }, h("div", { class: "row" }, h("h2", null, saga.title ?? words(saga.name)), tag(saga.kind), tag(`at most ${took(saga.timeout * 1_000_000)}`)), h("p", { class: "lead" }, ticks(saga.description))),
    h("section", { class: "card" }, h("div", { class: "card-title" }, h("h3", null, "Runs")), runs.length ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Runs" }, h("table", null, h("thead", null, h("tr", null, ["Began", "Run", "Tenant", "Status", "Took"].map((it) => h("th", { scope: "col" }, it)))),
      h("tbody", null, runs.map((it) => h("tr", null, h("td", { class: "soft nowrap" }, clock(it.started, false)), h("td", null, h("a", { class: "mono", href: `#/sagas/${saga.name}/${encodeURIComponent(it.name)}` }, short(it.name))), h("td", null, it.tenant), h("td", null, tag(it.status.toLowerCase().replace("_", " "), STATUS[it.status])), h("td", { class: "num soft" }, it.ended ? took((it.ended - it.started) * 1000) : "")))))) : h("p", { class: "empty" }, "No run yet.")),
    h("section", { class: "card" }, h("div", { class: "card-title" }, h("h3", null, "How it goes"), saga.onFailure && h("span", { class: "small soft" }, `after a failure: undone from below to above, then “${saga.onFailure.state}”`)), h("div", { class: "diagram", tabindex: "0", role: "region", "aria-label": "Diagram" }, flowView(ends(saga)))),
    h("section", { class: "card" }, h("div", { class: "card-title" }, h("h3", null, "Steps")), h("ul", { class: "plain" }, saga.steps.map((step) => h("li", { style: { padding: "10px 16px", "border-top": "1px solid var(--line)" } }, h("div", { class: "row" }, h("strong", null, step.state), tag(step.service, "leaf"), step.waits && tag("waits for an answer", "plum"), !step.changes && tag("changes nothing"), step.errors.map((it) => tag(it, "amber"))), h("p", { class: "small soft" }, ticks(step.description)), h("details", null, h("summary", { class: "small" }, "What it is given"), schemaView(step.input)))))));
}

async function one(page, saga, name) {
  const run = await ask("run", { saga: saga.name, name });
  const marks = new Map();
  for (const event of run.history) {
    if (!event.state) continue;
    if (event.type.endsWith("StateExited")) marks.set(event.state, "was");
    else if (event.type.endsWith("StateEntered")) marks.set(event.state, "now");
  }
  let last;
  for (const event of run.history) {
    if (event.state && event.type.endsWith("Entered")) last = event.state;
    if (/Failed|TimedOut/.test(event.type) && !event.type.startsWith("Execution") && last) marks.set(event.state ?? last, "failed");
  }
  const current = new Set(run.current);
  const mark = (state) => (current.has(state) ? "now" : marks.get(state) === "now" ? (run.status === "RUNNING" ? "now" : "failed") : marks.get(state) ?? "");
  const from = run.started;
  const stop = acting(async () => { if (confirm("End this run here? Nothing of it is undone.")) { await ask("stop", { saga: saga.name, name }); say("Stopped."); await one(page, saga, name); } });
  put(page, h("section", { class: "stack tight" }, h("a", { href: `#/sagas/${saga.name}` }, `← ${words(saga.name)}`), h("div", { class: "row between" }, h("div", { class: "row" }, h("h2", { class: "mono", style: { "font-size": "15px", "overflow-wrap": "anywhere" } }, name), tag(run.status.toLowerCase(), STATUS[run.status])), run.status === "RUNNING" && h("button", { onclick: stop }, "Stop"))),
    run.status === "RUNNING" && h("p", { class: "lead" }, `Now: ${run.current.join(", ")}`),
    run.output?.error && h("p", { style: { color: "var(--rust)" } }, `${run.output.error}: ${run.output.cause}`),
    h("section", { class: "card" }, h("div", { class: "diagram", tabindex: "0", role: "region", "aria-label": "Diagram" }, flowView(ends(saga), mark))),
    h("section", { class: "card" }, h("div", { class: "card-title" }, h("h3", null, "History"), h("span", { class: "soft small" }, many(run.history.length, "entry").replace("entrys", "entries"))), h("ol", { class: "plain small" }, run.history.map((event) => {
      const detail = h("div", { hidden: true });
      const open = (pressed) => { detail.hidden = !detail.hidden; pressed.currentTarget.setAttribute("aria-expanded", String(!detail.hidden)); put(detail, json(event.details)); };
      const bad = /Failed|TimedOut|Aborted/.test(event.type);
      return h("li", { style: { padding: "4px 16px", "border-top": "1px solid var(--line)" } }, h("div", { class: "row between" }, h("button", { class: "quiet", style: { padding: "0", "min-height": "26px", color: bad ? "var(--rust)" : "inherit" }, "aria-expanded": "false", onclick: open }, event.state ? `${event.state} · ` : "", event.type.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase()), h("span", { class: "soft" }, `+${took((event.at - from) * 1000)}`)), detail);
    }))),
    h("section", { class: "card" }, h("div", { class: "card-title" }, h("h3", null, "Begun with")), h("div", { style: { padding: "12px 16px" } }, json(run.input.input ?? run.input, saga.input))));
}
