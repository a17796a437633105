import {execFileSync} from "node:child_process";
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import {sampleFile} from "../../src/assets.js";
import {because} from "../because.js";
import {metrFile, projectFolder} from "../store/workshop.js";
import {newFolder, rebench, tooWide} from "./rebench.js";

const folder = newFolder();
const quick = ["--bootstrap", "100"];
const figures = (...args: string[]) => rebench(folder, ["figures", ...args, ...quick]);
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  expect((await rebench(folder, ["import", sampleFile])).status).toBe(0);
});

describe("rebench figures", () => {
  it("draws what is asked for, in every format, and nothing else on stdout with --json", async () => {
    const {status, stdout, stderr} = await figures("budget", "--out", "one", "--format", "csv,pdf,png,svg,vl.json", "--json");
    expect({status, stderr}).toEqual({status: 0, stderr: ""});
    const names = ["csv", "pdf", "png", "svg", "vl.json"].map((format) => `budget.${format}`);
    expect(readdirSync(file("one")).sort()).toEqual(names);
    const {written, skipped} = JSON.parse(stdout);
    expect(written).toEqual([{figure: "budget", files: expect.arrayContaining(names), attempts: 1816, rows: 40, warnings: []}]);
    expect(skipped).toEqual([]);
  });

  it("gives the same bytes again, alone or after others", async () => {
    await figures("budget", "--out", "first", "--format", "svg,vl.json,csv,png,pdf");
    await figures("score-at-k", "budget", "--out", "second", "--format", "svg,vl.json,csv,png,pdf");
    for (const name of readdirSync(file("first")))
      expect(Buffer.compare(readFileSync(file(`first/${name}`)), readFileSync(file(`second/${name}`)))).toBe(0);
  });

  it("has in every file nothing of where it was made", async () => {
    await figures("budget", "--out", "where", "--format", "svg,vl.json,csv,pdf,png");
    for (const name of readdirSync(file("where"))) {
      const text = readFileSync(file(`where/${name}`)).toString("latin1");
      expect(text).not.toContain(folder);
      expect(text).not.toContain(process.cwd());
      expect(text).not.toMatch(new RegExp(`D:${new Date().getUTCFullYear()}|/tmp/|/home/`));
    }
  });

  it("writes SVG that an XML parser reads: title, description, role", async () => {
    await figures("budget", "--out", "xml", "--format", "svg");
    const script =
      "import sys,xml.etree.ElementTree as E;r=E.parse(sys.argv[1]).getroot();n='{http://www.w3.org/2000/svg}';" +
      "print(r.get('role'),'|',r.find(n+'title').text,'|',r.find(n+'desc').text)";
    const [role, title, description] = execFileSync("python3", ["-c", script, file("xml/budget.svg")])
      .toString()
      .split(" | ");
    expect([role, title]).toEqual(["img", "Best score by time budget"]);
    expect(description).toMatch(/At 8h: .*People 0\.\d{3} \(0\.\d\d to 0\.\d\d\)/);
  });

  it("lists what there is and what the attempts have", async () => {
    const {status, stdout} = await figures("--list");
    expect(status).toBe(0);
    expect(stdout).toMatch(/budget +2 +yes/);
    expect(tooWide(stdout)).toEqual([]);
    const {figures: listed} = JSON.parse((await figures("--list", "--json")).stdout);
    expect(listed[0]).toMatchObject({name: "budget", paperFigures: "2", available: true, reason: null});
  });

  it("makes PNG as large as the resolution says", async () => {
    await figures("budget", "--out", "dpi", "--format", "png", "--dpi", "192");
    expect(readFileSync(file("dpi/budget.png")).readUInt32BE(16)).toBe(2 * 336);
  });
});

