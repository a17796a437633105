import type {BestAttemptRow, BestAttempts} from "../../analysis/bestAttempts.js";

/** The best attempt in an environment by people, or by any agent; null where there is none. Of equals the first by id. */
export function achieved(rows: readonly BestAttemptRow[], environment: string, kind: BestAttemptRow["kind"]): BestAttemptRow | null {
  const own = rows.filter((row) => row.environment === environment && row.kind === kind);
  const [best] = own.sort((a, b) => b.score - a.score || (a.attemptId < b.attemptId ? -1 : 1));
  return best ?? null;
}

/** The attempts that a table of environments links to. */
export const achievedIds = ({rows, environments}: Pick<BestAttempts, "rows" | "environments">): string[] =>
  environments.flatMap(({name}) => (["human", "agent"] as const).flatMap((kind) => achieved(rows, name, kind)?.attemptId ?? []));

/** What a reader should know of an attempt before it is held up as the best; null where nothing is odd. */
export const flaggedText = ({flags}: BestAttemptRow): string | null =>
  flags.length === 0 ? null : `this attempt is flagged ${[...flags].sort().join(", ")}, and counts all the same`;

/** Why nothing stands where the best of people or agents would. */
export const nobody = (kind: BestAttemptRow["kind"]): string =>
  `no attempts of ${kind === "human" ? "people" : "agents"} in this environment are in the selection`;
