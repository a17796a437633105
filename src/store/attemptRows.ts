import {type DuckDBConnection, type DuckDBDataChunk, DuckDBListVector, type DuckDBVector, LIST, listValue, VARCHAR} from "@duckdb/node-api";

/** What attempts have in common that differ in nothing but how they went. */
export type AttemptGroup = {
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
  status: "finished" | "error";
  scoreScale: "raw" | "normalized";
  startingScore: number | null;
  referenceScore: number | null;
  finalScoreRule: "best" | "last" | "first" | "remeasured" | "reported";
  /** Drawn from a model: `sourceFields.synthetic` is true. */
  synthetic: boolean;
  /** How many attempts it has. */
  attempts: number;
};

/** What scores are made of, as stored: see schema.ts. */
export type AttemptRow = {
  /** One object for all of its attempts. */
  group: AttemptGroup;
  attemptId: string;
  workingSeconds: number | null;
  finalScore: number | null;
  logSeconds: number[] | null;
  logScores: (number | null)[] | null;
  pauseAt: number[] | null;
  pauseSeconds: number[] | null;
};

/** What they are made of in the store, in which `a` is an attempt and `s` its source. */
const GROUP_COLUMNS: Record<Exclude<keyof AttemptGroup, "attempts">, string> = {
  sourceFile: "s.file_name",
  agent: "a.agent",
  kind: "a.kind",
  scaffold: "a.scaffold",
  person: "a.person",
  cohort: "a.cohort",
  environment: "a.environment",
  environmentVersion: "a.environment_version",
  tier: "a.tier",
  timeLimitSeconds: "a.time_limit_seconds",
  status: "a.status",
  scoreScale: "a.score_scale",
  startingScore: "a.starting_score",
  referenceScore: "a.reference_score",
  finalScoreRule: "a.final_score_rule",
  synthetic: "a.synthetic",
};

const groupColumns = Object.entries(GROUP_COLUMNS);
const isSameGroup = groupColumns.map(([name, column]) => `${column} is not distinct from g."${name}"`).join(" and ");

/** Agents and environments; null for all. */
type Filter = {agents: readonly string[] | null; environments: readonly string[] | null};

/**
 * Attempts, all or those of some agents and environments: their groups, in the order of their first attempts, and the
 * attempts in the order of their ids, some thousands at a time.
 *
 * A million attempts have their texts in a few hundred groups, so that what is read for each is its id and numbers. No rows
 * are kept here: they are read as they are asked for, once, and nothing else may be asked of the connection until then.
 */
export async function attemptRows(
  connection: DuckDBConnection,
  {agents, environments}: Filter,
): Promise<{groups: AttemptGroup[]; rows: AsyncIterable<AttemptRow[]>}> {
  const values = {...(agents && {agents: listValue([...agents])}), ...(environments && {environments: listValue([...environments])})};
  const types = {...(agents && {agents: LIST(VARCHAR)}), ...(environments && {environments: LIST(VARCHAR)})};
  const {groupsQuery, rowsQuery} = queriesOf({agents, environments});
  const groups = (await connection.runAndReadAll(groupsQuery, values, types)).getRowObjectsJS() as unknown as AttemptGroup[];
  return {groups, rows: rowsOf(() => connection.stream(rowsQuery, values, types), groups)};
}

function queriesOf({agents, environments}: Filter): {groupsQuery: string; rowsQuery: string} {
  const conditions = [
    agents && "a.agent in (select unnest($agents))",
    environments && "a.environment in (select unnest($environments))",
  ].filter((condition) => condition !== null);
  const where = conditions.length > 0 ? `where ${conditions.join(" and ")}` : "";
  const groups = `with groups as (
      select ${groupColumns.map(([name, column]) => `${column} as "${name}"`).join(", ")}, count(*)::double as attempts,
             (row_number() over (order by min(a.attempt_id)) - 1)::integer as position
        from attempts a join sources s using (source_id) ${where}
       group by ${groupColumns.map(([, column]) => column).join(", ")})`;
  return {
    groupsQuery: `${groups} select * exclude (position) from groups order by position`,
    rowsQuery: `${groups} select a.attempt_id, g.position, a.working_seconds, a.final_score,
             len(a.log_seconds)::integer, len(a.pause_at)::integer, a.log_seconds, a.log_scores, a.pause_at, a.pause_seconds
        from attempts a join sources s using (source_id) join groups g on ${isSameGroup} ${where}
       order by a.attempt_id`,
  };
}

async function* rowsOf(
  stream: () => ReturnType<DuckDBConnection["stream"]>,
  groups: readonly AttemptGroup[],
): AsyncGenerator<AttemptRow[]> {
  for await (const chunk of await stream()) yield chunkRows(chunk, groups);
}

function chunkRows(chunk: DuckDBDataChunk, groups: readonly AttemptGroup[]): AttemptRow[] {
  const columns = Array.from({length: chunk.columnCount}, (_, i) => chunk.getColumnVector(i));
  const [ids, positions, working, final, logLength, pauseCount, ...lists] = columns as [DuckDBVector, ...DuckDBVector[]];
  const [logSeconds, logScores, pauseAt, pauseSeconds] = lists.map(listReader);
  const rows: AttemptRow[] = [];
  for (let i = 0; i < chunk.rowCount; ++i) {
    const [entries, pauses] = [logLength!.getItem(i) as number | null, pauseCount!.getItem(i) as number | null];
    rows.push({
      group: groups[positions!.getItem(i) as number]!,
      attemptId: ids.getItem(i) as string,
      workingSeconds: working!.getItem(i) as number | null,
      finalScore: final!.getItem(i) as number | null,
      logSeconds: logSeconds!(i, entries) as number[] | null,
      logScores: logScores!(i, entries),
      pauseAt: pauseAt!(i, pauses) as number[] | null,
      pauseSeconds: pauseSeconds!(i, pauses) as number[] | null,
    });
  }
  return rows;
}

/** Reads the list of a row out of the one vector that holds the entries of all rows; a vector for each row takes far longer. */
function listReader(vector: DuckDBVector): (row: number, length: number | null) => (number | null)[] | null {
  if (!(vector instanceof DuckDBListVector)) throw new TypeError("expected a column of lists");
  const entries = vector.childVector;
  return (row, length) => {
    if (length === null) return null;
    const start = vector.getEntryOffset(row);
    const list: (number | null)[] = [];
    for (let i = start; i < start + length; ++i) list.push(entries.getItem(i) as number | null);
    return list;
  };
}

/** The agents and environments that attempts in the store name. */
export async function storeNames(connection: DuckDBConnection): Promise<{agents: string[]; environments: string[]}> {
  const column = async (name: string) =>
    (await connection.runAndReadAll(`select distinct ${name} from attempts order by 1`)).getRows().map(([value]) => String(value));
  return {agents: await column("agent"), environments: await column("environment")};
}
