import {readFileSync} from "node:fs";
import {join} from "node:path";
import {packageFolder} from "../../assets.js";

/** Script and style of pages, as the build bundles them from src/web/. */
export function pageFiles(name: "page" | "transcript" = "page"): {script: string; style: string} {
  const [script, style] = ["js", "css"].map((kind) => readFileSync(join(packageFolder, "dist", "web", `${name}.${kind}`), "utf8").trim());
  return {script: script!, style: style!};
}
