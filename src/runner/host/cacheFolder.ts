import {homedir} from "node:os";
import {join} from "node:path";

/** Where prepared data are kept between attempts: REBENCH_CACHE, else `rebench` in the user's cache folder. */
export const cacheFolder = ({REBENCH_CACHE, XDG_CACHE_HOME}: NodeJS.ProcessEnv = process.env): string =>
  REBENCH_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "rebench");
