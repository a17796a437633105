import {Resvg} from "@resvg/resvg-js";
import fc from "fast-check";
import PDFDocument from "pdfkit";
import {embedInPdf} from "../../../src/render/provenance/pdf.js";
import type {Provenance} from "../../../src/render/provenance/provenance.js";

const SHA = "0123456789abcdef".repeat(4);

export const provenanceOf = (changes: Partial<Provenance> = {}): Provenance => ({
  format: "rebench-figure",
  formatVersion: 1,
  figure: "budget",
  toolVersion: "0.2.0",
  attempts: {count: 3, sha256: SHA},
  rows: {count: 2, sha256: SHA, digests: ["01234567", "89abcdef"]},
  specSha256: SHA,
  seed: 1,
  settings: {interval: {method: "percentile", level: 0.95}, floor: true},
  draw: {columns: 1, dark: false, dpi: 144, theme: null, highlight: null, caption: true},
  options: {agents: ["A"], tier: null},
  ...changes,
});

/** Text that ends, opens or breaks something in one of the formats. */
export const HOSTILE = [
  "]]>",
  "<![CDATA[",
  "</metadata><script>alert(1)</script>",
  "<metadata data-format='rebench-figure'>{}</metadata>",
  "&lt;&amp;&#x3c;",
  "-->",
  "\\) (( \\( \\\\",
  "endobj\n9 0 obj\n(x)\nstream trailer\n<< /Info 1 0 R >>\nstartxref\n0\n%%EOF",
  "a\r\n# rebench: {}\n",
  '"";,\t',
  "\0\u0001\u001b[1m\u007f\u0085",
  "\u202eابج\u2066",
  "模型 é \ud83d\ude00",
  "\ud800",
  "\u2028\u2029\ufeff",
  "__proto__",
];

export const hostileProvenance = (): Provenance =>
  provenanceOf({
    toolVersion: HOSTILE.join(" "),
    settings: JSON.parse(JSON.stringify(Object.fromEntries(HOSTILE.map((text, i) => [text, {[text]: [text, i]}])))) as Record<
      string,
      unknown
    >,
    draw: {columns: 2, dark: true, dpi: 300, theme: {fontFamily: '"</svg>'}, highlight: HOSTILE, caption: false},
    options: JSON.parse(`{"__proto__": ${JSON.stringify(HOSTILE)}, "constructor": null}`) as Record<string, unknown>,
  });

const hostileText = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({unit: "binary", maxLength: 20}));

/** Provenance with any text and any settings. */
export const anyProvenance: fc.Arbitrary<Provenance> = fc
  .record({
    figure: hostileText,
    toolVersion: hostileText,
    settings: fc.dictionary(hostileText, fc.jsonValue({stringUnit: "binary", maxDepth: 2})),
    highlight: fc.option(fc.array(hostileText)),
    seed: fc.option(fc.integer()),
  })
  .map(({highlight, settings, ...rest}) => ({
    ...provenanceOf(rest),
    settings: JSON.parse(JSON.stringify(settings)) as Record<string, unknown>,
    draw: {...provenanceOf().draw, highlight},
  }));

export const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" viewBox="0 0 60 40" role="img" aria-label="a > b"><title>a &gt; b</title><desc>It says "&lt;svg&gt;".</desc><g><rect x="5" y="5" width="30" height="20" fill="#0072b2"/><path d="M0,0L60,40" stroke="black"/></g></svg>`;

export const png = (svg = SVG): Uint8Array => new Resvg(svg).render().asPng();

/** A PDF as pdfkit writes it, with a line of text and one that is drawn; `info` besides the provenance. */
export function pdf(provenance: Provenance | null, info: object = {Title: "A (title"}): Promise<Uint8Array> {
  const dated = {...info, CreationDate: new Date(0)};
  const document = new PDFDocument({size: [200, 100], info: provenance === null ? dated : embedInPdf(dated, provenance)});
  document.text("a > b (c)").moveTo(0, 0).lineTo(200, 100).stroke();
  const parts: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    document.on("data", (part: Uint8Array) => parts.push(part));
    document.on("end", () => resolve(Buffer.concat(parts)));
    document.on("error", reject);
    document.end();
  });
}

export const CSV = 'agent,score\n"A, the first",0.5\nB #2,0.25\n';

export const SPEC = {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  data: {values: [{x: 1, y: 2}]},
  mark: "point" as const,
  encoding: {x: {field: "x", type: "quantitative" as const}, y: {field: "y", type: "quantitative" as const}},
  usermeta: {note: "kept"},
};

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
