import {type ErrorCode, RebenchError} from "../../errors.js";

/** What the program of a host says about an error, as a line of JSON on its stdout. */
export type ErrorLine = {error: {code: ErrorCode | null; problem: string; hint: string}};

export const errorLine = (error: unknown): ErrorLine =>
  error instanceof RebenchError
    ? {error: {code: error.code, problem: error.problem, hint: error.hint}}
    : {
        error: {
          code: null,
          problem: `a fault in rebench: ${error instanceof Error ? error.message : String(error)}`,
          hint: "Please report it.",
        },
      };

/** @param where Said before the problem where it is another machine's. */
export const errorFrom = ({code, problem, hint}: ErrorLine["error"], where = ""): Error =>
  new RebenchError(code ?? "runner-lost", {problem: `${where}${problem}`, hint});
