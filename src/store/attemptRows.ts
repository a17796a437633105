import {type DuckDBConnection, LIST, listValue, VARCHAR} from "@duckdb/node-api";

/** What scores are made of, as stored: see schema.ts. */
export type AttemptRow = {
  attemptId: string;
  sourceFile: string;
  agent: string;
  kind: "agent" | "human";
  scaffold: string | null;
  /** A pseudonym; null for agents, and where the source names nobody. */
  person: string | null;
  cohort: string | null;
  environment: string;
  environmentVersion: string | null;
  tier: "full" | "small" | null;
  timeLimitSeconds: number | null;
  workingSeconds: number | null;
  status: "finished" | "error";
  scoreScale: "raw" | "normalized";
  startingScore: number | null;
  referenceScore: number | null;
  finalScore: number | null;
  finalScoreRule: "best" | "last" | "first" | "remeasured" | "reported";
  logSeconds: number[] | null;
  logScores: (number | null)[] | null;
  pauseAt: number[] | null;
  pauseSeconds: number[] | null;
  /** Drawn from a model: `sourceFields.synthetic` is true. */
  synthetic: boolean;
};

/** Attempts in the order of their ids, all or those of some agents and environments. */
export async function attemptRows(
  connection: DuckDBConnection,
  {agents, environments}: {agents: readonly string[] | null; environments: readonly string[] | null},
): Promise<AttemptRow[]> {
  const conditions = [
    agents && "agent in (select unnest($agents))",
    environments && "environment in (select unnest($environments))",
  ].filter((condition) => condition !== null);
  const values = {...(agents && {agents: listValue([...agents])}), ...(environments && {environments: listValue([...environments])})};
  const types = {...(agents && {agents: LIST(VARCHAR)}), ...(environments && {environments: LIST(VARCHAR)})};
  const reader = await connection.runAndReadAll(
    `select attempt_id as "attemptId", s.file_name as "sourceFile", agent, kind, scaffold, person, cohort, environment,
            environment_version as "environmentVersion", tier, time_limit_seconds as "timeLimitSeconds", working_seconds as "workingSeconds", status,
            score_scale as "scoreScale", starting_score as "startingScore", reference_score as "referenceScore",
            final_score as "finalScore", final_score_rule as "finalScoreRule", log_seconds as "logSeconds",
            log_scores as "logScores", pause_at as "pauseAt", pause_seconds as "pauseSeconds", synthetic
       from attempts a join sources s using (source_id)
       ${conditions.length > 0 ? `where ${conditions.join(" and ")}` : ""}
      order by attempt_id`,
    values,
    types,
  );
  return reader.getRowObjectsJS() as unknown as AttemptRow[];
}

/** The agents and environments that attempts in the store name. */
export async function storeNames(connection: DuckDBConnection): Promise<{agents: string[]; environments: string[]}> {
  const column = async (name: string) =>
    (await connection.runAndReadAll(`select distinct ${name} from attempts order by 1`)).getRows().map(([value]) => String(value));
  return {agents: await column("agent"), environments: await column("environment")};
}
