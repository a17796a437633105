import {accessSync, constants, statSync} from "node:fs";
import {delimiter, join} from "node:path";
import {RebenchError} from "../errors.js";

/** As systems call it on their PATH, and where macOS keeps it. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];
const APPLICATIONS = ["Google Chrome", "Chromium", "Microsoft Edge"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/** How to get one; also said where tests are skipped for want of it. */
export const INSTALL_CHROMIUM = "sudo apt-get install chromium";

/**
 * The program of a Chromium browser: the one that REBENCH_CHROMIUM names, else the first on the PATH.
 *
 * @throws RebenchError `no-browser` that says where was looked.
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string {
  const asked = environment.REBENCH_CHROMIUM;
  if (asked !== undefined && asked !== "") {
    if (isProgram(asked)) return asked;
    throw new RebenchError("no-browser", {
      problem: `REBENCH_CHROMIUM is ${asked}, which is no program that can be run`,
      hint: "Let it name a Chromium or Chrome, or unset it to look on the PATH.",
    });
  }
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...APPLICATIONS];
  const found = candidates.find(isProgram);
  if (found !== undefined) return found;
  throw new RebenchError("no-browser", {
    problem: `there is no Chromium to print with: looked on the PATH for ${NAMES.join(", ")}`,
    hint: `Install one (Debian, Ubuntu: ${INSTALL_CHROMIUM}), or name yours in REBENCH_CHROMIUM.`,
  });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
