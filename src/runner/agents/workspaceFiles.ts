import type {AgentContext} from "./agent.js";

// Everything goes through programs inside, with the participant's rights: a link in the workspace leads nowhere that it could not go itself.

/** Longer texts do not fit into an argument. What fits goes there, because then the transcript shows it and it can be replayed. */
const MOST_ARGUMENT_BYTES = 60_000;

/** Writes a file in the workspace, making its folders. @returns Whether that worked; a disk may be full. */
export async function writeInside({exec, signal}: AgentContext, path: string, content: string | Uint8Array): Promise<boolean> {
  const isShort = typeof content === "string" && Buffer.byteLength(content) <= MOST_ARGUMENT_BYTES && !content.includes("\0");
  const script = `mkdir -p -- "$(dirname -- "$1")" && rm -rf -- "$1" && ${isShort ? `printf %s "$2"` : "cat"} > "$1"`;
  const options = {signal, timeoutSeconds: FILE_SECONDS, stdin: isShort ? undefined : Buffer.from(content as Uint8Array)};
  const {exitCode} = await exec(["sh", "-c", script, "sh", path, ...(isShort ? [content] : [])], options);
  return exitCode === 0;
}

/** Copies what there is of some paths of the workspace into a folder of it, which is made anew. */
export async function copyInside({exec, signal}: AgentContext, paths: readonly string[], folder: string): Promise<boolean> {
  const script = `to=$1; shift; rm -rf -- "$to"; mkdir -p -- "$to" || exit 1
for path; do
  [ -e "$path" ] || continue
  mkdir -p -- "$to/$(dirname -- "$path")" && cp -a -- "$path" "$to/$path" || exit 1
done`;
  const {exitCode} = await exec(["sh", "-c", script, "sh", folder, ...paths], {signal, timeoutSeconds: FILE_SECONDS});
  return exitCode === 0;
}

/** Puts back what `copyInside` copied, and removes those of the paths that it did not find. */
export async function restoreInside({exec, signal}: AgentContext, paths: readonly string[], folder: string): Promise<boolean> {
  const script = `from=$1; shift; [ -d "$from" ] || exit 1
for path; do
  rm -rf -- "$path" || exit 1
  [ -e "$from/$path" ] || continue
  mkdir -p -- "$(dirname -- "$path")" && cp -a -- "$from/$path" "$path" || exit 1
done`;
  const {exitCode} = await exec(["sh", "-c", script, "sh", folder, ...paths], {signal, timeoutSeconds: FILE_SECONDS});
  return exitCode === 0;
}

export async function removeInside({exec, signal}: AgentContext, paths: readonly string[]): Promise<void> {
  await exec(["rm", "-rf", "--", ...paths], {signal, timeoutSeconds: FILE_SECONDS});
}

/** Weights of some gigabytes take a while. */
const FILE_SECONDS = 600;
