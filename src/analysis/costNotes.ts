import type {CostFacts} from "../cost/attemptCost.js";
import type {FoundPrice} from "../cost/priceFinder.js";
import type {TokenCost} from "../cost/tokenCost.js";
import type {PriceInForce} from "./costOptions.js";
import type {Warning} from "./settings.js";

/** Recorded costs further than this share from what tokens cost at list price are worth a word. */
const DISAGREEMENT = 0.01;
/** Costs are recorded to a hundredth of a cent or better. */
const ROUNDING_USD = 1e-4;

type Disagreement = {attempts: number; worst: {attemptId: string; share: number; left: number; right: number}};

/** Collects, attempt by attempt, what a reader of costs should know: prices used, disagreements, what has no price. */
export class CostNotes {
  /** Attempts whose cost is unknown for want of a price, by what has none. */
  readonly unpriced = new Map<string, number>();
  readonly #prices = new Map<FoundPrice["price"], PriceInForce>();
  readonly #severalPrices = new Set<string>();
  readonly #offList = new Map<string, Disagreement>();
  readonly #overNominal = new Map<string, Disagreement>();

  addPrices(used: readonly FoundPrice[]): void {
    for (const {model, price, when} of new Map(used.map((found) => [found.price, found])).values()) {
      const {from, input, output, cacheRead, cacheWrite, reasoning, source, certain} = price;
      const counts = this.#prices.get(price) ?? {
        ...{model: model.name, from, input, output, cacheRead, cacheWrite, reasoning, source, certain},
        ...{attempts: 0, undated: 0, before: 0},
      };
      ++counts.attempts;
      if (when !== "dated") ++counts[when];
      if (model.prices.length > 1) this.#severalPrices.add(model.name);
      this.#prices.set(price, counts);
    }
  }

  addUnpriced(cost: TokenCost): void {
    if (cost.usd === null && cost.unpriced !== null) this.unpriced.set(cost.unpriced, (this.unpriced.get(cost.unpriced) ?? 0) + 1);
  }

  /** Checks what is recorded against list price, and what was paid against both. */
  compare(
    agent: string,
    attemptId: string,
    {nominalCostUsd, actualCostUsd, priced}: Pick<CostFacts, "nominalCostUsd" | "actualCostUsd" | "priced">,
  ): void {
    const listed = priced?.usd ?? null;
    const disagree = (left: number, right: number) => Math.abs(left - right) > DISAGREEMENT * Math.max(left, right) + ROUNDING_USD;
    if (nominalCostUsd !== null && listed !== null && disagree(nominalCostUsd, listed))
      add(this.#offList, agent, attemptId, nominalCostUsd, listed);
    const nominal = nominalCostUsd ?? listed;
    if (actualCostUsd !== null && nominal !== null && actualCostUsd > nominal && disagree(actualCostUsd, nominal))
      add(this.#overNominal, agent, attemptId, actualCostUsd, nominal);
  }

  prices(): PriceInForce[] {
    return [...this.#prices.values()].sort((a, b) => (a.model === b.model ? (a.from < b.from ? -1 : 1) : a.model < b.model ? -1 : 1));
  }

  warnings(): Warning[] {
    const all = this.prices();
    const undated = all.filter((each) => each.undated > 0 && this.#severalPrices.has(each.model));
    const before = all.filter((each) => each.before > 0);
    const uncertain = all.filter(({certain}) => !certain);
    const listed = (some: readonly PriceInForce[], count: (each: PriceInForce) => number) =>
      some.map((each) => `${each.model} from ${each.from} (${attempts(count(each))})`).join(", ");
    const notes: [boolean, string, string][] = [
      [
        undated.length > 0,
        "undated-attempts",
        `the latest price is used for attempts whose day is not known: ${listed(undated, (each) => each.undated)}`,
      ],
      [
        before.length > 0,
        "before-first-price",
        `the first price is used for attempts that began before it: ${listed(before, (each) => each.before)}`,
      ],
      [
        uncertain.length > 0,
        "uncertain-prices",
        `prices that the list marks as not certain: ${listed(uncertain, (each) => each.attempts)}`,
      ],
    ];
    return [
      ...notes.filter(([applies]) => applies).map(([, code, message]): Warning => ({code, agent: null, message})),
      ...[...this.unpriced].map(
        ([what, count]): Warning => ({
          code: "unpriced",
          agent: null,
          message: `${attempts(count)} without a cost: the price list has no price for ${what}`,
        }),
      ),
      ...disagreements(
        this.#offList,
        "off-list-price",
        "recorded nominal costs differ by more than 1 % from their tokens at list price",
        "recorded",
        "at list price",
      ),
      ...disagreements(this.#overNominal, "paid-over-nominal", "costs paid are more than 1 % above the nominal ones", "paid", "nominal"),
    ];
  }
}

const attempts = (count: number) => `${count} attempt${count === 1 ? "" : "s"}`;

function add(all: Map<string, Disagreement>, agent: string, attemptId: string, left: number, right: number): void {
  const share = Math.abs(left - right) / Math.max(left, right);
  const before = all.get(agent);
  const worst = before && before.worst.share >= share ? before.worst : {attemptId, share, left, right};
  all.set(agent, {attempts: (before?.attempts ?? 0) + 1, worst});
}

function disagreements(all: ReadonlyMap<string, Disagreement>, code: string, what: string, left: string, right: string): Warning[] {
  return [...all].map(([agent, {attempts: count, worst}]) => ({
    code,
    agent,
    message: `${agent}: ${what} in ${attempts(count)}; most in ${worst.attemptId}, $${worst.left.toFixed(4)} ${left} and $${worst.right.toFixed(4)} ${right}`,
  }));
}
