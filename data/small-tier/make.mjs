// Makes attempts.jsonl: real attempts at tier small on this machine, by modular and aide, whose model is a script that answers with solutions of
// ours that are between start and reference, and by the random search of examples/. They show the way from attempts to figures and say
// nothing about any model. Usage: node data/small-tier/make.mjs [environment…], after npm run build; those of other environments stay
import {spawn} from "node:child_process";
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {build} from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const project = join(here, "..", "..");
const [KEY, MODEL] = ["sk-scripted-0123456789", "scripted-solutions"];
const AGENTS = [
  [`modular:${MODEL}`, "5m"],
  [`aide:${MODEL},drafts=2,steps=3`, "5m"],
  ["command:examples/agents/random_search.py", "1m"],
];

const room = mkdtempSync(join(tmpdir(), "rebench-small-tier-"));
try {
  const {startScriptedUpstream, readSolution, solutionNames} = await ourModules();
  const names = process.argv.slice(2);
  const chosen = names.length > 0 ? names : environmentsThatRun();
  let environment = "";
  const upstream = await startScriptedUpstream({key: KEY, script: ({body}) => answer(environment, body, {readSolution, solutionNames})});
  const prices = join(room, "prices.json");
  const price = {from: "2024-01-01", input: 2, output: 10, cacheRead: 1, cacheWrite: 4, source: "invented", certain: true};
  writeFileSync(prices, JSON.stringify({currency: "USD", unit: "per million tokens", models: [{name: MODEL, prices: [price]}]}));
  const model = {OPENAI_API_KEY: KEY, OPENAI_BASE_URL: upstream.openaiUrl};
  const runs = join(room, "runs");
  for (const each of chosen) {
    environment = each;
    for (const [agent, timeLimit] of AGENTS) {
      const who = ["run", each, "--agent", agent, "--tier", "small", "--time-limit", timeLimit];
      await rebench([...who, "--attempts", "2", "--parallel", "2", "--prices", prices, "--out", runs], model);
    }
  }
  await upstream.close();
  const [store, file, others] = [join(room, "small.duckdb"), join(here, "attempts.jsonl"), join(room, "others.jsonl")];
  await rebench(["import", runs, "--store", store]);
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const kept = lines.filter((line) => line !== "" && !chosen.includes(JSON.parse(line).environment));
  writeFileSync(others, kept.map((line) => `${line}\n`).join(""));
  if (kept.length > 0) await rebench(["import", others, "--store", store]);
  await rebench(["export", "--store", store, "-o", file]);
} finally {
  rmSync(room, {recursive: true, force: true});
}

/** What of ours is TypeScript and is used here. */
async function ourModules() {
  const entry = join(room, "entry.ts");
  const paths = {
    startScriptedUpstream: "test/runner/gateway/scriptedUpstream.ts",
    "readSolution, solutionNames": "src/runner/environments/solutions.ts",
  };
  writeFileSync(
    entry,
    Object.entries(paths)
      .map(([names, path]) => `export {${names}} from ${JSON.stringify(join(project, path))};\n`)
      .join(""),
  );
  const outfile = join(project, "node_modules", ".cache", "rebench-small-tier.mjs"); // where packages are found
  mkdirSync(dirname(outfile), {recursive: true});
  await build({entryPoints: [entry], outfile, bundle: true, format: "esm", platform: "node", packages: "external", logLevel: "warning"});
  return import(pathToFileURL(outfile).href);
}

/** The bundled environments with a tier small. */
function environmentsThatRun() {
  const folder = join(project, "environments");
  return readdirSync(folder)
    .filter((name) => !/^[._]/.test(name) && existsSync(join(folder, name, "scorer.py")))
    .sort();
}

/** What the scripted model says: to modular turn by turn, to aide a program, and whether that worked. */
function answer(environment, body, ours) {
  const asked = JSON.stringify(body);
  if (asked.includes("You read what a program printed")) return '{"is_bug": false, "summary": "It ran.", "metric": 0}';
  const folder = join(project, "environments", environment);
  const solutions = ours.solutionNames(folder).filter((name) => name !== "reference");
  const files = (name) => ours.readSolution(folder, name);
  const spoken = body.messages.filter(({role}) => role === "assistant").length;
  const isModular = asked.includes("fenced block whose first line") || spoken > 0 || asked.includes("time_limit");
  if (!isModular) {
    const which = solutions[asked.includes("Write a new solution") ? 0 : solutions.length - 1];
    return `A plan.\n${fenced("python", programOf(environment, files(which)))}`;
  }
  const turns = [
    fenced("time_limit", "300"),
    ...solutions.flatMap((name) => [fenced("bash", `python3 - <<'END'\n${builder(files(name))}\nEND`), fenced("score")]),
    fenced("submit"),
  ];
  return turns[spoken] ?? fenced("submit");
}

/** Where the submission is one Python file, that file; else a program that makes it. */
function programOf(environment, files) {
  const {runner} = JSON.parse(readFileSync(join(project, "environments", environment, "environment.json"), "utf8"));
  const [only, ...others] = runner.submission;
  const isCode = others.length === 0 && only.endsWith(".py");
  return isCode ? Buffer.from(files.get(only)).toString("utf8") : builder(files);
}

function builder(files) {
  return `import base64, pathlib, subprocess, sys
files = ${JSON.stringify(Object.fromEntries([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")])))}
for name, text in files.items():
    path = pathlib.Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(base64.b64decode(text))
if "make_submission.py" in files:
    subprocess.run([sys.executable, "make_submission.py"], check=True)
`;
}

function fenced(tool, body = "") {
  return `\`\`\`${tool}\n${body}\n\`\`\``;
}

function rebench(args, environment = {}) {
  process.stderr.write(`rebench ${args.slice(0, 4).join(" ")}\n`);
  const child = spawn(process.execPath, [join(project, "dist", "cli", "main.js"), ...args], {
    cwd: project,
    env: {...process.env, ...environment},
    stdio: ["ignore", "ignore", "inherit"],
  });
  return new Promise((resolve, reject) =>
    child.on("close", (status) => (status === 0 ? resolve() : reject(new Error(`rebench ${args.join(" ")}: status ${status}`)))),
  );
}
