import {existsSync, readFileSync} from "node:fs";
import {expect, it} from "vitest";
import {writeRows} from "../../src/export/writeRows.js";
import {failure, workshop} from "../store/workshop.js";

const {fresh} = workshop();

it("no rows: JSON holds the result, parquet is refused before anything is written", async () => {
  const [json, parquet] = [fresh("none.json"), fresh("none.parquet")];
  const error = await failure(writeRows([json, parquet], {rows: []}, []));
  expect(error).toMatchObject({code: "unwritable-file", problem: expect.stringContaining("there are no rows")});
  expect([json, parquet].map(existsSync)).toEqual([false, false]);
  await writeRows([json], {rows: []}, []);
  expect(JSON.parse(readFileSync(json, "utf8"))).toEqual({rows: []});
});
