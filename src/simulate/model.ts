import type {Cohort, EnvironmentName, Model, Scaffold} from "./design.js";

/**
 * The model behind the synthetic attempts. Scores s are normalized: 0 is the starting solution, 1 the reference solution.
 *
 * **Level.** An attempt makes progress with probability p. One that does ends at the level
 *
 *     S = reach · logistic(location + effects + spread · z),   z standard normal,
 *
 * so log-odds of S within (0, reach) are normal. One that does not ends at 0 or uniformly below it, down to −`depth`, or
 * never hands in anything valid (`neverValid`).
 *
 *     people   p = progress[environment]                        effects = cohort + person
 *     agents   p(t) = 1 − (1 − progress)^(persistence · (t / 30 min)^0.3)   effects = skill + gain · log₂(t / 30 min)
 *
 * with t the time limit. The person effect is normal and shared by a person's attempts, and related to years of experience.
 *
 * **Growth.** Before an onset at a share o of the working time nothing is gained; then, at share u of the working time,
 *
 *     s(u) = S · ((u − o) / (1 − o))^shape.
 *
 * People start late and then climb steeply; agents start at once and flatten. Agents gain little from longer attempts and
 * much from the best of several.
 *
 * **Scoring calls** are a Poisson process whose last arrival is moved to the end of the attempt, since what is handed in is
 * scored. A call is invalid with probability `invalid`, else a setback with probability `setback`: an exponential step
 * (mean 0.3) below s(u), no deeper than `depth`; else it returns s(u). Measurements have no other noise.
 *
 * **Origin of the numbers.** Invented, except: `reach` of people is the upper estimate of the ceiling (arXiv 2411.15114,
 * Table 8); `progress` of people follows the share of experts above 0.05 (Table 6), shrunk a little away from 1; calls per
 * hour, tokens and cost are the paper's means. Locations, cohort effects and what agents reach were tuned by hand (on seeds
 * from 1001) so that expected cohort means are 0.48, 0.98 and 0.83, about 82 % of human attempts score above 0 and 24 %
 * reach 1, and the best agent has about 4 times people's score at 2 h, a little less than people at 8 h, and about
 * half at 32 h. `test/simulate/calibration.test.ts` holds them to that. Nothing here says anything about a real model or person.
 */
export const model = {
  environments: {
    scaling_law: {
      depth: 0.5,
      people: {progress: 0.86, reach: 1.36, location: 0},
      agents: {progress: 0.5, reach: 0.75, location: 0.2},
    },
    optimize_kernel: {
      depth: 0.5,
      people: {progress: 0.77, reach: 2.53, location: -0.8},
      agents: {progress: 0.55, reach: 1.2, location: 0.2},
    },
    fix_embedding: {
      depth: 0.5,
      people: {progress: 0.76, reach: 1.25, location: 0.3},
      agents: {progress: 0.35, reach: 0.45, location: 0.2},
    },
    rust_codecontests: {
      depth: 0, // a fraction solved cannot fall below the start's 0
      people: {progress: 0.72, reach: 1.81, location: -0.4},
      agents: {progress: 0.45, reach: 0.75, location: 0.2},
    },
    restricted_mlm: {
      depth: 0.5,
      people: {progress: 0.89, reach: 2.51, location: -0.8},
      agents: {progress: 0.6, reach: 0.55, location: 0.2},
    },
    optimize_llm_foundry: {
      depth: 0.5,
      people: {progress: 0.95, reach: 1.8, location: -0.3},
      agents: {progress: 0.5, reach: 0.8, location: 0.2},
    },
    gpt2_qa_rl: {
      depth: 0.5,
      people: {progress: 0.88, reach: 1.48, location: 0},
      agents: {progress: 0.6, reach: 1, location: 0.2},
    },
  } satisfies Record<EnvironmentName, EnvironmentModel>,

  /** Added to a person's location, in log-odds. */
  cohorts: {
    hiring: {effect: -0.45, medianYears: 5},
    network: {effect: 1.25, medianYears: 8},
    students: {effect: 0.8, medianYears: 3},
  } satisfies Record<Cohort, {effect: number; medianYears: number}>,

  /** How each agent differs: `skill` in log-odds at 30 minutes, `gain` in log-odds per doubling of the time limit. */
  agents: {
    "Modular (synthetic-model-a)": {skill: 0, gain: 0.05, persistence: 1},
    "Modular (synthetic-model-b)": {skill: -0.4, gain: 0.05, persistence: 0.8},
    "AIDE (synthetic-model-a)": {skill: -0.5, gain: 0.3, persistence: 0.8},
    "AIDE (synthetic-model-b)": {skill: -0.8, gain: 0.3, persistence: 0.7},
  } satisfies Record<`${Scaffold} (${Model})`, {skill: number; gain: number; persistence: number}>,

  /** How the chance of progress grows with an agent's time limit. */
  persistenceExponent: 0.3,

  /** Standard deviations of log-odds: between people, and between attempts. */
  personSpread: 0.4,
  spread: {human: 0.75, agent: 0.8},

  /** Onset as a share of the working time: lognormal, at most 0.9. */
  onset: {human: {median: 0.08, spread: 0.6}, agent: {median: 0.03, spread: 0.5}},
  shape: {human: 0.9, agent: 0.3},

  /** Scoring calls per hour of working time. */
  callsPerHour: {human: 3.4, Modular: 25.3, AIDE: 36.8},
  invalid: {human: 0.1, agent: 0.2},
  setback: {human: 0.25, agent: 0.35},
  meanSetback: 0.3,
  /** Of the attempts without progress, the share that ends at 0, and (independently) that never scores a valid submission. */
  atStart: 0.5,
  neverValid: 0.2,

  /** Chances that an attempt is lost to infrastructure (agents only) or handed in early, and the least share of the limit then worked. */
  lost: 0.012,
  early: {human: {chance: 0.15, atLeast: 0.75}, agent: {chance: 0.1, atLeast: 0.4}},
} as const;

type EnvironmentModel = {depth: number; people: Progress; agents: Progress};
type Progress = {progress: number; reach: number; location: number};
