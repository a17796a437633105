import {execFileSync} from "node:child_process";
import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {afterEach, beforeAll, beforeEach, describe, expect, it, vi} from "vitest";
import {environmentsFolder, packageFolder} from "../../src/assets.js";
import {environmentsCommand} from "../../src/cli/environmentsCommand.js";
import type {EnvironmentCheck} from "../../src/runner/environments/checkEnvironment.js";
import {findPython} from "../../src/runner/host/findPython.js";
import {pythonPackages} from "../../src/runner/host/pythonPackages.js";
import {lockSolution, parseSolutionKey} from "../../src/runner/solutions/solutionArchive.js";
import {because} from "../because.js";
import {inProcess} from "./inProcess.js";
import {newFolder, type Outcome, tooWide} from "./rebench.js";

const folder = newFolder();
const ESCAPE = String.fromCharCode(27);
const environments = (...args: string[]): Promise<Outcome> => inProcess(environmentsCommand(), args);
const flat = (text: string) => text.replace(/\s+/g, " ");

const python = await findPython({option: null}).catch(() => null);
const packages = python === null ? {} : await pythonPackages(python, ["numpy", "pytest"]);
const hasNumpy = typeof packages.numpy === "string";

beforeAll(async () => {
  const {status, stdout} = await environments("new", "toy_curve", "--into", join(folder, "made"));
  expect([status, stdout]).toEqual([0, expect.stringContaining("rebench environments check toy_curve --environments-dir")]);
});

it("lists environments by name, and says why one cannot run here", async () => {
  const text = await environments("list", "--environments-dir", join(folder, "made"));
  expect([text.status, text.stderr, tooWide(text.stdout)]).toEqual([0, "", []]);
  const {stdout} = await environments("list", "--environments-dir", join(folder, "made"), "--json");
  type Tier = {tier: string; runsHere: boolean; reasons: string[]};
  const {environments: rows} = JSON.parse(stdout) as {environments: {name: string; tiers: Tier[]}[]};
  const names = rows.map(({name}) => name);
  expect(names).toEqual([...names].sort());
  expect(names).toContain("optimize_kernel");
  for (const {name, tiers} of rows) {
    expect(text.stdout).toMatch(new RegExp(`^${name} `, "m"));
    for (const {runsHere, reasons} of tiers) {
      expect(runsHere).toBe(reasons.length === 0);
      for (const reason of reasons) expect(flat(text.stdout)).toContain(reason);
    }
  }
  const toy = rows.find(({name}) => name === "toy_curve")!.tiers[0]!;
  expect(toy).toMatchObject({tier: "small", reasons: hasNumpy ? [] : [expect.stringMatching(/numpy|no Python/)]});
});

it("lists with the Python that was named, which must work", async () => {
  const absent = await environments("list", "--python", "/no/python");
  expect([absent.status, absent.stderr]).toEqual([1, expect.stringContaining("cannot use /no/python")]);
});

it("lists without a Python, too", async () => {
  vi.stubEnv("REBENCH_PYTHON", "/no/python");
  const {stdout, status} = await environments("list", "--environments-dir", join(folder, "made"));
  vi.unstubAllEnvs();
  expect([status, flat(stdout)]).toEqual([0, expect.stringMatching(/no Python: .*toy_curve \(small\)/)]);
});

it("shows constants, rules and instructions; an alias will do; nothing reaches the terminal as a command", async () => {
  const shown = await environments("show", "ai_rd_triton_cumsum");
  expect(shown.stdout).toContain("optimize_kernel, version 1");
  expect(shown.stdout).toMatch(/^full +8h +paper +1\.56 +0\.47 /m);
  const made = join(folder, "hostile");
  cpSync(join(folder, "made"), made, {recursive: true});
  writeFileSync(join(made, "toy_curve", "instructions.md"), `# Toy\n${ESCAPE}[2Jgone\n`);
  const hostile = await environments("show", "toy_curve", "--environments-dir", made);
  expect(hostile.stdout).toContain("# Toy\n\\u001b[2Jgone");
  const {stdout} = await environments("show", "toy_curve", "--environments-dir", made, "--json");
  expect(JSON.parse(stdout)).toMatchObject({environment: {name: "toy_curve", title: "Toy curve"}, solutions: ["reference"]});
  expect(await environments("show", "toy_curv", "--environments-dir", made)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("did you mean toy_curve"),
  });
});

