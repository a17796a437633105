import {join} from "node:path";

/** Where this process's own control groups are, as folders. */
export type CgroupFolders = {
  /** Version 2, whatever controllers it has; null where it is not mounted. */
  unified: string | null;
  /** Version 1, by controller. */
  legacy: Readonly<Record<string, string>>;
};

/**
 * @param mountinfo The text of `/proc/self/mountinfo`.
 * @param own The text of `/proc/self/cgroup`.
 */
export function cgroupFolders(mountinfo: string, own: string): CgroupFolders {
  const mounts = mountinfo.split("\n").flatMap(parseMount);
  const groups = own.split("\n").flatMap(parseGroup);
  const folder = (mount: Mount, path: string) => {
    const below = path.startsWith(mount.root) ? path.slice(mount.root === "/" ? 0 : mount.root.length) : "/"; // a container sees only its part
    return join(mount.folder, path.startsWith("/..") ? "" : below);
  };
  const unified = mounts.find(({type}) => type === "cgroup2");
  const legacy = mounts
    .filter(({type}) => type === "cgroup")
    .flatMap((mount) =>
      groups
        .filter(({controllers}) => controllers.some((name) => name !== "" && mount.options.includes(name)))
        .flatMap(({controllers, path}) => controllers.map((name) => [name, folder(mount, path)] as const)),
    );
  const unifiedPath = groups.find(({hierarchy}) => hierarchy === "0")?.path;
  return {
    unified: unified === undefined || unifiedPath === undefined ? null : folder(unified, unifiedPath),
    legacy: Object.fromEntries(legacy),
  };
}

type Mount = {root: string; folder: string; type: string; options: string[]};

/** A line such as `33 32 0:28 / /sys/fs/cgroup/memory rw,nosuid shared:9 - cgroup cgroup rw,memory`. */
function parseMount(line: string): Mount[] {
  const [left, right] = line.split(" - ");
  if (left === undefined || right === undefined) return [];
  const [, , , root, folder] = left.split(" ");
  const [type, , options] = right.split(" ");
  return [{root: root!, folder: unescapeOctal(folder!), type: type!, options: (options ?? "").split(",")}];
}

const unescapeOctal = (text: string): string =>
  text.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** A line such as `4:memory:/user.slice`; version 2 is `0::/user.slice`. */
function parseGroup(line: string): {hierarchy: string; controllers: string[]; path: string}[] {
  const match = /^(\d+):([^:]*):(.*)$/.exec(line);
  return match === null ? [] : [{hierarchy: match[1]!, controllers: match[2]!.split(","), path: match[3]!}];
}
