// Walks through every page of the console and does everything that can be done there, at two widths, in the light and in
// the dark. `node walk.mjs ADDRESS TOKEN`; with STIPULE_SHOTS a folder for pictures, with STIPULE_ASSETS the console's
// files as they are being written.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Judge, PLANTED, WIDTHS, open } from "./judge.mjs";
import { trade } from "./shop.mjs";

const [address, token] = process.argv.slice(2);
const { STIPULE_SHOTS: shots, STIPULE_ASSETS: assets } = process.env;
const judge = new Judge();
const browser = await open();
const only = process.env.STIPULE_ONLY;

const basket = [
  { card: "tok_visa_4242", goods: [["MUG-BLUE", 2], ["TEA-EARL", 1]] },
  { card: "tok_visa_0002", goods: [["TRAY-ASH", 1]] },
  { card: "tok_visa_4242", goods: [["POT-IRON", 1]] },
];
// Pictures are for the documents: they show nobody who attacks.
if (!shots) await trade(address, token, basket.slice(0, 1), PLANTED);
const { bought, customerId } = await trade(address, token, basket);
const [order] = bought;

async function page(width, height, scheme) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, deviceScaleFactor: shots ? 2 : 1, reducedMotion: "no-preference" });
  const page = await context.newPage();
  if (assets) {
    await page.route(/\/console(\/[\w.]*)?$/, (route) => {
      const name = new URL(route.request().url()).pathname.replace(/^\/console\/?/, "") || "index.html";
      const kind = { html: "text/html", css: "text/css", js: "text/javascript", svg: "image/svg+xml" }[name.split(".").pop()];
      const csp = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
      route.fulfill({ body: readFileSync(name === "style.css" ? join(assets, "../../../codegen/cli/templates/docs/style.css") : join(assets, name)), contentType: kind, headers: { "content-security-policy": csp } });
    });
  }
  await judge.hear(page, address);
  return page;
}

async function go(page, hash) {
  await page.goto(`${address}/console#/${hash}`);
  await page.waitForFunction(() => document.querySelector("main h1") && document.querySelector("#pulse")?.textContent === "live");
  await page.waitForTimeout(120);
}

const look = async (page, name, scheme) => {
  const width = page.viewportSize().width;
  await judge.judge(page, `${name} (${width}, ${scheme})`);
  if (shots) await page.screenshot({ path: join(shots, `${name}-${width}-${scheme}.png`), fullPage: true });
  const other = scheme === "light" ? "dark" : "light";
  await page.emulateMedia({ colorScheme: other });
  await judge.colours(page, `${name} (${width}, ${other})`);
  if (shots) await page.screenshot({ path: join(shots, `${name}-${width}-${other}.png`), fullPage: true });
  await page.emulateMedia({ colorScheme: scheme });
};

const expect = (is, what) => { if (!is) judge.faults.push(what); };
const sees = async (page, text, what) => {
  const found = await page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: 8000 }).then(() => true, () => false);
  expect(found, `${what}: “${text}” isn't there`);
};

const saga = await fetch(`${address}/console/api/runs`, { method: "POST", headers: { "x-stipule-console": "1" }, body: JSON.stringify({ saga: "checkout" }) }).then((it) => it.json());
const pages = [
  ["map", "map"], ["map-service", "map/orders"], ["stories", "story"], ["story", `story/${order}`], ["health", "health"],
  ["events", "events"], ["event", "events/Order.Placed"], ["letters", "letters"], ["sagas", "sagas/checkout"], ["run", `sagas/checkout/${saga[0]?.name}`],
  ["sockets", "sockets"], ["tables", "table"], ["entity", "table/Order"], ["pattern", "table/Order/orders_of_customer"],
  ["reference", "reference"], ["service", "reference/orders"], ["operation", "reference/orders/listOrders"], ["posting", "reference/carts/createCart"], ["coverage", "coverage"],
].filter(([name]) => !only || only.split(",").includes(name));

for (const [at, [width, height]] of WIDTHS.entries()) {
  for (const scheme of ["light", "dark"].slice(at, at + 1)) {
    const it = await page(width, height, scheme);
    for (const [name, hash] of pages) {
      await go(it, hash);
      if (name === "map" && shots) {
        Promise.all(Array.from({ length: 4 }, () => trade(address, token, basket))).catch((error) => judge.faults.push(error.message));
        await it.waitForTimeout(1500);
        await it.screenshot({ path: join(shots, `moving-${width}-${scheme}.png`) });
      }
      await look(it, name, scheme);
    }
    await it.context().close();
  }
}

