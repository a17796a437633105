import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {embedInCsv} from "../../../src/render/provenance/csv.js";
import {digestRows} from "../../../src/render/provenance/digestRows.js";
import {extractProvenance} from "../../../src/render/provenance/extractProvenance.js";
import {embedInPng} from "../../../src/render/provenance/png.js";
import {type Provenance, provenanceSchema} from "../../../src/render/provenance/provenance.js";
import {embedInSvg} from "../../../src/render/provenance/svg.js";
import {embedInVegaLite} from "../../../src/render/provenance/vegaLite.js";
import {CSV, hostileProvenance, pdf, png, provenanceOf, SPEC, SVG, utf8} from "./figures.js";

const files = async (provenance: Provenance) => ({
  svg: utf8(embedInSvg(SVG, provenance)),
  png: embedInPng(png(), provenance),
  pdf: await pdf(provenance),
  csv: utf8(embedInCsv(CSV, provenance)),
  "vl.json": utf8(JSON.stringify(embedInVegaLite(SPEC, provenance))),
});

it("tells the format from the content, not from the name", async () => {
  for (const provenance of [provenanceOf(), provenanceOf({seed: null}), hostileProvenance()]) {
    for (const [format, bytes] of Object.entries(await files(provenance))) {
      expect(extractProvenance("misnamed.png", bytes)).toEqual({format, provenance, problem: null});
    }
  }
});

it("says of files without provenance that they have none", async () => {
  const plain = {svg: utf8(SVG), png: png(), pdf: await pdf(null), csv: utf8(CSV), "vl.json": utf8(JSON.stringify(SPEC))};
  for (const [format, bytes] of Object.entries(plain)) {
    expect(extractProvenance("a.x", bytes)).toEqual({
      format,
      provenance: null,
      problem: "a.x carries no provenance of rebench: another program drew it, or left the provenance out when saving it.",
    });
  }
});

it("says of other files that they are no figures, and shows their names as they can be shown", () => {
  const others = ["PK\u0003\u0004", "<!doctype html><html><svg></svg></html>", "<?xml version='1.0'?><gpx></gpx>", "GIF89a\u0001\0", "x"];
  for (const text of others) {
    const {format, problem} = extractProvenance("x\u202e\n.svg", utf8(text));
    expect([format, problem]).toEqual([
      null,
      "x\\u202e\\u000a.svg is no figure that rebench writes: neither SVG, PNG, PDF, CSV nor a Vega-Lite spec.",
    ]);
  }
  expect(extractProvenance("e", new Uint8Array()).problem).toBe("e is empty.");
});

describe("provenance that is not ours to read", () => {
  const problem = (value: unknown) =>
    extractProvenance("a.csv", utf8(`# rebench: ${typeof value === "string" ? value : JSON.stringify(value)}\nx\n`));

  it("of a newer version: says so", () => {
    const newer = {...provenanceOf(), formatVersion: 2, toolVersion: "3.0.0", rows: "something else"};
    expect(problem(newer).problem).toBe(
      "a.csv carries provenance of format version 2 (drawn by 3.0.0); this rebench reads up to 1: install a newer one.",
    );
  });

  it("of another program, or nobody's: says so", () => {
    for (const value of [{...provenanceOf(), format: "plotter"}, null, 3, [], "{}", '"x"']) {
      expect(problem(value)).toMatchObject({
        format: "csv",
        provenance: null,
        problem: /carries provenance of another program: its format is /,
      });
    }
  });

  it("damaged: names the first field that is wrong", () => {
    expect(problem("{").problem).toBe("a.csv carries provenance that is damaged: it is not JSON.");
    const wrong: [Partial<Record<keyof Provenance, unknown>>, RegExp][] = [
      [{formatVersion: 0}, /damaged: /],
      [{attempts: {count: -1, sha256: provenanceOf().attempts.sha256}}, /damaged: /],
      [{rows: {...provenanceOf().rows, digests: ["0"]}}, /damaged: 8 hexadecimal digits/],
      [{specSha256: "x"}, /damaged: 64 hexadecimal digits/],
      [{settings: []}, /damaged: an object/],
      [{draw: {...provenanceOf().draw, columns: 3}}, /damaged: /],
      [{options: null}, /damaged: an object/],
      [{seed: undefined}, /damaged: /],
    ];
    for (const [changes, message] of wrong)
      expect(problem({...provenanceOf(), ...changes})).toMatchObject({provenance: null, problem: message});
  });

  it("text with a byte that is no UTF-8: damaged, though the JSON would read", () => {
    const bytes = utf8(embedInSvg(SVG, provenanceOf()));
    bytes[bytes.indexOf("budget".charCodeAt(0), SVG.indexOf("<g>"))]! ^= 0x80;
    expect(extractProvenance("a.svg", bytes)).toEqual({
      format: "svg",
      provenance: null,
      problem: "a.svg is damaged: it is not text in UTF-8.",
    });
  });
});

