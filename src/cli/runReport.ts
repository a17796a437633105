import {stat, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {replaceFile} from "../export/replaceFile.js";
import {chromiumPdf} from "../render/chromiumPdf.js";
import {findChromium} from "../render/findChromium.js";
import {FIGURES} from "../report/catalogue.js";
import type {ReportContent} from "../report/content.js";
import {DEFAULT_DRAW} from "../report/drawOptions.js";
import {FIGURE_BUDGETS_SECONDS} from "../report/figureBudgets.js";
import {reportHtml} from "../report/html/reportHtml.js";
import {markdownReport} from "../report/markdownReport.js";
import {readReport} from "../report/readReport.js";
import {reportContent} from "../report/reportContent.js";
import {type ReportFigures, reportFigures} from "../report/reportFigures.js";
import {reportOptions} from "../report/reportOptions.js";
import {type ReportFlags, reportFlagsSchema} from "../report/reportParams.js";
import {subjectOf} from "../report/reportSubject.js";
import {withDetails} from "../report/withDetails.js";
import {withMethods} from "../report/withMethods.js";
import {checkHighlight} from "./checkHighlight.js";
import {drawOptionsOf} from "./figureFlags.js";
import {makeFolder, withFolder} from "./makeFolder.js";
import {noteSample, type Opened, withStore} from "./openForReading.js";
import {platform} from "./platform.js";
import {pricesOf} from "./pricesOf.js";
import type {ReportCommandFlags} from "./reportCommand.js";
import {bold, counted, notice, printable, table, wrap} from "./terminal.js";

/** Readers wait for a larger page: it then goes without the second set of figures. */
const MOST_BYTES = 3_000_000;

type Made = {content: ReportContent; drawn: ReportFigures; html: string};
type Written = {file: string; bytes: number};

/** @param typed The flags that were typed: over these alone a report's own options do not win. */
export async function runReport(nameOrFolder: string, flags: ReportCommandFlags, typed: Record<string, unknown>): Promise<void> {
  const report = withMethods(readReport(nameOrFolder, {figureNames: FIGURES.map(({name}) => name)}));
  if (flags.pdf) findChromium(); // before the work, not after it
  await withFolder(flags.out, async () => {
    const made = await withStore(flags, async (opened) => {
      if (subjectOf(report) === "attempts") noteSample(opened);
      return make(report, flags, typed, opened);
    });
    print(made, await write(made, flags), flags);
  });
}

async function make(
  report: ReturnType<typeof readReport>,
  flags: ReportCommandFlags,
  typed: Record<string, unknown>,
  opened: Opened,
): Promise<Made> {
  const {source} = opened;
  const draw = drawOptionsOf({...DEFAULT_DRAW, theme: flags.theme, highlight: flags.highlight});
  await checkHighlight(draw.highlight, opened);
  const options = optionsOf(report.flags, flags, typed);
  const budgets = "budgets" in typed ? options.budgets : FIGURE_BUDGETS_SECONDS;
  const figureOptions = {...options, budgets, timeLimits: flags.timeLimits ?? null};
  const names = report.figures.map(({name}) => name);
  const drawn = await reportFigures(names, source, figureOptions, draw, platform);
  const content = withDetails(await reportContent(report, source, options, drawn.figures), drawn.details);
  const page = {theme: draw.theme, narrow: drawn.narrow, toolVersion: source.toolVersion};
  const html = await reportHtml(content, page);
  const isSmall = Buffer.byteLength(html) < MOST_BYTES;
  return {content, drawn, html: isSmall ? html : await reportHtml(content, {...page, narrow: new Map()})};
}

function optionsOf(own: ReportFlags, {prices: file}: ReportCommandFlags, typed: Record<string, unknown>) {
  const names = Object.keys(reportFlagsSchema.shape);
  const given = Object.fromEntries(Object.entries(typed).filter(([name]) => names.includes(name))) as ReportFlags;
  return reportOptions(own, given, pricesOf(file));
}

/** Pictures first: when the page is there, all of it is. */
async function write({content, drawn, html}: Made, {out, pdf}: ReportCommandFlags): Promise<Written[]> {
  const written: Written[] = [];
  const add = async (file: string, fill: (path: string) => Promise<void>) => {
    await replaceFile(join(out, file), fill);
    written.push({file, bytes: (await stat(join(out, file))).size});
  };
  const figures = [...drawn.figures.values()].filter((figure) => "svg" in figure);
  if (figures.length > 0) makeFolder(join(out, "figures"));
  for (const {name, png, csv} of figures) {
    await add(`figures/${name}.png`, (path) => writeFile(path, png!));
    await add(`figures/${name}.csv`, (path) => writeFile(path, csv));
  }
  await add("report.md", (path) => writeFile(path, markdownReport(content, {figuresFolder: "figures"})));
  await add("index.html", (path) => writeFile(path, html));
  if (pdf) await add("report.pdf", (path) => chromiumPdf(join(out, "index.html"), path));
  return written;
}

function print({content, drawn}: Made, written: readonly Written[], {json, out}: ReportCommandFlags): void {
  const skipped = [...drawn.figures.values()].filter((figure) => "reason" in figure);
  if (json) {
    const {name, title, warnings} = content;
    const result = {report: name, title, out, files: written, notDrawn: skipped, warnings: [...warnings, ...drawn.warnings]};
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  for (const {figure, message} of drawn.warnings) notice(`note: ${figure}: ${printable(message)}`);
  for (const {message} of content.warnings) notice(`note: ${message}`);
  const pages = written.filter(({file}) => !file.startsWith("figures/"));
  const pictures = written.length - pages.length;
  const rows = [...pages.map(({file, bytes}) => [file, sizeText(bytes)])];
  if (pictures > 0) rows.push(["figures/", counted(pictures, "file")]);
  process.stdout.write(
    `${[bold(`${printable(content.title)}, in ${printable(out)}`), "", table(["file", "size"], rows, {aligns: ["left", "right"]})].join("\n")}\n`,
  );
  if (skipped.length === 0) return;
  const lines = skipped.map(({name, reason}) => wrap(`  ${name}: ${printable(reason)}`, "    "));
  process.stdout.write(`${["", bold("Not drawn"), ...lines].join("\n")}\n`);
}

const sizeText = (bytes: number) => (bytes < 999_500 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
