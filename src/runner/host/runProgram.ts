import {execFile} from "node:child_process";

/** What a short program says: its exit status, null where it could not be started or was ended, and its output. */
export type Said = {status: number | null; stdout: string; stderr: string};

export type SayOptions = {timeoutSeconds?: number; cwd?: string; environment?: NodeJS.ProcessEnv};

/** Runs a program of the host and takes what it says; it never throws. */
export function runProgram(command: string, args: readonly string[], options: SayOptions = {}): Promise<Said> {
  const {timeoutSeconds = 30, cwd, environment = process.env} = options;
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      {timeout: timeoutSeconds * 1000, cwd, env: environment, maxBuffer: 2 ** 22},
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        resolve({status, stdout, stderr: stderr || (error?.message ?? "")});
      },
    );
    child.stdin?.end();
  });
}
