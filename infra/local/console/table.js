// The table, by entity and by access pattern.
import { acting, h, put } from "./dom.js";
import { ask, isPersonal, resolve, tenant, world } from "./data.js";
import { empty, head, json, many, personalShown, personalSwitch, schemaView, tag, ticks, tenantPicker, words } from "./parts.js";

export async function show(main, [entity, read], signal) {
  const { table } = world.description;
  if (!table) return put(main, head("Table", ""), empty("The contracts have no table"));
  const groups = new Map();
  for (const it of table.entities) groups.set(it.service ?? "", [...(groups.get(it.service ?? "") ?? []), it]);
  const page = h("div", { class: "stack wide" });
  put(main, head("Table", `${many(table.entities.length, "entity").replace("entitys", "entities")} in one table, ${many(table.indexes.length, "index").replace("indexs", "indexes")}, ${many(table.reads.length, "way")} to read.`),
    h("div", { class: "split" },
      h("nav", { class: "card side-list", "aria-label": "Entities" }, [...groups].map(([service, list]) => [h("h2", null, words(service || "others")), list.map((it) => h("a", { href: `#/table/${it.name}`, "aria-current": it.name === entity ? "true" : undefined }, it.name))])),
      page));
  const own = table.entities.find((it) => it.name === entity);
  if (!own) return put(page, empty("Choose an entity", "Its keys, the ways to read it, and what is stored of it."));
  await about(page, own, read, signal);
}

const segment = (it) => (it.literal ? h("span", { class: "soft" }, it.literal) : h("span", { class: "key-field" }, it.shards ? `${it.field} in ${it.shards} shards` : it.field));
const template = (list) => (list.length ? h("code", null, list.map((it, at) => [at ? " # " : "", segment(it)])) : "—");

async function about(page, entity, chosen, signal) {
  const { table } = world.description;
  const reads = table.reads.filter((it) => it.entities.includes(entity.name) && it.kind !== "scan");
  const read = reads.find((it) => it.name === chosen);
  const rows = h("div", { class: "stack" });
  const form = read ? patternForm(entity, read, (values) => load(rows, entity, { read: read.name, values, tenant: tenant() }))
    : h("div", { class: "filters" }, tenantPicker(() => all()));
  const all = () => load(rows, entity, { entity: entity.name, tenant: tenant() });
  put(page,
    h("section", { class: "stack" }, h("div", { class: "row" }, h("h2", null, entity.name), entity.service && tag(entity.service, "leaf"), entity.version && tag("versioned"), entity.expires && tag("expires")), entity.description && h("p", { class: "lead" }, ticks(entity.description)),
      h("div", { class: "card scroll", tabindex: "0", role: "region", "aria-label": "Keys" }, h("table", null, h("thead", null, h("tr", null, ["Where", "Partition key", "Sort key"].map((it) => h("th", { scope: "col" }, it)))),
        h("tbody", null, entity.keys.map((key) => h("tr", null, h("td", null, key.index ?? "table"), h("td", null, template(key.pk)), h("td", null, template(key.sk))))))),
      h("details", null, h("summary", null, "Fields"), h("div", { class: "card pad", style: { "margin-top": "8px" } }, schemaView(entity.schema)))),
    h("section", { class: "stack" }, h("h3", null, "How it is read"),
      h("div", { class: "row" }, h("a", { class: "button", href: `#/table/${entity.name}`, "aria-current": read ? undefined : "true" }, "everything"),
        reads.map((it) => h("a", { class: "button", href: `#/table/${entity.name}/${it.name}`, "aria-current": it === read ? "true" : undefined }, it.name))),
      read && h("p", { class: "small soft" }, readWords(read)), form),
    rows);
  if (!read && tenant()) await all();
}

function readWords(read) {
  const where = read.index ? `index ${read.index}` : "the table";
  const how = { get: "One item by its whole key", batch: "Items by their whole keys", partition: "All items of a partition", query: `A page of ${read.page ?? ""}` }[read.kind];
  return `${how} of ${where}${read.range ? `, in a range of ${read.range}` : ""}${read.descending ? ", the greatest first" : ""}. ${read.bind?.length ? `Bound by ${read.bind.join(", ")}.` : ""}`;
}

