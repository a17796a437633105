/** A provider of models, or a server that speaks as one. The key leaves this process only in headers of requests to `baseUrl`. */
export type ModelUpstream = {
  name: string;
  wire: "openai" | "anthropic";
  /** As the provider's own clients take it: with `/v1` for `openai`, without it for `anthropic`. */
  baseUrl: string;
  apiKey: string;
  /** The environment variable that has it, for whoever has to correct it. */
  keyVariable: string;
  /** Names of the models that are asked for here, as the provider has them. */
  models: readonly string[];
};

/** Shorter ones, such as `none` or `EMPTY` for servers without keys, are words and no secrets. */
const SHORTEST_SECRET = 8;

/** Text without the keys: providers and proxies echo them in error messages. */
export function redactKeys(text: string, keys: readonly string[]): string {
  const secrets = keys.filter((key) => key.length >= SHORTEST_SECRET);
  return secrets.reduce((clean, key) => (clean.includes(key) ? clean.replaceAll(key, "[key]") : clean), text);
}
