import {readdirSync, readFileSync} from "node:fs";
import {dirname, join, relative, sep} from "node:path";
import {expect, it} from "vitest";

// The folders of src/ in the order that data takes, and what each may import besides itself.
const ROOT_FILES = ["errors", "duration", "random", "assets"];
const ARROWS: Record<string, readonly string[]> = {
  stats: ["errors", "random"],
  environment: ["errors", "assets"],
  record: [],
  import: ["errors", "duration", "environment", "record"],
  simulate: ["errors", "random", "environment", "record"],
  store: ["errors", "environment", "record"],
  ingest: ["errors", "assets", "environment", "record", "import", "store"],
  score: ["errors", "random", "assets", "stats", "environment"],
  cost: ["errors", "record", "assets"],
  analysis: ["errors", "duration", "random", "stats", "environment", "record", "store", "score", "cost"],
  calibration: ["random", "assets", "environment", "simulate", "score"],
  export: ["errors", "store"],
  figure: ["errors", "duration"],
  render: ["errors", "assets"],
  report: ["errors", "duration", "assets", "environment", "record", "store", "cost", "analysis", "export", "figure", "render"],
  web: ["figure"],
  runner: ["errors", "random", "duration", "assets", "environment", "record", "cost"],
  cli: [
    ...ROOT_FILES,
    ...["environment", "record", "import", "simulate", "store", "ingest", "score", "cost", "analysis", "export"],
    ...["figure", "render", "report", "runner"],
  ],
};
const src = join(import.meta.dirname, "..", "src");

const files = (readdirSync(src, {recursive: true}) as string[]).filter((file) => file.endsWith(".ts"));
const roomOf = (file: string) => (file.includes(sep) ? file.split(sep)[0]! : file.replace(/\.ts$/, ""));

const importsOf = (file: string): string[] =>
  [...readFileSync(join(src, file), "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, path]) =>
    roomOf(relative(src, join(src, dirname(file), path!)).replace(/\.js$/, ".ts")),
  );

it("imports go one way", () => {
  const wrong = files.flatMap((file) => {
    const room = roomOf(file);
    if (room === "index") return []; // re-exports only
    const allowed = ROOT_FILES.includes(room) ? ["errors"] : (ARROWS[room] ?? []);
    return importsOf(file)
      .filter((target) => target !== room && !allowed.includes(target))
      .map((target) => `${file} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});

it("has a rule for every folder, and no rule for a folder that is gone", () => {
  const folders = [...new Set(files.filter((file) => file.includes(sep)).map(roomOf))].sort();
  expect(folders).toEqual(Object.keys(ARROWS).sort());
});

it("has nothing inside that imports the public API", () => {
  expect(files.filter((file) => importsOf(file).includes("index"))).toEqual([]);
});

it("keeps the top level to what the layout names", () => {
  const allowed = new Set([
    "src",
    "data",
    "environments",
    "test",
    "reports",
    "docs",
    "examples",
    ".ci",
    ".git",
    "node_modules",
    "dist",
    ".venv",
    ".pytest_cache",
  ]);
  const root = join(src, "..");
  const folders = readdirSync(root, {withFileTypes: true})
    .filter((entry) => entry.isDirectory())
    .map(({name}) => name);
  expect(folders.filter((name) => !allowed.has(name))).toEqual([]);
});
