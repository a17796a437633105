/** Where people were recruited. */
export type Cohort = "hiring" | "network" | "students";
/** Canonical names of the environments that the model knows. */
export type EnvironmentName = keyof typeof HUMAN_ATTEMPTS;

/** One attempt to be drawn: who, where, how long. */
export type Slot = {environment: EnvironmentName; timeLimitSeconds: number} & (
  | {kind: "human"; person: string; cohort: Cohort}
  | {kind: "agent"; scaffold: Scaffold; model: Model}
);
export type Scaffold = "Modular" | "AIDE";
export type Model = "synthetic-model-a" | "synthetic-model-b";

/**
 * Human attempts by environment and cohort. Column sums 45, 17, 9 and row sums 8, 9, 13, 11, 11, 8, 11 are those of
 * arXiv 2411.15114 (Tables 5 and 6); how the cohorts spread over the environments is not published, and is even here.
 */
export const HUMAN_ATTEMPTS = {
  scaling_law: {hiring: 5, network: 2, students: 1},
  optimize_kernel: {hiring: 6, network: 2, students: 1},
  fix_embedding: {hiring: 8, network: 3, students: 2},
  rust_codecontests: {hiring: 7, network: 3, students: 1},
  restricted_mlm: {hiring: 7, network: 3, students: 1},
  optimize_llm_foundry: {hiring: 5, network: 2, students: 1},
  gpt2_qa_rl: {hiring: 7, network: 2, students: 2},
} as const;

/** People by cohort: 61 for 71 attempts, so ten of them try two environments. */
const PEOPLE: Record<Cohort, number> = {hiring: 40, network: 13, students: 8};

/** Agents, and their attempts per environment by time limit in minutes: enough for 32 hours as 30m@64 (one agent), 2h@16 and 8h@4. */
const AGENT_ATTEMPTS: readonly {scaffold: Scaffold; model: Model; byMinutes: readonly [minutes: number, attempts: number][]}[] = [
  // biome-ignore format: a table
  {scaffold: "Modular", model: "synthetic-model-a", byMinutes: [[30, 72], [120, 20], [480, 6]]},
  // biome-ignore format: a table
  {scaffold: "Modular", model: "synthetic-model-b", byMinutes: [[30, 36], [120, 20], [480, 6]]},
  // biome-ignore format: a table
  {scaffold: "AIDE", model: "synthetic-model-a", byMinutes: [[30, 20], [120, 20], [480, 6]]},
  // biome-ignore format: a table
  {scaffold: "AIDE", model: "synthetic-model-b", byMinutes: [[30, 20], [120, 20], [480, 6]]},
];

const ENVIRONMENTS = Object.keys(HUMAN_ATTEMPTS) as EnvironmentName[];

/** The human attempts, cohort by cohort; a person's two attempts are in different environments. */
export function humanSlots(): Slot[] {
  let firstPerson = 1;
  return (Object.keys(PEOPLE) as Cohort[]).flatMap((cohort) => {
    const environments = ENVIRONMENTS.flatMap((name) => Array<EnvironmentName>(HUMAN_ATTEMPTS[name][cohort]).fill(name));
    const first = firstPerson;
    firstPerson += PEOPLE[cohort];
    return environments.map((environment, i): Slot => {
      const person = `synthetic-p${String(first + (i % PEOPLE[cohort])).padStart(2, "0")}`;
      return {kind: "human", environment, timeLimitSeconds: 8 * 3600, person, cohort};
    });
  });
}

/** The agents' attempts: agent by agent, shortest time limit first, environment by environment. */
export function agentSlots(): Slot[] {
  return AGENT_ATTEMPTS.flatMap(({scaffold, model, byMinutes}) =>
    byMinutes.flatMap(([minutes, attempts]) =>
      ENVIRONMENTS.flatMap((environment) =>
        Array<Slot>(attempts).fill({kind: "agent", environment, timeLimitSeconds: minutes * 60, scaffold, model}),
      ),
    ),
  );
}
