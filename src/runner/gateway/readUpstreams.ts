import {RebenchError} from "../../errors.js";
import type {ModelUpstream} from "./upstream.js";

type Wire = ModelUpstream["wire"];
type Variables = Readonly<Record<string, string | undefined>>;

/** Names of environment variables; the address where the second is not set. */
type Provider = {key: string; address: string; standard: string};

const PROVIDERS: Record<Wire, Provider> = {
  openai: {key: "OPENAI_API_KEY", address: "OPENAI_BASE_URL", standard: "https://api.openai.com/v1"},
  anthropic: {key: "ANTHROPIC_API_KEY", address: "ANTHROPIC_BASE_URL", standard: "https://api.anthropic.com"},
};

const TASK = {key: "REBENCH_MODEL_KEY", address: "REBENCH_MODEL_URL"};

/**
 * Where models are asked, from the environment variables that the providers' own clients read. Models whose name begins with
 * `claude` are asked at Anthropic, all others at OpenAI or what speaks as it; `anthropic:NAME` and `openai:NAME` say it outright.
 *
 * @param environment Such as `process.env`.
 * @param models As an agent names them. None: no upstream.
 * @throws RebenchError `no-model-key` where a key that is needed is missing, `usage` for an address that is none.
 * @example readUpstreams({ANTHROPIC_API_KEY: "k"}, ["claude-haiku-4-5-20251001"])[0].baseUrl // => "https://api.anthropic.com"
 */
export function readUpstreams(environment: Variables, models: readonly string[]): ModelUpstream[] {
  const wires: Wire[] = ["openai", "anthropic"];
  return wires.flatMap((wire) => {
    const wanted = models.filter((model) => wireOf(model) === wire);
    return wanted.length === 0 ? [] : [upstreamFrom(environment, wire, wanted, PROVIDERS[wire])];
  });
}

/**
 * Where a model that is part of a task is asked: at REBENCH_MODEL_URL with REBENCH_MODEL_KEY, or where agents' models are.
 *
 * @throws RebenchError As {@link readUpstreams}; a server of one's own needs no key.
 */
export function readTaskUpstream(environment: Variables, model: string): ModelUpstream {
  if ((environment[TASK.address]?.trim() ?? "") === "") return readUpstreams(environment, [model])[0]!;
  const own = {...environment, [TASK.key]: environment[TASK.key]?.trim() || "none"};
  return {...upstreamFrom(own, wireOf(model), [model], {...TASK, standard: ""}), name: "the task's model"};
}

/** A model's name as its provider has it, without `openai:` or `anthropic:`. */
export const modelName = (model: string): string => model.replace(/^(openai|anthropic):/, "");

const wireOf = (model: string): Wire => {
  const said = /^(openai|anthropic):/.exec(model)?.[1] as Wire | undefined;
  return said ?? (model.startsWith("claude") ? "anthropic" : "openai");
};

function upstreamFrom(environment: Variables, wire: Wire, models: readonly string[], {key, address, standard}: Provider): ModelUpstream {
  const apiKey = environment[key]?.trim() ?? "";
  const isLocal = (environment[address]?.trim() ?? "") !== "";
  if (apiKey === "") {
    throw new RebenchError("no-model-key", {
      problem: `no key for ${models.join(", ")}: the environment variable ${key} is ${environment[key] === undefined ? "not set" : "empty"}`,
      hint: isLocal
        ? `Set ${key}; a server without keys takes any text, such as none.`
        : `Set ${key}, or ${address} and ${key} for another server.`,
    });
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new RebenchError("no-model-key", {
      problem: `${key} holds a space or another character that no key has (${apiKey.length} characters)`,
      hint: "Copy the key again.",
    });
  }
  const baseUrl = baseUrlFrom(environment[address]?.trim() || standard, address, wire);
  return {name: wire, wire, baseUrl, apiKey, keyVariable: key, models: models.map(modelName)};
}

function baseUrlFrom(text: string, variable: string, wire: Wire): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  if (isPlain && url.search === "" && url.hash === "") return text.replace(/\/+$/, "");
  const shown = url === null || (url.username === "" && url.password === "") ? `"${text}" is` : "It has a user name or password, and so is";
  throw new RebenchError("usage", {
    problem: `${variable} is no address to ask models at: ${shown} not like ${wire === "openai" ? "http://127.0.0.1:8000/v1" : "http://127.0.0.1:8000"}`,
    hint: `Correct ${variable}, or unset it for the provider's own address.`,
  });
}
