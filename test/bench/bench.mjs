// Benchmarks of whole commands, each beside a peer that does no more than the part that cannot be avoided.
// Usage: npm run bench [-- quick]      (quick leaves out the million attempts)
import {spawn} from "node:child_process";
import {existsSync, mkdtempSync, readFileSync, rmSync} from "node:fs";
import {cpus, tmpdir, totalmem} from "node:os";
import {join} from "node:path";

const root = join(import.meta.dirname, "..", "..");
const rebench = join(root, "dist", "cli", "main.js");
const metr = join(root, "..", "shared", "data", "metr", "rebench_runs.jsonl");
const folder = mkdtempSync(join(tmpdir(), "rebench-bench-"));
const quick = process.argv.includes("quick");

/** Runs node once: wall seconds and peak resident memory (from /proc, where there is one). */
function run(args) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(process.execPath, args, {cwd: folder, stdio: ["ignore", "ignore", "pipe"]});
    let peakMb = null;
    const poll = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
        peakMb = Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024) || peakMb;
      } catch {
        // no /proc here, or it has just ended
      }
    }, 20);
    let errors = "";
    child.stderr.on("data", (text) => {
      errors += text;
    });
    child.on("close", (code) => {
      clearInterval(poll);
      if (code === 0) resolve({seconds: (performance.now() - begin) / 1000, peakMb});
      else reject(new Error(`${args.join(" ")} ended with ${code}: ${errors}`));
    });
  });
}

async function best(times, args, before = () => {}) {
  const results = [];
  for (let i = 0; i < times; ++i) {
    before();
    results.push(await run(args));
  }
  return results.sort((a, b) => a.seconds - b.seconds)[0];
}

const clear = (name) => () => {
  for (const file of [name, `${name}.wal`]) rmSync(join(folder, file), {force: true});
};
const readJson = (file) => [
  "-e",
  `(async () => {
     const {DuckDBInstance} = require(${JSON.stringify(join(root, "node_modules", "@duckdb", "node-api"))});
     const instance = await DuckDBInstance.create("peer.duckdb");
     const connection = await instance.connect();
     await connection.run("create table attempts as select * from read_json('${file}', format = 'newline_delimited')");
     connection.closeSync();
     instance.closeSync();
   })()`,
];

const rows = [];
async function measure(what, goal, ours, peerName, peer) {
  const [a, b] = [await ours(), await peer()];
  rows.push({
    what,
    goal,
    "rebench s": a.seconds.toFixed(2),
    "rebench MB": a.peakMb,
    peer: peerName,
    "peer s": b.seconds.toFixed(2),
    "peer MB": b.peakMb,
  });
}

try {
  await measure(
    "rebench --help",
    "< 0.25 s",
    () => best(5, [rebench, "--help"]),
    "node, empty program",
    () => best(5, ["-e", "0"]),
  );
  if (existsSync(metr)) {
    await measure(
      "import 1,808 attempts (METR)",
      "< 2 s",
      () => best(3, [rebench, "import", metr, "--store", "metr.duckdb"], clear("metr.duckdb")),
      "DuckDB read_json, nothing checked",
      () => best(3, readJson(metr), clear("peer.duckdb")),
    );
    const analyze = (replicates) => [rebench, "analyze", "--store", "metr.duckdb", "--budgets", "2h,8h,32h", "--bootstrap", replicates];
    await measure(
      "analyze, 10,000 replicates (METR)",
      "< 3 s",
      () => best(3, analyze("10000")),
      "the same without intervals",
      () => best(3, analyze("0")),
    );
  } else console.error(`left out: ${metr} is not here`);
  if (!quick) {
    await run([rebench, "simulate", "--attempts", "1000000", "--max-log-entries", "5", "-o", "million.jsonl"]);
    await measure(
      "import 1,000,000 attempts, score logs",
      "< 30 s, 2 GB",
      () => best(1, [rebench, "import", "million.jsonl", "--store", "million.duckdb"], clear("million.duckdb")),
      "DuckDB read_json, nothing checked",
      () => best(1, readJson("million.jsonl"), clear("peer.duckdb")),
    );
  }
  console.log(
    `${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, best of several runs`,
  );
  console.table(rows);
} finally {
  rmSync(folder, {recursive: true, force: true});
}
