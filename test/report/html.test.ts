import {createHash} from "node:crypto";
import {inflateRawSync} from "node:zlib";
import fc from "fast-check";
import {beforeAll, describe, expect, it} from "vitest";
import {sampleFile} from "../../src/assets.js";
import {darkTheme, lightTheme} from "../../src/figure/theme/theme.js";
import type {ReportContent} from "../../src/report/content.js";
import {contentsHtml} from "../../src/report/html/contentsHtml.js";
import {escapeHtml} from "../../src/report/html/escapeHtml.js";
import {figureColors} from "../../src/report/html/figureColors.js";
import {packed} from "../../src/report/html/packed.js";
import {reportHtml} from "../../src/report/html/reportHtml.js";
import {spansHtml} from "../../src/report/html/spansHtml.js";
import {svgAddress} from "../../src/report/html/svgAddress.js";
import {withMethods} from "../../src/report/withMethods.js";
import {sourceOfFiles} from "../analysis/stores.js";
import {contentOf, reportFrom} from "./reports.js";

const page = {theme: null, narrow: new Map<string, string>(), toolVersion: "1.2.3"};
const REPORT = {
  figures: [{name: "budget"}, {name: "cost"}],
  tables: [{name: "environments"}, {name: "budgets"}],
  values: {score: {analysis: "analyze", agent: "human", budget: "8h", field: "score", digits: 4}},
};
const TEXT =
  "# One\n\nPeople reach {score}.\n\n{figure:budget}\n\n{figure:cost}\n\n# Two\n\n- {table:budgets}\n\n# Three\n\n{table:environments}\n\n# Four";

describe("a report's HTML", () => {
  let content: ReportContent;
  let html: string;
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5"><text>50% of #1 isn\'t é</text></svg>\n';

  beforeAll(async () => {
    const report = withMethods(reportFrom(REPORT, TEXT));
    const budget = {name: "budget", title: "T", description: `a "quoted" <b>`, svg, png: null, csv: "a,b\n1,é\n"};
    content = await contentOf(report, await sourceOfFiles([sampleFile]), {}, [budget, {name: "cost", reason: "no prices <b>"}]);
    html = await reportHtml(content, {
      ...page,
      narrow: new Map([["budget", '<svg><style>x</style><metadata id="m">y</metadata><g/></svg>']]),
    });
  });

  const element = (open: string) => html.slice(html.indexOf(open) + open.length, html.indexOf("</", html.indexOf(open)));

  it("is the same bytes again", async () => {
    expect(
      await reportHtml(content, {...page, narrow: new Map([["budget", '<svg><style>x</style><metadata id="m">y</metadata><g/></svg>']])}),
    ).toBe(html);
  });

  it("allows its own style and script by their hashes, and nothing else", () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
    const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      "img-src data:",
      "font-src data:",
      `style-src ${hash(element("<style>"))}`,
      `script-src ${hash(element("<script>"))}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html).not.toMatch(/\sstyle="|\son[a-z]+="|<link|@import|unsafe/);
    const addresses = [...html.matchAll(/(?:src|href)=["']([^"']{1,40})/g)].map(([, address]) => address!);
    expect(addresses.filter((address) => !/^(?:data:|#|https:\/\/)/.test(address))).toEqual([]);
  });

  it("holds each figure's SVG and rows byte for byte, and the narrow drawing without font and provenance", () => {
    const address = /<img [^>]*src='([^']*)'/.exec(html)![1]!.replaceAll("&#39;", "'").replaceAll("&amp;", "&");
    expect(decodeURIComponent(address.slice(address.indexOf(",") + 1))).toBe(svg);
    const unpacked = (id: string) => inflateRawSync(Buffer.from(element(`<script type="text/plain" id="${id}">`), "base64")).toString();
    expect(unpacked("rows-budget")).toBe("a,b\n1,é\n");
    expect(unpacked("narrow-budget")).toBe("<svg><g/></svg>");
    expect(html).toContain('alt="a &quot;quoted&quot; &lt;b&gt;" width="10" height="5"');
  });

  it("says at once that data are synthetic, why a figure is missing, and what everything was made with", () => {
    expect(html.indexOf('class="notice"')).toBeLessThan(html.indexOf("<main"));
    expect(html).toContain("The figure cost is not shown: no prices &lt;b&gt;.");
    expect(html).toMatch(/<h2 id="section-methods">Methods<\/h2>\n<figure class="table long" id="table-methods">/);
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html).toContain('<html lang="en">');
  });

  it("writes each number of a table beside its text", () => {
    const table = content.blocks.find((block) => block.kind === "table" && block.name === "environments")!;
    const values = (table as {rows: {value: unknown}[][]}).rows.flat().flatMap(({value}) => (typeof value === "number" ? [value] : []));
    const section = html.slice(html.indexOf('id="table-environments"'), html.indexOf("</table>", html.indexOf('id="table-environments"')));
    expect([...section.matchAll(/data-value="([^"]+)"/g)].map(([, value]) => Number(value))).toEqual(values);
  });

  it("takes values as they are in the content", () => {
    expect(html).toMatch(/People reach <span class="value" data-value="score">0\.\d{4}<\/span>/);
  });
});

describe("parts of a page", () => {
  it("escape whatever stands in them", () => {
    expect(escapeHtml(`<a href="x" b='y'>&`)).toBe("&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
    const link = (href: string) => spansHtml([{kind: "link", href, spans: [{kind: "text", text: "<i>"}]}]);
    expect(link("https://example.org/?a=1&b=2")).toBe('<a href="https://example.org/?a=1&amp;b=2">&lt;i&gt;</a>');
    expect(link("javascript:alert(1)")).toBe("&lt;i&gt;");
  });

  it("give any SVG back as it was", () => {
    const text = fc.string({unit: "binary", maxLength: 200}).filter((each) => !/\p{Surrogate}/u.test(each));
    fc.assert(
      fc.property(text, (svg) => {
        const address = svgAddress(svg);
        expect(decodeURIComponent(address.slice(address.indexOf(",") + 1))).toBe(svg);
        expect(address).not.toMatch(/[\u0000-\u0020#]/);
        expect(inflateRawSync(Buffer.from(packed(svg), "base64")).toString()).toBe(svg);
      }),
    );
  });

  it("list sections from four on, without links inside of links", () => {
    const heading = (n: number) => ({
      kind: "heading" as const,
      level: 2,
      id: `section-${n}`,
      spans: [{kind: "link" as const, href: "#x", spans: [{kind: "text" as const, text: `S${n}`}]}],
    });
    expect(contentsHtml([1, 2, 3].map(heading))).toBe("");
    expect(contentsHtml([1, 2, 3, 4].map(heading))).toContain('<li><a href="#section-4">S4</a></li>');
  });

  it("turn every colour of figures dark, but those that a theme sets", () => {
    const css = figureColors(null);
    for (const [i, color] of lightTheme.agents.entries())
      expect(css).toContain(`[stroke="${color}" i]{stroke:light-dark(${color},${darkTheme.agents[i]})}`);
    expect(css).toContain(`[fill="${lightTheme.background}" i]{fill:light-dark(${lightTheme.background},${darkTheme.background})}`);
    expect(figureColors({grid: "#123456"})).not.toMatch(/#123456|e6e8eb/);
  });
});
