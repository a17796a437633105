// Locks a folder of solution files into an archive. For maintainers; see environments/README.md. What unlocks is the command line:
// rebench environments unlock NAME DIR, which takes care that no solution is put where it might be committed.
// Usage: node environments/_lib/solutions.mjs lock FOLDER FILE.enc
import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import {dirname, join, relative, sep} from "node:path";
import {lockSolution, parseSolutionKey} from "../../dist/runner/solutions/solutionArchive.js";

const [what, folder, archive] = process.argv.slice(2);
if (what !== "lock" || archive === undefined || !statSync(folder, {throwIfNoEntry: false})?.isDirectory()) {
  console.error("usage: solutions.mjs lock FOLDER FILE.enc; to unlock: rebench environments unlock NAME DIR");
  process.exit(2);
}
const keyFile = join(import.meta.dirname, "..", "solutions.key");
const key = parseSolutionKey(readFileSync(keyFile, "utf8"), keyFile);
const names = readdirSync(folder, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile());
const paths = names.map((entry) => join(entry.parentPath, entry.name));
const files = new Map(paths.map((path) => [relative(folder, path).split(sep).join("/"), readFileSync(path)]));
mkdirSync(dirname(archive), {recursive: true});
writeFileSync(archive, lockSolution(files, key));
