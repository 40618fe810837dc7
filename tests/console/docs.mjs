// Reads the reference documentation as a person does who opened its folder: every page, every link, the search.
// `node docs.mjs FOLDER`; with STIPULE_SHOTS a folder for pictures.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Judge, WIDTHS, open } from "./judge.mjs";

const folder = resolve(process.argv[2]);
const shots = process.env.STIPULE_SHOTS;
const judge = new Judge();
const pages = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".html"));
const texts = new Map(pages.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const ids = new Map([...texts].map(([name, text]) => [name, new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]));

// Every address leads to a file of the site, and to a place in it.
let links = 0;
const leads = (from, address) => {
  if (/^(https?|mailto):/.test(address)) return judge.faults.push(`${from} leads out to ${address}`);
  const [path, id] = address.split("#");
  const target = path ? relative(folder, resolve(dirname(join(folder, from)), decodeURIComponent(path))) : from;
  links += 1;
  if (!existsSync(join(folder, target))) judge.faults.push(`${from} leads to ${address}, which isn't there`);
  else if (id && !ids.get(target)?.has(decodeURIComponent(id))) judge.faults.push(`${from} leads to ${address}, where there is no such place`);
};
for (const [name, text] of texts) for (const [, address] of text.matchAll(/(?:href|src)="([^"]*)"/g)) leads(name, address);
const index = JSON.parse(readFileSync(join(folder, "search-index.js"), "utf8").replace(/^self.STIPULE_INDEX = /, "").replace(/;\s*$/, ""));
for (const [, , address] of index) leads("index.html", address);

const browser = await open();
const origin = pathToFileURL(folder).href;
const sorts = ["index.html", "services", "events", "entities", "sagas", "sockets.html", "glossary.html", "changelog.html"];
const chosen = process.env.STIPULE_DEEP ? pages : sorts.flatMap((sort) => pages.filter((name) => name === sort || dirname(name) === sort).sort((a, b) => texts.get(b).length - texts.get(a).length).slice(0, 1));
for (const [width, height] of WIDTHS) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: width < 500 ? "dark" : "light", deviceScaleFactor: shots ? 2 : 1 });
  const page = await context.newPage();
  await judge.hear(page, "file:");
  for (const name of chosen) {
    await page.goto(`${origin}/${name}`);
    await judge.judge(page, `${name} (${width})`);
    if (shots) await page.screenshot({ path: join(shots, `docs-${name.replaceAll("/", "-")}-${width}.png`), fullPage: name !== "glossary.html" });
  }
  await context.close();
}
const page = await browser.newPage();
await page.goto(`${origin}/index.html`);
await page.keyboard.press("/");
const [title, , address] = index.find(([, kind]) => kind === "endpoint");
await page.keyboard.type(title);
await page.locator("[role=option]").first().waitFor();
await judge.judge(page, "the search");
if (!(await page.locator(`[data-url="${address}"]`).count())) judge.faults.push(`the search doesn't find ${title}`);
const best = await page.locator("[role=option]").first().getAttribute("data-url");
await page.keyboard.press("Enter");
await page.waitForURL(`**/${best}`).catch(() => judge.faults.push(`the search for ${title} leads to ${page.url()}`));
await page.locator("#theme").click();
await page.reload();
if (!(await page.locator("#theme").textContent()).endsWith("light")) judge.faults.push("the chosen colours are forgotten");
const silent = await browser.newContext({ javaScriptEnabled: false });
const still = await silent.newPage();
await still.goto(`${origin}/${chosen[1]}`);
if (!(await still.locator("h1").textContent())) judge.faults.push("without scripts there is nothing to read");
await browser.close();
console.log(`${links} links of ${pages.length} pages`);
judge.end();
