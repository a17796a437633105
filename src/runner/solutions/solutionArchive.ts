import {createCipheriv, createDecipheriv, createHash} from "node:crypto";
import {RebenchError} from "../../errors.js";

/** Files of a solution by path below its folder, with `/` between folders. */
export type SolutionFiles = ReadonlyMap<string, Uint8Array>;

const MAGIC = Buffer.from("rebench-solution-1\n");
const [NONCE_BYTES, TAG_BYTES] = [12, 16];

/**
 * Files as one encrypted archive: AES-256-GCM over JSON {path: base64}. The key is in the project, so this keeps nothing from
 * people: it keeps solutions out of text that crawlers collect. The nonce follows from the content, so that the same files give the
 * same bytes.
 */
export function lockSolution(files: SolutionFiles, key: Uint8Array): Uint8Array {
  const entries = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, bytes]) => [path, Buffer.from(bytes).toString("base64")]);
  const plain = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const nonce = createHash("sha256").update(key).update(plain).digest().subarray(0, NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([MAGIC, nonce, cipher.getAuthTag(), encrypted]);
}

/** @throws RebenchError `invalid-environment` for what is no such archive, was damaged, or has another key. */
export function unlockSolution(archive: Uint8Array, key: Uint8Array, file: string): SolutionFiles {
  const bytes = Buffer.from(archive);
  try {
    if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error("it is no archive of a solution");
    const rest = bytes.subarray(MAGIC.length);
    const decipher = createDecipheriv("aes-256-gcm", key, rest.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(rest.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const plain = Buffer.concat([decipher.update(rest.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    const entries = Object.entries(JSON.parse(plain.toString("utf8")) as Record<string, string>);
    return new Map(entries.map(([path, text]) => [path, Buffer.from(text, "base64")]));
  } catch (cause) {
    throw new RebenchError("invalid-environment", {
      problem: `cannot unlock ${file}: ${(cause as Error).message}`,
      hint: "Take the file and environments/solutions.key from the same version of rebench.",
      cause,
    });
  }
}

/** The key in a file of 64 hexadecimal digits. */
export function parseSolutionKey(text: string, file: string): Uint8Array {
  if (/^[0-9a-f]{64}$/.test(text.trim())) return Buffer.from(text.trim(), "hex");
  throw new RebenchError("invalid-environment", {
    problem: `${file} is no key: 64 hexadecimal digits are expected`,
    hint: "Restore it from the project.",
  });
}
