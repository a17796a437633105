import {readFileSync} from "node:fs";
import {join} from "node:path";
import {packageFolder} from "../assets.js";
import {RebenchError} from "../errors.js";
import {namesOf, type PriceList, parsePriceList} from "./priceList.js";

/** The prices that come with rebench. */
export const pricesFile: string = join(packageFolder, "data", "prices.json");

/**
 * The bundled prices, and those of `file` in their place: a model that it names, by name or alias, has the prices given
 * there alone; other models stay.
 *
 * @throws RebenchError `unreadable-file`, or `usage` for a file that is no price list.
 */
export function readPrices(file: string | null = null): PriceList {
  const bundled = readPriceFile(pricesFile, "data/prices.json");
  return file === null ? bundled : merged(bundled, readPriceFile(file, file));
}

/** `own` with the models of `base` whose names it does not take; a name that is taken is no alias of another model. */
export function merged(base: PriceList, own: PriceList): PriceList {
  const taken = new Set(own.models.flatMap(namesOf));
  const kept = base.models
    .filter(({name}) => !taken.has(name))
    .map((model) => ({...model, aliases: model.aliases.filter((alias) => !taken.has(alias))}));
  return {...base, models: [...own.models, ...kept]};
}

function readPriceFile(path: string, shownAs: string): PriceList {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (cause as Error).message;
    throw new RebenchError("unreadable-file", {problem: `cannot read prices from ${shownAs}: ${why}`, hint: "Check the path.", cause});
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RebenchError("usage", {
      problem: `${shownAs} is no price list: it is not JSON (${(cause as Error).message})`,
      hint: "Correct it; data/README.md describes the format.",
      cause,
    });
  }
  return parsePriceList(value, shownAs);
}
