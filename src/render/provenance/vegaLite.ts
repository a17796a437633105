import {canonicalJson} from "../canonicalJson.js";
import {type Found, found, NO_PROVENANCE, notFound} from "./found.js";
import type {Provenance} from "./provenance.js";

/** The spec with provenance in `usermeta.rebench`, which Vega-Lite keeps and does not look at; its keys in canonical order. */
export function embedInVegaLite<T extends object>(spec: T, provenance: Provenance): T & {usermeta: object} {
  const usermeta = (spec as {usermeta?: object}).usermeta ?? {};
  return {...spec, usermeta: {...usermeta, rebench: JSON.parse(canonicalJson(provenance)) as unknown}};
}

/** The provenance that a spec carries, as JSON text. */
export function extractFromVegaLite(text: string): Found {
  let spec: {usermeta?: {rebench?: unknown}} | null;
  try {
    spec = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return notFound("is truncated or damaged: it is not JSON");
  }
  const own = spec?.usermeta?.rebench;
  return own === undefined || own === null ? notFound(NO_PROVENANCE) : found(JSON.stringify(own));
}
