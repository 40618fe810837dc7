// The page of health of a platform whose functions are processes of their own, as a person sees it: a row for each that was
// started, and it counts on while they work. `node functions.mjs ADDRESS TOKEN`; with STIPULE_SHOTS a folder for pictures.
import { join } from "node:path";
import { Judge, WIDTHS, open } from "./judge.mjs";

const [address, token] = process.argv.slice(2);
const shots = process.env.STIPULE_SHOTS;
const judge = new Judge();
const expect = (is, what) => { if (!is) judge.faults.push(what); };

const ask = async (method, path, body) => {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return (await fetch(address + path, { method, headers, body: body && JSON.stringify(body) })).status;
};

const browser = await open();
for (const [width, height] of WIDTHS) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: width < 500 ? "dark" : "light" });
  const page = await context.newPage();
  await judge.hear(page, address);
  await page.goto(`${address}/console#/health`);
  const row = (name) => page.getByRole("row").filter({ hasText: name });
  // What the platform itself needed to start: the authorizer was asked whether the binary is one of ours.
  await row("platform.authorizer").waitFor();
  const name = width < 500 ? "customers.api" : "catalog.api";
  expect((await row(name).count()) === 0, `${name} (${width}) is there before it was called`);
  const status = name === "customers.api"
    ? await ask("POST", "/customers", { email: "ada@example.com", name: "Ada Moreau", marketing: false })
    : await ask("GET", "/products");
  expect(status === 200 || status === 201, `${name} answers with ${status}`);
  await row(name).waitFor();
  // Processes, at once, time limit, cold starts, last start, refused, timed out, now.
  const cells = await row(name).getByRole("cell").allInnerTexts();
  expect(/^\d+$/.test(cells[1]) && cells[1] >= 1 && cells[2] === "8" && cells[3] === "60 s" && cells[4] >= 1, `${name} (${width}): ${cells}`);
  expect(/\d (ms|s)$/.test(cells[5]) && Number(cells[6]) === 0 && Number(cells[7]) === 0, `${name} (${width}): ${cells}`);
  await judge.judge(page, `functions (${width})`);
  if (shots) await page.screenshot({ path: join(shots, `functions-${width}.png`), fullPage: true });
  await context.close();
}
await browser.close();

judge.end();
