// Sockets: what may be listened to, what was told last, and an ear of one's own.
import { acting, h, put, say } from "./dom.js";
import { ask, tenant, world } from "./data.js";
import { clock, empty, head, json, many, schemaView, tag, tenantPicker, ticks, words } from "./parts.js";

export async function show(main, rest, signal) {
  const { sockets } = world.description;
  if (!sockets.length) return put(main, head("Sockets", ""), empty("The contracts tell nothing to sockets"));
  const now = h("section", { class: "card" });
  put(main, head("Sockets", "Topics that open sockets may listen to, and what they were told last."),
    h("div", { class: "stack wide" }, ear(sockets, signal), now,
      h("section", { class: "stack" }, h("h2", null, "Topics"), sockets.map((it) => h("article", { class: "card pad stack tight" }, h("div", { class: "row" }, h("h3", null, h("code", null, it.address)), tag(it.service, "leaf"), it.scopes.map((scope) => tag(scope))), h("p", { class: "soft" }, ticks(it.description)), it.messages.map((message) => h("details", null, h("summary", null, message.name), message.description && h("p", { class: "small soft" }, message.description), schemaView(message.schema))))))));
  const load = async () => {
    const topics = (await ask("topics")).filter((it) => it.seq > 0 || it.listeners > 0).sort((a, b) => b.listeners - a.listeners || b.seq - a.seq).slice(0, 40);
    put(now, h("div", { class: "card-title" }, h("h2", null, "Now"), h("span", { class: "soft small" }, many(topics.length, "topic"))), topics.length ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Topics now" }, h("table", null, h("thead", null, h("tr", null, ["Topic", "Tenant", "Listening", "Told", "Last"].map((it) => h("th", { scope: "col" }, it)))),
      h("tbody", null, topics.map((it) => h("tr", null, h("td", { class: "mono" }, it.name), h("td", null, it.tenant), h("td", { class: "num" }, it.listeners), h("td", { class: "num" }, it.seq), h("td", null, it.last[0]?.type ?? "")))))) : h("p", { class: "empty" }, "Nothing was told yet."));
  };
  await load();
  const timer = setInterval(() => load().catch(() => {}), 2000);
  signal.addEventListener("abort", () => clearInterval(timer));
}

function ear(sockets, signal) {
  const heard = h("div", { class: "stack tight" });
  const topic = h("select", { onchange: () => parameters() }, sockets.map((it, at) => h("option", { value: at }, it.address)));
  const fields = h("div", { class: "filters" });
  let socket;
  signal.addEventListener("abort", () => socket?.close());
  const own = () => sockets[Number(topic.value)];
  const parameters = () => put(fields, h("label", null, "Topic", topic), [...own().address.matchAll(/\{(\w+)\}/g)].map(([, name]) => h("label", null, name, h("input", { name, required: true, autocomplete: "off" }))), tenantPicker(() => {}), h("button", { class: "main" }, "Listen"));
  parameters();
  const listen = acting(async (event) => {
    const data = new FormData(event.target);
    const address = own().address.replace(/\{(\w+)\}/g, (_, name) => data.get(name).trim());
    const { token } = await ask("token", { tenant: tenant(), subject: "console", scopes: world.description.platform.scopes.map((it) => it.name) });
    const answer = await fetch("/live/ticket", { method: "POST", headers: { authorization: `Bearer ${token}` } });
    const { ticket, detail } = await answer.json();
    if (!answer.ok) throw new Error(detail);
    socket?.close();
    socket = new WebSocket(`${location.origin.replace("http", "ws")}/live?ticket=${ticket}`);
    socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", topic: address }));
    socket.onmessage = (message) => {
      const told = JSON.parse(message.data);
      heard.prepend(h("div", { class: "card pad stack tight" }, h("div", { class: "row between" }, h("strong", null, told.type === "subscribed" ? `Listening to ${told.topic}` : told.type === "refused" ? `Refused: ${told.reason}` : told.type), clock(Date.now())), told.data !== undefined && json(told.data, sockets.flatMap((it) => it.messages).find((it) => it.name === told.type)?.schema)));
      while (heard.children.length > 30) heard.lastChild.remove();
    };
    socket.onerror = () => say("The socket broke.");
  });
  return h("section", { class: "card pad stack" }, h("h2", null, "Listen"), h("form", { onsubmit: listen }, fields), heard);
}
