/** What an attempt may see and use. Paths of the host are absolute. */
export type SandboxSpec = {
  /** Names what the sandbox makes on the host: control groups, lock files. Letters, digits, `-` and `_`. */
  id: string;
  /** Writable; seen as `/workspace`, which is also the home and the first working directory. */
  workspace: string;
  /** Seen read-only at `inside`. */
  readOnly: readonly {host: string; inside: string}[];
  /** Folders that hold Unix sockets of the runner: seen at `inside`, so that sockets made later are seen too. */
  sockets: readonly {host: string; inside: string}[];
  /** `none` and `model`: a network namespace with nothing but a loopback of its own; `host`: the host's network. */
  network: "none" | "model" | "host";
  /** All that is in the environment of what runs inside, besides PATH, HOME, USER, LANG, TMPDIR. */
  environment: Readonly<Record<string, string>>;
  limits: SandboxLimits;
  /** Numbers N of `/dev/nvidiaN` that exist inside. */
  gpus: readonly number[];
};

/** Of the whole tree of processes. Null: no limit. */
export type SandboxLimits = {
  memoryBytes: number | null;
  processes: number;
  /** Of the workspace together with `/tmp` and `/dev/shm`. */
  diskBytes: number | null;
  /** CPUs to run on; null for all. */
  cpus: readonly number[] | null;
};

/** What keeps a participant inside, by name: goes into the record. */
export type SandboxMechanism = {
  sandbox: "bubblewrap" | "docker" | "podman" | "none";
  /** Where the scorer runs in relation to the participant. */
  isolation: "other-user" | "own-namespace" | "none";
  limits: "cgroup-v2" | "cgroup-v1" | "rlimit-and-watchdog" | "none";
  freezer: "cgroup-v2" | "cgroup-v1" | "sigstop" | "none";
};

export type ExecOptions = {
  /** Inside; `/workspace` where left out. */
  cwd?: string;
  /** Added to the sandbox's own. */
  environment?: Readonly<Record<string, string>>;
  /** Ended then, with all that it started in its session; null: only with the sandbox. */
  timeoutSeconds?: number | null;
  onOutput?: (chunk: Uint8Array, stream: "stdout" | "stderr") => void;
  stdin?: Uint8Array;
  signal?: AbortSignal;
};

export type ExecResult = {
  /** Null where a signal ended it. */
  exitCode: number | null;
  signal: string | null;
  timedOut: boolean;
};

export type SandboxUsage = {memoryBytes: number; processes: number; diskBytes: number};

/** A place in which an attempt's processes run, and out of which none of them comes. */
export type Sandbox = {
  readonly mechanism: SandboxMechanism;
  /** Runs a program inside and waits for it. Programs that it left behind go on. */
  exec(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** The command line of the host that runs a program inside with the terminal or pipes of the caller, for shells. */
  commandLine(command: readonly string[], options?: Pick<ExecOptions, "cwd" | "environment">): string[];
  /** Stops every process inside; returns when all stand still. May be called again. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  usage(): Promise<SandboxUsage>;
  /** Polite signal to all, `graceSeconds` later the end of every process, whatever it does against it. Resolves when none is left. */
  stop(graceSeconds: number): Promise<void>;
  /** Resolves when the sandbox is gone, whoever ended it. */
  readonly ended: Promise<void>;
};
