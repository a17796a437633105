import {readFileSync} from "node:fs";
import {join} from "node:path";
import * as z from "zod";
import {type CoverageCounts, type CoverageStudy, coverageStudy} from "../analysis/coverageStudy.js";
import {reportsFolder} from "../assets.js";
import {RebenchError} from "../errors.js";
import {ESTIMATORS, METHODS, SCHEMES} from "./kindNames.js";

/** As it is named in settings: the same on every machine. */
const STUDY = "reports/calibration/results.json";

const count = z.int().nonnegative();
const cellSchema = z
  .strictObject({
    population: z.string(),
    scheme: z.enum(SCHEMES),
    estimator: z.enum(ESTIMATORS),
    method: z.enum(METHODS),
    n: z.int().positive(),
    k: z.int().positive(),
    dataSets: z.int().positive(),
    covered: count,
    above: count,
    below: count,
    undefined: count,
    meanWidth: z.number().nonnegative().nullable(),
    meanEstimate: z.number(),
  })
  .refine((row) => row.covered + row.above + row.below + row.undefined === row.dataSets, "its counts do not add up to its data sets");

const studySchema = z.strictObject({
  toolVersion: z.string(),
  seed: z.int(),
  replicates: z.int().positive(),
  level: z.number().gt(0).lt(1),
  dataSets: z.int().positive(),
  rows: z.array(cellSchema).min(1),
});

/**
 * The coverage study that comes with rebench.
 *
 * @param file Where its counts are.
 * @throws RebenchError `unreadable-file` where it is missing or is no study.
 */
export function readStudy(file: string = join(reportsFolder, "calibration", "results.json")): CoverageStudy {
  let study: CoverageCounts;
  try {
    study = studySchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new RebenchError("unreadable-file", {
      problem: `cannot read the coverage study in ${file}: ${whyOf(cause)}`,
      hint: "It comes with rebench: install it again, or make the study again with: npm run calibration",
      cause,
    });
  }
  return coverageStudy(study, STUDY);
}

function whyOf(cause: unknown): string {
  if (cause instanceof z.ZodError) return `${cause.issues[0]!.path.join(".") || "the file"}: ${cause.issues[0]!.message}`;
  return (cause as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (cause as Error).message;
}
