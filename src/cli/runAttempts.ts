import {type AttemptListRow, attemptList} from "../analysis/attemptList.js";
import type {Source} from "../analysis/context.js";
import {Definitions} from "../analysis/definitions.js";
import {formatDuration} from "../duration.js";
import type {Environment} from "../environment/environment.js";
import {naturalFromRaw} from "../environment/naturalScore.js";
import {RebenchError} from "../errors.js";
import {agentLabel} from "../record/agentLabel.js";
import type {Attempt} from "../record/attempt.js";
import {rawScore} from "../score/normalize.js";
import {attemptRecord} from "../store/attemptRecord.js";
import {keptEnvironments} from "../store/environmentVersions.js";
import type {AttemptsFlags} from "./attemptsCommand.js";
import {noteSample, type Opened, withStore} from "./openForReading.js";
import {selectionNames} from "./selectionNames.js";
import {type Align, bold, printable, table, wrap} from "./terminal.js";

export async function runAttempts(id: string | null, flags: AttemptsFlags): Promise<void> {
  if (id !== null) checkAlone(id, flags);
  await withStore(flags, async (opened) => {
    noteSample(opened);
    if (id === null) await list(opened, flags);
    else await show(opened, id, flags);
  });
}

/** An id says all; options that choose among attempts beside it would be ignored. */
function checkAlone(id: string, {agents, environments, withFlag, top}: AttemptsFlags): void {
  if ([agents, environments, withFlag, top].every((option) => option === undefined)) return;
  throw new RebenchError("usage", {
    problem: `--agents, --environments, --with-flag and --top choose from a list; "${printable(id)}" is one attempt`,
    hint: "Leave out the id, or those options.",
  });
}

async function list({source, isSample}: Opened, {agents, environments, withFlag, top, json}: AttemptsFlags): Promise<void> {
  const names = await selectionNames(source, {agents, environments});
  const attempts = await attemptList(source, {...names, withFlag: withFlag ?? null, top: top ?? null});
  if (json) {
    process.stdout.write(`${JSON.stringify({store: source.storeName, attempts})}\n`);
    return;
  }
  const sections = [...new Set(attempts.map(({environment}) => environment))].map((environment) => {
    const own = attempts.filter((row) => row.environment === environment);
    const head = ["attempt", "by", "limit", own[0]!.naturalUnit, "normalized", "flags"];
    const aligns: Align[] = ["left", "left", "right", "right", "right", "left"];
    return `${bold(printable(environment))}\n${table(head, own.map(attemptLine), {aligns, wrapColumns: [1, 5, 0]})}`;
  });
  const title = isSample && attempts.length > 0 ? ["Synthetic attempts of the sample data"] : [];
  process.stdout.write(`${[...title, ...sections].join("\n\n") || "No attempts match."}\n`);
}

function attemptLine(row: AttemptListRow): string[] {
  return [
    printable(row.attemptId),
    printable(row.agent),
    row.timeLimitSeconds === null ? "–" : formatDuration(row.timeLimitSeconds),
    naturalText(row),
    row.normalizedScore === null ? "–" : row.normalizedScore.toFixed(3),
    [...(row.status === "error" ? ["(error)"] : []), ...row.flags].join(" "),
  ];
}

function naturalText({naturalScore, normalizedScore}: AttemptListRow): string {
  if (naturalScore !== null) return significant(naturalScore);
  return normalizedScore === null ? "none valid" : normalizedScore <= 0 ? "start or worse" : "unknown";
}

const significant = (value: number) => String(Number(value.toPrecision(4)));

async function show({source}: Opened, id: string, {json}: AttemptsFlags): Promise<void> {
  const attempt = await attemptRecord(source.connection, id);
  process.stdout.write(json ? `${JSON.stringify(attempt)}\n` : `${render(attempt, await environmentOf(source, attempt))}\n`);
}

/** The definition that the list shows an attempt by, too. */
const environmentOf = async ({connection, catalogue}: Source, {environment, environmentVersion = null}: Attempt): Promise<Environment> =>
  new Definitions(catalogue, await keptEnvironments(connection)).of({environment, environmentVersion});

