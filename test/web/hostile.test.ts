import type {Browser} from "playwright-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {attemptsOf, PERSON, sourceOf} from "../analysis/stores.js";
import {type Built, build, launch, open, program, skipped} from "./pages.js";

const NAMES = [
  `</script><img src=x onerror=alert(1)>`,
  `"'><svg onload=alert(2)>`,
  `</style></title><!--<script>alert(3)</script>`,
  "javascript:alert(4)",
  "a\u202eb\u0000c\u2028d%3Cb%3E&lt;b&gt;",
  "漢字 ]]> --> {x} {{y}}",
];

const params = {
  title: `Title ${NAMES[0]}`,
  description: `Description ${NAMES[1]}`,
  figures: [{name: "budget", caption: `Caption ${NAMES[2]} {best}`}, {name: "score-at-k"}],
  tables: [{name: "budgets"}, {name: "environments"}, {name: "methods"}],
  values: {best: {analysis: "analyze", agent: "best agent", budget: "2h", field: "agent"}},
};
const text = `## Heading ${NAMES[0]} {best}\n\nProse ${NAMES[2]} **{best}** \`${NAMES[0]}\`\n\n{figure:budget}\n\n{figure:score-at-k}\n\n{table:budgets}\n\n{table:environments}\n\n## 2\n\n## 3\n\n## 4\n\n{table:methods}`;

describe.skipIf(program === null)(`what a hostile record can do to a page${skipped}`, () => {
  let browser: Browser;
  let built: Built;

  beforeAll(async () => {
    browser = await launch();
    const agents = NAMES.flatMap((agent, i) =>
      attemptsOf([0.1 * i, 0.5, 0.9], {agent, transcript: "https://example.org/'\"><img/src=x/onerror=alert(5)>"}),
    );
    const people = attemptsOf([0.4, 0.6], {participant: PERSON, timeLimitSeconds: 28_800});
    built = await build(await sourceOf([...agents, ...people]), params, text);
  }, 60_000);
  afterAll(() => browser?.close());

  it.each([true, false])("is nothing: it is shown as text (scripts: %s)", async (javaScriptEnabled) => {
    const {page, faults, requests, close} = await open(browser, built.html, {javaScriptEnabled});
    expect({faults, requests}).toEqual({faults: [], requests: []});
    expect(await page.locator("h1").innerText()).toBe(params.title);
    expect(await page.locator("main").innerText()).toContain(`Prose ${NAMES[2]}`);
    for (const name of NAMES.slice(0, 4)) expect(await page.locator("#table-budgets").innerText()).toContain(name);
    expect(await page.locator("#table-budgets").innerText()).toContain("a\\u202eb\\u0000c\\u2028d%3Cb%3E&lt;b&gt;");
    expect(await page.locator(`img[src="x"], main script, [onerror], [onload], a[href^="javascript" i]`).count()).toBe(0);
    await close();
  });

  it("is nothing in what scripts add: tooltips, buttons, announcements", async () => {
    const {page, faults, close} = await open(browser, built.html);
    const figure = page.locator("#figure-budget");
    expect((await figure.locator(".participants button").allInnerTexts()).map((each) => each.trim())).toEqual(
      expect.arrayContaining(NAMES.slice(0, 4)),
    );
    await figure.locator(".drawing").focus();
    const told = new Set<string>();
    await page.keyboard.press("ArrowRight");
    for (let i = 0; i < NAMES.length + 1; ++i) {
      told.add(await figure.locator(".tooltip strong").innerText());
      expect(await page.locator("[role=status]").innerText()).toContain(await figure.locator(".tooltip strong").innerText());
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      await page.keyboard.press("ArrowDown");
    }
    expect([...told]).toEqual(expect.arrayContaining(NAMES.slice(0, 4)));
    await page.locator("#table-budgets th button").first().click();
    expect(faults).toEqual([]);
    await close();
  });
});
