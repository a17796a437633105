import {dirname} from "node:path";
import {systemFolders} from "./systemFolders.js";

export type Mount = {host: string; inside: string};

export type Rooms = {
  /** Whether the runner is root, so that no user namespace is needed; else the id inside it, and whether more of them can be forbidden. */
  user: {kind: "root"} | {kind: "namespace"; uid: number; disableMore: boolean};
  ownNetwork: boolean;
  readOnly: readonly Mount[];
  writable: readonly Mount[];
  /** Sizes of the memory-backed `/tmp` and `/dev/shm`. */
  temporaryBytes: number;
  sharedMemoryBytes: number;
  /** Made by `systemFiles` and `gpuDevices`. */
  systemFiles: readonly string[];
  devices: readonly string[];
  workingFolder: string;
};

/** Arguments of bubblewrap up to the program: what exists inside, and that nothing else does. */
export const bubblewrapArguments = (rooms: Rooms): string[] => [
  ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", "rebench"],
  ...(rooms.ownNetwork ? ["--unshare-net"] : []),
  ...userArguments(rooms.user),
  ...["--die-with-parent", "--clearenv"],
  ...parents([...systemFolders(), ...rooms.systemFiles, ...mounts(rooms)]),
  ...systemFolders(),
  ...rooms.systemFiles,
  ...["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"], // an ordinary user's own settings of IPC and network could be written
  ...["--dev", "/dev", ...rooms.devices],
  ...temporary("/dev/shm", rooms.sharedMemoryBytes),
  ...temporary("/tmp", rooms.temporaryBytes),
  ...["--symlink", "../tmp", "/var/tmp"],
  ...parents(mounts(rooms), "/tmp/"), // once more: the folder that was just mounted hides those that were made below it
  ...mounts(rooms),
  // The last: until then bubblewrap makes mount points. /dev holds only device nodes, which can be written all the same.
  ...["--remount-ro", "/dev", "--remount-ro", "/"],
  ...["--chdir", rooms.workingFolder],
];

/**
 * For the first process inside. It has no power over anything, but one capability, so that processes of the same user without it, as
 * there are on hosts where the participant has the runner's id, may not trace it.
 */
export const firstProcess = ["--as-pid-1", "--cap-drop", "ALL", "--cap-add", "CAP_NET_BIND_SERVICE"];

const userArguments = (user: Rooms["user"]): string[] =>
  user.kind === "root"
    ? []
    : ["--unshare-user", "--uid", String(user.uid), "--gid", String(user.uid), ...(user.disableMore ? ["--disable-userns"] : [])];

const temporary = (folder: string, bytes: number): string[] => ["--perms", "1777", "--size", String(bytes), "--tmpfs", folder];

/** Outer folders first, so that a mount inside another one is not hidden by it. */
const mounts = ({readOnly, writable}: Rooms): string[] =>
  [...readOnly.map((mount) => ({...mount, option: "--ro-bind"})), ...writable.map((mount) => ({...mount, option: "--bind"}))]
    .sort((a, b) => depth(a.inside) - depth(b.inside))
    .flatMap(({option, host, inside}) => [option, host, inside]);

/** Folders above all mount points, readable to everyone: those that bubblewrap makes by itself only root could enter. */
function parents(args: readonly string[], below = "/"): string[] {
  const points = args.flatMap((arg, i) => (/^--(ro-bind|bind|ro-bind-try)$/.test(arg) ? [args[i + 2]!] : []));
  const folders = [...points, "/run/.", "/var/."].flatMap((path) => ancestors(dirname(path)));
  return [...new Set(folders)]
    .filter((folder) => folder.startsWith(below))
    .sort()
    .flatMap((folder) => ["--perms", "0755", "--dir", folder]);
}

const ancestors = (folder: string): string[] => (folder === "/" || folder === "." ? [] : [...ancestors(dirname(folder)), folder]);

const depth = (path: string): number => path.split("/").filter((part) => part !== "").length;
