// Makes of the compiled command line a few files that load in half the time: hundreds of small modules cost a command about 0.1 s before
// it does anything. A command still loads only what it needs. Replaces dist/cli/. Usage: node src/cli/bundle.mjs, after tsc
import {copyFileSync, renameSync, rmSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist");

/** What is put into the bundle with our own modules, since it is itself many small ones; its licence goes with it. */
const BUNDLED = "zod";

const othersStayOutside = {
  name: "others-stay-outside",
  setup({onResolve}) {
    onResolve({filter: /^[^./]/}, ({path, kind}) =>
      kind === "entry-point" || path === BUNDLED || path.startsWith(`${BUNDLED}/`) ? null : {path, external: true},
    );
  },
};

await build({
  absWorkingDir: dist, // names in the files, and so bytes, do not depend on where this is called
  entryPoints: ["cli/main.js"],
  outdir: join(dist, "bundle"),
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  plugins: [othersStayOutside],
});
rmSync(join(dist, "cli"), {recursive: true});
renameSync(join(dist, "bundle"), join(dist, "cli"));
copyFileSync(join(dist, "..", "node_modules", BUNDLED, "LICENSE"), join(dist, "cli", `LICENSE-${BUNDLED}`));
