/**
 * Version of the tables below. A store of a newer version is refused; an older one is read as it is, and brought up to this version
 * when it is opened for writing (upgradeStore.ts).
 *
 * 1: all but agent_slots. 2: agent_slots.
 */
export const STORE_VERSION = 2;

/** Which agent is drawn in which colour, for good (agentSlots.ts). */
export const AGENT_SLOTS = "create table agent_slots (agent varchar not null, slot integer not null);";

/**
 * The tables of a store. `record` is the attempt as one line of JSON without its flags and provenance, and is the truth;
 * the columns beside it repeat what queries select and compute on. There is no primary key on attempts: DuckDB checks one
 * too early for replacing rows in the transaction that removes them, and ids are checked when rows are added (addAttempts.ts).
 */
export const TABLES = `
create table meta (store_version integer not null, created_by varchar not null);
create table sources (
  source_id integer not null, file_name varchar not null, sha256 varchar not null, format varchar not null,
  tool_version varchar not null, notes varchar[] not null
);
create table environments (name varchar not null, version varchar not null, definition varchar not null);
create table attempts (
  attempt_id varchar not null, source_id integer not null, agent varchar not null, kind varchar not null,
  model varchar, scaffold varchar, person varchar, cohort varchar,
  environment varchar not null, environment_version varchar, tier varchar,
  time_limit_seconds double, working_seconds double, status varchar not null,
  score_scale varchar not null, starting_score double, reference_score double,
  final_score double, final_score_rule varchar not null,
  log_seconds double[], log_scores double[], pause_at double[], pause_seconds double[],
  synthetic boolean not null, provenance varchar, record varchar not null using compression zstd
);
create table flags (
  attempt_id varchar not null, position integer not null, flag varchar not null, action varchar not null,
  author varchar, reason varchar, time varchar
);
${AGENT_SLOTS}
`;
