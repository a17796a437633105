import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {inflateRawSync} from "node:zlib";
import {beforeAll, describe, expect, it, vi} from "vitest";
import {sampleFile} from "../../src/assets.js";
import {chromiumPdf} from "../../src/render/chromiumPdf.js";
import {findChromium, INSTALL_CHROMIUM} from "../../src/render/findChromium.js";
import {because} from "../because.js";
import {newFolder, rebench, tooWide} from "../cli/rebench.js";

const folder = newFolder();
const quick = ["--bootstrap", "50"];
const report = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => rebench(folder, ["report", ...args, ...quick], env);
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const program = (() => {
  try {
    return findChromium();
  } catch {
    return null;
  }
})();

beforeAll(async () => {
  expect((await rebench(folder, ["import", sampleFile])).status).toBe(0);
  mkdirSync(join(folder, "mine"));
  const values = {score: {analysis: "analyze", agent: "human", budget: "2h", field: "score", digits: 4}};
  const params = {title: "Mine", options: {seed: 3, agents: ["human"]}, figures: [{name: "budget"}], values};
  writeFileSync(join(folder, "mine", "params.json"), JSON.stringify(params));
  writeFileSync(join(folder, "mine", "text.md"), "People: {score}.\n\n{figure:budget}\n");
});

