import {DuckDBInstance} from "@duckdb/node-api";
import fc from "fast-check";
import {expect, it} from "vitest";
import {canonicalJson} from "../../../src/render/canonicalJson.js";
import {embedInCsv, extractFromCsv} from "../../../src/render/provenance/csv.js";
import {workshop} from "../../store/workshop.js";
import {anyProvenance, CSV, hostileProvenance, provenanceOf} from "./figures.js";

const {write} = workshop();

it("is a line before the header, and comes out as it went in", () => {
  fc.assert(
    fc.property(anyProvenance, (provenance) => {
      const csv = embedInCsv(CSV, provenance);
      expect(csv.slice(csv.indexOf("\n") + 1)).toBe(CSV.replace("B #2", '"B #2"'));
      expect(extractFromCsv(csv).json).toBe(canonicalJson(provenance));
    }),
  );
});

it("takes the place of the provenance that was there, and keeps to the line ends of the file", () => {
  expect(embedInCsv(embedInCsv(CSV, hostileProvenance()), provenanceOf())).toBe(embedInCsv(CSV, provenanceOf()));
  const windows = embedInCsv(CSV.replaceAll("\n", "\r\n"), provenanceOf());
  expect(windows.replaceAll("\r\n", "")).not.toContain("\n");
  expect(JSON.parse(extractFromCsv(`\ufeff${windows}`).json!)).toEqual(provenanceOf());
});

it("quotes values with #, which would begin a comment, and no others", () => {
  const csv = 'a,#b\n"x # ""y"" # z",1#\n,2\n';
  expect(embedInCsv(csv, provenanceOf()).split("\n").slice(1).join("\n")).toBe('a,"#b"\n"x # ""y"" # z","1#"\n,2\n');
});

it("is a comment to DuckDB, whatever text it has; the rows are the same", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const rows = async (csv: string, options: string) => {
    const file = write("rows.csv", csv);
    return (await connection.runAndReadAll(`select * from read_csv('${file}'${options})`)).getRowObjectsJS();
  };
  try {
    const long = provenanceOf({rows: {...provenanceOf().rows, digests: Array.from({length: 2000}, () => "01234567")}});
    for (const provenance of [provenanceOf(), hostileProvenance(), long]) {
      for (const options of ["", ", comment = '#'"]) {
        expect(await rows(embedInCsv(CSV, provenance), options)).toEqual([
          {agent: "A, the first", score: 0.5},
          {agent: "B #2", score: 0.25},
        ]);
      }
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});

it("is not found where there is none, or the line is cut", () => {
  expect(extractFromCsv(CSV).problem).toMatch(/^carries no provenance/);
  expect(extractFromCsv(embedInCsv(CSV, provenanceOf()).slice(0, 200)).problem).toMatch(/^is truncated/);
});