/** Never an error; what is read is whole, and what is not has a sentence. */
function check(bytes: Uint8Array): void {
  const {provenance, problem} = extractProvenance("f", bytes);
  if (provenance === null) expect(problem).toMatch(/^f .*\.$/);
  else expect([provenanceSchema.safeParse(provenance).success, problem]).toEqual([true, null]);
}

describe("damaged files never make it fail", () => {
  it.each(["svg", "png", "pdf", "csv", "vl.json"] as const)("%s: cut anywhere, bits flipped, bytes put in", async (format) => {
    for (const provenance of [provenanceOf(), hostileProvenance()]) {
      const whole = (await files(provenance))[format];
      const place = fc.nat(whole.length - 1);
      const flips = fc.array(fc.tuple(place, fc.nat(7)), {minLength: 1, maxLength: 5});
      fc.assert(
        fc.property(place, flips, fc.uint8Array({maxLength: 4}), (at, bits, inserted) => {
          check(whole.subarray(0, at));
          check(whole.subarray(at));
          const flipped = Uint8Array.from(whole);
          for (const [byte, bit] of bits) flipped[byte]! ^= 1 << bit;
          check(flipped);
          check(Buffer.concat([whole.subarray(0, at), inserted, whole.subarray(at)]));
        }),
        {numRuns: 300},
      );
    }
  });

  it("any bytes, and any after a good beginning", () => {
    const beginnings = ["", "%PDF-1.3\n", "\u0089PNG\r\n\u001a\n", "<svg>", '{"usermeta":', "# rebench: "].map((text) =>
      Buffer.from(text, "latin1"),
    );
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), fc.uint8Array({maxLength: 200}), (start, bytes) => check(Buffer.concat([start, bytes]))),
      {numRuns: 1000},
    );
  });

  it("a cut file never gives provenance, but for a CSV that was cut after its header", async () => {
    const {csv: _, ...others} = await files(provenanceOf());
    for (const whole of Object.values(others)) {
      for (let at = 0; at < whole.length - 1; at += 7) expect(extractProvenance("f", whole.subarray(0, at)).provenance).toBeNull();
    }
  });
});

// Python: hashlib.sha256(b'[{"a":1},{"a":"\\u00e9"}]').hexdigest(), and the same of each row
it("digests of rows: of all, and of each unless they are too many", () => {
  const rows = [{a: 1}, {a: "é"}];
  expect(digestRows(rows)).toEqual({
    count: 2,
    sha256: "e18efa9069dc153e0b995b8f4038c5a01569fc11ca36c9d8e77c2a1f71d99ff4",
    digests: ["015abd7f", "57e512a1"],
  });
  expect(digestRows([])).toMatchObject({count: 0, digests: []});
  expect(digestRows(Array.from({length: 2000}, () => 0)).digests).toHaveLength(2000);
  expect(digestRows(Array.from({length: 2001}, () => 0)).digests).toBeNull();
});
