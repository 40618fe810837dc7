// What the console knows: the description of the contracts, the state of the moment, and what happens.
let key = sessionStorage.getItem("stipule-key") ?? "";
const fragment = location.hash.match(/^#key=([0-9a-f]+)$/);
if (fragment) {
  key = fragment[1];
  sessionStorage.setItem("stipule-key", key);
  history.replaceState(null, "", "#/map");
}

export class Locked extends Error {}

function headers() {
  const all = { "x-stipule-console": "1" };
  if (key) all.authorization = `Bearer ${key}`;
  return all;
}

export function unlock(text) {
  key = text.trim();
  sessionStorage.setItem("stipule-key", key);
}

export async function ask(path, body) {
  const method = body === undefined ? "GET" : "POST";
  const answer = await fetch(`/console/api/${path}`, { method, headers: headers(), body: body && JSON.stringify(body) });
  const told = await answer.json();
  if (answer.status === 401) throw new Locked(told.error);
  if (!answer.ok) throw new Error(told.error ?? `the console answered ${answer.status}`);
  return told;
}

// Lines of JSON while they come; begins again when the connection breaks.
export async function follow(path, each, state, signal) {
  let wait = 300;
  while (!signal?.aborted) {
    try {
      const answer = await fetch(typeof path === "function" ? path() : path, { headers: headers(), signal });
      if (!answer.ok) throw new Error(String(answer.status));
      state?.(true);
      wait = 300;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        const said = lines.filter((line) => line.trim()).map((line) => JSON.parse(line));
        if (said.length) each(said);
      }
    } catch (error) {
      if (signal?.aborted) return;
    }
    state?.(false);
    await new Promise((done) => setTimeout(done, wait));
    wait = Math.min(wait * 2, 5000);
  }
}

export const world = { description: null, state: null, signs: [] };
const listeners = new Set();
// Called with what is new until the page is left.
export function onSigns(call, signal) {
  listeners.add(call);
  signal.addEventListener("abort", () => listeners.delete(call));
}

const KEPT = 3000;
export function start(connected) {
  let last = 0;
  let first = true;
  follow(
    () => `/console/api/live?after=${last}`,
    (said) => {
      // A platform that began anew counts from one again.
      if (said[0].n && said[0].n <= last) last = 0;
      const fresh = said.filter((sign) => sign.n > last || sign.kind === "missed");
      last = fresh.reduce((most, sign) => Math.max(most, sign.n ?? 0), last);
      world.signs.push(...fresh);
      if (world.signs.length > KEPT) world.signs.splice(0, world.signs.length - KEPT);
      for (const call of listeners) call(fresh, first);
      first = false;
    },
    connected,
  );
}

export async function describe() {
  const description = await ask("description");
  const d = { platform: { name: "platform", scopes: [] }, services: [], events: [], subscriptions: [], sagas: [], sockets: [], schemas: {}, ...description };
  d.operations = d.services.flatMap((service) => service.operations.map((it) => ({ ...it, service: service.name })));
  d.producer = new Map(d.events.map((event) => [event.name, event.service]));
  d.entities = new Map((d.table?.entities ?? []).map((it) => [it.name, it]));
  d.subscription = new Map(d.subscriptions.map((it) => [it.name, it]));
  world.description = d;
  return d;
}

export const refresh = async () => (world.state = await ask("state"));

export function resolve(schema) {
  const name = schema?.$ref?.split("/").pop();
  if (!name) return schema ?? {};
  const { $ref, ...beside } = schema;
  return { ...world.description.schemas[name], ...beside, named: name };
}

// Whether a schema, or the one of a field of it, holds personal data.
export const isPersonal = (schema) => Boolean(schema?.["x-stipule-pii"] || resolve(schema)["x-stipule-pii"]);

export const tenants = () => [...new Set([...(world.state?.tenants ?? []), localStorage.getItem("stipule-tenant")].filter(Boolean))];
export const tenant = () => localStorage.getItem("stipule-tenant") || world.state?.tenants?.[0] || "";
export const setTenant = (name) => localStorage.setItem("stipule-tenant", name);
