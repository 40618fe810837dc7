// The frame: pages by the fragment of the address, the theme, and whether the platform is there.
import { acting, h, put, say } from "./dom.js";
import { Locked, describe, refresh, start, unlock, world } from "./data.js";
import * as map from "./map.js";
import * as story from "./story.js";
import * as table from "./table.js";
import * as events from "./events.js";
import * as letters from "./letters.js";
import * as sagas from "./sagas.js";
import * as sockets from "./sockets.js";
import * as health from "./health.js";
import * as reference from "./reference.js";
import * as coverage from "./coverage.js";

const PAGES = [
  ["Live", [["map", "Map", map], ["story", "Stories", story], ["health", "Health and log", health]]],
  ["Messages", [["events", "Events", events], ["letters", "Dead letters", letters], ["sagas", "Sagas", sagas], ["sockets", "Sockets", sockets]]],
  ["Data", [["table", "Table", table]]],
  ["Contracts", [["reference", "API reference", reference], ["coverage", "Coverage", coverage]]],
];
const byName = new Map(PAGES.flatMap(([, pages]) => pages.map(([name, title, module]) => [name, { title, module }])));
const main = document.getElementById("main");
let leaving = new AbortController();

function route() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const page = byName.get(name) ?? byName.get("map");
  leaving.abort();
  leaving = new AbortController();
  const own = byName.has(name) ? name : "map";
  for (const link of document.querySelectorAll("#pages a")) {
    if (link.dataset.page === own) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${page.title} · ${world.description.platform.title ?? world.description.platform.name}`;
  closeMenu();
  const before = main.dataset.page;
  const same = before === own;
  main.dataset.page = own;
  put(main);
  Promise.resolve(page.module.show(main, rest, leaving.signal)).catch((error) => {
    put(main, h("h1", null, "That didn’t work"), h("p", { class: "lead" }, error.message));
  });
  if (!same && before) { main.focus({ preventScroll: true }); scrollTo(0, 0); }
}

function rail() {
  const count = h("span", { class: "count", hidden: true });
  put(document.getElementById("pages"), PAGES.map(([group, pages]) => h("div", null, h("h2", null, group),
    pages.map(([name, title]) => h("a", { href: `#/${name}`, "data-page": name }, title, name === "letters" && count)))));
  return (letters) => {
    count.hidden = !letters;
    count.textContent = letters;
    count.setAttribute("aria-label", `${letters} waiting`);
  };
}

const menu = document.getElementById("menu");
function closeMenu() {
  document.getElementById("rail").classList.remove("open");
  menu.setAttribute("aria-expanded", "false");
}
menu.addEventListener("click", () => {
  const open = document.getElementById("rail").classList.toggle("open");
  menu.setAttribute("aria-expanded", String(open));
});

const THEMES = ["system", "light", "dark"];
function theme(name) {
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  document.getElementById("theme").textContent = `Theme: ${name}`;
  localStorage.setItem("stipule-theme", name);
}
theme(THEMES.includes(localStorage.getItem("stipule-theme")) ? localStorage.getItem("stipule-theme") : "system");
document.getElementById("theme").addEventListener("click", () => {
  theme(THEMES[(THEMES.indexOf(localStorage.getItem("stipule-theme")) + 1) % THEMES.length]);
});

function locked() {
  put(main, h("h1", null, "This console is locked"),
    h("p", { class: "lead" }, "From another machine, or under another name than localhost, the console asks for its key. The terminal in which the platform runs shows it."),
    h("form", { class: "row", onsubmit: acting(async () => { unlock(main.querySelector("input").value); await begin(); }) },
      h("label", null, "Key", h("input", { type: "password", autocomplete: "off" })), h("button", { class: "main" }, "Open")));
}

async function begin() {
  try {
    await describe();
    await refresh();
  } catch (error) {
    if (error instanceof Locked) return locked();
    throw error;
  }
  document.getElementById("platform").textContent = world.description.platform.title ?? world.description.platform.name;
  const letters = rail();
  letters(world.state.letters);
  const pulse = document.getElementById("pulse");
  start((is) => {
    pulse.classList.toggle("off", !is);
    const text = is ? "live" : "not connected";
    if (pulse.textContent !== text) pulse.textContent = text;
  });
  setInterval(() => {
    if (document.visibilityState === "visible") refresh().then((state) => letters(state.letters)).catch(() => {});
  }, 2000);
  addEventListener("hashchange", route);
  route();
}

begin().catch((error) => {
  put(main, h("h1", null, "The console can’t start"), h("p", { class: "lead" }, error.message));
  say(error.message);
});
