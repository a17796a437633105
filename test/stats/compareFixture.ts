import {readFileSync} from "node:fs";
import {join} from "node:path";

type Interval = Record<"value" | "low" | "high" | "standardError" | "lowSe" | "highSe", number>;

/** Reference results made by test/fixtures/compare/make_compare.py. */
export const reference = JSON.parse(readFileSync(join(import.meta.dirname, "..", "fixtures", "compare", "compare.json"), "utf8")) as {
  permutation: {
    name: string;
    k: number;
    estimator: "without-replacement" | "with-replacement";
    strata: {a: number[]; b: number[]}[];
    arrangements: number;
    twoSided: number;
    greater: number;
  }[];
  signFlips: {differences: number[]; p: number; arrangements: number}[];
  adjusted: {ps: number[]; holm: number[]; benjaminiHochberg: number[]}[];
  improvement: {a: number[]; b: number[]; probability: number}[];
  smallestDifference: {standardError: number; alpha: number; power: number; value: number}[];
  bootstrap: {k: number; replicates: number; samples: Record<"A" | "B", Record<string, number[]>>} & Record<
    "difference" | "ratio" | "gainA" | "gainDifference" | "probabilityOfImprovement",
    Interval
  >;
};
