// How long figures take: the whole set, one figure, and the drawing alone beside vl-convert (Vega in Rust and Deno), which gets our
// finished specs and so does no analysis, no layout of ours, no provenance. Usage: npm run bench:figures
import {execFileSync, spawnSync} from "node:child_process";
import {existsSync, mkdirSync, mkdtempSync, rmSync} from "node:fs";
import {cpus, tmpdir} from "node:os";
import {join} from "node:path";

const root = join(import.meta.dirname, "..", "..");
const main = join(root, "dist", "cli", "main.js");
const metr = join(root, "..", "shared", "data", "metr", "rebench_runs.jsonl");
const sample = join(root, "data", "sample", "attempts.jsonl.gz");
const folder = mkdtempSync(join(tmpdir(), "rebench-figures-"));
const RUNS = 5;

/** Wall seconds of a command, the best and the worst of some runs. */
function time(command, args) {
  const seconds = Array.from({length: RUNS}, () => {
    const begin = performance.now();
    const {status, stderr} = spawnSync(command, args, {cwd: folder, encoding: "utf8"});
    if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
    return (performance.now() - begin) / 1000;
  }).sort((a, b) => a - b);
  return `${seconds[0].toFixed(2)} s (to ${seconds.at(-1).toFixed(2)} s)`;
}

const rebench = (...args) => time(process.execPath, [main, ...args]);

/** A Python with vl-convert, in an environment of its own; null where it cannot be had. */
function peer() {
  const venv = join(folder, "venv");
  try {
    execFileSync("python3", ["-m", "venv", venv]);
    execFileSync(join(venv, "bin", "pip"), ["install", "--quiet", "vl-convert-python==1.9.0"], {stdio: "pipe"});
    return join(venv, "bin", "python");
  } catch (error) {
    console.log(`no peer: ${String(error.message).split("\n")[0]}`);
    return null;
  }
}

try {
  console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}; best of ${RUNS} runs, wall time\n`);
  const python = peer();
  for (const [name, file] of [
    ["METR's 1,808 attempts", metr],
    ["the 1,835 synthetic attempts", sample],
  ]) {
    if (!existsSync(file)) {
      console.log(`${name}: skipped, ${file} is not here`);
      continue;
    }
    const store = join(folder, `${name.split(" ")[1]}.duckdb`);
    execFileSync(process.execPath, [main, "import", file, "--store", store], {stdio: "ignore"});
    const specs = join(folder, `specs-${name.split(" ")[1]}`);
    mkdirSync(specs);
    console.log(name);
    console.log(`  budget plot, svg and png:  ${rebench("figures", "budget", "--store", store, "--out", "one")}`);
    console.log(`  whole set, svg and png:    ${rebench("figures", "--store", store, "--out", "all")}`);
    console.log(
      `  whole set, five formats:   ${rebench("figures", "--store", store, "--out", "five", "--format", "svg,png,pdf,vl.json,csv")}`,
    );
    execFileSync(process.execPath, [main, "figures", "--store", store, "--out", specs, "--format", "vl.json"], {stdio: "ignore"});
    console.log(`  analysis and specs alone:  ${rebench("figures", "--store", store, "--out", "specs", "--format", "vl.json")}`);
    if (python === null) continue;
    const script = join(import.meta.dirname, "peer", "vl_convert_figures.py");
    console.log(`  peer, drawing alone:       ${time(python, [script, specs, join(root, "data", "fonts")])}\n`);
  }
} finally {
  rmSync(folder, {recursive: true, force: true});
}
