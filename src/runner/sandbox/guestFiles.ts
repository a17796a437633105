import {join} from "node:path";
import {packageFolder} from "../../assets.js";

/** Programs of the runner that run inside sandboxes, or on their border. */
export const guestFile = (name: string): string => join(packageFolder, "src", "runner", "guest", name);

/** Where those that sandboxes need are seen inside. */
export const GUEST_INSIDE = "/run/rebench-guest";

/** An interpreter that reads no user's settings, no site packages, and writes no byte code. */
export const isolatedPython = (interpreter: string, file: string): string[] => [interpreter, "-I", "-S", "-B", file];
