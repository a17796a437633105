import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, describe, expect, it} from "vitest";
import {nearestModels, priceFinder} from "../../src/cost/priceFinder.js";
import {type PriceList, parsePriceList} from "../../src/cost/priceList.js";
import {merged, readPrices} from "../../src/cost/readPrices.js";
import {RebenchError} from "../../src/errors.js";

const folder = mkdtempSync(join(tmpdir(), "rebench-prices-"));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const price = (from: string, input = 1) => ({from, input, output: 2, source: "made up", certain: true});
const listOf = (...models: object[]) => ({currency: "USD", unit: "per million tokens", models});

function failure(work: () => unknown): RebenchError {
  try {
    work();
  } catch (error) {
    if (error instanceof RebenchError) return error;
    throw error;
  }
  throw new Error("did not fail");
}

describe("the bundled prices", () => {
  const bundled = readPrices();
  const find = priceFinder(bundled);

  it("have the sample's models at the prices its costs were made with, labelled as invented", () => {
    for (const name of ["synthetic-model-a", "synthetic-model-b"]) {
      const {price} = find(name, null)!;
      expect(price).toMatchObject({input: 4, output: 14, source: expect.stringContaining("Invented")});
    }
  });

  it("know the models of METR's file by their public names", () => {
    const names = [
      "Claude 3 Opus",
      "Claude 3.5 Sonnet (New)",
      "Claude 3.5 Sonnet (Old)",
      "GPT-4 0314",
      "GPT-4 Turbo",
      "GPT-4o",
      "o1",
      "o1-preview",
    ];
    expect(names.filter((name) => find(name, "2024-12-15") === null)).toEqual([]);
    expect(find("o1-preview", "2024-12-15")!.price).toMatchObject({input: 15, output: 60});
  });

  it("give o3 the price of the day: 10 and 40 dollars at first, 2 and 8 from 10 June 2025 on", () => {
    expect(find("openai/o3-2025-04-16", "2025-06-09")!.price).toMatchObject({input: 10, output: 40});
    expect(find("o3", "2025-06-10")!.price).toMatchObject({input: 2, output: 8});
  });

  it("say of every price that is not certain why", () => {
    const all = bundled.models.flatMap(({prices}) => prices);
    expect(all.filter(({certain, note}) => !certain && note === null)).toEqual([]);
    expect(all.some(({certain}) => certain)).toBe(true);
  });
});

describe("which price holds", () => {
  const list = parsePriceList(listOf({name: "m", prices: [price("2024-01-01", 1), price("2024-07-01", 3)]}), "list");
  const find = priceFinder(list);
  it.each([
    ["2023-12-31", 1, "before"],
    ["2024-01-01", 1, "dated"],
    ["2024-06-30", 1, "dated"],
    ["2024-07-01", 3, "dated"],
    ["2030-01-01", 3, "dated"],
    [null, 3, "undated"],
  ])("%s: %s, %s", (day, input, when) => expect(find("m", day)).toMatchObject({price: {input}, when}));

  it("no price for another model, but names near to it", () => {
    expect(find("mm", null)).toBeNull();
    expect(find("M", null)).toBeNull();
    expect(nearestModels("mm", list)).toEqual(["m"]);
  });
});

describe("a price list of one's own", () => {
  it("stands in for models that it names, and adds others", () => {
    const base = parsePriceList(
      listOf({name: "a", aliases: ["x", "y"], prices: [price("2024-01-01", 1)]}, {name: "b", prices: [price("2024-01-01", 2)]}),
      "base",
    );
    const own = parsePriceList(listOf({name: "b", prices: [price("2025-01-01", 5)]}, {name: "y", prices: [price("2025-01-01", 6)]}), "own");
    const find = priceFinder(merged(base, own));
    expect(["a", "x", "b", "y"].map((name) => find(name, "2024-06-01")?.price.input)).toEqual([1, 1, 5, 6]);
  });

  it("is read from a file beside the bundled ones", () => {
    const file = join(folder, "own.json");
    writeFileSync(file, JSON.stringify(listOf({name: "my-model", prices: [price("2025-01-01", 7)]})));
    const find = priceFinder(readPrices(file));
    expect([find("my-model", null)!.price.input, find("o1", null)!.price.input]).toEqual([7, 15]);
  });

  it("no file, and no JSON", () => {
    expect(failure(() => readPrices(join(folder, "none.json")))).toMatchObject({code: "unreadable-file", problem: /there is no such file/});
    const file = join(folder, "text.json");
    writeFileSync(file, "prices");
    expect(failure(() => readPrices(file))).toMatchObject({code: "usage", problem: expect.stringContaining("it is not JSON")});
  });
});

describe("a file with a mistake names file, field and value", () => {
  const first = (change: object) => listOf({name: "m", prices: [{...price("2024-01-01"), ...change}]});
  it.each<[string, unknown, string]>([
    ["a negative price", first({input: -3}), "models[0].prices[0].input: expected US dollars per million tokens, 0 or more, found -3"],
    [
      "a text for a price",
      first({output: "2"}),
      'models[0].prices[0].output: expected US dollars per million tokens, 0 or more, found "2"',
    ],
    ["no source", first({source: undefined}), "models[0].prices[0].source: expected a text, found nothing"],
    ["no date", first({from: "June 2024"}), 'models[0].prices[0].from: expected a date such as 2024-06-20, found "June 2024"'],
    ["a misspelt field", first({cacheRaed: 1}), "models[0].prices[0]: unknown field cacheRaed"],
    ["another currency", {...first({}), currency: "EUR"}, 'currency: expected USD, found "EUR"'],
    ["no prices", listOf({name: "m", prices: []}), "models[0].prices: expected at least one price, found []"],
    [
      "dates that do not rise",
      listOf({name: "m", prices: [price("2024-02-01"), price("2024-02-01")]}),
      'models[0].prices[1].from: expected a day after that of the price above it, found "2024-02-01"',
    ],
    [
      "a name twice",
      listOf({name: "m", prices: [price("2024-02-01")]}, {name: "n", aliases: ["m"], prices: [price("2024-02-01")]}),
      'models[1]: the name "m" is taken by model "m"',
    ],
    ["something else altogether", [1], "the file: expected an object with currency, unit and models, found [1]"],
  ])("%s", (_, value, line) => {
    const error = failure(() => parsePriceList(value, "my.json"));
    expect(error.code).toBe("usage");
    expect(error.problem).toContain(`my.json is no price list:\n  ${line}`);
  });

  it("lists five problems, and how many more there are", () => {
    const models = Array.from({length: 8}, (_, i) => ({name: `m${i}`, prices: [price("2024-01-01", -1)]}));
    expect(
      failure(() => parsePriceList(listOf(...models), "my.json"))
        .problem.split("\n")
        .slice(-1),
    ).toEqual(["  and 3 more"]);
  });

  it("and a list without models is fine", () => {
    const empty: PriceList = parsePriceList(listOf(), "empty");
    expect(priceFinder(empty)("m", null)).toBeNull();
  });
});
