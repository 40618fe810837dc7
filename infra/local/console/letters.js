// Dead letters: what couldn't be handled, why, and another try.
import { acting, h, put, say } from "./dom.js";
import { ask, onSigns, refresh, world } from "./data.js";
import { clock, empty, head, json, many, personalSwitch, short, tag, words } from "./parts.js";

export async function show(main, rest, signal) {
  const place = h("div", { class: "stack" });
  put(main, head("Dead letters", "Messages that were given up, with everything that was in them, and cases of sagas that wait for a person. Nothing here is lost: mend the cause, then have them tried again."), place);
  let told;
  const load = async () => { told = await ask("letters"); draw(); refresh().catch(() => {}); };
  const redrive = async (asked) => { const answer = await ask("redrive", asked); if (!answer.done) say("It isn’t here any more."); };
  const draw = () => {
    const { letters, cases } = told;
    if (!letters.length && !cases.length) return put(place, empty("Nothing is parked", "Every message found somebody who could handle it."));
    const first = letters.filter((it) => !it.behind);
    put(place, h("div", { class: "row between" }, h("span", { class: "soft" }, `${many(letters.length, "dead letter")}, ${many(cases.length, "case")} of sagas`),
      h("div", { class: "row" }, personalSwitch(draw), first.length > 1 && h("button", { onclick: acting(async () => { for (const it of first) await redrive({ subscription: it.subscription, event: it.event }); say(`${many(first.length, "message")} on their way again.`); await load(); }) }, "Redrive all"))),
      letters.map((it) => letter(it, async () => { await redrive({ subscription: it.subscription, event: it.event }); say("On its way again."); await load(); })),
      cases.map((it) => parked(it, async () => { await redrive({ case: it.id }); say("Tried again."); await load(); })));
  };
  await load();
  let due;
  onSigns((fresh) => { if (fresh.some((sign) => sign.outcome === "parked" || sign.kind === "step")) due ??= setTimeout(() => { due = null; if (!signal.aborted) load().catch(() => {}); }, 500); }, signal);
}

function letter(it, redrive) {
  const schema = world.description.events.find((event) => event.name === it.body.name && event.version === it.body.version)?.schema;
  return h("article", { class: "card pad stack tight" },
    h("div", { class: "row between" }, h("div", { class: "row" }, h("h2", null, it.body.name ?? "message"), tag(it.subscription, "leaf"), tag(many(it.attempts, "try").replace("trys", "tries"))), h("button", { class: "main", onclick: acting(redrive) }, "Redrive")),
    h("p", { style: { color: "var(--rust)", "overflow-wrap": "anywhere" } }, it.reason),
    h("div", { class: "row small soft" }, clock(it.at), h("span", null, it.queue), it.body.correlationId && h("a", { href: `#/story/${encodeURIComponent(it.body.correlationId)}` }, "Its story"), it.behind && h("span", null, "behind ", h("code", null, short(it.behind)))),
    h("details", null, h("summary", null, "What is in it"), h("div", { style: { "margin-top": "8px" } }, json(it.body.data ?? it.body, schema))));
}

function parked(it, redrive) {
  return h("article", { class: "card pad stack tight" },
    h("div", { class: "row between" }, h("div", { class: "row" }, h("h2", null, `${words(it.saga)}: ${words(it.message.step ?? "step")}`), tag("saga", "plum")), it.canRedrive && h("button", { class: "main", onclick: acting(redrive) }, "Try again")),
    h("div", { class: "row small soft" }, clock(it.at), h("a", { href: `#/sagas/${encodeURIComponent(it.saga)}/${encodeURIComponent(it.run)}` }, "Its run")), json(it.message));
}
