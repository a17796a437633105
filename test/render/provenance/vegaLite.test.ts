import fc from "fast-check";
import {expect, it} from "vitest";
import {canonicalJson} from "../../../src/render/canonicalJson.js";
import {drawSpec} from "../../../src/render/drawSpec.js";
import {embedInVegaLite, extractFromVegaLite} from "../../../src/render/provenance/vegaLite.js";
import {anyProvenance, hostileProvenance, provenanceOf, SPEC} from "./figures.js";

it("comes out as it went in, whatever text it has, and the rest of the spec stays", () => {
  fc.assert(
    fc.property(anyProvenance, (provenance) => {
      const spec = embedInVegaLite(SPEC, provenance);
      expect({...spec, usermeta: SPEC.usermeta}).toEqual(SPEC);
      expect(spec.usermeta).toMatchObject(SPEC.usermeta);
      const {json} = extractFromVegaLite(JSON.stringify(spec, null, 2));
      expect(canonicalJson(JSON.parse(json!))).toBe(canonicalJson(provenance));
    }),
  );
});

it("draws the same, without a warning", async () => {
  const [plain, embedded] = [await drawSpec(SPEC), await drawSpec(embedInVegaLite(SPEC, hostileProvenance()))];
  expect(embedded.svg).toBe(plain.svg);
  expect(embedded.warnings).toEqual([]);
});

it("is the same bytes whatever the order in which the provenance was put together", () => {
  const reversed = Object.fromEntries(Object.entries(provenanceOf()).reverse()) as ReturnType<typeof provenanceOf>;
  expect(JSON.stringify(embedInVegaLite(SPEC, reversed))).toBe(JSON.stringify(embedInVegaLite(SPEC, provenanceOf())));
});

it("is not found where there is none, or the file is cut", () => {
  for (const value of [SPEC, null, 1, [], {usermeta: null}, {usermeta: {rebench: null}}]) {
    expect(extractFromVegaLite(JSON.stringify(value)).problem).toMatch(/^carries no provenance/);
  }
  expect(extractFromVegaLite(JSON.stringify(embedInVegaLite(SPEC, provenanceOf())).slice(0, -1)).problem).toMatch(
    /^is truncated or damaged/,
  );
});