describe("rebench report", () => {
  it("writes a page, the same as Markdown, and the pictures, and says what it wrote", async () => {
    const {status, stdout} = await report(["--out", "one"]);
    expect(status).toBe(0);
    expect(readdirSync(join(folder, "one")).sort()).toEqual(["figures", "index.html", "report.md"]);
    expect(readdirSync(join(folder, "one", "figures")).sort()).toEqual(["budget.csv", "budget.png"]);
    expect(stdout).toMatch(/index\.html +\d+ kB/);
    expect(tooWide(stdout)).toEqual([]);
    expect(read("one/report.md")).toContain("](<figures/budget.png>)");
  });

  it("gives the same bytes again, with nothing in them of where it was made", async () => {
    await report(["overview", "--out", "again"]);
    for (const file of ["index.html", "report.md", "figures/budget.csv", "figures/budget.png"])
      expect(readFileSync(join(folder, "again", file)).equals(readFileSync(join(folder, "one", file)))).toBe(true);
    expect(read("again/index.html")).not.toContain(folder);
    expect(read("again/index.html")).not.toContain(process.cwd());
  });

  it("carries the SVG and the rows that the command line writes, which verify accepts", async () => {
    await rebench(folder, ["figures", "budget", "--columns", "2", "--no-caption", "--format", "svg,csv", "--out", "figures", ...quick]);
    const html = read("one/index.html");
    const address = /<img [^>]*src='([^']*)'/.exec(html)![1]!.replaceAll("&#39;", "'").replaceAll("&amp;", "&");
    const svg = decodeURIComponent(address.slice(address.indexOf(",") + 1));
    expect(svg).toBe(read("figures/budget.svg"));
    const csv = /id="rows-budget">([^<]*)</.exec(html)![1]!;
    expect(inflateRawSync(Buffer.from(csv, "base64")).toString()).toBe(read("figures/budget.csv"));
    writeFileSync(join(folder, "saved.svg"), svg);
    const {status, stdout} = await rebench(folder, ["verify", "saved.svg"]);
    expect({status, stdout}).toEqual({status: 0, stdout: expect.stringContaining("follows")});
  });

  it("makes a report of one's own, with its options where the command line has none", async () => {
    const made = async (args: string[]) => {
      const {stdout, status, stderr} = await report(["mine", "--out", "own", "--json", ...args]);
      expect({status, stderr}).toEqual({status: 0, stderr: ""});
      expect(JSON.parse(stdout)).toMatchObject({report: "mine", title: "Mine", out: "own", notDrawn: []});
      return {html: read("own/index.html"), csv: read("own/figures/budget.csv")};
    };
    const own = await made([]);
    expect(own.csv).not.toContain("AIDE");
    expect(own.html).toMatch(/<td>seed<\/td><td>3<\/td>/);
    const typed = await made(["--seed", "4", "--agents", "human,AIDE (synthetic-model-a)"]);
    expect(typed.csv).toContain("AIDE");
    expect(typed.html).toMatch(/<td>seed<\/td><td>4<\/td>/);
  });

  it("says what is wrong in one sentence, and writes nothing", async () => {
    writeFileSync(join(folder, "file"), "");
    const cases: [string[], string][] = [
      [["overvew"], 'there is no report "overvew"; did you mean overview?'],
      [["--highlight", "AIDE"], '--highlight: the store has no agent "AIDE"; did you mean AIDE (synthetic-model-a)'],
      [["--agents", "nobody"], "nobody"],
      [["--theme", "nowhere.json"], "cannot read the theme nowhere.json: there is no such file"],
    ];
    for (const [args, message] of cases) {
      const {status, stderr} = await report([...args, "--out", "wrong"]);
      expect(status).not.toBe(0);
      expect(stderr).toContain(message);
      expect(existsSync(join(folder, "wrong"))).toBe(false);
    }
    const inTheWay = await report(["--out", "file", "--agents", "nobody"]); // found before the agents are asked for
    expect({status: inTheWay.status, stderr: inTheWay.stderr}).toEqual({
      status: 1,
      stderr: expect.stringContaining("cannot write into file: a file is in the way"),
    });
  });

  it("says what was looked for where there is no browser, before any work", async () => {
    const without = await report(["--pdf", "--out", "none"], {PATH: "", REBENCH_CHROMIUM: ""});
    expect(without.status).toBe(1);
    expect(without.stderr).toMatch(
      /there is no Chromium to print with: looked on the PATH for chromium, .*\n.*apt-get install chromium.*REBENCH_CHROMIUM/,
    );
    const wrong = await report(["--pdf", "--out", "none"], {REBENCH_CHROMIUM: join(folder, "file")});
    expect(wrong.stderr).toContain("which is no program that can be run");
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  it.skipIf(program === null)(
    `prints it as PDF${because(program === null ? `there is no Chromium here; ${INSTALL_CHROMIUM}` : null)}`,
    async () => {
      const {status} = await report(["mine", "--pdf", "--out", "printed"]);
      expect(status).toBe(0);
      expect(read("printed/report.pdf").slice(0, 5)).toBe("%PDF-");
      expect(readdirSync(join(folder, "printed")).sort()).toEqual(["figures", "index.html", "report.md", "report.pdf"]);
    },
  );

  const isWindows = process.platform === "win32";
  const noScripts = because(isWindows ? "the stand-in is a shell script" : null);

  /** A program in the place of the browser. */
  const standIn = (name: string, lines: string) => {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${lines}\n`, {mode: 0o755});
    return file;
  };

  it.skipIf(isWindows)(`passes on what a browser says that fails, and leaves no PDF${noScripts}`, async () => {
    const failing = standIn("failing", "echo 'no display' >&2\nexit 3");
    const {status, stderr} = await report(["mine", "--pdf", "--out", "failed"], {REBENCH_CHROMIUM: failing});
    expect(status).toBe(1);
    expect(stderr).toContain("did not print the report: no display");
    expect(readdirSync(join(folder, "failed")).sort()).toEqual(["figures", "index.html", "report.md"]);
  });

  it.skipIf(isWindows)(`ends a browser that does not end, and what that has started${noScripts}`, async () => {
    const child = join(folder, "child");
    vi.stubEnv("REBENCH_CHROMIUM", standIn("stuck", `sleep 300 & echo $! >'${child}'\nwait`));
    try {
      await expect(chromiumPdf(child, join(folder, "never.pdf"), {mostMs: 500})).rejects.toThrow("it took longer than 0.5 s");
    } finally {
      vi.unstubAllEnvs();
    }
    const state = () => {
      const stat = `/proc/${readFileSync(child, "utf8").trim()}/stat`;
      return existsSync(stat) ? readFileSync(stat, "utf8").split(" ")[2] : "gone";
    };
    await expect.poll(() => ["gone", "Z"].includes(state()!)).toBe(true); // Z: dead, but nobody has asked yet
  });
});
