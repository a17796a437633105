import {createHash} from "node:crypto";
import {closeSync, constants, createReadStream, fstatSync, openSync, readdirSync, readSync} from "node:fs";
import {join} from "node:path";

/** What precedes the bytes of each file, and what comes at the end. */
export type SentFile = {path: string; size: number; sha256: string; isExecutable: boolean};
export type SentEnd = {end: {files: number; left: string[]}};

/** Stands before the first line: what a login prints comes before it. */
export const SEND_MARK = "rebench-send-1\n";

/** Of a live attempt alone. */
const KEPT_BACK = /^(?:lock.*|sockets|client|judge|worker\.json|where\.json|failure\.json|stop|keys)$/;

/**
 * Writes the regular files of an attempt's folder to a stream, each with its checksum. Links are not followed and not sent, nor is
 * anything else that a participant can make besides files: `left` names it.
 *
 * @param known Checksums of what the other side has already.
 */
export async function sendFolder(folder: string, known: Readonly<Record<string, string>>, out: NodeJS.WritableStream): Promise<void> {
  const {paths, left} = filesIn(folder);
  await write(out, SEND_MARK);
  let files = 0;
  for (const path of paths) {
    const file = open(join(folder, path));
    if (file === null) {
      left.push(path);
      continue;
    }
    const {descriptor, size, isExecutable} = file;
    const sha256 = hashOf(descriptor);
    files += 1;
    if (known[path] === sha256) closeSync(descriptor);
    else {
      await write(out, `${JSON.stringify({path, size, sha256, isExecutable} satisfies SentFile)}\n`);
      if (size === 0) closeSync(descriptor);
      else for await (const chunk of createReadStream("", {fd: descriptor, start: 0, end: size - 1})) await write(out, chunk);
    }
  }
  await write(out, `${JSON.stringify({end: {files, left}} satisfies SentEnd)}\n`);
}

const write = (out: NodeJS.WritableStream, bytes: string | Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => out.write(bytes, (error) => (error ? reject(error) : resolve())));

function filesIn(folder: string, path = ""): {paths: string[]; left: string[]} {
  const [paths, left]: [string[], string[]] = [[], []];
  for (const entry of readdirSync(join(folder, path), {withFileTypes: true}).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (path === "" && KEPT_BACK.test(entry.name)) continue;
    const own = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) {
      const inside = filesIn(folder, own);
      paths.push(...inside.paths);
      left.push(...inside.left);
    } else if (entry.isFile()) paths.push(own);
    else left.push(own);
  }
  return {paths, left};
}

/** Null where it is no regular file any more, or has a name that cannot be opened. */
function open(file: string): {descriptor: number; size: number; isExecutable: boolean} | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  const stat = fstatSync(descriptor);
  if (stat.isFile()) return {descriptor, size: stat.size, isExecutable: (stat.mode & 0o100) !== 0};
  closeSync(descriptor);
  return null;
}

function hashOf(descriptor: number): string {
  const hash = createHash("sha256");
  const chunk = Buffer.alloc(2 ** 20);
  for (let at = 0; ; ) {
    const length = readSync(descriptor, chunk, 0, chunk.length, at);
    if (length === 0) return hash.digest("hex");
    hash.update(chunk.subarray(0, length));
    at += length;
  }
}
