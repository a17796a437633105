import type {Catalogue} from "../environment/catalogue.js";
import type {Attempt} from "../record/attempt.js";

/** Formats that `rebench import` reads. */
export const FORMATS = ["records", "metr", "human-csv"] as const;
export type Format = (typeof FORMATS)[number];

/** Why a row cannot be imported. `line` is where, 1-based; the rest is null where it does not apply. */
export type Problem = {line: number; field: string | null; found: string | null; expected: string};

/** One attempt of a source with the line it begins on and its text there, or why it could not be read. */
export type Row =
  | {
      line: number;
      text: string;
      attempt: Attempt;
      /** Whether `text` is the attempt as JSON, without flags and provenance: it can be stored as it is. */
      isRecord?: boolean;
    }
  | {line: number; text: string; problems: Problem[]};

/** What a reader needs to know besides the bytes. */
export type ImportContext = {
  catalogue: Catalogue;
  /** Name of the source file, without its folder: attempt ids of formats that have none are derived from it. */
  fileName: string;
  /** Time limit of human attempts in files that record none. */
  humanTimeLimitSeconds: number;
  /** Human CSV: our column → the file's column. */
  columnMap: Readonly<Record<string, string>>;
};

/** A whole small file, read at once. `notes` say what the source lacks or what was assumed, one sentence each. */
export type FileContent = {rows: Row[]; notes: string[]};
