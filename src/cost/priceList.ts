import * as z from "zod";
import {RebenchError} from "../errors.js";

const usd = z.number("US dollars per million tokens, 0 or more").nonnegative("US dollars per million tokens, 0 or more");
const kind = usd.nullable().default(null);
const text = z.string("a text").min(1, "a text that is not empty");

/** US dollars per million tokens of one model, from a day on. */
const priceSchema = z.strictObject(
  {
    from: z.iso.date("a date such as 2024-06-20").describe("First day, UTC, on which this price held."),
    input: usd.describe("Tokens read that came from no cache and were written to none."),
    output: usd,
    cacheRead: kind.describe("Null where the vendor sells no such tokens."),
    cacheWrite: kind.describe("Null where writing to the cache costs nothing of its own."),
    reasoning: kind.describe(
      "Null: at the price of output. A number: reasoning tokens have a price of their own, in place of that of output.",
    ),
    source: text.describe("Where the price is published."),
    certain: z
      .boolean("true or false")
      .describe("False where price or date may be wrong, or the price depends on more than the number of tokens."),
    note: text.nullable().default(null),
  },
  "a price: an object with from, input, output, source and certain",
);

const modelSchema = z
  .strictObject(
    {
      name: text.describe("As token usage names it."),
      provider: text.nullable().default(null).describe("`provider/name` names the model too."),
      aliases: z.array(text, "a list of texts").default([]).describe("Other names for it."),
      reasoningInOutput: z.boolean("true or false").default(true).describe("False where output does not count reasoning tokens."),
      prices: z.array(priceSchema, "a list of prices").min(1, "at least one price"),
    },
    "a model: an object with name and prices",
  )
  .superRefine(({prices}, context) => {
    const early = prices.findIndex(({from}, i) => i > 0 && from <= prices[i - 1]!.from);
    if (early > 0) context.addIssue({code: "custom", path: ["prices", early, "from"], message: "a day after that of the price above it"});
  });

const priceListSchema = z.strictObject(
  {
    currency: z.literal("USD", "USD"),
    unit: z.literal("per million tokens", "per million tokens"),
    models: z.array(modelSchema, "a list of models"),
  },
  "an object with currency, unit and models",
);

export type Price = z.infer<typeof priceSchema>;
export type PricedModel = z.infer<typeof modelSchema>;
export type PriceList = z.infer<typeof priceListSchema>;

const MOST_PROBLEMS = 5;

/**
 * A price list as it stands in a file, checked.
 *
 * @param file What messages call it.
 * @throws RebenchError `usage` with each field that is wrong, its value, and what was expected.
 */
export function parsePriceList(value: unknown, file: string): PriceList {
  const parsed = priceListSchema.safeParse(value);
  const problems = parsed.success ? repeatedNames(parsed.data) : parsed.error.issues.map((issue) => problemText(issue, value));
  if (parsed.success && problems.length === 0) return parsed.data;
  const more = problems.length > MOST_PROBLEMS ? [`and ${problems.length - MOST_PROBLEMS} more`] : [];
  throw new RebenchError("usage", {
    problem: [`${file} is no price list:`, ...problems.slice(0, MOST_PROBLEMS), ...more].join("\n  "),
    hint: "Correct it; data/README.md describes the format.",
  });
}

function problemText({path, message, code, ...issue}: z.core.$ZodIssue, value: unknown): string {
  const field = path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
  if (code === "unrecognized_keys") return `${field || "the file"}: unknown field ${(issue as {keys: string[]}).keys.join(", ")}`;
  const found = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
  return `${field || "the file"}: expected ${message}, found ${shown(found)}`;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 59)}…` : json;
}

/** Names under which a model can be asked for. */
export const namesOf = ({name, provider, aliases}: Pick<PricedModel, "name" | "provider" | "aliases">): string[] => [
  name,
  ...(provider === null ? [] : [`${provider}/${name}`]),
  ...aliases,
];

function repeatedNames({models}: PriceList): string[] {
  const owners = new Map<string, string>();
  return models.flatMap((model, i) =>
    [...new Set(namesOf(model))].flatMap((name) => {
      const other = owners.get(name);
      if (other === undefined) owners.set(name, model.name);
      return other === undefined ? [] : [`models[${i}]: the name "${name}" is taken by model "${other}"`];
    }),
  );
}