it("new makes a folder that names itself, and overwrites nothing", async () => {
  const made = join(folder, "made", "toy_curve");
  expect(readdirSync(made).sort()).toEqual([
    ...["environment.json", "instructions.md", "prepare.py", "scorer.py", "solutions", "start", "test_scorer.py"],
  ]);
  const texts = readdirSync(made).filter((name) => /\.(json|md|py)$/.test(name));
  expect(texts.filter((name) => readFileSync(join(made, name), "utf8").includes("__NAME__"))).toEqual([]);
  expect(readFileSync(join(made, "instructions.md"), "utf8")).toMatch(/^# Toy curve\n/);
  for (const [name, words] of [
    ["toy_curve", "exists already"],
    ["Toy", "cannot be the name"],
    ["../toy", "cannot be the name"],
    ["optimize_kernel", 'called "optimize_kernel" already'],
    ["ai_rd_triton_cumsum", "already"],
  ]) {
    const {status, stderr} = await environments("new", name!, "--into", join(folder, "made"));
    expect([status > 0, stderr]).toEqual([true, expect.stringContaining(words!)]);
  }
  writeFileSync(join(folder, "file"), "");
  const blocked = await environments("new", "toy", "--into", join(folder, "file"));
  expect([blocked.status, blocked.stderr]).toEqual([1, expect.stringContaining("cannot write")]);
});

it("unlocks into a new folder outside, and refuses to do it inside", async () => {
  const own = ["--environments-dir", join(folder, "made")];
  const place = join(folder, "un locked");
  const {status, stdout} = await environments("unlock", "toy_curve", place, ...own);
  expect([status, stdout]).toEqual([0, `${place}/model.json\n`]);
  expect(Object.keys(JSON.parse(readFileSync(join(place, "model.json"), "utf8")) as object)).toEqual(["coefficients"]);
  symlinkSync(packageFolder, join(folder, "link"));
  for (const [where, words] of [
    [place, "is not empty"],
    [packageFolder, "is inside"],
    [join(packageFolder, "environments", "toy_curve", "solutions", "x"), "is inside"],
    [join(folder, "link", "x"), "is inside"],
    [join(folder, "made", "toy_curve", "solutions", "open"), "is inside"],
  ]) {
    const {status, stderr} = await environments("unlock", "toy_curve", where!, ...own);
    expect([status > 0, stderr]).toEqual([true, expect.stringContaining(words!)]);
  }
  expect(existsSync(join(packageFolder, "x"))).toBe(false);
  const absent = await environments("unlock", "toy_curve", join(folder, "other"), "--solution", "best", ...own);
  expect([absent.status, absent.stderr]).toEqual([1, expect.stringContaining("There are: reference.")]);
});

it("a folder of environments may have a key of its own", async () => {
  const own = join(folder, "own key");
  mkdirSync(own);
  writeFileSync(join(own, "solutions.key"), `${"5".repeat(64)}\n`);
  await environments("new", "toy_curve", "--into", own);
  const [ours, theirs] = ["made", "own key"].map((name) => readFileSync(join(folder, name, "toy_curve/solutions/reference.enc")));
  expect(theirs!.equals(ours!)).toBe(false);
  const {status} = await environments("unlock", "toy_curve", join(folder, "from own key"), "--environments-dir", own);
  expect(status).toBe(0);
});

it("check wants names or --all", async () => {
  for (const args of [[], ["optimize_kernel", "--all"]]) {
    expect((await environments("check", ...args)).status).toBe(2);
  }
});

describe.skipIf(!hasNumpy)(`with Python and numpy${because(hasNumpy ? null : "no Python with numpy; npm run python")}`, () => {
  let made: string;
  let count = 0;
  const toy = (...path: string[]) => join(made, "toy_curve", ...path);

  beforeEach(() => {
    made = join(folder, `case ${++count} ü`); // spaces, and more than ASCII
    cpSync(join(folder, "made"), made, {recursive: true});
  });
  afterEach(() => rmSync(made, {recursive: true, force: true}));

  /** One check of the toy, and its problems. */
  async function check(...args: string[]): Promise<EnvironmentCheck> {
    const {status, stdout} = await environments("check", "toy_curve", "--environments-dir", made, "--json", ...args);
    const [only] = (JSON.parse(stdout) as {checks: EnvironmentCheck[]}).checks;
    expect(status).toBe(only!.passed ? 0 : 1);
    expect(only!.passed).toBe(only!.problems.length === 0);
    return only!;
  }

  function edit(file: string, from: string, to: string): void {
    const text = readFileSync(toy(file), "utf8");
    expect(text).toContain(from);
    writeFileSync(toy(file), text.replace(from, to));
  }

  function lock(name: string, files: Record<string, string>): void {
    const file = join(environmentsFolder, "solutions.key");
    const bytes = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
    writeFileSync(toy("solutions", `${name}.enc`), lockSolution(bytes, parseSolutionKey(readFileSync(file, "utf8"), file)));
  }

  it("a new environment passes its own check, from data to memory", async () => {
    const found = await check();
    expect(found).toMatchObject({environment: "toy_curve", tier: "small", constants: "measured", passed: true});
    expect(found.measured.map(({name, normalizedScore}) => [name, Math.abs(Math.round(normalizedScore! * 1e4) / 1e4)])).toEqual([
      ["start", 0],
      ["reference", 1],
    ]);
    for (const {scoringSeconds, peakMemoryBytes} of found.measured) {
      expect(scoringSeconds).toBeGreaterThan(0);
      expect(peakMemoryBytes).toBeGreaterThan(2 ** 20);
    }
    const text = await environments("check", "toy_curve", "--environments-dir", made);
    expect(text.stdout).toMatch(/^toy_curve +passed +-?0\.000 +1\.000 /m);
    expect([tooWide(text.stdout), text.stderr]).toEqual([[], expect.stringContaining("toy_curve: scoring the reference")]);
  });

  const hasPytest = typeof packages.pytest === "string";
  it.skipIf(!hasPytest)(`and its own tests${because(hasPytest ? null : "no pytest; npm run python")}`, () => {
    const args = ["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_scorer.py"];
    expect(execFileSync(python!.path, args, {cwd: toy(), encoding: "utf8"})).toMatch(/\d+ passed/);
  });

  it("names what is missing, before anything is run", async () => {
    rmSync(toy("instructions.md"));
    writeFileSync(toy("test_scorer.py"), " \n");
    rmSync(toy("start"), {recursive: true});
    const bytes = readFileSync(toy("solutions", "reference.enc"));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(toy("solutions", "reference.enc"), bytes);
    const {problems, measured} = await check();
    expect(problems).toEqual([
      ...["instructions.md is missing", "test_scorer.py is empty", "start/ is missing or empty"],
      expect.stringMatching(/^cannot unlock .*reference\.enc/),
    ]);
    expect(measured).toEqual([]);
    expect((await check("--tier", "full")).problems).toContain("environment.json has no tier full");
  });

  it.each([
    ["constants that are not so", "environment.json", '"startingScore": 0.818969', '"startingScore": 2', "0 ± 0.05 is expected"],
    ["a scorer that fails", "scorer.py", "    x, y = np", '    raise SystemExit("\\x1b[31mno")\n    x, y = np', "it ended with status 1"],
    ["a scorer that babbles", "scorer.py", "    print(json.dumps(", '    print("hello")\n    print(json.dumps(', "not one line of JSON"],
    ["data that cannot be made", "prepare.py", "    print(prepare(", '    sys.exit("no disk")\n    print(prepare(', "prepared: no disk"],
    ["a start that is not valid", "start/model.json", "[0]", '"x"', "start is not a valid submission: coefficients must be"],
    ["limits that solutions exceed", "environment.json", '"maxBytes": 10000', '"maxBytes": 30', "more than maxBytes 30"],
    ["a submission outside", "environment.json", '["model.json"]', '["../model.json"]', "runner.submission leaves the workspace"],
  ])("finds %s", async (_, file, from, to, words) => {
    edit(file, from, to);
    const {problems} = await check();
    expect(problems).toEqual([expect.stringContaining(words)]);
    const {stdout, status} = await environments("check", "toy_curve", "--environments-dir", made);
    expect([status, stdout]).toEqual([1, expect.stringMatching(/^toy_curve +FAILED/m)]);
    expect(stdout).not.toContain(ESCAPE);
  });

  it("has solutions between start and reference score in the order of their names", async () => {
    const polynomial = (...coefficients: number[]) => ({"model.json": JSON.stringify({coefficients})});
    lock("1-line", polynomial(0, 1));
    lock("2-cubic", polynomial(0, 4.2, 0, -4.5));
    expect((await check("--solutions")).problems).toEqual([]);
    lock("3-worse", polynomial(0, 0.9));
    expect((await check("--solutions")).problems).toEqual(["3-worse scores no more than 2-cubic"]);
    expect((await check()).problems).toEqual([]);
  });

  it("runs a solution's program with the visible data, and says what it says when it fails", async () => {
    const script = `import argparse, json, numpy as np
parser = argparse.ArgumentParser()
parser.add_argument("--data")
x, y = np.load(parser.parse_args().data + "/train.npy").T
json.dump({"coefficients": list(np.polynomial.polynomial.polyfit(x, y, 7))}, open("model.json", "w"))`;
    lock("reference", {"make_submission.py": script});
    const {problems, measured} = await check();
    expect([problems, measured[1]!.solvingSeconds > 0.02]).toEqual([[], true]);
    lock("reference", {"make_submission.py": 'raise SystemExit("cannot solve")'});
    expect((await check()).problems).toEqual(["the solution's make_submission.py failed: cannot solve"]);
    lock("reference", {"../make_submission.py": ""});
    expect((await check()).problems).toEqual([expect.stringContaining("holds a file outside its folder")]);
  });

  it("checks nothing without the packages that are needed, and says how to get them", async () => {
    edit("environment.json", '"needs": ["numpy"]', '"needs": ["numpy", "rebench-none"]');
    mkdirSync(join(folder, "empty"), {recursive: true});
    const {status, stderr, stdout} = await environments("check", "toy_curve", "--environments-dir", made);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/has no rebench-none\n {2}Install/);
  });
});
