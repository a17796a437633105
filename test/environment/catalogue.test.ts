import {mkdirSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {bundledCatalogue, catalogueOf, findEnvironment, parseEnvironment, readCatalogue} from "../../src/environment/catalogue.js";
import type {Environment} from "../../src/environment/environment.js";
import {naturalFromRaw, rawFromNatural} from "../../src/environment/naturalScore.js";
import {RebenchError} from "../../src/errors.js";
import {keptEnvironments} from "../../src/store/environmentVersions.js";
import {exported, failure, importOne, jsonLines, record, withStore, workshop} from "../store/workshop.js";

const {path, write} = workshop();
const catalogue = bundledCatalogue();
const kernel = catalogue.find("optimize_kernel")!;
const thrown = (work: () => unknown): RebenchError => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(RebenchError);
    return error as RebenchError;
  }
  return expect.fail("nothing was thrown");
};

// METR's paper, arXiv 2411.15114, as collected in ../shared/re-bench.md: Table 2 (starting and reference score, machine),
// Table 3 (lines of code, time to run and score), Table 8 (ceilings), and the deviations of the starting score in its text.
// biome-ignore format: a table
type PaperRow = [name: string, family: string, transform: string, direction: string, startingScore: number, referenceScore: number,
  gpus: number, cpus: number, memoryGb: number, best: boolean, low: number, high: number, lines: number, seconds: number | null, deviation: number];
// biome-ignore format: a table
const PAPER: PaperRow[] = [
  // name, METR's family, transform, better, starting, reference, GPUs, CPUs, GB, best of k, ceiling, lines, seconds, deviation
  ["optimize_llm_foundry", "ai_rd_optimize_llm_foundry", "ln", "lower", Math.log(272), Math.log(94), 4, 52, 400, true, 1.15, 1.80, 1651, 100, 0.08],
  ["optimize_kernel", "ai_rd_triton_cumsum", "ln", "lower", 1.56, 0.47, 1, 13, 100, true, 2.07, 2.53, 180, 40, 0.005],
  ["fix_embedding", "ai_rd_fix_embedding", "ln-minus-1.5", "lower", 2.196224, 0.262364, 1, 13, 100, true, 1.14, 1.25, 802, 2.5 * 3600, 0],
  ["scaling_law", "ai_rd_small_scaling_law", "identity", "higher", 0.24, 0.80, 6, 48, 400, false, 1.27, 1.36, 433, null, 0.004],
  ["restricted_mlm", "ai_rd_restricted_mlm", "ln-minus-1.5", "lower", 1.8142, 1.1314, 2, 26, 200, true, 2.16, 2.51, 495, 50 * 60, 0.02],
  ["gpt2_qa_rl", "ai_rd_nanogpt_chat_rl", "identity", "higher", 0.54, 0.85, 2, 26, 200, true, 1.45, 1.48, 647, 40 * 60, 0.62],
  ["rust_codecontests", "ai_rd_rust_codecontests_inference", "identity", "higher", 0, 0.127273, 0, 20, 100, true, 1.34, 1.81, 746, 8 * 60, 0],
];

describe("the seven environments", () => {
  it("are all there", () => {
    expect(catalogue.environments.map(({name}) => name)).toEqual(PAPER.map(([name]) => name).sort());
  });

  it.each(PAPER)("%s has the paper's numbers", (...row) => {
    const [
      name,
      family,
      transform,
      direction,
      startingScore,
      referenceScore,
      gpus,
      cpus,
      memoryGb,
      best,
      low,
      high,
      lines,
      seconds,
      deviation,
    ] = row;
    const environment = catalogue.find(name)!;
    const full = environment.tiers.full!;
    expect(catalogue.find(family)).toBe(environment);
    expect(environment).toMatchObject({direction, timeLimitSeconds: 8 * 3600, rawScore: {transform}});
    expect(full.defaultConstants).toBe("paper");
    expect(full.constants.paper!.startingScore).toBeCloseTo(startingScore, 12);
    expect(full.constants.paper!.referenceScore).toBeCloseTo(referenceScore, 12);
    expect(full.machine).toEqual({gpus, gpuModel: gpus > 0 ? "H100" : null, cpus, memoryGb});
    expect(environment).toMatchObject({scoreHidden: !best, combine: best ? "best" : "mean", scoreRule: best ? "best" : "last"});
    expect(environment.estimatedCeiling).toMatchObject({low, high, constants: "paper"});
    expect(environment.reference).toMatchObject({linesOfCode: lines, runAndScoreSeconds: seconds});
    expect(environment.startingScoreDeviation!.value).toBe(deviation);
  });

  it("hold both numbers where sources disagree", () => {
    // METR's later data (re-bench.md): QA 0.8149; the README of RE-Bench: scaling law 0.84
    expect(catalogue.find("gpt2_qa_rl")!.tiers.full!.constants["metr-2025"]).toMatchObject({startingScore: 0.54, referenceScore: 0.8149});
    expect(catalogue.find("scaling_law")!.tiers.full!.constants.readme).toMatchObject({startingScore: 0.24, referenceScore: 0.84});
  });

  it("have natural values that fit their raw scores", () => {
    // Table 2: kernel 4.74 to 4.76 ms and 1.6 ms, embedding loss 10.49 and 2.8, MLM 7.636 and 4.6, Foundry 272 s and 94 s
    const natural = (name: string) => {
      const {rawScore, tiers} = catalogue.find(name)!;
      const {startingScore, referenceScore} = tiers.full!.constants.paper!;
      return [naturalFromRaw(rawScore.transform, startingScore), naturalFromRaw(rawScore.transform, referenceScore)] as const;
    };
    const expected: [name: string, starting: number, reference: number, digits: number][] = [
      ["optimize_llm_foundry", 272, 94, 9],
      ["optimize_kernel", 4.76, 1.6, 2],
      ["fix_embedding", 10.49, 2.8, 2],
      ["restricted_mlm", 7.636, 4.6, 2],
    ];
    for (const [name, starting, reference, digits] of expected) {
      expect(natural(name)[0]).toBeCloseTo(starting, digits);
      expect(natural(name)[1]).toBeCloseTo(reference, digits);
    }
  });
});

