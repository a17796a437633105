import {existsSync, readdirSync} from "node:fs";
import {join} from "node:path";
import {expect, it} from "vitest";
import {newFolder, rebench} from "./rebench.js";

const folder = newFolder();
const few = ["--bootstrap", "0", "--environments", "scaling_law"];
const studyFigures = ["coverage", "coverage-by-population", "coverage-by-scheme"];

it("figures of the coverage study are drawn where they are named, need no attempts, and follow", async () => {
  const {status, stdout, stderr} = await rebench(folder, ["figures", ...studyFigures, "--format", "svg", "--out", "study"]);
  expect({status, stderr}).toEqual({status: 0, stderr: ""}); // no word of the sample data, which they do not show
  expect(stdout).toContain("3 figures, 3 files in study");
  expect(readdirSync(join(folder, "study")).sort()).toEqual(studyFigures.map((name) => `${name}.svg`).sort());
  const verified = await rebench(folder, ["verify", ...studyFigures.map((name) => `study/${name}.svg`), "--json"]);
  expect(verified.status).toBe(0);
  expect(JSON.parse(verified.stdout).verdicts.map(({verdict}: {verdict: string}) => verdict)).toEqual(Array(3).fill("follows"));
});

it("the report on the study needs no attempts either", async () => {
  const {status, stdout, stderr} = await rebench(folder, ["report", "calibration", "--out", "page"]);
  expect({status, stderr}).toEqual({status: 0, stderr: ""});
  expect(stdout).toContain("How far to trust an interval, in page");
});

it("without names they stay away; the list has them", async () => {
  const all = await rebench(folder, ["figures", "--format", "csv", "--out", "all", "--json", ...few]);
  expect(all.status).toBe(0);
  expect(existsSync(join(folder, "all", "budget.csv"))).toBe(true);
  expect(readdirSync(join(folder, "all")).filter((name) => name.startsWith("coverage"))).toEqual([]);
  const listed = JSON.parse((await rebench(folder, ["figures", "--list", "--json", ...few])).stdout).figures;
  const study = listed.filter(({name}: {name: string}) => studyFigures.includes(name));
  expect(study.map(({needs, available}: {needs: string; available: boolean}) => ({needs, available}))).toEqual(
    Array(3).fill({needs: "nothing: the coverage study that comes along", available: true}),
  );
});
