import {listAt, objectAt, textAt} from "./json.js";

/**
 * A participant without a network must not get one through the model's provider: tools that the provider runs, and addresses that
 * it fetches. Those also cost what no count of tokens says. Each function returns why a request may not go out, or null.
 */
export function hostedTool(tools: unknown, isOwn: (type: string) => boolean): string | null {
  const hosted = listAt(tools)
    .map((tool) => textAt(objectAt(tool).type))
    .find((type) => !isOwn(type));
  return hosted === undefined ? null : `tools that the provider runs (${hosted.slice(0, 60)}) are not available here; run tools yourself`;
}

export function presentField(body: Record<string, unknown>, fields: readonly string[]): string | null {
  const present = fields.find((field) => body[field] !== undefined && body[field] !== null && body[field] !== false);
  return present === undefined ? null : `"${present}" is not available here`;
}

/** Looks through the parts of messages, and through the results of tools inside them, not into what tools are called with. */
export function fetchedAddress(messages: unknown): string | null {
  for (const message of listAt(messages)) {
    for (const part of [message, ...partsOf(message)]) {
      const address = addressIn(objectAt(part));
      if (address) return `the provider would have to fetch ${address.slice(0, 80)}; send the content itself (base64)`;
    }
  }
  return null;
}

const partsOf = (message: unknown): unknown[] => {
  const {content, output} = objectAt(message);
  const parts = [...listAt(content), ...listAt(output)];
  return [...parts, ...parts.flatMap((part) => [...listAt(objectAt(part).content), ...listAt(objectAt(objectAt(part).source).content)])];
};

function addressIn(part: Record<string, unknown>): string | null {
  const source = objectAt(part.source);
  const candidates = [part.image_url, objectAt(part.image_url).url, part.file_url, source.type === "url" ? source.url : undefined];
  return candidates.map(textAt).find((value) => /^\s*(https?|ftp|file|gs|s3):/i.test(value)) ?? null;
}
