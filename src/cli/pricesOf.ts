import {basename} from "node:path";
import type {CostOptions} from "../analysis/costOptions.js";
import {readPrices} from "../cost/readPrices.js";

/** The prices that `--prices` asks for, and where they are from: a file without its folder, since figures and reports go to others. */
export const pricesOf = (file: string | undefined): Pick<CostOptions, "prices" | "pricesFrom"> => ({
  prices: readPrices(file ?? null),
  pricesFrom: file === undefined ? "data/prices.json" : `${basename(file)}, else data/prices.json`,
});
