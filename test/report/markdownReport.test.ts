import {join} from "node:path";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import {describe, expect, it} from "vitest";
import {packageFolder} from "../../src/assets.js";
import {escapeLine, escapeMarkdown} from "../../src/report/escapeMarkdown.js";
import {markdownReport} from "../../src/report/markdownReport.js";
import {attempt, attemptsOf, PERSON, sourceOf} from "../analysis/stores.js";
import {contentOf, drawn, reportFrom} from "./reports.js";

const HOSTILE =
  "<script>alert(1)</script> **b** [x](javascript:1) | `c` {n} $y$ @you https://e.org www.e.org _z_ ~~s~~ &amp; # 1. \u202e\n";

const tiny = reportFrom(
  {
    title: "Tiny | report",
    description: "1. Not a list",
    figures: [{name: "budget", caption: "Best: {best}"}, {name: "progress"}],
    tables: [{name: "budgets"}, {name: "environments"}],
    values: {
      best: {analysis: "analyze", agent: "best agent", budget: "30m", field: "namedSummary"},
      human: {analysis: "analyze", agent: "human", budget: "30m", field: "score"},
      later: {analysis: "analyze", agent: "human", budget: "8h", field: "score"},
      n: {analysis: "attempts", field: "attempts"},
    },
  },
  [
    "# What there is",
    "",
    "{best} of **{n}** attempts; \\{braces\\} and *{human}*, later {later}.",
    "",
    "1. first `code | {n}`",
    "2. second",
    "   - inner [link {n}](https://example.org/a?b=c)",
    "",
    "> quoted  ",
    "> {n}",
    "",
    "    code ```",
    "",
    "---",
    "",
    "{figure:budget}",
    "{table:budgets}",
    "{figure:progress}",
    "{table:environments}",
  ].join("\n"),
);

const hostileSource = () =>
  sourceOf([
    ...attemptsOf([0.5, 0.6], {participant: {kind: "agent", alias: HOSTILE}}),
    ...attemptsOf([0.4, 0.2], {participant: PERSON}),
    attempt({id: "| id", participant: PERSON, finalScore: 0.1}),
  ]);

describe("markdownReport", () => {
  it("is the golden file", async () => {
    const figures = [drawn("budget"), {name: "progress", reason: "there are no *score logs*"}];
    const content = await contentOf(tiny, await hostileSource(), {budgets: [1800]}, figures);
    await expect(markdownReport(content, {figuresFolder: "figures"})).toMatchFileSnapshot(
      join(packageFolder, "test", "golden", "report", "tiny.md"),
    );
  });

  it("shows a hostile name as it is, wherever it stands, and makes nothing of it", async () => {
    const content = await contentOf(tiny, await hostileSource(), {budgets: [1800]});
    const html = new MarkdownIt({html: true, linkify: true}).render(markdownReport(content, {figuresFolder: "figures"}));
    expect(html).not.toMatch(/<script|javascript:1"|<b>|<s>/);
    expect(html.match(/<a /g)).toHaveLength(3); // the link of the text, and the numbers of two figures
    expect(html.match(/<em>/g)!.length).toBe(html.match(/<\/em>/g)!.length);
    expect(html.match(/<table>/g)).toHaveLength(2);
    const shown = html
      .replace(/<[^>]*>/g, "")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&amp;", "&")
      .replaceAll("\u2060", "");
    const name = HOSTILE.replace("\u202e", "\\u202e").replace("\n", "\\u000a");
    expect(shown.split(name).length - 1).toBe(4); // prose, caption, budgets, environments
  });
});

describe("escapeMarkdown", () => {
  const markdown = new MarkdownIt({html: true, linkify: true});
  const decoded = (html: string) =>
    html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&").replaceAll("\u2060", "");

  it("renders as exactly the text, whatever it holds", () => {
    const pieces = fc.constantFrom(
      ..."\\`*_{}[]()<>#+-.!|~$&@:/=1a \"'".split(""),
      "www.",
      "https://e.org",
      "a@b.cd",
      "&amp;",
      "<b>",
      "![x](y)",
    );
    const texts = fc.array(pieces, {minLength: 1, maxLength: 12}).map((parts) => parts.join("").trim());
    fc.assert(
      fc.property(
        texts.filter((text) => text !== ""),
        (text) => {
          const html = markdown.render(escapeLine(escapeMarkdown(text)));
          expect(html).toMatch(/^<p>[^\n]*<\/p>\n$/);
          expect(html.slice(3, -5)).not.toMatch(/<[a-z]/);
          expect(decoded(html.slice(3, -5))).toBe(text);
        },
      ),
      {numRuns: 2000},
    );
  });

  it("leaves ordinary text readable", () => {
    for (const text of ["0.62 (0.54 to 0.74; 30m@4)", "fix_embedding", "Claude 3.5 Sonnet (New)", "−0.21, 16 %", "AIDE (o1-preview)"])
      expect(escapeLine(escapeMarkdown(text))).toBe(text);
  });
});
