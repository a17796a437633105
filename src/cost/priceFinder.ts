import {nearestNames} from "../errors.js";
import {namesOf, type Price, type PricedModel, type PriceList} from "./priceList.js";

/**
 * The price of a model on a day. `when`: `dated` is the one in force on that day; `undated` the latest, for want of a day;
 * `before` the first there is, for a day before it.
 */
export type FoundPrice = {model: PricedModel; price: Price; when: "dated" | "undated" | "before"};

/** Null for a model that the list does not have. */
export type PriceFinder = (modelName: string, day: string | null) => FoundPrice | null;

/** Finds prices by model name, `provider/name` or alias, as they are written. */
export function priceFinder({models}: PriceList): PriceFinder {
  const byName = new Map(models.flatMap((model) => namesOf(model).map((name) => [name, model])));
  return (modelName, day) => {
    const model = byName.get(modelName);
    if (model === undefined) return null;
    if (day === null) return {model, price: model.prices.at(-1)!, when: "undated"};
    const price = model.prices.findLast(({from}) => from <= day);
    return price ? {model, price, when: "dated"} : {model, price: model.prices[0]!, when: "before"};
  };
}

/** The models whose names are nearest to one that has no price. */
export const nearestModels = (modelName: string, {models}: PriceList): string[] => nearestNames(modelName, models.flatMap(namesOf));
