import {rename, rm, stat} from "node:fs/promises";
import {RebenchError} from "../errors.js";

/**
 * Lets `write` fill a file beside `file` and moves it into place, so that `file` appears whole or not at all. What is no
 * regular file, such as /dev/null or a pipe, is written to as it is.
 *
 * @throws RebenchError `unwritable-file` or `disk-full`; a RebenchError of `write` passes through.
 */
export async function replaceFile(file: string, write: (path: string) => Promise<void>): Promise<void> {
  const found = await stat(file).catch(() => null);
  const direct = found !== null && !found.isFile() && !found.isDirectory();
  const part = direct ? file : `${file}.part`;
  try {
    if (found?.isDirectory()) throw new Error("it is a folder");
    await write(part);
    if (!direct) await rename(part, file);
  } catch (cause) {
    if (!direct) await rm(part, {force: true});
    if (cause instanceof RebenchError) throw cause;
    const full = /ENOSPC|No space left/i.test(String(cause));
    const noFolder = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const why = full ? "no space is left on the disk" : noFolder ? "there is no such folder" : (cause as Error).message;
    throw new RebenchError(full ? "disk-full" : "unwritable-file", {
      problem: `cannot write ${file}: ${why}`,
      hint: full ? "Free some space and run the command again." : "Check the folder and its permissions.",
      cause,
    });
  }
}
