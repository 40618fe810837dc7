// Reads the page of `stipule cost` as a person does: both widths, both colours, an item opened, the search, no network.
// `node cost.mjs FILE`; with STIPULE_SHOTS a folder for pictures.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Judge, WIDTHS, open } from "./judge.mjs";

const address = pathToFileURL(resolve(process.argv[2])).href;
const shots = process.env.STIPULE_SHOTS;
const judge = new Judge();
const browser = await open();
for (const [width, height] of WIDTHS) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: width < 500 ? "dark" : "light" });
  const page = await context.newPage();
  await judge.hear(page, "file:");
  await page.goto(address);
  await page.locator("summary").first().click();
  await judge.judge(page, `cost (${width})`);
  if (shots) await page.screenshot({ path: join(shots, `cost-${width}.png`) });
  const before = await page.locator("details:visible").count();
  await page.locator("#find").fill(await page.locator("summary code").first().innerText());
  const after = await page.locator("details:visible").count();
  if (!(after >= 1 && after < before)) judge.faults.push(`cost (${width}): the search leaves ${after} of ${before}`);
  await context.close();
}
await browser.close();

judge.end();
