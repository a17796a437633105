import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import type {Browser, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import type {PageEntry, PageScore, PageSubject, PageText} from "../../src/report/transcript/pageEntry.js";
import {transcriptPage} from "../../src/report/transcript/transcriptPage.js";
import {launch, type Opened, open, program, skipped} from "./pages.js";

const HOSTILE = [
  `</script><script>alert(1)</script>`,
  `<img src=x onerror=alert(2)>`,
  `"'><svg onload=alert(3)>`,
  `</pre></details></article></style><!-- {x} {{y}} ]]>`,
  `&lt;b&gt; %3Cb%3E 漢字`,
];

const said = (label: string, start: string, facts: Partial<PageText> = {}): PageText => ({
  label,
  start,
  gap: null,
  end: "",
  isAside: false,
  ...facts,
});
const entry = (number: number, kind: string, title: string, texts: PageText[], facts: string[] = []): PageEntry => ({
  number,
  kind,
  time: "2026-01-31T00:00:00.000Z",
  workingSeconds: number * 10,
  title,
  facts,
  texts,
  isBad: kind === "damage",
});

const numbers = Array.from({length: 300}, (_, i) => `step ${i}`).join("\n");
const entries: PageEntry[] = [];
const scores: PageScore[] = [];
for (let i = 0; i < 40; ++i) {
  const text = HOSTILE[i % HOSTILE.length]!;
  const at = entries.length;
  entries.push(
    entry(
      at + 1,
      "model",
      `Call ${i} ${text}`,
      [said(`user ${text}`, `needle-${i} ${text}`, {isAside: true}), said("assistant", `${text} İstanbul`)],
      [text],
    ),
  );
  entries.push(
    entry(at + 2, "command", `$ run ${i}`, [said("output", numbers, {gap: {characters: 12_345, file: text}, end: `end of ${i}`})]),
  );
  entries.push(entry(at + 3, "score", `Score ${i}`, [], ["asked for at 0:00:01"]));
  const facts = {repeat: i === 5, remeasured: false, valid: i !== 3};
  scores.push({entry: at + 3, number: i + 1, askedAtSeconds: (at + 3) * 10, score: i === 3 ? null : i / 7, ...facts});
}
entries.push(entry(entries.length + 1, "damage", "A line that cannot be read", [said("", "z".repeat(200_000))]));

const subject: PageSubject = {
  title: `Transcript of ${HOSTILE[0]}`,
  facts: [["agent", HOSTILE[1]!]],
  scores,
  endSeconds: 1800,
  startingScore: -1,
  referenceScore: 10,
  warnings: [`Warning ${HOSTILE[2]}`],
};

async function made(given = subject): Promise<string> {
  let html = "";
  const all = async function* () {
    yield* entries;
  };
  for await (const part of transcriptPage(given, all(), {toolVersion: "test"})) html += part;
  return html;
}

describe.skipIf(program === null)(`a transcript's page in Chromium${skipped}`, () => {
  let browser: Browser;
  let html: string;
  let shared: Opened;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
    html = await made();
    shared = await open(browser, html);
    ({page} = shared);
  }, 60_000);
  afterAll(() => browser?.close());

  const inView = (id: string) =>
    page.evaluate((of) => {
      const {top, bottom} = document.getElementById(of)!.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    }, id);
  const box = () => page.locator("input[type=search]");
  const found = () => page.locator(".found").innerText();
  const find = async (text: string) => {
    await box().fill(text);
    await page.waitForTimeout(250);
  };

  it("is the same bytes again", async () => {
    expect(await made()).toBe(html);
  });

  it.each([true, false])(
    "shows every text as text, asks nothing of anybody, breaks none of its rules (scripts: %s)",
    async (javaScriptEnabled) => {
      const opened = await open(browser, html, {javaScriptEnabled});
      const text = await opened.page.locator("body").evaluate((body) => body.textContent);
      for (const each of HOSTILE) expect(text).toContain(each);
      expect(await opened.page.locator("h1").innerText()).toBe(subject.title);
      expect(await opened.page.locator("article.entry").count()).toBe(entries.length);
      expect(await opened.page.locator("main article article, img, main script, [onerror], [onload], [style]").count()).toBe(0);
      expect(await opened.page.locator("#entry-2 pre").evaluateAll((all) => all.map(({textContent}) => textContent).join(""))).toBe(
        `${numbers}end of 0`,
      );
      expect({faults: opened.faults, requests: opened.requests}).toEqual({faults: [], requests: []});
      await opened.close();
    },
  );

  it("finds a text, wherever it is, and opens what it is in", async () => {
    await find("STEP 299");
    expect(await found()).toBe("1 of 40 entries");
    expect(await page.locator("mark").allInnerTexts()).toEqual(["step 299"]);
    expect(await page.locator("mark").isVisible()).toBe(true);
    expect(await inView("entry-2")).toBe(true);
    await box().press("Enter");
    expect(await found()).toBe("2 of 40 entries");
    expect(await inView("entry-5")).toBe(true);
    await box().press("Shift+Enter");
    await box().press("Shift+Enter");
    expect(await found()).toBe("40 of 40 entries");
    await page.locator("button[aria-label='Next entry found']").click();
    expect(await found()).toBe("1 of 40 entries");
    await find("needle-17 ");
    expect(await found()).toBe("1 of 1 entry");
    await find(HOSTILE[1]!);
    expect(await page.locator("mark").first().innerText()).toBe(HOSTILE[1]);
    await find("nowhere at all");
    expect(await found()).toBe("not found");
    await find("");
    expect([await found(), await page.locator("mark").count()]).toEqual(["", 0]);
    expect(await page.locator("#entry-2 pre").evaluateAll((all) => all.map(({textContent}) => textContent).join(""))).toBe(
      `${numbers}end of 0`,
    );
  });

  it("is searched after a press of /", async () => {
    await page.locator("h1").click();
    await page.keyboard.press("/");
    await page.keyboard.type("a/b");
    expect(await box().inputValue()).toBe("a/b");
    await find("");
  });

  it("leads from the list and from the drawing to each score", async () => {
    expect(await page.locator(".score-list a").count()).toBe(40);
    await page.locator(".scores summary").click();
    await page.locator(".score-list a").nth(30).click();
    expect(page.url()).toMatch(/#entry-93$/);
    expect(await inView("entry-93")).toBe(true);
    await page.evaluate(() => scrollTo(0, 0));
    await page.locator(".strip circle").nth(3).click();
    expect(page.url()).toMatch(/#entry-12$/);
    expect(await inView("entry-12")).toBe(true);
    expect(await page.locator(".strip circle.hollow").count()).toBe(2);
  });

  it("draws scores where they are: later to the right, higher above, what is not valid at the bottom", async () => {
    const places = await page.locator(".strip circle").evaluateAll((all) =>
      all.map((each) => {
        const {x, y, width, height} = each.getBoundingClientRect();
        return [x + width / 2, y + height / 2] as const;
      }),
    );
    const frame = await page.locator(".strip svg").evaluate((svg) => {
      const {left, right, top, bottom} = svg.getBoundingClientRect();
      return {left, right, top, bottom};
    });
    for (const [x, y] of places) expect(x > frame.left && x < frame.right && y > frame.top && y < frame.bottom).toBe(true);
    const valid = places.filter((_, i) => i !== 3);
    expect(valid.every(([x, y], i) => i === 0 || (x > valid[i - 1]![0] && y < valid[i - 1]![1]))).toBe(true);
    expect(places[3]![1]).toBe(Math.max(...places.map(([, y]) => y)));
  });

  it("goes from score to score by buttons", async () => {
    await page.evaluate(() => scrollTo(0, 0));
    const next = page.locator("button[aria-label='Next score']");
    const current = () => page.evaluate(() => document.querySelector(".entry.current")?.id);
    const visited: (string | undefined)[] = [];
    for (let i = 0; i < 4; ++i) {
      await next.click();
      await page.waitForTimeout(200);
      visited.push(await current());
    }
    expect(visited).toEqual(["entry-3", "entry-6", "entry-9", "entry-12"]);
    await page.locator("button[aria-label='Previous score']").click();
    expect(await current()).toBe("entry-9");
    await page.waitForTimeout(200);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight)); // that score is out of sight: from here on
    await page.locator("button[aria-label='Previous score']").click();
    expect(await current()).toBe("entry-120");
    await page.waitForTimeout(200);
    const [middle, height] = await page.evaluate(() => {
      const {top, bottom} = document.getElementById("entry-120")!.getBoundingClientRect();
      return [(top + bottom) / 2, innerHeight] as const;
    });
    expect(Math.abs(middle - height / 2)).toBeLessThan(height / 3);
  });

  it("hides and shows kinds, and shows what a link leads to", async () => {
    const shown = () => page.locator("article.entry:visible").count();
    await page.locator(".toolbar button", {hasText: "model 40"}).click();
    await page.locator(".toolbar button", {hasText: "score 40"}).click();
    expect(await shown()).toBe(41);
    await find("needle-17 ");
    expect(await found()).toBe("not found");
    await page.evaluate(() => {
      location.hash = "#entry-60";
    });
    await expect.poll(shown).toBe(81);
    expect(await inView("entry-60")).toBe(true);
    await page.locator(".toolbar button", {hasText: "model 40"}).click();
    expect([await shown(), await found()]).toEqual([121, "1 of 1 entry"]);
    await find("");
  });

  it("opens everything for paper and closes it again", async () => {
    const opened = () => page.locator("main details[open]").count();
    await page.locator("main details[open]").evaluateAll((all) => {
      for (const each of all) (each as HTMLDetailsElement).open = false;
    });
    const all = await page.locator("main details").count();
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    expect(await opened()).toBe(all);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    expect(await opened()).toBe(0);
  });

  it("turns dark", async () => {
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const before = await background();
    await page.locator(".theme-toggle").click();
    expect(await background()).not.toBe(before);
    await page.locator(".theme-toggle").click();
    expect(await background()).toBe(before);
  });

  it("needs no sideways scrolling on a phone", async () => {
    const opened = await open(browser, html, {viewport: {width: 360, height: 700}});
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await opened.close();
  });

  it("has done nothing that it should not", () => {
    expect({faults: shared.faults, requests: shared.requests}).toEqual({faults: [], requests: []});
  });

  it.each(["light", "dark"] as const)("has no serious fault for those who do not see or point (%s)", async (colorScheme) => {
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    const {page: checked, close} = await open(browser, html, {colorScheme, bypassCSP: true});
    await checked.evaluate(axe);
    const violations = await checked.evaluate(async () => {
      type Violation = {id: string; impact: string; nodes: {html: string}[]};
      const result = await (globalThis as unknown as {axe: {run: () => Promise<{violations: Violation[]}>}}).axe.run();
      return result.violations.map(({id, impact, nodes}) => ({
        id,
        impact,
        where: nodes.slice(0, 3).map((node) => node.html.slice(0, 200)),
      }));
    });
    expect(violations).toEqual([]);
    await close();
  });
});
