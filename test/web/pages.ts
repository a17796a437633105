import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {pathToFileURL} from "node:url";
import {type Browser, type BrowserContextOptions, chromium, type Page} from "playwright-core";
import {afterAll} from "vitest";
import type {Source} from "../../src/analysis/context.js";
import {readPrices} from "../../src/cost/readPrices.js";
import {findChromium, INSTALL_CHROMIUM} from "../../src/render/findChromium.js";
import {FIGURES} from "../../src/report/catalogue.js";
import type {ReportContent} from "../../src/report/content.js";
import {DEFAULT_DRAW} from "../../src/report/drawOptions.js";
import {FIGURE_BUDGETS_SECONDS} from "../../src/report/figureBudgets.js";
import {reportHtml} from "../../src/report/html/reportHtml.js";
import {reportOf} from "../../src/report/report.js";
import {reportContent} from "../../src/report/reportContent.js";
import {type ReportFigures, reportFigures} from "../../src/report/reportFigures.js";
import {reportOptions} from "../../src/report/reportOptions.js";
import {withDetails} from "../../src/report/withDetails.js";
import {because} from "../because.js";

/** The browser that is here, or null. */
export const program: string | null = (() => {
  try {
    return findChromium();
  } catch {
    return null;
  }
})();

/** For the names of tests that are left out. */
export const skipped = because(program === null ? `there is no Chromium here; ${INSTALL_CHROMIUM}` : null);

const QUIET = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launch = (): Promise<Browser> => chromium.launch({executablePath: program!, args: QUIET});

export type Built = {html: string; content: ReportContent; drawn: ReportFigures};

/** A report as `rebench report` makes it, with few replicates. */
export async function build(source: Source, params: Record<string, unknown>, text: string): Promise<Built> {
  const names = FIGURES.map(({name}) => name);
  const report = reportOf("mine", {params: JSON.stringify({title: "Title", ...params}), text}, names);
  const options = reportOptions(report.flags, {bootstrap: 50}, {prices: readPrices(), pricesFrom: "data/prices.json"});
  const figureOptions = {...options, budgets: FIGURE_BUDGETS_SECONDS, timeLimits: null};
  const drawn = await reportFigures(
    report.figures.map(({name}) => name),
    source,
    figureOptions,
    DEFAULT_DRAW,
    "test",
  );
  const content = withDetails(await reportContent(report, source, options, drawn.figures), drawn.details);
  return {html: await reportHtml(content, {theme: null, narrow: drawn.narrow, toolVersion: "test"}), content, drawn};
}

/** A page from disk, and everything that should not have happened in it. */
export type Opened = {page: Page; faults: string[]; requests: string[]; close: () => Promise<void>};

const folder = mkdtempSync(join(tmpdir(), "rebench-web-"));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
let files = 0;

export async function open(browser: Browser, html: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const file = join(folder, `${++files}.html`);
  writeFileSync(file, html);
  const context = await browser.newContext({viewport: {width: 1200, height: 900}, ...options});
  const page = await context.newPage();
  const [faults, requests]: [string[], string[]] = [[], []];
  page.on("console", (message) => faults.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("request", (request) => {
    if (!request.url().startsWith("data:") && request.url() !== pathToFileURL(file).href) requests.push(request.url());
  });
  await page.goto(pathToFileURL(file).href);
  if (options.javaScriptEnabled !== false) await upgraded(page);
  return {page, faults, requests, close: () => context.close()};
}

/** Until every figure is a part of the page. */
const upgraded = (page: Page) => page.waitForFunction(() => document.querySelector("figure.plot img") === null);

/** What a press of a button saves: its name and bytes. */
export async function saved(page: Page, press: () => Promise<void>): Promise<{name: string; bytes: Buffer}> {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return {name: download.suggestedFilename(), bytes: Buffer.concat(chunks)};
}