describe("rebench verify", () => {
  beforeAll(async () => {
    expect(
      (await figures("budget", "--out", "checked", "--format", "svg,png,pdf,vl.json,csv", "--agents", "human,AIDE (synthetic-model-a)"))
        .status,
    ).toBe(0);
  });
  const verify = (...args: string[]) => rebench(folder, ["verify", ...args]);

  it("finds that fresh figures follow", async () => {
    const files = readdirSync(file("checked")).map((name) => `checked/${name}`);
    const {status, stdout} = await verify(...files);
    expect(status).toBe(0);
    expect(stdout.match(/^follows /gm)).toHaveLength(5);
  });

  it.skipIf(!existsSync(metrFile))(
    `finds that the README's plot follows from METR's attempts${because(existsSync(metrFile) ? null : `no ${metrFile}`)}`,
    async () => {
      expect((await rebench(folder, ["import", metrFile, "--store", "metr.duckdb"])).status).toBe(0);
      const [verdict] = JSON.parse(
        (await verify(join(projectFolder, "docs", "budget.png"), "--store", "metr.duckdb", "--json")).stdout,
      ).verdicts;
      const other = `rows and spec are right; its pixels were drawn on linux-x64, and only there can they be drawn again`;
      expect(verdict.verdict === "follows" || verdict.reasons[0] === other).toBe(true);
    },
  );

  it("finds a changed number in each text format", async () => {
    for (const [name, from, to] of [
      ["budget.svg", />8h</, ">9h<"],
      ["budget.csv", /\n(.*?),0\.(\d)/, "\n$1,0.9$2"],
      ["budget.vl.json", /"y": 0\.\d/, '"y": 0.9'],
    ] as const) {
      const text = readFileSync(file(`checked/${name}`), "utf8");
      expect(text.replace(from, to)).not.toBe(text);
      writeFileSync(file(`changed-${name}`), text.replace(from, to));
      const {status, stdout} = await verify(`changed-${name}`);
      expect({name, status}).toEqual({name, status: 1});
      expect(stdout).toMatch(/differs .*\n {2}rows and spec are right, but the file was changed/);
    }
  });

  it("names the rows that another store gives", async () => {
    const other = file("other.duckdb");
    expect((await rebench(folder, ["simulate", "--seed", "3", "-o", "other.jsonl.gz"])).status).toBe(0);
    expect((await rebench(folder, ["import", "other.jsonl.gz", "--store", other])).status).toBe(0);
    const {status, stdout} = await verify("checked/budget.svg", "--store", other, "--json");
    expect(status).toBe(1);
    const [verdict] = JSON.parse(stdout).verdicts;
    expect(verdict).toMatchObject({figure: "budget", verdict: "differs"});
    expect(verdict.reasons.join(" ")).toMatch(/selected attempts are others.*rows are not what the file was drawn from.*agent AIDE/);
  });

  it("says who drew a file of another version, and cannot tell of files without provenance", async () => {
    const old = readFileSync(file("checked/budget.svg"), "utf8").replaceAll('"toolVersion":"0.1.0"', '"toolVersion":"0.0.9"');
    writeFileSync(file("old.svg"), old);
    const older = await verify("old.svg");
    expect(older).toMatchObject({status: 0, stdout: expect.stringContaining("follows (drawn by 0.0.9)")});
    writeFileSync(file("foreign.svg"), '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>');
    expect(await verify("foreign.svg")).toMatchObject({status: 2, stdout: expect.stringContaining("cannot tell")});
    expect((await verify("foreign.svg", "checked/budget.csv")).status).toBe(2);
  });

  it("cannot tell of files that it cannot read, and still says what becomes of the others", async () => {
    const {status, stdout, stderr} = await verify("none.svg", "checked/budget.svg", "checked", "--json");
    expect({status, stderr}).toEqual({status: 2, stderr: ""});
    const verdictOf = (name: string, reason: string) => {
      return {file: name, figure: null, verdict: "cannot tell", drawnBy: null, reasons: [`it cannot be read: ${reason}`]};
    };
    expect(JSON.parse(stdout).verdicts).toEqual([
      verdictOf("none.svg", "there is no such file"),
      expect.objectContaining({file: "checked/budget.svg", verdict: "follows"}),
      verdictOf("checked", "it is a folder"),
    ]);
    writeFileSync(file("differs.svg"), readFileSync(file("checked/budget.svg"), "utf8").replace(">8h<", ">9h<"));
    const both = await verify("none.svg", "differs.svg");
    expect(both.status).toBe(1);
    expect(both.stdout).toMatch(/^cannot tell .*none\.svg\n.*no such file\ndiffers /);
  });

  it("cannot tell of a file whose options nobody could have asked for, and takes no prices from one", async () => {
    const spec = JSON.parse(readFileSync(file("checked/budget.vl.json"), "utf8"));
    const {options, draw} = spec.usermeta.rebench;
    const forged = (name: string, changes: object) => {
      const rebench = {...spec.usermeta.rebench, ...changes};
      writeFileSync(file(name), `${JSON.stringify({...spec, usermeta: {...spec.usermeta, rebench}}, null, 1)}\n`);
      return name;
    };
    const cases: [name: string, changes: object, reason: string][] = [
      ["many.vl.json", {options: {...options, bootstrap: 1e300}}, "bootstrap: "],
      ["agents.vl.json", {options: {...options, agents: 3}}, "agents: "],
      ["budgets.vl.json", {options: {...options, budgets: [0]}}, "budgets.0: "],
      ["method.vl.json", {options: {...options, intervalMethod: "best"}}, "intervalMethod: "],
      ["theme.vl.json", {draw: {...draw, theme: {labelSize: "big"}}}, 'its theme: labelSize is "big"'],
    ];
    const files = cases.map(([name, changes]) => forged(name, changes));
    const {status, stdout} = await verify(...files, "checked/budget.svg", "--json");
    const {verdicts} = JSON.parse(stdout);
    expect(status).toBe(2);
    expect(verdicts.map(({verdict}: {verdict: string}) => verdict)).toEqual([...cases.map(() => "cannot tell"), "follows"]);
    expect(verdicts.slice(0, -1).map(({reasons}: {reasons: string[]}) => reasons)).toEqual(
      cases.map(([, , reason]) => [expect.stringContaining(reason)]),
    );
    const priced = await verify(forged("priced.vl.json", {options: {...options, prices: null, threads: 1e9}}));
    expect(priced.stdout).toMatch(/^differs .*\n {2}rows and spec are right, but the file was changed/);
  });

  it("follows from the same prices, whatever their file is called", async () => {
    const model = {name: "synthetic-model-a", provider: "nobody", aliases: [], prices: [{from: "2024-01-01", input: 1, output: 2}]};
    const price = {cacheRead: null, cacheWrite: null, reasoning: null, source: "a test", certain: true, note: null};
    const list = {currency: "USD", unit: "per million tokens", models: [{...model, prices: [{...model.prices[0], ...price}]}]};
    for (const name of ["prices.json", "others.json"]) writeFileSync(file(name), JSON.stringify(list));
    const {status} = await figures("cost", "--prices", file("prices.json"), "--out", "priced", "--format", "csv");
    expect(status).toBe(0);
    expect(readFileSync(file("priced/cost.csv"), "utf8")).not.toContain(folder);
    expect(await verify("priced/cost.csv", "--prices", "others.json")).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^follows /),
    });
  });

  it("does not take what keeps it from looking for a figure that differs", async () => {
    const cases: [string[], RegExp][] = [
      [["--store", "none.duckdb"], /^error: there is no store at none\.duckdb\n {2}\S/],
      [["--store", "checked/budget.csv"], /^error: checked\/budget\.csv is not a rebench store: it is no DuckDB file/],
      [["--prices", "none.json"], /^error: .*none\.json/],
      [["--environments-dir", "none"], /^error: cannot read the environments folder none/],
    ];
    for (const [args, message] of cases) {
      expect(await verify("checked/budget.svg", ...args)).toEqual({status: 2, stdout: "", stderr: expect.stringMatching(message)});
    }
  });
});

