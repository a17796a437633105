import {type ChildProcess, spawn} from "node:child_process";
import {mkdtemp, rm, stat} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {pathToFileURL} from "node:url";
import {RebenchError} from "../errors.js";
import {findChromium} from "./findChromium.js";

/** What keeps a browser from asking its maker for anything, and from leaving anything behind. */
const QUIET = [
  "--headless",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-extensions",
  "--disable-sync",
];
const MOST_MS = 120_000;

/**
 * Prints an HTML file as PDF, as a browser does.
 *
 * @throws RebenchError `no-browser` where there is none, where it fails, or where it takes too long.
 */
export async function chromiumPdf(html: string, pdf: string, {mostMs = MOST_MS}: {mostMs?: number} = {}): Promise<void> {
  const program = findChromium();
  const profile = await mkdtemp(join(tmpdir(), "rebench-chromium-"));
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : []; // root has none
  const print = [`--user-data-dir=${profile}`, "--no-pdf-header-footer", `--print-to-pdf=${pdf}`, pathToFileURL(html).href];
  try {
    const {code, said} = await finished(
      spawn(program, [...QUIET, ...sandbox, ...print], {detached: true, stdio: ["ignore", "ignore", "pipe"]}),
      mostMs,
    );
    const isThere = (await stat(pdf).catch(() => null))?.isFile() ?? false;
    if (code === 0 && isThere) return;
    const why = code === null ? `it took longer than ${mostMs / 1000} s` : (said.trim().split("\n").at(-1) ?? "");
    throw failure(program, why || `it ended with status ${code}`);
  } finally {
    await rm(profile, {recursive: true, force: true, maxRetries: 5});
  }
}

const failure = (program: string, why: string, cause?: unknown) =>
  new RebenchError("no-browser", {
    problem: `${program} did not print the report: ${why}`,
    hint: "Leave --pdf out and print the page from a browser, or name another Chromium in REBENCH_CHROMIUM.",
    cause,
  });

/** The exit status and what was said on stderr; null for what had to be stopped. */
function finished(child: ChildProcess, mostMs: number): Promise<{code: number | null; said: string}> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr!.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
    const stop = () => stopGroup(child);
    const timer = setTimeout(stop, mostMs);
    process.once("exit", stop);
    const end = (settle: () => void) => {
      clearTimeout(timer);
      process.off("exit", stop);
      stopGroup(child); // what it started may outlive it
      settle();
    };
    child.on("error", (cause) => end(() => reject(failure(child.spawnfile, cause.message, cause))));
    child.on("exit", (code) => end(() => resolve({code, said})));
  });
}

/** The browser is several processes: they are a group of their own, so that all of them end, and no others. */
function stopGroup({pid}: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // it has ended
  }
}
