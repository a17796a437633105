import {writeFile} from "node:fs/promises";
import {join} from "node:path";
import {RebenchError} from "../errors.js";
import {replaceFile} from "../export/replaceFile.js";
import {renderFigure} from "../render/renderFigure.js";
import {FIGURES, figureNamed} from "../report/catalogue.js";
import type {DrawOptions} from "../report/drawOptions.js";
import type {FigureEntry, FigureOptions} from "../report/figureEntry.js";
import {figureMaker, type MadeFigure, type SkippedFigure} from "../report/makeFigures.js";
import {checkHighlight} from "./checkHighlight.js";
import {drawOptionsOf, figureOptions} from "./figureFlags.js";
import type {FiguresFlags} from "./figuresCommand.js";
import {withFolder} from "./makeFolder.js";
import {noteSample, type Opened, withStore} from "./openForReading.js";
import {platform} from "./platform.js";
import {bold, counted, notice, printable, table, wrap} from "./terminal.js";

type Written = {figure: string; files: string[]; attempts: number; rows: number; warnings: string[]};

export async function runFigures(names: readonly string[], flags: FiguresFlags): Promise<void> {
  const entries =
    names.length === 0 ? FIGURES.filter(({about}) => about === undefined || flags.list) : [...new Set(names)].map(figureNamed);
  const draw = drawOptionsOf(flags);
  const options = figureOptions(flags);
  await withStore(flags, async (opened) => {
    if (entries.some(({about}) => about === undefined)) noteSample(opened);
    if (flags.list) return listFigures(entries, options, draw, flags, opened);
    await checkHighlight(draw.highlight, opened);
    const make = await figureMaker(opened.source, options, draw);
    await withFolder(flags.out, async () => {
      const [written, skipped]: [Written[], SkippedFigure[]] = [[], []];
      for (const entry of entries) {
        const made = await make(entry);
        if ("reason" in made) skipped.push(made);
        else written.push(await write(made, flags));
      }
      print(written, skipped, flags);
    });
  });
}

async function write(made: MadeFigure, {out, format: formats, json}: FiguresFlags): Promise<Written> {
  const {name} = made.entry;
  const {files, warnings} = await renderFigure({...made, name}, formats, platform);
  const names: string[] = [];
  for (const [format, bytes] of files) {
    names.push(`${name}.${format}`);
    await replaceFile(join(out, `${name}.${format}`), (path) => writeFile(path, bytes));
  }
  if (process.stderr.isTTY && !json) notice(`${name}: ${[...files.keys()].join(", ")}`);
  const {attempts, rows} = made.provenance;
  return {figure: name, files: names, attempts: attempts.count, rows: rows.count, warnings};
}

function print(written: readonly Written[], skipped: readonly SkippedFigure[], {json, out}: FiguresFlags): void {
  for (const {figure, warnings} of written) for (const warning of warnings) notice(`note: ${figure}: ${printable(warning)}`);
  if (json) {
    const reasons = skipped.map(({entry, reason}) => ({figure: entry.name, reason}));
    process.stdout.write(`${JSON.stringify({out, written, skipped: reasons})}\n`);
  } else {
    if (written.length > 0) process.stdout.write(`${writtenText(written, out)}\n`);
    if (skipped.length > 0) process.stdout.write(`${skippedText(skipped, written.length > 0)}\n`);
  }
  if (written.length > 0) return;
  throw new RebenchError("no-figure", {
    problem: "no figure could be drawn from these attempts",
    hint: "See what each needs with: rebench figures --list",
  });
}

function writtenText(written: readonly Written[], out: string): string {
  const files = written.reduce((sum, each) => sum + each.files.length, 0);
  const rows = written.map((each) => [
    each.figure,
    String(each.rows),
    each.files.map((file) => file.slice(each.figure.length + 1)).join(" "),
  ]);
  const attempts = Math.max(...written.map((each) => each.attempts)); // figures that show something else have none
  const of = attempts === 0 ? "" : ` of ${counted(attempts, "attempt")}`;
  const drawn = `${counted(written.length, "figure")}${of}, ${counted(files, "file")} in ${printable(out)}`;
  return [bold(drawn), "", table(["figure", "rows", "formats"], rows, {aligns: ["left", "right"]})].join("\n");
}

const skippedText = (skipped: readonly SkippedFigure[], below: boolean): string =>
  [
    ...(below ? [""] : []),
    bold("Not drawn"),
    ...skipped.map(({entry, reason}) => wrap(`  ${entry.name}: ${printable(reason)}`, "    ")),
  ].join("\n");

/** What there is, what each needs, and whether the attempts have it: asked of the analysis itself, without intervals. */
async function listFigures(
  entries: readonly FigureEntry[],
  options: FigureOptions,
  draw: DrawOptions,
  {json}: FiguresFlags,
  {source}: Opened,
): Promise<void> {
  const make = await figureMaker(source, {...options, bootstrap: 0}, draw);
  const listed = [];
  for (const entry of entries) {
    const made = await make(entry);
    const reason = "reason" in made ? made.reason : null;
    listed.push({
      name: entry.name,
      paperFigures: entry.paperFigures,
      title: entry.title,
      needs: entry.needs,
      available: reason === null,
      reason,
    });
  }
  if (json) return void process.stdout.write(`${JSON.stringify({figures: listed})}\n`);
  const rows = listed.map(({name, paperFigures, needs, available, reason}) => [
    name,
    paperFigures ?? "–",
    available ? "yes" : "no",
    available ? needs : printable(reason!),
  ]);
  process.stdout.write(`${table(["figure", "paper", "here", "needs, or what is missing"], rows, {wrapColumns: [3]})}\n`);
}
