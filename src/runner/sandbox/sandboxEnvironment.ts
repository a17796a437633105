import {PARTICIPANT} from "./systemFiles.js";

/** The environment variables of what runs inside, built from nothing: the runner's own, keys among them, are not in it. */
export const sandboxEnvironment = (
  path: readonly string[],
  {home = "/workspace", temporary = "/tmp"}: {home?: string; temporary?: string} = {},
): Record<string, string> => ({
  PATH: [...path, "/usr/local/bin", "/usr/bin", "/bin"].filter((folder, i, all) => all.indexOf(folder) === i).join(":"),
  HOME: home,
  USER: PARTICIPANT,
  LOGNAME: PARTICIPANT,
  SHELL: "/bin/bash",
  LANG: "C.UTF-8",
  TMPDIR: temporary,
});
