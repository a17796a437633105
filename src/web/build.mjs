// Bundles what pages carry, of reports and of transcripts, script and style, into dist/web/. Usage: node src/web/build.mjs
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));

await build({
  absWorkingDir: folder, // names in messages, and so bytes, do not depend on where this is called
  entryPoints: ["page.ts", "page.css", "transcript.ts", "transcript.css"],
  outdir: join(folder, "..", "..", "dist", "web"),
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome111", "firefox115", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
