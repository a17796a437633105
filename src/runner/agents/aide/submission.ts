import type {Environment} from "../../../environment/environment.js";

/** The program that makes a submission which is not itself one Python file. */
const BUILDER = "solution_builder.py";

/** What a node's code is, and what is scored. */
export type Submission = {
  /** Where the code is written, in the workspace. */
  codeFile: string;
  /** Paths that are scored. */
  files: readonly string[];
  /** Whether the code is itself the submission, or a program that makes it. */
  isCode: boolean;
};

/** One Python file is replaced by the code; anything else is made by a program that is run, `solution_builder.py`. */
export function submissionOf({runner}: Pick<Environment, "runner">): Submission {
  const files = runner?.submission ?? [];
  const isCode = files.length === 1 && files[0]!.endsWith(".py");
  return {codeFile: isCode ? files[0]! : BUILDER, files, isCode};
}
