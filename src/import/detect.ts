import {RebenchError} from "../errors.js";
import type {Format} from "./row.js";

/**
 * Recognises a format by its structure, from the first few thousand characters of the file.
 *
 * @throws RebenchError `unknown-format` naming what the file looks like, where it is not one that we read.
 */
export function detectFormat(head: string, fileName: string): Format {
  const start = head.replace(/^\uFEFF/, "").trimStart();
  if (start === "") throw unknown(fileName, "is empty", "Give a file with at least one attempt.");
  if (start.startsWith("version https://git-lfs")) {
    throw unknown(fileName, "is a Git LFS pointer, not the data", "Fetch the file itself with: git lfs pull");
  }
  if (start.startsWith("{")) return jsonFormat(start, fileName);
  if (start.startsWith("["))
    throw unknown(fileName, "is one JSON array", `Write one JSON object a line, for example with: jq -c '.[]' ${fileName}`);
  const header = start.split(/\r?\n/, 1)[0]!;
  if (/[\0\uFFFD]/.test(header)) throw unknown(fileName, "is not text", HINT);
  if (/[,;\t]/.test(header)) return "human-csv";
  throw unknown(fileName, `begins with "${header.slice(0, 60)}", which no known format does`, HINT);
}

const HINT = "rebench reads run records (JSON lines), METR runs.jsonl and human baseline CSV; name one with --format.";

function jsonFormat(start: string, fileName: string): Format {
  const line = start.split(/\r?\n/, 1)[0]!;
  const has = (key: string) => line.includes(`"${key}"`);
  if (has("schemaVersion") || (has("participant") && has("finalScoreRule"))) return "records";
  if (has("task_id") && has("alias") && (has("score") || has("score_cont"))) return "metr";
  if (/^\{\s*$/.test(line))
    throw unknown(fileName, "is JSON over several lines", `Write one JSON object a line, for example with: jq -c . ${fileName}`);
  throw unknown(fileName, "is JSON, but neither a run record (schemaVersion) nor a METR run (task_id, alias, score)", HINT);
}

const unknown = (fileName: string, problem: string, hint: string) =>
  new RebenchError("unknown-format", {problem: `${fileName} ${problem}`, hint});
