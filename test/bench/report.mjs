// How long a report takes, how large it is, and when a browser that opens it from disk shows its first figure.
// Usage: node test/bench/report.mjs (after npm run build; needs Chromium). Fails over 3 MB and over 1 s.
import {execFileSync} from "node:child_process";
import {mkdtempSync, rmSync, statSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {pathToFileURL} from "node:url";
import {chromium} from "playwright-core";
import {findChromium} from "../../dist/render/findChromium.js";

const MOST_BYTES = 3_000_000;
const MOST_MS = 1000;
const RUNS = 5;
const main = join(import.meta.dirname, "..", "..", "dist", "cli", "main.js");
const folder = mkdtempSync(join(tmpdir(), "rebench-bench-"));
const browser = await chromium.launch({executablePath: findChromium(), args: ["--disable-quic", "--disable-background-networking"]});
try {
  for (const report of ["overview", "paper"]) {
    const start = performance.now();
    execFileSync(process.execPath, [main, "report", report, "--out", join(folder, report)], {cwd: folder, stdio: "ignore"});
    const seconds = (performance.now() - start) / 1000;
    const file = join(folder, report, "index.html");
    const bytes = statSync(file).size;
    const shown = [];
    for (let i = 0; i < RUNS; ++i) shown.push(await timesOf(file));
    const median = (name) => shown.map((each) => each[name]).sort((a, b) => a - b)[Math.floor(RUNS / 2)];
    const [text, figure, upgraded] = ["text", "figure", "upgraded"].map((name) => Math.round(median(name)));
    console.log(
      `${report}: made in ${seconds.toFixed(1)} s, ${(bytes / 1e6).toFixed(2)} MB; first text after ${text} ms, first figure after ${figure} ms, all upgraded after ${upgraded} ms (medians of ${RUNS})`,
    );
    if (bytes > MOST_BYTES || figure > MOST_MS) process.exitCode = 1;
  }
} finally {
  await browser.close();
  rmSync(folder, {recursive: true});
}

/** In ms from when the browser began to load: first paint of text, the frame after which the first figure is there, the last upgrade. */
async function timesOf(file) {
  const page = await browser.newPage({viewport: {width: 1280, height: 900}});
  await page.addInitScript(() => {
    const look = () => {
      const first = document.querySelector("figure.plot :is(img, .drawing > svg)");
      const isThere = first !== null && (first.tagName !== "IMG" || (first.complete && first.naturalWidth > 0));
      if (isThere) requestAnimationFrame(() => setTimeout(() => (window.firstFigureMs = performance.now())));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(pathToFileURL(file).href);
  await page.waitForFunction(() => window.firstFigureMs !== undefined && document.querySelector("figure.plot img") === null);
  const times = await page.evaluate(() => ({
    text: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    figure: window.firstFigureMs,
    upgraded: performance.now(),
  }));
  await page.close();
  return times;
}
