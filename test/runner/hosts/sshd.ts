import {type ChildProcess, execFileSync, spawn} from "node:child_process";
import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {connect, createServer} from "node:net";
import {tmpdir, userInfo} from "node:os";
import {join} from "node:path";
import {onPath, PYTHON, until} from "./toy.js";

/** Why there is no sshd to test with; null where there is. */
export const noSshd = (): string | null => {
  if (!onPath("sshd")) return "sshd (apt-get install openssh-server)";
  return process.getuid!() === 0 ? null : "root, as whom an sshd lets others in";
};

export type Sshd = {
  /** For ssh -F. It knows the hosts loopback, nobody, stranger, unlike, wrong-key, bare and snakeless. */
  config: string;
  /** What the host has as caches and data. */
  cache: string;
  data: string;
  close(): void;
};

/** An sshd on loopback with keys, port and configuration of its own. Programs find an empty place to write into. */
export async function startSshd(): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), "rs-"));
  chmodSync(folder, 0o755);
  const [cache, data, bare] = [join(folder, "cache"), join(folder, "data"), join(folder, "bare")];
  const port = await freePort();
  for (const name of ["host", "other-host", "user", "bare-user", "snakeless-user", "wrong-user"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
  }
  const key = (name: string) => execFileSync("ssh-keygen", ["-y", "-f", join(folder, name)], {encoding: "utf8"}).trim();
  makeBare(bare);
  const forced = (more: string) =>
    `command="env -i HOME=${bare} PATH=${bare}/bin SHELL=/bin/false ${more} ${bare}/bin/sh -c \\"$SSH_ORIGINAL_COMMAND\\""`;
  const authorized = [
    key("user"),
    `${forced("")} ${key("bare-user")}`,
    `${forced(`REBENCH_NODE=${process.execPath}`)} ${key("snakeless-user")}`,
  ];
  writeFileSync(join(folder, "authorized"), `${authorized.join("\n")}\n`, {mode: 0o600});
  writeFileSync(
    join(folder, "sshd_config"),
    [
      ...[`Port ${port}`, "ListenAddress 127.0.0.1", `HostKey ${folder}/host`, `PidFile ${folder}/pid`],
      ...[`AuthorizedKeysFile ${folder}/authorized`, "StrictModes no", "UsePAM no", "PasswordAuthentication no", "PermitRootLogin yes"],
      `SetEnv REBENCH_CACHE=${cache} XDG_DATA_HOME=${data} REBENCH_PYTHON=${PYTHON}`,
    ].join("\n"),
  );
  writeFileSync(join(folder, "known"), `[127.0.0.1]:${port} ${key("host")}\n`);
  writeFileSync(join(folder, "known-other"), `[127.0.0.1]:${port} ${key("other-host")}\n`);
  const host = (name: string, identity: string, more: string[] = []) => [
    `Host ${name}`,
    ...["HostName 127.0.0.1", `Port ${port}`, `User ${userInfo().username}`, `IdentityFile ${folder}/${identity}`, "IdentitiesOnly yes"],
    ...more,
  ];
  const known = `UserKnownHostsFile ${folder}/known`;
  const config = join(folder, "ssh_config");
  writeFileSync(
    config,
    [
      ...host("loopback", "user", [known]),
      ...host("wrong-key", "wrong-user", [known]),
      ...host("stranger", "user", ["UserKnownHostsFile /dev/null"]),
      ...host("unlike", "user", [`UserKnownHostsFile ${folder}/known-other`]),
      ...host("bare", "bare-user", [known]),
      ...host("snakeless", "snakeless-user", [known]),
      ...["Host nobody", "HostName 127.0.0.1", `Port ${await freePort()}`],
    ].join("\n"),
  );
  const sshd = await listen(folder, port);
  const close = () => {
    sshd.kill("SIGTERM");
    rmSync(folder, {recursive: true, force: true});
  };
  return {config, cache, data, close};
}

/** A host with a shell and nothing else. */
function makeBare(folder: string): void {
  mkdirSync(join(folder, "bin"), {recursive: true});
  for (const name of ["sh", "uname", "sed", "tail"]) {
    writeFileSync(join(folder, "bin", name), `#!/bin/sh\nexec /bin/${name} "$@"\n`, {mode: 0o755});
  }
}

async function listen(folder: string, port: number): Promise<ChildProcess> {
  mkdirSync("/run/sshd", {recursive: true, mode: 0o755}); // sshd changes into it while it knows nobody
  const program = execFileSync("sh", ["-c", "PATH=$PATH:/usr/sbin:/sbin command -v sshd"], {encoding: "utf8"}).trim();
  const sshd = spawn(program, ["-D", "-e", "-f", join(folder, "sshd_config")], {stdio: ["ignore", "ignore", "pipe"]});
  let said = "";
  sshd.stderr!.on("data", (chunk) => {
    said += chunk;
  });
  await until(async () => {
    if (sshd.exitCode !== null) throw new Error(`sshd ended: ${said}`);
    return isOpen(port);
  });
  return sshd;
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const {port} = server.address() as {port: number};
      server.close(() => resolve(port));
    });
  });
