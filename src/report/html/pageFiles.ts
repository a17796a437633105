import {readFileSync} from "node:fs";
import {join} from "node:path";
import {packageFolder} from "../../assets.js";

/** Script and style of pages, as the build bundles them from src/web/. */
export function pageFiles(): {script: string; style: string} {
  const [script, style] = ["page.js", "page.css"].map((name) => readFileSync(join(packageFolder, "dist", "web", name), "utf8").trim());
  return {script: script!, style: style!};
}