it("raw and natural scores are inverse; where there is none, null", () => {
  for (const transform of ["identity", "ln", "ln-minus-1.5"] as const) {
    for (const natural of [1.6, 2.8, 94, 1e6])
      expect(naturalFromRaw(transform, rawFromNatural(transform, natural)!)).toBeCloseTo(natural, 8);
  }
  expect(rawFromNatural("ln", 0)).toBe(null);
  expect(rawFromNatural("ln", -1)).toBe(null);
  expect(rawFromNatural("ln-minus-1.5", 1.5)).toBe(null);
});

it("an unknown name is answered with the nearest", () => {
  expect(findEnvironment(catalogue, "ai_rd_triton_cumsum")).toBe(kernel);
  const error = thrown(() => findEnvironment(catalogue, "optimise_kernel"));
  expect(error).toMatchObject({
    code: "unknown-environment",
    problem: 'unknown environment "optimise_kernel"; did you mean optimize_kernel?',
  });
  expect(error.hint).toContain("--environments-dir");
});

const own = (changes: Partial<Environment> = {}): Environment => ({
  ...structuredClone({...kernel, tiers: {full: kernel.tiers.full!}}),
  name: "own_task",
  aliases: ["mine"],
  ...changes,
});

describe("definitions that are refused", () => {
  it("two with one name or alias", () => {
    expect(thrown(() => catalogueOf([kernel, own({name: "optimize_kernel"})])).problem).toBe(
      'two environments are called "optimize_kernel"',
    );
    expect(thrown(() => catalogueOf([kernel, own({aliases: ["ai_rd_triton_cumsum"]})]))).toMatchObject({
      code: "invalid-environment",
      problem: 'two environments are called "ai_rd_triton_cumsum"',
    });
    expect(catalogueOf([own({aliases: ["own_task", "own_task"]})]).find("own_task")).toBeDefined();
  });

  const full = kernel.tiers.full!;
  const withConstants = (startingScore: number, referenceScore: number) => ({
    tiers: {full: {...full, constants: {paper: {startingScore, referenceScore, source: "s"}}}},
  });
  it.each<[string, Record<string, unknown>, RegExp]>([
    ["a name with capitals", {name: "Own"}, /lower-case letters, digits and _[\s\S]*at name/],
    ["equal constants", withConstants(1, 1), /must differ/],
    [
      "a reference that is worse than the start",
      withConstants(1, 2),
      /referenceScore must be better than startingScore, and lower is better/,
    ],
    [
      "default constants that are not there",
      {tiers: {full: {...full, defaultConstants: "x"}}},
      /defaultConstants must name one of constants/,
    ],
    [
      "a ceiling in constants that are not there",
      {estimatedCeiling: {low: 1, high: 2, constants: "x", source: "s"}},
      /must name one of the constants of tier full/,
    ],
    ["a ceiling upside down", {estimatedCeiling: {low: 2, high: 1, constants: "paper", source: "s"}}, /low must not be above high/],
    ["best of k of hidden scores", {scoreHidden: true}, /combine must be mean/],
    ["a field that is not known", {colour: "red"}, /colour/],
    ["a runner without limits", {runner: {...kernel.runner, maxBytes: 0}}, /maxBytes/],
    ["a runner that submits nothing", {runner: {...kernel.runner, submission: []}}, /submission/],
    ["a time-out for a tier that is not known", {runner: {...kernel.runner, scoringTimeoutSeconds: {tiny: 1}}}, /tiny/],
  ])("%s", (_, changes, message) => {
    const error = thrown(() => parseEnvironment({...own(), ...changes}, "DIR/own_task/environment.json"));
    expect(error.code).toBe("invalid-environment");
    expect(error.problem).toMatch(/^DIR\/own_task\/environment\.json:/);
    expect(error.problem).toMatch(message);
  });
});

