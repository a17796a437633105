import {nearestNames, RebenchError} from "../../errors.js";

type ModelSettings = {model: string; temperature: number; maxOutputTokens: number; contextTokens: number};

export type ModularSpec = ModelSettings & {kind: "modular"};

export type AideSpec = ModelSettings & {
  kind: "aide";
  /** Drafts before anything else. */
  drafts: number;
  /** Most nodes of the tree; null: as many as the limits allow. */
  steps: number | null;
};

export type CommandSpec = {
  kind: "command";
  path: string;
  /** What records call it; null: after its file. */
  name: string | null;
  /** Models that it may ask through the gateway. */
  models: readonly string[];
};

export type ReplaySpec = {
  kind: "replay";
  file: string;
  /** `recorded`: each action when its time has come; `fast`: one after the other. */
  pace: "recorded" | "fast";
};

/** Who makes an attempt. */
export type AgentSpec = ModularSpec | AideSpec | CommandSpec | ReplaySpec | {kind: "human"} | {kind: "reference"} | {kind: "start"};

/** How each is written. */
export const AGENT_FORMS: Readonly<Record<AgentSpec["kind"], string>> = {
  modular: "modular:MODEL[,temperature=1][,maxOutputTokens=4096][,contextTokens=128000]",
  aide: "aide:MODEL[,temperature=1][,maxOutputTokens=4096][,contextTokens=128000][,drafts=5][,steps=N]",
  human: "human",
  command: "command:PATH[,model=NAME…][,name=LABEL]",
  replay: "replay:FILE[,pace=recorded|fast]",
  reference: "reference",
  start: "start",
};

type Options = {one(name: string): string | undefined; all(name: string): string[]};

/**
 * What `--agent` says.
 *
 * @throws RebenchError `unknown-agent` for a kind that there is not, with the nearest ones; `usage` for options that are wrong.
 * @example parseAgentSpec("modular:qwen3:8b,temperature=0") // => {kind: "modular", model: "qwen3:8b", temperature: 0, maxOutputTokens: 4096, contextTokens: 128000}
 * @example parseAgentSpec("command:./my agent.py,model=a/b") // => {kind: "command", path: "./my agent.py", name: null, models: ["a/b"]}
 */
export function parseAgentSpec(text: string): AgentSpec {
  const colon = text.indexOf(":");
  const [kind, rest] = colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
  if (!isKind(kind)) throw unknownAgent(text, kind);
  switch (kind) {
    case "modular":
      return {kind, ...modelSettings(text, takeOptions(text, rest, MODEL_OPTIONS))};
    case "aide":
      return aideSpec(text, rest);
    case "command": {
      const {value, options} = takeOptions(text, rest, ["model", "name"]);
      return {
        kind,
        path: required(text, kind, value, "the path of a program"),
        name: options.one("name") ?? null,
        models: options.all("model"),
      };
    }
    case "replay": {
      const {value, options} = takeOptions(text, rest, ["pace"]);
      const pace = options.one("pace") ?? "recorded";
      if (pace !== "recorded" && pace !== "fast") throw wrong(text, `pace is recorded or fast, not "${pace}"`, kind);
      return {kind, file: required(text, kind, value, "a file"), pace};
    }
    default:
      if (rest !== "") throw wrong(text, `${kind} takes nothing after it`, kind);
      return {kind};
  }
}

const MODEL_OPTIONS = ["temperature", "maxOutputTokens", "contextTokens"];

function aideSpec(text: string, rest: string): AideSpec {
  const taken = takeOptions(text, rest, [...MODEL_OPTIONS, "drafts", "steps"]);
  const steps = taken.options.one("steps");
  return {
    kind: "aide",
    ...modelSettings(text, taken),
    drafts: integer(text, "drafts", taken.options.one("drafts") ?? "5"),
    steps: steps === undefined ? null : integer(text, "steps", steps),
  };
}

function modelSettings(text: string, {value, options}: {value: string; options: Options}): ModelSettings {
  const kind = text.startsWith("aide") ? "aide" : "modular";
  const temperature = Number(options.one("temperature") || "1");
  if (!(temperature >= 0 && temperature <= 2)) throw wrong(text, "temperature is a number from 0 to 2", kind);
  const maxOutputTokens = integer(text, "maxOutputTokens", options.one("maxOutputTokens") ?? "4096");
  const contextTokens = integer(text, "contextTokens", options.one("contextTokens") ?? "128000");
  if (contextTokens <= 2 * maxOutputTokens) {
    throw wrong(text, `contextTokens (${contextTokens}) must be more than twice maxOutputTokens (${maxOutputTokens})`, kind);
  }
  return {model: required(text, kind, value, "the name of a model"), temperature, maxOutputTokens, contextTokens};
}

/** Takes `,name=value` off the end as long as the names are known: what is before may hold commas itself. */
function takeOptions(text: string, rest: string, names: readonly string[]): {value: string; options: Options} {
  const pairs: [string, string][] = [];
  const pattern = new RegExp(`^(.*),(${names.join("|")})=([^,]*)$`, "s");
  let value = rest;
  for (let match = pattern.exec(value); match; match = pattern.exec(value)) {
    value = match[1]!;
    pairs.unshift([match[2]!, match[3]!]);
  }
  const unknown = names.includes("temperature") ? /,([^,]*)/.exec(value) : null; // names of models hold no commas
  if (unknown) {
    const near = nearestNames(unknown[1]!.split("=")[0]!, names);
    throw wrong(text, `"${unknown[1]}" is no option${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`, text.split(":")[0]!);
  }
  const all = (name: string) => pairs.filter(([key]) => key === name).map(([, given]) => given);
  return {value, options: {all, one: (name) => all(name).at(-1)}};
}

function integer(text: string, name: string, value: string): number {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw wrong(text, `${name} is a positive integer, not "${value}"`, text.split(":")[0]!);
}

function required(text: string, kind: string, value: string, what: string): string {
  if (value.trim() !== "") return value;
  throw wrong(text, `${kind} needs ${what}`, kind);
}

const isKind = (kind: string): kind is AgentSpec["kind"] => Object.hasOwn(AGENT_FORMS, kind);

function unknownAgent(text: string, kind: string): RebenchError {
  const near = nearestNames(kind, Object.keys(AGENT_FORMS));
  return new RebenchError("unknown-agent", {
    problem: `unknown agent "${text}"${near.length > 0 ? `; did you mean ${near.join(" or ")}?` : ""}`,
    hint: `Known: ${Object.values(AGENT_FORMS).join(", ")}.`,
  });
}

const wrong = (text: string, problem: string, kind: string) =>
  new RebenchError("usage", {problem: `agent "${text}": ${problem}`, hint: `Write ${AGENT_FORMS[kind as AgentSpec["kind"]]}.`});