function patternForm(entity, read, go) {
  const lead = world.description.entities.get(read.of?.[0] ?? read.entities[0]);
  const key = lead.keys.find((it) => (it.index ?? null) === (read.index ?? null)) ?? lead.keys[0];
  const whole = read.kind === "get" || read.kind === "batch";
  const segments = [...key.pk, ...(whole ? key.sk : key.sk.slice(0, read.prefix ?? 0))];
  const fields = [...new Map(segments.filter((it) => it.field && !(it.shards && !whole)).map((it) => [it.field, it])).values()];
  const inputs = fields.map((it) => {
    const schema = resolve(resolve(lead.schema).properties?.[it.field]);
    const control = schema.enum ? h("select", { name: it.field }, schema.enum.map((value) => h("option", null, value))) : h("input", { name: it.field, autocomplete: "off", placeholder: schema.format ?? schema.type ?? "" });
    return h("label", null, it.field, control);
  });
  return h("form", { class: "filters", onsubmit: acting(async (event) => go(Object.fromEntries([...new FormData(event.target)].map(([name, value]) => [name, value.trim()])))) },
    tenantPicker(() => {}), inputs, h("button", { class: "main" }, "Read"));
}

async function load(place, entity, asked) {
  const told = await ask("rows", asked);
  const draw = (list) => put(place, list);
  const again = () => draw(view());
  const found = [...told.rows];
  let next = told.next;
  const view = () => [
    h("div", { class: "row between" }, h("h3", null, next ? `${found.length} rows, and more` : many(found.length, "row")), personalSwitch(again)),
    found.length ? h("div", { class: "card scroll", tabindex: "0", role: "region", "aria-label": "Rows" }, rowsTable(found)) : empty("Nothing is stored like that", "Perhaps it is another tenant’s."),
    next && h("button", { onclick: acting(async () => { const more = await ask("rows", { ...asked, start: next }); found.push(...more.rows); next = more.next; again(); }) }, "More"),
  ];
  again();
}

function rowsTable(rows) {
  const { table, entities } = world.description;
  const kinds = [...new Set(rows.map((row) => row[table.type]))];
  return kinds.map((kind) => {
    const ours = rows.filter((row) => row[table.type] === kind);
    const fields = Object.keys(resolve(entities.get(kind)?.schema).properties ?? {});
    const simple = fields.filter((name) => ours.some((row) => row[name] !== undefined && (row[name] === null || typeof row[name] !== "object"))).slice(0, 7);
    const schema = (name) => resolve(entities.get(kind)?.schema).properties?.[name];
    return h("table", null, kinds.length > 1 && h("caption", { class: "small soft", style: { "text-align": "left", padding: "8px 14px" } }, kind),
      h("thead", null, h("tr", null, simple.map((name) => h("th", { scope: "col" }, name)), h("th", { scope: "col" }, h("span", { class: "sr" }, "Whole")))),
      h("tbody", null, ours.flatMap((row) => {
        const whole = h("tr", { hidden: true }, h("td", { colspan: simple.length + 1 }, ""));
        const open = (event) => {
          whole.hidden = !whole.hidden;
          event.currentTarget.setAttribute("aria-expanded", String(!whole.hidden));
          const id = fields.map((name) => row[name]).find((value) => /^[0-9a-f-]{36}$/.test(value ?? ""));
          put(whole.firstChild, h("div", { class: "stack tight" }, json(row, entities.get(kind)?.schema), id && h("a", { href: `#/story/${id}` }, "Its story")));
        };
        return [h("tr", null, simple.map((name) => h("td", null, cell(row[name], schema(name)))), h("td", null, h("button", { class: "quiet", "aria-expanded": "false", onclick: open }, "Open"))), whole];
      })));
  });
}

function cell(value, schema) {
  if (value === undefined) return "";
  if (isPersonal(schema) && !personalShown()) return h("span", { class: "soft" }, "hidden");
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return h("span", { class: /^[0-9a-f-]{36}$/.test(text) ? "mono" : "", title: text }, /^[0-9a-f-]{36}$/.test(text) ? `${text.slice(0, 8)}…${text.slice(-4)}` : text.length > 42 ? `${text.slice(0, 40)}…` : text);
}
