// How much of the contracts the tests have seen: what `stipule coverage` wrote, if it did.
import { h, put } from "./dom.js";
import { ask } from "./data.js";
import { empty, head } from "./parts.js";

export async function show(main) {
  const told = await ask("coverage").catch(() => null);
  const title = head("Coverage", "What of the contracts the tests have seen happen: operations and their answers, events and their consumers, steps of sagas and their ways back.");
  if (!told?.groups) return put(main, title, empty("There is no report yet", "`stipule coverage` writes one; start the platform with it to see it here."));
  put(main, title, h("div", { class: "stack" }, told.groups.map((group) => h("section", { class: "card pad stack tight" },
    h("div", { class: "row between" }, h("h2", null, group.name), h("span", { class: "soft" }, `${group.seen} of ${group.all}`)),
    h("div", { class: "bar", role: "img", "aria-label": `${group.seen} of ${group.all}` }, h("i", { style: { width: `${(group.seen / Math.max(1, group.all)) * 100}%` } })),
    group.missing?.length > 0 && h("details", null, h("summary", null, `${group.missing.length} not seen`), h("ul", { class: "small" }, group.missing.map((it) => h("li", null, it))))))));
}
