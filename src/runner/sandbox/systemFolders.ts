import {existsSync, lstatSync, readlinkSync} from "node:fs";

/** `/usr`, and what stands beside it at the root: links into it on most systems, folders on older ones. */
export const systemFolders = (): string[] => [
  ...["--ro-bind", "/usr", "/usr"],
  ...["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].flatMap((folder) =>
    !existsSync(folder)
      ? []
      : lstatSync(folder).isSymbolicLink()
        ? ["--symlink", readlinkSync(folder), folder]
        : ["--ro-bind", folder, folder],
  ),
  // What programs read of /etc and /sys to start at all: which libraries, which of several installed variants, which certificates.
  ...SHOWN_OF_ETC.flatMap((path) => ["--ro-bind-try", path, path]),
  ...["/sys/devices/system/cpu", "/sys/devices/system/node"].flatMap((path) => ["--ro-bind-try", path, path]),
];

const SHOWN_OF_ETC = [
  ...["/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"],
  ...["/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/ca-certificates", "/etc/pki/tls/certs", "/etc/pki/ca-trust", "/etc/crypto-policies"],
];
