import {Resvg} from "@resvg/resvg-js";
import fc from "fast-check";
import {expect, it} from "vitest";
import {RebenchError} from "../../../src/errors.js";
import {canonicalJson} from "../../../src/render/canonicalJson.js";
import {embedInSvg, extractFromSvg} from "../../../src/render/provenance/svg.js";
import {because} from "../../because.js";
import {anyProvenance, HOSTILE, hostileProvenance, provenanceOf, SVG} from "./figures.js";
import {python} from "./python.js";

const pixels = (svg: string) => Buffer.from(new Resvg(svg).render().pixels).toString("base64");

it("stands right after title and description, and nothing else changes", () => {
  const svg = embedInSvg(SVG, provenanceOf());
  const own = /<metadata id="budget-provenance" data-format="rebench-figure">.*<\/metadata>/;
  expect(svg.indexOf("<metadata")).toBe(SVG.indexOf("</desc>") + "</desc>".length);
  expect(svg.replace(own, "")).toBe(SVG);
  expect(svg).toContain(`>${canonicalJson(provenanceOf())}<`);
});

it("draws the same", () => {
  expect(pixels(embedInSvg(SVG, hostileProvenance()))).toBe(pixels(SVG));
});

it("comes out as it went in, whatever text it has, and the SVG stays one that resvg reads", () => {
  const roundTrip = (svg: string) => JSON.parse(extractFromSvg(svg).json!);
  fc.assert(
    fc.property(anyProvenance, (provenance) => {
      const svg = embedInSvg(SVG, provenance);
      expect(canonicalJson(roundTrip(svg))).toBe(canonicalJson(provenance));
      new Resvg(svg);
    }),
    {numRuns: 50},
  );
  expect(canonicalJson(roundTrip(embedInSvg(SVG, hostileProvenance())))).toBe(canonicalJson(hostileProvenance()));
});

it.skipIf(python === null)(`is what Python's XML parser finds${because(python === null ? "no python3" : null)}`, () => {
  const script = `
import sys, json, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
print(json.dumps([[child.tag.split('}')[1] for child in root], json.loads(root[2].text)], sort_keys=True))`;
  const [children, value] = JSON.parse(python!(script, Buffer.from(embedInSvg(SVG, hostileProvenance()))));
  expect(children).toEqual(["title", "desc", "metadata", "g"]);
  expect(canonicalJson(value)).toBe(canonicalJson(hostileProvenance()));
});

it("takes the place of the provenance that was there", () => {
  const again = embedInSvg(embedInSvg(SVG, hostileProvenance()), provenanceOf());
  expect(again).toBe(embedInSvg(SVG, provenanceOf()));
});

it("finds its place after what may come before the root, and where there is no title", () => {
  const heads = [
    "",
    "\ufeff",
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    "<!-- a > <svg> -->\n",
    '<!DOCTYPE svg PUBLIC "-//W3C" "x.dtd">\n',
  ];
  for (const head of heads) {
    const svg = embedInSvg(`${head}<svg a='>'>\n<g/></svg>`, provenanceOf());
    expect(svg.startsWith(`${head}<svg a='>'><metadata `)).toBe(true);
    expect(JSON.parse(extractFromSvg(svg).json!)).toEqual(provenanceOf());
  }
});

it("is found where an editor has written it in another way", () => {
  const json = JSON.stringify(hostileProvenance());
  const escaped = json.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&#62;").replaceAll('"', "&quot;");
  const cdata = `<![CDATA[${json.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
  for (const text of [escaped, cdata]) {
    const svg = `<svg><metadata><rdf/></metadata><g/><metadata\n data-format='rebench-figure' id="x">${text}</metadata></svg>\n`;
    expect(JSON.parse(extractFromSvg(svg).json!)).toEqual(JSON.parse(json));
  }
});

it("is not found where there is none, or the file is no whole SVG", () => {
  expect(extractFromSvg(SVG).problem).toMatch(/^carries no provenance/);
  expect(extractFromSvg(SVG.replace("</desc>", `</desc><metadata>${canonicalJson(provenanceOf())}</metadata>`)).problem).toMatch(
    /no provenance/,
  );
  expect(extractFromSvg(embedInSvg(SVG, provenanceOf()).slice(0, -3)).problem).toMatch(/^is truncated/);
  for (const text of [...HOSTILE, "", "<svg", "<svg/>", "<svgx></svgx>", "<!-- <svg></svg>"]) expect(extractFromSvg(text).json).toBeNull();
});

it("is not put into what is no SVG", () => {
  for (const text of ["", "<svg/>", "<html></html>"]) {
    expect(() => embedInSvg(text, provenanceOf())).toThrow(RebenchError);
  }
});

it("takes no longer than the file is long for files made to be slow", () => {
  const started = process.hrtime.bigint();
  for (const piece of ["<!---->", "<metadata", "<![CDATA[", "&#", "<?a?>", "<metadata data-format='rebench-figure'>", "<!doctype svg"]) {
    extractFromSvg(`${piece.repeat(30_000)}</svg>`);
    extractFromSvg(`<svg>${piece.repeat(30_000)}</svg>`);
    extractFromSvg(`<svg><metadata data-format="rebench-figure">${piece.repeat(30_000)}</metadata></svg>`);
  }
  expect(Number(process.hrtime.bigint() - started) / 1e9).toBeLessThan(10);
});
