// A browser, and what is asked of every page: nothing that axe finds, no error, nothing from elsewhere, nothing wider than
// the window.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.STIPULE_NODE}/`);
const { chromium } = require("playwright-core");
const AXE = require.resolve("axe-core/axe.min.js");

export const WIDTHS = [[390, 844], [1440, 900]];

export async function open() {
  return chromium.launch({ executablePath: process.env.STIPULE_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
}

// A name that isn't one: a page that takes it for markup has such an element, and asks elsewhere for a picture. Tables cut
// what is longer.
export const PLANTED = "Eve<img class=planted src=//else.example>";

export class Judge {
  constructor() {
    this.faults = [];
    this.judged = 0;
  }

  // Hears everything that goes wrong on a page.
  async hear(page, origin) {
    page.on("pageerror", (error) => this.faults.push(`${page.url()}: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) this.faults.push(`${page.url()}: ${message.text()}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url())) this.faults.push(`${page.url()} asks ${request.url()}`);
    });
  }

  async judge(page, name) {
    // Scripts of the page's policy may not be added: axe comes in by the debugger's door.
    const axe = await import("node:fs").then((fs) => fs.readFileSync(AXE, "utf8"));
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run(document, { preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    this.#blame(name, violations);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) this.faults.push(`${name}: ${wide} pixels wider than the window`);
    await this.markup(page, name);
    this.judged += 1;
  }

  // Nothing that somebody planted has become a part of the page.
  async markup(page, name) {
    const taken = await page.evaluate(() => document.querySelectorAll(".planted").length);
    if (taken) this.faults.push(`${name}: what a customer wrote is taken for markup`);
  }

  // The same page in other colours: those alone.
  async colours(page, name) {
    const { violations } = await page.evaluate(() => axe.run(document, { preload: false, runOnly: { type: "rule", values: ["color-contrast"] } }));
    this.#blame(name, violations);
    this.judged += 1;
  }

  #blame(name, violations) {
    for (const it of violations) {
      this.faults.push(`${name}: ${it.id}, ${it.help}: ${it.nodes.slice(0, 3).map((node) => `${node.target} (${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ""})`).join("; ")}`);
    }
  }

  end() {
    for (const fault of this.faults) console.error(`✗ ${fault}`);
    console.log(`${this.judged} passed, ${this.faults.length} failed`);
    process.exit(this.faults.length || !this.judged ? 1 : 0);
  }
}
