// How much of what the contracts promise the tests have exercised: what `stipule coverage` wrote, if it did.
import { h, put } from "./dom.js";
import { ask } from "./data.js";
import { empty, head, many, tag } from "./parts.js";

export async function show(main) {
  const told = await ask("coverage").catch(() => null);
  const title = head("Coverage", "What the contracts promise and the tests have exercised: declared answers, events, consumers, patterns, states and ways of sagas.");
  if (!told?.rows) {
    return put(main, title, empty("There is no report yet", ["Run the tests with ", h("code", null, "STIPULE_SEEN=DIR"), ", then ", h("code", null, "stipule coverage --from DIR --format json > coverage.json"), " where the platform runs."]));
  }
  put(main, title, h("div", { class: "stack" }, h("p", { class: "soft" }, `Seen by ${many(told.processes, "process").replace("processs", "processes")}.`), told.rows.map((row) => h("section", { class: "card pad stack tight" },
    h("div", { class: "row between" }, h("h2", null, row.kind), row.gaps.length ? tag(`${row.exercised} of ${row.declared}`, "amber") : tag(`all ${row.declared}`, "leaf")),
    h("div", { class: "bar", role: "img", "aria-label": `${row.exercised} of ${row.declared}` }, h("i", { style: { width: `${(row.exercised / Math.max(1, row.declared)) * 100}%` } })),
    row.gaps.length > 0 && h("details", null, h("summary", null, many(row.gaps.length, "gap")), h("ul", { class: "small" }, row.gaps.map((it) => h("li", null, it))))))));
}