it("an environment that cannot be run yet says so", () => {
  const {runner, ...rest} = own();
  expect(runner).not.toBe(null);
  expect(parseEnvironment(rest, "own").runner).toBe(null);
});

describe("a folder of one's own", () => {
  const folderWith = (name: string, definition: string): string => {
    mkdirSync(path(`${name}/own_task`), {recursive: true});
    for (const other of [".git", "_lib", "__pycache__"]) mkdirSync(path(`${name}/${other}`), {recursive: true});
    write(`${name}/own_task/environment.json`, definition);
    return path(name);
  };

  it("adds to the seven", () => {
    const read = readCatalogue([folderWith("good", JSON.stringify(own()))]);
    expect(read.environments).toHaveLength(8);
    expect(read.find("mine")!.name).toBe("own_task");
  });

  it("with a file that cannot be used, or none, is refused with its name", () => {
    expect(thrown(() => readCatalogue([folderWith("text", "{")])).problem).toMatch(/text\/own_task\/environment\.json: .*JSON/);
    expect(thrown(() => readCatalogue([folderWith("wrong", JSON.stringify({...own(), version: 1}))])).problem).toMatch(
      /wrong\/own_task\/environment\.json:[\s\S]*version/,
    );
    expect(thrown(() => readCatalogue([path("missing")]))).toMatchObject({code: "unreadable-file"});
    mkdirSync(path("bare"));
    expect(thrown(() => readCatalogue([path("bare")]))).toMatchObject({code: "invalid-environment", problem: /holds no environments/});
    mkdirSync(path("without/own_task"), {recursive: true});
    expect(thrown(() => readCatalogue([path("without")])).problem).toMatch(/own_task\/environment\.json/);
  });

  it("is not needed any more by a store that has attempts at it; every version is kept", async () => {
    const store = path("own.duckdb");
    const versions = ["1", "2"].map((version) => readCatalogue([folderWith(`v${version}`, JSON.stringify(own({version})))]));
    await importOne(store, write("own1.jsonl", jsonLines(record("a", {environment: "mine"}))), {catalogue: versions[0]!});
    await importOne(store, write("own2.jsonl", jsonLines(record("b", {environment: "own_task"}))), {catalogue: versions[1]!});
    await importOne(store, write("own3.jsonl", jsonLines(record("c", {environment: "own_task"}))), {catalogue: versions[1]!});
    const kept = await withStore(store, "read", ({connection}) => keptEnvironments(connection));
    expect(kept).toEqual([own({version: "1"}), own({version: "2"})]);
    expect((await exported(store)).match(/"environment":"own_task"/g)).toHaveLength(3);
    const later = write("own4.jsonl", jsonLines(record("d", {environment: "own_task"}), record("e", {environment: "mine"})));
    expect(await importOne(store, later)).toMatchObject({added: 2});
    expect(await importOne(store, write("own-export.jsonl", await exported(store)))).toMatchObject({added: 0, unchanged: 5});
    const error = await failure(importOne(path("other.duckdb"), later));
    expect(error.problem).toMatch(/environment: found own_task, expected one of .*--environments-dir/);
  });

  it("that changes what scores mean needs a new version; texts may change", async () => {
    const store = path("changed.duckdb");
    const catalogueWith = (changes: Record<string, unknown>) =>
      catalogueOf([...catalogue.environments, parseEnvironment(own(changes), "own")]);
    const add = (id: string, changes: Record<string, unknown>) =>
      importOne(store, write(`${id}.jsonl`, jsonLines(record(id, {environment: "own_task"}))), {catalogue: catalogueWith(changes)});
    await add("a", {});
    await add("b", {title: "Another title"});
    await add("small", {title: "Another title", tiers: {...own().tiers, small: own().tiers.full!}}); // a tier more
    const before = await exported(store);
    const changed = structuredClone(own({combine: "mean"}));
    const full = changed.tiers.full!;
    full.constants[full.defaultConstants]!.startingScore += 1;
    const error = await failure(add("c", changed));
    expect(error.code).toBe("invalid-environment");
    expect(error.problem).toMatch(/own_task .* version "/);
    expect(error.problem).toMatch(/combine: best there, mean here/);
    expect(error.problem).toMatch(/tiers\.full\.constants\.\S+\.startingScore: \S+ there, \S+ here/);
    expect(error.hint).toContain("new version");
    expect(await exported(store)).toBe(before);
    expect(await add("c", {...changed, version: "next"})).toMatchObject({added: 1});
  });
});
