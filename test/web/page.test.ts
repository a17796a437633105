import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {sampleFile} from "../../src/assets.js";
import {FIGURES} from "../../src/report/catalogue.js";
import type {TableBlock} from "../../src/report/content.js";
import {sourceOfFiles} from "../analysis/stores.js";
import {type Built, build, launch, type Opened, open, program, saved, skipped} from "./pages.js";

const AGENT = "AIDE (synthetic-model-a)";
const FIGURE_NAMES = FIGURES.map(({name}) => name);

const params = {
  description: "What this is about",
  figures: FIGURE_NAMES.map((name) => ({name})),
  tables: [{name: "environments"}, {name: "budgets"}, {name: "table-3"}, {name: "methods"}],
  values: {score: {analysis: "analyze", agent: "human", budget: "8h", field: "score", digits: 3}},
};
const text = [
  "## First\n\nPeople reach **{score}**; see [elsewhere](https://example.org).\n\n{table:budgets}",
  ...FIGURE_NAMES.map((name) => `## About ${name}\n\n{figure:${name}}`),
  "## Tables\n\n- one\n- two\n\n{table:environments}\n\n{table:table-3}\n\n## Methods\n\n{table:methods}",
].join("\n\n");

describe.skipIf(program === null)(`a report's page in Chromium${skipped}`, () => {
  let browser: Browser;
  let built: Built;
  let shared: Opened;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
    built = await build(await sourceOfFiles([sampleFile]), params, text);
    shared = await open(browser, built.html);
    ({page} = shared);
  }, 120_000);
  afterAll(() => browser?.close());

  const figure = (name: string) => page.locator(`#figure-${name}`);
  const drawing = (name: string) => figure(name).locator(".drawing");
  /** Every figure as it was drawn. */
  const reset = async (name: string) => {
    await figure(name)
      .locator(".zoom button", {hasText: "Reset"})
      .evaluate((reset) => (reset as HTMLElement).click()); // aria-disabled or not
    const all = figure(name).locator(".participants button", {hasText: "All"});
    if ((await all.getAttribute("aria-pressed")) === "false") await all.click();
    await page.mouse.move(0, 0);
  };
  /** The middle of a participant's point, in px of the window. */
  const pointOf = async (name: string, agent: string, index: number) => {
    await drawing(name).scrollIntoViewIfNeeded();
    return page.evaluate(
      ([figureName, color, i]) => {
        const points = [...document.querySelectorAll(`#figure-${figureName} .mark-symbol.role-mark:not([aria-hidden]) path`)];
        const own = points.filter((point) => point.getAttribute("stroke") === color);
        const {x, y, width, height} = own[i as number]!.getBoundingClientRect();
        return {x: x + width / 2, y: y + height / 2};
      },
      [name, agent, index] as const,
    );
  };
  const BLUE = "#0f78d4"; // of the first agent
  const tooltip = (name: string) => drawing(name).locator(".tooltip");

  it("asks nothing of anybody and breaks none of its own rules", async () => {
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    expect(shared.requests).toEqual([]);
    expect(shared.faults).toEqual([]);
    expect(await page.locator("figure.plot .drawing > svg").count()).toBe([...built.drawn.narrow.keys()].length);
  });

  it("stays under 3 MB with every figure that there is", () => {
    expect(Buffer.byteLength(built.html)).toBeLessThan(3_000_000);
  });

  it("says at a point what it stands for, with score, interval, allocation and n", async () => {
    const {x, y} = await pointOf("budget", BLUE, 3);
    await page.mouse.move(x, y);
    await expect.poll(() => tooltip("budget").isVisible()).toBe(true);
    const figureBlock = built.content.blocks.find((block) => block.kind === "figure" && block.figure.name === "budget");
    const csv = (figureBlock as {figure: {csv: string}}).figure.csv;
    const row = csv.split("\n").find((line) => line.includes(AGENT) && line.includes(`,${4 * 3600},`))!;
    const [, score] = /^[^,]*,[^,]*,\d+,[^,]*,([\d.]+)/.exec(row) ?? [];
    const said = await tooltip("budget").innerText();
    expect(said).toContain(AGENT);
    expect(said).toContain(`4h: ${Number(score).toFixed(3)} (`);
    expect(said).toMatch(/\d to \d.*@\d+, n = \d+, all 7 environments/);
    await page.mouse.move(0, 0);
    await expect.poll(() => tooltip("budget").isVisible()).toBe(false);
  });

  it("reads off the axes what a line says between its points, zoomed or not", async () => {
    const csv = (built.drawn.figures.get("progress") as {csv: string}).csv;
    const [head, ...rows] = csv.split("\n").filter((line) => !line.startsWith("#"));
    const fields = rows.map((row) => Object.fromEntries(row.split(",").map((field, i) => [head!.split(",")[i], field])));
    const score = Number(fields.find(({kind, timeSeconds}) => kind === "human" && timeSeconds === "14400")!.score);
    const read = async () => {
      await drawing("progress").scrollIntoViewIfNeeded();
      const at = await page.evaluate(() => {
        const line = document.querySelector<SVGPathElement>('#figure-progress .mark-line.role-mark path[stroke="#1f2328"]')!;
        const corners = [...line.getAttribute("d")!.matchAll(/([\d.-]+),([\d.-]+)/g)].map(([, x, y]) => new DOMPoint(Number(x), Number(y)));
        const corner = corners[Math.floor(corners.length / 2)]!.matrixTransform(line.getScreenCTM()!);
        return {x: corner.x, y: corner.y};
      });
      await page.mouse.move(at.x, at.y);
      return tooltip("progress").innerText();
    };
    const [, said] = /^People\n4h: about ([\d.]+)$/.exec(await read())!;
    expect(Math.abs(Number(said) - score)).toBeLessThan(0.01);
    await figure("progress").locator(".zoom button", {hasText: "+"}).click();
    expect(await read()).toBe(`People\n4h: about ${said}`);
    await reset("progress");
  });

  it("shows one participant alone after a click on a point, a name beside the plot, or a button", async () => {
    const faded = () => figure("budget").locator(".role-mark:not([aria-hidden]) > .faded").count();
    const all = await figure("budget").locator(".role-mark:not([aria-hidden]) > *").count();
    const own = await figure("budget")
      .locator(`.role-mark:not([aria-hidden]) > [stroke="${BLUE}"], .role-mark:not([aria-hidden]) > [fill="${BLUE}"]`)
      .count();
    const {x, y} = await pointOf("budget", BLUE, 2);
    await page.mouse.click(x, y);
    expect(await faded()).toBe(all - own);
    expect(await figure("budget").locator(`button[aria-pressed="true"]`).innerText()).toBe(AGENT);
    await page.mouse.click(x, y);
    expect(await faded()).toBe(0);
    await figure("budget").locator("svg text", {hasText: AGENT}).click();
    expect(await faded()).toBe(all - own);
    await figure("budget").locator(".participants button", {hasText: "All"}).click();
    expect(await faded()).toBe(0);
    await figure("budget").locator(".participants button", {hasText: AGENT}).click();
    expect(await faded()).toBe(all - own);
    expect(await figure("budget").locator(".key.faded").count()).toBeGreaterThan(0);
    await reset("budget");
  });

  it("zooms the time axis by buttons, and back to what was drawn", async () => {
    const state = () =>
      page.evaluate(() =>
        [...document.querySelectorAll("#figure-budget .role-mark:not([aria-hidden]) > *")].map((mark) => [
          mark.getAttribute("d"),
          mark.getAttribute("transform"),
        ]),
      );
    const before = await state();
    const from = await pointOf("budget", BLUE, 3);
    const other = await pointOf("budget", BLUE, 4);
    await figure("budget").locator(".zoom button", {hasText: "+"}).click();
    const near = await pointOf("budget", BLUE, 3);
    const far = await pointOf("budget", BLUE, 4);
    expect(far.x - near.x).toBeCloseTo(2 * (other.x - from.x), 0);
    expect(near.y).toBeCloseTo(from.y, 3);
    const labels = () => figure("budget").locator(".role-axis-label text:not([visibility=hidden])").allTextContents();
    expect(await labels()).toContain("8h");
    expect(await labels()).not.toContain("30m");
    expect(await labels()).not.toContain("6h");
    await figure("budget").locator(".zoom button", {hasText: "+"}).click();
    expect(await labels()).toContain("6h"); // one between those of the axis
    await figure("budget").locator(".zoom button", {hasText: "Reset"}).click();
    expect(await state()).toEqual(before);
  });

  it("zooms to what is dragged over, the line and its points alike", async () => {
    const [from, to] = [await pointOf("budget", BLUE, 1), await pointOf("budget", BLUE, 3)];
    await page.mouse.move(from.x, from.y - 60);
    await page.mouse.down();
    await page.mouse.move((from.x + to.x) / 2, from.y - 60);
    await page.mouse.move(to.x, from.y - 60);
    await page.mouse.up();
    const [left, right] = [await pointOf("budget", BLUE, 1), await pointOf("budget", BLUE, 3)];
    const plot = await page.evaluate(() => {
      const {left: low, right: high} = document.querySelector("#figure-budget .role-axis-domain line")!.getBoundingClientRect();
      return {low, high};
    });
    expect(Math.abs(left.x - plot.low)).toBeLessThan(3);
    expect(Math.abs(right.x - plot.high)).toBeLessThan(3);
    const corner = await page.evaluate((color) => {
      const line = document.querySelector<SVGPathElement>(`#figure-budget .mark-line.role-mark path[stroke="${color}"]`)!;
      const [, x, y] = /L[^L]*L[^L]*L([\d.]+),([\d.]+)/.exec(line.getAttribute("d")!)!;
      const at = new DOMPoint(Number(x), Number(y)).matrixTransform(line.getScreenCTM()!);
      return {x: at.x, y: at.y};
    }, BLUE);
    expect(corner.x).toBeCloseTo(right.x, 0);
    expect(corner.y).toBeCloseTo(right.y, 0);
    expect(await figure("budget").locator(".participants button[aria-pressed=true]").innerText()).toBe("All"); // a drag is no click
    await reset("budget");
  });

  it("has zoom exactly where there is a time axis", async () => {
    for (const {name} of FIGURES.filter(({name}) => built.drawn.narrow.has(name))) {
      const labels = await figure(name).locator(".role-axis-label text").allTextContents();
      expect({name, zoom: await figure(name).locator(".zoom").isVisible()}).toEqual({
        name,
        zoom: labels.some((label) => /^\d+h$/.test(label)),
      });
    }
  });

  it("hands out the command line's own SVG and CSV, byte for byte, and a PNG of twice the size", async () => {
    const figures = [...built.drawn.figures.values()].filter((each) => "svg" in each);
    for (let i = 0; i < figures.length; i += 4) {
      const {page: fresh, close} = await open(browser, built.html); // Chromium wants a person after ten downloads of a page
      for (const {name, svg, csv} of figures.slice(i, i + 4)) {
        const press = (format: string) => () =>
          fresh
            .locator(`#figure-${name}`)
            .getByRole("button", {name: `as ${format}`})
            .click();
        const [asSvg, asCsv] = [await saved(fresh, press("SVG")), await saved(fresh, press("CSV"))];
        expect([asSvg.name, asCsv.name]).toEqual([`${name}.svg`, `${name}.csv`]);
        expect(asSvg.bytes.equals(Buffer.from(svg))).toBe(true);
        expect(asCsv.bytes.equals(Buffer.from(csv))).toBe(true);
      }
      await close();
    }
    const png = await saved(page, () => figure("budget").getByRole("button", {name: "as PNG"}).click());
    expect(png.bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect(png.bytes.readUInt32BE(16)).toBe(2 * 692);
  });

  it("sorts tables by value, missing ones last either way, and hands them out as they stand", async () => {
    const table = page.locator("#table-budgets table");
    const block = built.content.blocks.find((each): each is TableBlock => each.kind === "table" && each.name === "budgets")!;
    const column = 3;
    const values = () =>
      table
        .locator(`tbody tr > :nth-child(${column + 1})`)
        .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset.value!));
    const head = table.locator("th").nth(column);
    const ascending = block.rows.map((row) => row[column]!.value as number | null).sort((a, b) => (a ?? 1e9) - (b ?? 1e9));
    await head.locator("button").click();
    expect(await values()).toEqual(ascending.map((value) => (value === null ? "" : String(value))));
    expect(await head.getAttribute("aria-sort")).toBe("ascending");
    await head.locator("button").press("Enter");
    const present = ascending.filter((value) => value !== null);
    expect(await values()).toEqual([...present.reverse().map(String), ...ascending.filter((value) => value === null).map(() => "")]);
    expect(await head.getAttribute("aria-sort")).toBe("descending");
    const {name, bytes} = await saved(page, () => page.locator("#table-budgets .tools button").click());
    expect(name).toBe("budgets.csv");
    const lines = bytes.toString().trimEnd().split("\n");
    expect(lines[0]).toBe(block.columns.map((each) => each.name).join(","));
    expect(lines).toHaveLength(block.rows.length + 1);
    expect(lines[1]!.endsWith(String(Math.max(...present)))).toBe(true);
  });

  it("can be used by keyboard: marks, isolation, zoom", async () => {
    await drawing("budget").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const first = await tooltip("budget").innerText();
    expect(first).toContain("1h:");
    await page.keyboard.press("End");
    expect(await tooltip("budget").innerText()).toContain("32h:");
    expect(await page.locator("[role=status]").innerText()).toContain("32h:");
    await page.keyboard.press("ArrowDown");
    expect(await tooltip("budget").locator("strong").innerText()).not.toBe(AGENT);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    expect(await figure("budget").locator(".participants button[aria-pressed=true]").innerText()).toBe(AGENT);
    await page.keyboard.press("Escape");
    expect(await figure("budget").locator(".participants button[aria-pressed=true]").innerText()).toBe("All");
    expect(await tooltip("budget").isVisible()).toBe(false);
    await page.keyboard.press("+");
    expect(await page.locator("[role=status]").innerText()).toContain("The time axis is shown from");
    await page.keyboard.press("0");
    expect(await page.locator("[role=status]").innerText()).toBe("The whole time axis is shown.");
  });

  it("leads the keyboard past its header first", async () => {
    const {page: other, close} = await open(browser, built.html);
    await other.keyboard.press("Tab");
    expect(await other.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await other.keyboard.press("Enter");
    expect(await other.evaluate(() => document.activeElement?.id)).toBe("content");
    await other.keyboard.press("Tab");
    expect(await other.evaluate(() => document.activeElement?.textContent)).toBe("elsewhere");
    await close();
  });

  it("turns dark and light by its button, figures too, and is light in print", async () => {
    const colors = () =>
      page.evaluate(() => ({
        page: getComputedStyle(document.documentElement).backgroundColor,
        figure: getComputedStyle(document.querySelector("#figure-budget svg > rect")!).fill,
        line: getComputedStyle(document.querySelector("#figure-budget .mark-line path")!).stroke,
      }));
    const light = {page: "rgb(255, 255, 255)", figure: "rgb(255, 255, 255)", line: "rgb(15, 120, 212)"};
    const dark = {page: "rgb(20, 23, 28)", figure: "rgb(20, 23, 28)", line: "rgb(85, 139, 227)"};
    expect(await colors()).toEqual(light);
    const toggle = page.getByRole("button", {name: "Dark mode"});
    await toggle.click();
    expect(await colors()).toEqual(dark);
    expect(await toggle.getAttribute("aria-pressed")).toBe("true");
    await page.emulateMedia({media: "print"});
    expect(await colors()).toEqual(light);
    expect(await page.locator(".tools").first().isVisible()).toBe(false);
    await page.emulateMedia({media: "screen"});
    await toggle.click();
    expect(await colors()).toEqual(light);
    await page.emulateMedia({colorScheme: "dark"});
    expect(await colors()).toEqual(light); // the button has the last word
    await page.emulateMedia({colorScheme: "light"});
    expect(shared.faults).toEqual([]);
  });

  it("follows the system where nobody has pressed the button", async () => {
    const {page: other, close} = await open(browser, built.html, {colorScheme: "dark"});
    const background = await other.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(background).toBe("rgb(20, 23, 28)");
    await close();
  });

  it("has all of its text, figures and tables without scripts", async () => {
    const {page: plain, faults, requests, close} = await open(browser, built.html, {javaScriptEnabled: false});
    const drawn = [...built.drawn.narrow.keys()];
    expect(await plain.locator("figure.plot img").count()).toBe(drawn.length);
    for (const name of drawn) {
      const box = (await plain.locator(`#figure-${name} img`).boundingBox())!;
      expect(box.width).toBeGreaterThan(600);
      expect(box.height).toBeGreaterThan(100);
    }
    expect(await plain.locator("main").innerText()).toContain("People reach");
    expect(await plain.locator("button").count()).toBe(0);
    expect({faults, requests}).toEqual({faults: [], requests: []});
    await close();
  });

  it("does not scroll sideways on a phone, where figures have one column", async () => {
    const {
      page: phone,
      faults,
      close,
    } = await open(browser, built.html, {viewport: {width: 360, height: 740}, hasTouch: true, isMobile: true});
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const svg = phone.locator("#figure-budget .drawing > svg");
    expect(await svg.getAttribute("width")).toBe("336");
    expect((await svg.boundingBox())!.width).toBeGreaterThan(330);
    await svg.scrollIntoViewIfNeeded();
    const point = (await phone.locator("#figure-budget .mark-symbol.role-mark:not([aria-hidden]) path").nth(3).boundingBox())!;
    await phone.touchscreen.tap(point.x + point.width / 2, point.y + point.height / 2);
    await expect.poll(() => phone.locator("#figure-budget .tooltip").isVisible()).toBe(true);
    expect(faults).toEqual([]);
    await close();
  });

  it("takes the drawing that fits when the window changes", async () => {
    const {page: other, close} = await open(browser, built.html);
    const width = () => other.locator("#figure-budget .drawing > svg").getAttribute("width");
    expect(await width()).toBe("692");
    await other.locator("#figure-budget .participants button", {hasText: AGENT}).click();
    await other.setViewportSize({width: 400, height: 800});
    await expect.poll(width).toBe("336");
    expect(await other.locator("#figure-budget svg .faded").count()).toBeGreaterThan(0);
    await close();
  });

  it.each(["light", "dark"] as const)("has no serious fault for those who use it otherwise (%s)", async (colorScheme) => {
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    const {page: checked, close} = await open(browser, built.html, {colorScheme, bypassCSP: true});
    await checked.evaluate(axe);
    const violations = await checked.evaluate(async () => {
      const result = await (globalThis as unknown as {axe: {run: () => Promise<{violations: AxeViolation[]}>}}).axe.run();
      return result.violations.map(({id, impact, nodes}) => ({id, impact, where: nodes.slice(0, 3).map(({html}) => html.slice(0, 200))}));
    });
    expect(violations.filter(({impact}) => impact === "serious" || impact === "critical")).toEqual([]);
    await close();
  });
});

type AxeViolation = {id: string; impact: string; nodes: {html: string}[]};
