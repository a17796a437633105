// Locks a folder of solution files into an archive, or unlocks one. For maintainers; see environments/README.md.
// Usage: node environments/_lib/solutions.mjs lock FOLDER FILE.enc | unlock FILE.enc FOLDER
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {lockSolution, parseSolutionKey, unlockSolution} from "../../dist/runner/solutions/solutionArchive.js";

const keyFile = join(import.meta.dirname, "..", "solutions.key");
const key = parseSolutionKey(readFileSync(keyFile, "utf8"), keyFile);
const [what, from, to] = process.argv.slice(2);
if (what === "lock") {
  const names = readdirSync(from, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile());
  const paths = names.map((entry) => join(entry.parentPath, entry.name));
  const files = new Map(paths.map((path) => [path.slice(from.length).replace(/^\/+/, ""), readFileSync(path)]));
  mkdirSync(dirname(to), {recursive: true});
  writeFileSync(to, lockSolution(files, key));
} else if (what === "unlock") {
  for (const [path, bytes] of unlockSolution(readFileSync(from), key, from)) {
    mkdirSync(dirname(join(to, path)), {recursive: true});
    writeFileSync(join(to, path), bytes);
  }
} else {
  console.error("usage: solutions.mjs lock FOLDER FILE.enc | unlock FILE.enc FOLDER");
  process.exit(2);
}
