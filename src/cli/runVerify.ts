import {readFileSync} from "node:fs";
import {toolVersion} from "../assets.js";
import {readPrices} from "../cost/readPrices.js";
import {RebenchError} from "../errors.js";
import {FIGURES} from "../report/catalogue.js";
import {defaultFigureOptions} from "../report/figureOptions.js";
import {type Verdict, verifyFile} from "../report/verifyFile.js";
import {noteSample, withStore} from "./openForReading.js";
import {platform} from "./platform.js";
import {bold, printable, wrap} from "./terminal.js";
import type {VerifyFlags} from "./verifyCommand.js";

const EXIT_STATUS: Record<Verdict["verdict"], number> = {follows: 0, differs: 1, "cannot tell": 2};

export async function runVerify(files: readonly string[], flags: VerifyFlags): Promise<void> {
  const verdicts = await verdictsOf(files, flags).catch((error: unknown) => {
    throw error instanceof RebenchError ? notVerified(error) : error;
  });
  process.stdout.write(flags.json ? `${JSON.stringify({verdicts})}\n` : `${verdicts.map(verdictText).join("\n")}\n`);
  const statuses = verdicts.map(({verdict}) => EXIT_STATUS[verdict]);
  process.exitCode = statuses.includes(1) ? 1 : Math.max(...statuses);
}

/** What keeps all from being verified, such as a store that there is not: nobody may take it for a figure that differs. */
const notVerified = (error: RebenchError) => new RebenchError("not-verified", {problem: error.problem, hint: error.hint, cause: error});

async function verdictsOf(files: readonly string[], flags: VerifyFlags): Promise<Verdict[]> {
  return withStore(flags, async (opened) => {
    const now = defaultFigureOptions(readPrices(flags.prices ?? null));
    const verdicts: Verdict[] = [];
    for (const file of files) {
      const bytes = readBytes(file);
      verdicts.push(
        "problem" in bytes ? unreadable(file, bytes.problem) : await verifyFile(opened.source, file, bytes, now, {toolVersion, platform}),
      );
    }
    if (verdicts.some(({figure}) => isOfAttempts(figure))) noteSample(opened);
    return verdicts;
  });
}

const isOfAttempts = (figure: string | null) => FIGURES.some(({name, about}) => name === figure && about === undefined);

const unreadable = (file: string, problem: string): Verdict => {
  return {file, figure: null, verdict: "cannot tell", drawnBy: null, reasons: [`it cannot be read: ${problem}`]};
};

function readBytes(file: string): Uint8Array | {problem: string} {
  try {
    return readFileSync(file);
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException;
    return {problem: code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message};
  }
}

function verdictText({file, verdict, drawnBy, reasons}: Verdict): string {
  const by = verdict === "follows" && drawnBy !== toolVersion ? ` (drawn by ${printable(drawnBy ?? "")})` : "";
  const lines = reasons.map((reason) => wrap(`  ${printable(reason)}`, "    "));
  return [`${bold(`${verdict}${by}`)}  ${printable(file)}`, ...lines].join("\n");
}