describe("what goes wrong", () => {
  const error = (text: string | RegExp) => ({status: expect.any(Number), stderr: expect.stringMatching(text)});

  it("is one sentence each", async () => {
    expect(await figures("budgets")).toMatchObject(error(/^error: there is no figure "budgets"; did you mean budget\?/));
    expect(await figures("budget", "--agents", "nobody")).toMatchObject(error(/^error: the store has no agent "nobody"/));
    expect(await figures("budget", "--environments", "fix_embeding")).toMatchObject(error(/fix_embedding/));
    expect(await figures("budget", "--highlight", "nobody")).toMatchObject(error(/^error: --highlight: the store has no agent "nobody"/));
    expect(await figures("budget", "--format", "gif")).toMatchObject(error(/"gif" is no format; there are svg, png, pdf, vl.json, csv/));
    expect(await figures("budget", "--columns", "3")).toMatchObject(error(/Allowed choices are 1, 2/));
  });

  it("with a theme names file, key and value", async () => {
    const themed = async (theme: string) => {
      writeFileSync(file("theme.json"), theme);
      return (await figures("budget", "--theme", "theme.json")).stderr;
    };
    expect(await themed('{"lineWith": 2}')).toMatch(/^error: theme.json: a theme has no "lineWith"\n {2}Did you mean lineWidth\?/);
    expect(await themed('{"text": "red"}')).toMatch(/theme.json: text is "red"\n {2}Expected a colour such as #1b6ca8/);
    expect(await themed("[1")).toMatch(/theme.json is not JSON/);
    expect((await figures("budget", "--theme", "absent.json")).stderr).toMatch(/cannot read the theme absent.json: there is no such file/);
  });

  it("with the folder leaves nothing behind", async () => {
    writeFileSync(file("in-the-way"), "");
    expect(await figures("budget", "--out", "in-the-way")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/cannot write into in-the-way: a file is in the way/),
    });
    mkdirSync(file("full/budget.svg"), {recursive: true});
    expect(await figures("budget", "--out", "full", "--format", "svg")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/budget.svg: it is a folder/),
    });
    expect(readdirSync(file("full"))).toEqual(["budget.svg"]);
  });

  const isRoot = process.getuid?.() === 0;

  it.skipIf(isRoot)(`when the folder is closed gives status 1${because(isRoot ? "root may write everywhere" : null)}`, async () => {
    mkdirSync(file("closed"));
    chmodSync(file("closed"), 0o500);
    expect((await figures("budget", "--out", "closed")).status).toBe(1);
  });

  it("when no figure can be drawn gives status 1 and the reason", async () => {
    const outcome = await figures("budget", "--agents", "human", "--budgets", "1h", "--allow-slices", "none", "--out", "none");
    expect(outcome).toMatchObject({status: 1, stderr: expect.stringMatching(/no figure could be drawn/)});
    expect(outcome.stdout).toMatch(/budget: no budget has a score/);
    expect(existsSync(file("none"))).toBe(false);
    expect(
      (await figures("budget", "--agents", "human", "--budgets", "1h", "--allow-slices", "none", "--out", "full/new/one")).status,
    ).toBe(1);
    expect(readdirSync(file("full"))).toEqual(["budget.svg"]); // a folder that was there stays
  });
});
