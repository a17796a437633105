import {DEFAULT_RATES} from "../analysis/costOptions.js";
import {type PlanCommandOptions, plan} from "../analysis/plan.js";
import {readPrices} from "../cost/readPrices.js";
import {RebenchError} from "../errors.js";
import {withStore} from "./openForReading.js";
import {analysisOptions} from "./options.js";
import {CHECK_STUDIES, type PlanFlags} from "./planCommand.js";
import {planText} from "./printPlan.js";
import {printResult} from "./printResult.js";
import {rowsWithStore} from "./printScores.js";

export async function runPlan(a: string, b: string, flags: PlanFlags): Promise<void> {
  const options = optionsOf(a, b, flags); // mistakes in them should not wait for the store
  await withStore(flags, async (opened) => {
    const result = await plan(opened.source, options);
    await printResult(result, {rows: rowsWithStore(result.rows, result.settings), render: planText, flags, opened});
  });
}

function optionsOf(a: string, b: string, flags: PlanFlags): PlanCommandOptions {
  const {at, budget, effect = null, alpha, power, optimal, check, wage, agentHourly = null, prices, ...rest} = flags;
  if (rest.agents != null) throw usage("--agents and two named participants do not go together", "Leave --agents out.");
  if ((at === undefined) === (budget === undefined)) {
    const found = at === undefined ? "a plan needs one of --at and --budget" : "--at and --budget do not go together";
    throw usage(found, "Write --at 30m@4 for the best of four 30-minute attempts, or --budget 8h.");
  }
  return {
    ...analysisOptions(rest),
    pair: [a, b],
    point: at ?? {budgetSeconds: budget!},
    effect,
    alpha,
    power,
    optimal,
    check: check === true ? CHECK_STUDIES : (check ?? null),
    rates: {...DEFAULT_RATES, wageUsdPerHour: wage, agentUsdPerHour: agentHourly},
    prices: readPrices(prices ?? null),
  };
}

const usage = (problem: string, hint: string) => new RebenchError("usage", {problem, hint});