function render(attempt: Attempt, environment: Environment): string {
  const {participant, provenance, scoreLog, flags} = attempt;
  const facts: [string, string | null][] = [
    [
      "environment",
      [attempt.environment, attempt.environmentVersion && `version ${attempt.environmentVersion}`, attempt.tier].filter(Boolean).join(", "),
    ],
    ["by", who(participant)],
    [
      "time limit",
      attempt.timeLimitSeconds === null
        ? null
        : formatDuration(attempt.timeLimitSeconds) + (attempt.timeLimitAssumed ? " (assumed at import)" : ""),
    ],
    ["worked", attempt.workingSeconds === null ? null : formatDuration(Math.round(attempt.workingSeconds))],
    [
      "pauses",
      attempt.pauses &&
        `${attempt.pauses.length}, ${formatDuration(Math.round(attempt.pauses.reduce((sum, {seconds}) => sum + seconds, 0)))} in all`,
    ],
    ["status", [attempt.status, attempt.endReason].filter(Boolean).join(", ")],
    ["final score", `${finalText(attempt, environment)}; rule: ${attempt.finalScoreRule}`],
    ["constants", attempt.startingScore === null ? null : `start ${attempt.startingScore}, reference ${attempt.referenceScore}`],
    [
      "tokens",
      attempt.tokenUsage?.map(({model, input, output}) => `${model}: ${input ?? "?"} in, ${output ?? "?"} out`).join("; ") ?? null,
    ],
    [
      "cost",
      attempt.actualCostUsd === null && attempt.nominalCostUsd === null
        ? null
        : `$${attempt.actualCostUsd ?? "?"} paid, $${attempt.nominalCostUsd ?? "?"} nominal`,
    ],
    ["transcript", attempt.transcript],
    [
      "from",
      provenance &&
        `${provenance.sourceFile} (${provenance.format}, sha256 ${provenance.sourceSha256.slice(0, 12)}, read by rebench ${provenance.toolVersion})`,
    ],
    [
      "other fields",
      attempt.sourceFields &&
        Object.entries(attempt.sourceFields)
          .map(([name, value]) => `${name} ${value}`)
          .join(", "),
    ],
  ];
  const lines = facts.map(([name, text]) => wrap(`${name.padEnd(13)}${text === null ? "not recorded" : printable(text)}`, " ".repeat(13)));
  const history = flags.map(({flag, action, author, reason, time}) =>
    wrap(
      `  ${flag} ${action === "add" ? "set" : "taken back"}${author === null ? "" : ` by ${printable(author)}`}${time === null ? "" : `, ${time}`}: ${printable(reason ?? "no reason given")}`,
      "    ",
    ),
  );
  const log = (scoreLog ?? []).map(({workingSeconds, score, message}) => [
    formatDuration(Math.round(workingSeconds)),
    score === null ? "not valid" : natural(score, attempt, environment),
    printable(message ?? ""),
  ]);
  return [
    printable(attempt.id),
    ...lines,
    "",
    history.length > 0 ? `Flags\n${history.join("\n")}` : "No flags.",
    "",
    scoreLog === null
      ? "No score log was recorded."
      : log.length === 0
        ? "Nothing was scored."
        : table(["working time", "score", "message"], log, {aligns: ["right", "right", "left"], wrapColumns: [2]}),
  ].join("\n");
}

function who(participant: Attempt["participant"]): string {
  if (participant.kind === "agent") return agentLabel(participant);
  const {person, cohort, yearsExperience} = participant;
  return `${person ?? "a person"}${cohort === null ? "" : `, ${cohort}`}${yearsExperience === null ? "" : `, ${yearsExperience} years of experience`}`;
}

const finalText = (attempt: Attempt, environment: Environment) =>
  attempt.finalScore === null ? "none valid" : natural(attempt.finalScore, attempt, environment);

/** A score in natural units with the stored one beside it. */
function natural(
  score: number,
  {scoreScale, startingScore, referenceScore}: Attempt,
  {rawScore: {transform, naturalUnit}}: Environment,
): string {
  const stored = scoreScale === "normalized" ? `${significant(score)} normalized` : `${significant(score)} raw`;
  if (scoreScale === "normalized") {
    const flooredAway = score <= 0;
    if (flooredAway || startingScore === null || referenceScore === null) return stored;
    return `${significant(naturalFromRaw(transform, rawScore(score, {startingScore, referenceScore})))} ${naturalUnit} (${stored})`;
  }
  return `${significant(naturalFromRaw(transform, score))} ${naturalUnit}${transform === "identity" ? "" : ` (${stored})`}`;
}
