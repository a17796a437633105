import {RebenchError} from "../../../errors.js";
import {shellWord} from "../../host/shellWord.js";
import {type ErrorLine, errorFrom} from "../programLines.js";
import type {RemoteWhereabouts} from "../whereabouts.js";
import {askOverSsh, lastLine, SSH_FAILED, sshError} from "./sshCommand.js";

/** A runner that is installed on a host. */
export type RemoteRunner = Pick<RemoteWhereabouts, "host" | "runner" | "node" | "path">;

/** What starts its program there. */
export const remoteCommand = ({runner, node, path}: RemoteRunner, command: string): string =>
  `exec env PATH=${shellWord(path)} ${shellWord(node)} ${shellWord(`${runner}/dist/runner/hosts/program.js`)} ${command}`;

/** Asks the program there for one answer. */
export async function askRemote<Answer>(runner: RemoteRunner, command: string, input: object): Promise<Answer> {
  const {host} = runner;
  const {status, stdout, stderr} = await askOverSsh(host, remoteCommand(runner, command), JSON.stringify(input));
  if (status === SSH_FAILED) throw sshError(host, stderr);
  const answer = answersIn(stdout).at(-1);
  if (answer !== undefined && isError(answer)) throw errorFrom(answer.error, `on ${host}: `);
  if (answer !== undefined && status === 0) return answer as Answer;
  throw new RebenchError("host-unusable", {
    problem: `the runner on ${host} does not answer: ${lastLine(stderr) || `it ended with status ${status}`}`,
    hint: `Is ${runner.runner} still there? It is sent again by the next rebench run --host ssh:${host}.`,
  });
}

export const isError = (answer: object): answer is ErrorLine => "error" in answer;

/** Lines of JSON among what a login may print besides. */
export const answersIn = (text: string): object[] =>
  text.split("\n").flatMap((line) => {
    try {
      const value = JSON.parse(line) as unknown;
      return typeof value === "object" && value !== null ? [value] : [];
    } catch {
      return [];
    }
  });