// What can be done, done: with the keyboard where a person would.
async function act() {
  const it = await page(1440, 900, "light");
  await go(it, "map");
  await it.keyboard.press("Tab");
  expect(await it.evaluate(() => document.activeElement.classList.contains("skip")), "the first stop of the keyboard is the way to the page");
  await it.locator(".map .place.service").first().focus();
  await it.keyboard.press("Enter");
  expect(await it.locator(".map .place[aria-pressed=true]").count() === 1, "a service can be chosen with the keyboard");
  for (const theme of ["light", "dark", "system"]) {
    await it.locator("#theme").click();
    expect((await it.locator("#theme").textContent()).endsWith(theme), `the theme becomes ${theme}`);
  }
  await go(it, "story");
  await it.getByLabel("Id").fill(order);
  await it.keyboard.press("Enter");
  await sees(it, "Checkout saga", "story");
  await it.locator(".trace button").first().click();
  await sees(it, "All of it", "story: an event opens");
  await it.getByLabel("Show personal data").first().check();
  await it.getByLabel("Show personal data").first().uncheck();
  await go(it, "table/Customer");
  await sees(it, "hidden", "table: personal data");
  await it.getByLabel("Show personal data").check();
  await sees(it, "Ada Moreau", "table: personal data is shown on request");
  if (!shots) await sees(it, PLANTED, "table: markup in data is text");
  await judge.markup(it, "table/Customer");
  await it.getByRole("button", { name: "Open" }).first().click();
  await sees(it, "Its story", "table: a row opens");
  await go(it, "table/Order/orders_of_customer");
  await it.getByLabel("customerId").fill(customerId);
  await it.getByRole("button", { name: "Read" }).click();
  await sees(it, "3 rows", "table: an access pattern");
  await it.getByLabel("customerId").fill("nonsense");
  await it.getByRole("button", { name: "Read" }).click();
  await sees(it, "isn't what `customerId` can be", "table: a wrong value");
  await go(it, "events/Order.Placed");
  await it.getByRole("button", { name: "Open" }).first().click();
  await it.getByRole("button", { name: "Replay" }).first().click();
  await sees(it, /Sent to \d+ queue/, "events: one is replayed");
  await it.getByLabel("Only what matches").fill('{"detail-type": [{"nonsense": 1}]}');
  await it.locator("form button.main").last().click();
  await sees(it, /nonsense/, "events: a wrong pattern is refused");
  await it.getByLabel("Only what matches").fill('{"detail-type": ["Order.Placed"]}');
  await it.locator("form button.main").last().click();
  await sees(it, /\d events? went out again/, "events: the archive is replayed");
  await go(it, "sockets");
  await it.getByRole("textbox", { name: "orderId" }).fill(order);
  await it.getByRole("button", { name: "Listen" }).click();
  await sees(it, `Listening to order/${order}`, "sockets: listening");
  await go(it, "sagas/checkout");
  await it.locator("td a").first().click();
  await sees(it, "History", "sagas: a run opens");
  await it.locator("ol.plain button").first().click();
  await go(it, "letters");
  await it.getByText("What is in it").click();
  await it.getByRole("button", { name: "Redrive" }).click();
  await sees(it, "On its way again.", "dead letters: redriven");
  await sees(it, "doesn't fit", "dead letters: it comes back, with the reason");
  it.on("dialog", (dialog) => dialog.accept());
  await go(it, "sagas/fulfilment");
  await it.locator("tr", { hasText: "running" }).locator("a").first().click();
  await it.getByRole("button", { name: "Stop" }).click();
  await sees(it, "Stopped.", "sagas: a run is stopped");
  await sees(it, "aborted", "sagas: and says so");
  await go(it, "health");
  await it.getByLabel("Contains").fill("nothing like this");
  await it.getByRole("button", { name: "Hold" }).click();
  await sees(it, "createCart", "health: calls are counted");
  await go(it, "reference/orders/listOrders");
  await it.locator("input[name=limit]").fill("2");
  await it.getByRole("button", { name: "Send GET" }).click();
  await sees(it, "200 OK", "reference: a call");
  await sees(it, "client.orders().list()", "reference: the call in Rust");
  await it.getByRole("link", { name: "Its story" }).click();
  await sees(it, "listOrders", "reference: the story of the call");
  await go(it, "reference/carts/createCart");
  await it.getByRole("button", { name: "Send POST" }).click();
  await sees(it, /^(201|404|409|422) /, "reference: a call with a body");
  await it.getByLabel("Find an operation").fill("cancel");
  expect(await it.locator(".side-list a").count() < 5, "reference: operations are found");
  await it.context().close();
  const phone = await page(390, 844, "light");
  await go(phone, "map");
  await phone.getByRole("button", { name: "Menu" }).click();
  await phone.getByRole("link", { name: "Events", exact: true }).click();
  await sees(phone, "The archive", "the menu on a phone");
  await phone.context().close();
}
if (!only) await act().catch((error) => judge.faults.push(error.message));
await browser.close();
judge.end();
