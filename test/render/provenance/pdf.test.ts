import fc from "fast-check";
import {expect, it} from "vitest";
import {canonicalJson} from "../../../src/render/canonicalJson.js";
import {extractFromPdf} from "../../../src/render/provenance/pdf.js";
import {pdfTokens} from "../../../src/render/provenance/pdfObjects.js";
import {anyProvenance, HOSTILE, hostileProvenance, pdf, provenanceOf, utf8} from "./figures.js";

it("comes out of what pdfkit writes as it went in, whatever text it has", async () => {
  await fc.assert(
    fc.asyncProperty(anyProvenance, async (provenance) => {
      expect(extractFromPdf(await pdf(provenance)).json).toBe(canonicalJson(provenance));
    }),
    {numRuns: 50},
  );
});

it("is found beside other entries that look like it", async () => {
  for (const Title of HOSTILE) {
    const bytes = await pdf(hostileProvenance(), {Title, Subject: "/Rebench (x)", Keywords: "é\\) /Rebench 1 0 R"});
    expect(extractFromPdf(bytes).json).toBe(canonicalJson(hostileProvenance()));
  }
});

it("changes neither pages nor fonts, and gives the same bytes each time", async () => {
  const streams = (bytes: Uint8Array) =>
    Buffer.from(bytes)
      .toString("latin1")
      .match(/stream\n[\s\S]*?endstream/g);
  const [without, first, second] = [await pdf(null), await pdf(provenanceOf()), await pdf(provenanceOf())];
  expect(streams(first!)).toEqual(streams(without!));
  expect(streams(first!)!.length).toBeGreaterThan(0);
  expect(second).toEqual(first);
});

it("is not found where there is none, or the file is cut", async () => {
  expect(extractFromPdf(await pdf(null)).problem).toMatch(/^carries no provenance/);
  const whole = await pdf(provenanceOf());
  expect(extractFromPdf(whole.subarray(0, -8)).problem).toMatch(/^is truncated/);
  const moved = Buffer.concat([whole.subarray(0, 20), utf8("x".repeat(30)), whole.subarray(20)]); // its table of objects no longer holds
  expect(extractFromPdf(moved).problem).toMatch(/cannot be found/);
});

// ISO 32000-1, 7.3.4.2 and 7.3.4.3: the examples given there, and a text string in UTF-16
it("reads strings in every way they may be written", () => {
  const strings = (text: string) => [...pdfTokens(text)].filter(({kind}) => kind === "string").map((token) => token.text);
  expect(strings("(These (two) strings\\\nare) (\\245\\307\\0053\\53\\n\\)\\\\) ()")).toEqual([
    "These (two) stringsare",
    "\u00a5\u00c7\u00053+\n)\\",
    "",
  ]);
  expect(strings("<4E6F762073 686D6F7A> <901FA> <FEFF00e9d83dde00>")).toEqual(["Nov shmoz", "\u0090\u001f\u00a0", "é😀"]);
  expect([...pdfTokens("<</A 1 0 R/B[/C(x)]>>\nendobj 7")].map(({text}) => text)).toEqual("<< A 1 0 R B [ C x ] >>".split(" "));
});
