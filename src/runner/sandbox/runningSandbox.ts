import type {CgroupChoice} from "./cgroups.js";
import type {Sandbox, SandboxLimits} from "./sandbox.js";
import type {Toolchain} from "./toolchain.js";

/** A sandbox with what its runner knows of it besides. */
export type RunningSandbox = Sandbox & {
  /** The participant's user id on this host; null where it is the runner's own. */
  readonly uid: number | null;
  /** Where programs inside see a path of the sandbox: the same path, but for `--sandbox none`. */
  seenAs(inside: string): string;
};

/** How sandboxes are made, besides what is in them. */
export type SandboxOptions = {
  toolchain: Toolchain;
  /** Folders inside for the very front of PATH: the one with the `score` client, say. */
  path?: readonly string[];
  /** For locks and leftovers; by default the machine's. */
  runtime?: string;
  /** Which control groups to try; by default all. */
  cgroups?: CgroupChoice;
};

/** Sizes of `/tmp` and `/dev/shm`, which live in memory: half of the memory each, and no more than the disk that may be used. */
export const temporaryBytes = ({memoryBytes, diskBytes}: SandboxLimits, totalBytes: number): number =>
  Math.floor(Math.min((memoryBytes ?? totalBytes) / 2, diskBytes ?? Number.POSITIVE_INFINITY));
