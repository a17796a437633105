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
  const contents = files.map((file) => ({file, bytes: readBytes(file)}));
  await withStore(flags, async (opened) => {
    const now = defaultFigureOptions(readPrices(flags.prices ?? null));
    const verdicts: Verdict[] = [];
    for (const {file, bytes} of contents) verdicts.push(await verifyFile(opened.source, file, bytes, now, {toolVersion, platform}));
    if (verdicts.some(({figure}) => isOfAttempts(figure))) noteSample(opened);
    process.stdout.write(flags.json ? `${JSON.stringify({verdicts})}\n` : `${verdicts.map(verdictText).join("\n")}\n`);
    const statuses = verdicts.map(({verdict}) => EXIT_STATUS[verdict]);
    process.exitCode = statuses.includes(1) ? 1 : Math.max(...statuses);
  });
}

const isOfAttempts = (figure: string | null) => FIGURES.some(({name, about}) => name === figure && about === undefined);

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    const {code, message} = cause as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : message;
    throw new RebenchError("unreadable-file", {
      problem: `cannot read ${file}: ${why}`,
      hint: "Name files written by rebench figures.",
      cause,
    });
  }
}

function verdictText({file, verdict, drawnBy, reasons}: Verdict): string {
  const by = verdict === "follows" && drawnBy !== toolVersion ? ` (drawn by ${printable(drawnBy ?? "")})` : "";
  const lines = reasons.map((reason) => wrap(`  ${printable(reason)}`, "    "));
  return [`${bold(`${verdict}${by}`)}  ${printable(file)}`, ...lines].join("\n");
}
