import {chmodSync, mkdirSync, writeFileSync} from "node:fs";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {userInfo} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, it} from "vitest";
import {anySandbox, attemptFolder, isRoot, noBubblewrap, outputOf, shell, skipped, specOf, started, toolchain} from "./sandboxes.js";

describe.skipIf(noBubblewrap !== null)(`a participant's process${skipped}`, () => {
  beforeEach(() => {
    process.env.OPENAI_API_KEY = "sk-secret-of-the-host";
  });
  afterEach(() => {
    delete process.env.OPENAI_API_KEY;
  });

  it("has no capability, now or by any program, and no system call that could bring one", async () => {
    const status = await shell(await anySandbox(), "cat /proc/self/status");
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) expect(status).toMatch(new RegExp(`^${set}:\\s+0+$`, "m"));
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(status).toMatch(/^Seccomp:\s+2$/m);
  });

  it("is never user 0, and where the runner is root, is a user of its own", async () => {
    const [one, two] = [await anySandbox(), await anySandbox()];
    const ids = [await shell(one, "id -u"), await shell(two, "id -u")];
    expect(ids).not.toContain("0");
    if (isRoot) expect(new Set([...ids, String(process.getuid!())]).size).toBe(3);
    expect(await shell(one, "id -G")).toBe(ids[0]);
    expect(one.mechanism.isolation).toBe(isRoot ? "other-user" : "own-namespace");
  });

  it("cannot write kernel settings, mount, make devices, change its root or get a user namespace", async () => {
    const sandbox = await anySandbox();
    const tries = {
      "echo 1 > /proc/sys/kernel/shmmax": /Read-only|denied/,
      "find /proc/sys -type f -writable 2>/dev/null | head -1": /^$/,
      "mount -t tmpfs none /tmp": /must be superuser|denied|not permitted/,
      "mknod /tmp/device c 1 3": /not permitted/,
      "unshare -U true": /not permitted/,
      "unshare -Ur id": /not permitted/,
      "python3 -c 'import os; os.chroot(str(9))'": /not permitted/,
      "nsenter -t 1 -m true": /denied|not permitted/,
      "echo > /etc/passwd": /Read-only|denied/,
      "touch /usr/new /bin/new /new /dev/new": /Read-only|denied/,
    };
    for (const [script, answer] of Object.entries(tries)) expect(await shell(sandbox, script), script).toMatch(answer);
  });

  it("is refused what the filter names, by number", async () => {
    const script = `import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def errno_of(call, *args):
    ctypes.set_errno(0); libc.syscall(call, *args); return ctypes.get_errno()
machine = os.uname().machine
clone3, keyctl, uring = 435, 250 if machine == "x86_64" else 219, 425
print(errno_of(clone3, 0, 0), errno_of(keyctl, 0, -3, 0), errno_of(uring, 1, 0))
for family in (40, 38):
    try: socket.socket(family, socket.SOCK_STREAM); print("open")
    except OSError as error: print(error.errno)
socket.socket(socket.AF_UNIX); socket.socket(socket.AF_INET); print("usual ones open")`;
    expect(await shell(await anySandbox(), `cat > probe.py <<'END'\n${script}\nEND\npython3 probe.py`)).toBe(
      "38 1 38\n97\n97\nusual ones open",
    );
  });

  it("sees the workspace and what it was given, and neither journal, protected data, other attempts nor homes", async () => {
    const attempt = attemptFolder();
    const other = attemptFolder();
    writeFileSync(join(attempt, "journal.jsonl"), "journal-secret");
    writeFileSync(join(other, "workspace", "theirs"), "other-secret");
    mkdirSync(join(attempt, "visible"));
    writeFileSync(join(attempt, "visible", "data.txt"), "given");
    const sandbox = await started(specOf(attempt, {readOnly: [{host: join(attempt, "visible"), inside: "/data"}]}));
    expect(await shell(sandbox, "cat /data/data.txt; pwd; echo x > /data/new")).toMatch(/^given\/workspace\n.*Read-only file system$/s);
    for (const path of [
      join(attempt, "journal.jsonl"),
      join(other, "workspace", "theirs"),
      join(process.cwd(), "package.json"),
      "/etc/shadow",
      "/etc/hostname.bak",
    ]) {
      expect((await outputOf(sandbox, ["cat", path])).output, path).toMatch(/No such file/);
    }
    const found = await shell(
      sandbox,
      "grep -rls -e journal-secret -e other-secret /workspace /data /tmp /run /var /dev/shm 2>/dev/null; ls /",
    );
    expect(found.split("\n")).not.toContain("home");
    expect(found).not.toContain("secret");
    expect(found).not.toMatch(/^\/.*(journal|theirs)/m);
  });

  it("sees of a home directory only the interpreter", async () => {
    const sandbox = await anySandbox();
    expect(await shell(sandbox, `${JSON.stringify(toolchain.python)} -c 'import json, ctypes, ssl; print("runs")'`)).toBe("runs");
    const home = userInfo().homedir;
    const shown = toolchain.readOnly.map(({inside}) => inside).filter((path) => path.startsWith(`${home}/`));
    const names = [...new Set(shown.map((path) => path.slice(home.length + 1).split("/")[0]))].sort().join("\n");
    expect(await shell(sandbox, `ls -A ${JSON.stringify(home)} | sort`)).toEqual(names || expect.stringMatching(/No such file/));
    for (const path of shown) expect(await shell(sandbox, `touch ${JSON.stringify(join(path, "new"))}`)).toMatch(/Read-only file system/);
  });

  it("sees no variable and no key of the runner's, in its environment or anywhere in /proc", async () => {
    const sandbox = await anySandbox({environment: {TASK: "named"}});
    const environment = await shell(sandbox, "env -u PWD -u OLDPWD -u SHLVL -u _ | sort | cut -d= -f1");
    expect(environment.split("\n")).toEqual(["HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TASK", "TMPDIR", "USER"]);
    expect(await shell(sandbox, "cat /proc/*/environ /proc/*/cmdline 2>/dev/null | grep -c 'sk-secre[t]'")).toBe("0");
    expect(await shell(sandbox, "cat /proc/1/environ")).toMatch(/denied/);
  });

  it("sees its own processes only, and may not touch the one that holds the sandbox", async () => {
    const sandbox = await anySandbox();
    expect(Number(await shell(sandbox, "ls -d /proc/[0-9]* | wc -l"))).toBeLessThan(8);
    await shell(sandbox, "kill -9 1; kill -STOP 1; true");
    expect(await shell(sandbox, "echo alive")).toBe("alive");
    expect(await shell(sandbox, "head -c 1 /proc/1/mem; ls /proc/1/root/ /proc/1/fd")).toMatch(/denied/);
  });

  it("reaches no network: its only interface is a loopback of its own, and the host's does not answer", async () => {
    const server = createServer((_, response) => response.end("host"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const {port} = server.address() as AddressInfo;
    const sandbox = await anySandbox({network: "model"});
    const interfaces = await shell(sandbox, "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '");
    expect(interfaces).toBe("lo");
    const connect = (address: string, to: number) => `import socket; socket.create_connection(("${address}", ${to}), 2)`;
    expect((await outputOf(sandbox, ["python3", "-c", connect("127.0.0.1", port)])).output).toContain("ConnectionRefusedError");
    expect((await outputOf(sandbox, ["python3", "-c", connect("192.0.2.1", 80)])).output).toContain("Network is unreachable");
    server.close();
    const own = `import socket, threading
server = socket.create_server(("127.0.0.1", 0)); threading.Thread(target=lambda: server.accept()[0].send(b"own")).start()
print(socket.create_connection(server.getsockname()).recv(3).decode())`;
    expect((await outputOf(sandbox, ["python3", "-c", own])).output.trim()).toBe("own");
  });

  it("reaches sockets of the runner in folders it was given, those too that are made later", async () => {
    const attempt = attemptFolder();
    mkdirSync(join(attempt, "sockets"));
    const sandbox = await started(specOf(attempt, {sockets: [{host: join(attempt, "sockets"), inside: "/run/rebench"}]}));
    const server = createServer((_, response) => response.end("gateway"));
    const path = join(attempt, "sockets", "gateway.sock");
    await new Promise<void>((resolve) => server.listen(path, resolve));
    chmodSync(path, 0o666);
    const ask = `import socket; s = socket.socket(socket.AF_UNIX); s.connect("/run/rebench/gateway.sock")
s.send(b"GET / HTTP/1.0\\r\\n\\r\\n"); print(s.makefile().read()[-7:])`;
    expect((await outputOf(sandbox, ["python3", "-c", ask])).output.trim()).toBe("gateway");
    expect(await shell(sandbox, "rm /run/rebench/gateway.sock; touch /run/rebench/new")).toMatch(
      /Read-only file system.*Read-only file system/s,
    );
    server.close();
  });

  it("gets no descriptor of the runner's", async () => {
    expect(await shell(await anySandbox(), "ls /proc/self/fd | tr '\\n' ' '")).toBe("0 1 2 3"); // 3: the folder that ls reads
  });

  it("finds no GPU that was not chosen", async () => {
    expect(await shell(await anySandbox(), "ls /dev | grep -c nvidia")).toBe("0");
    await expect(anySandbox({gpus: [97]})).rejects.toThrow(/no \/dev\/nvidia97/);
  });

  it("is not shown a folder that holds its journal", async () => {
    const attempt = attemptFolder();
    await expect(started(specOf(attempt, {readOnly: [{host: attempt, inside: "/mine"}]}))).rejects.toThrow(
      /the attempt's journal is in it/,
    );
  });
});

describe.skipIf(noBubblewrap !== null)(`the host's network, where it is allowed${skipped}`, () => {
  it("is reached, and nothing else is different", async () => {
    const server = createServer((_, response) => response.end("host"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const {port} = server.address() as AddressInfo;
    const sandbox = await anySandbox({network: "host"});
    const ask = `import urllib.request; print(urllib.request.urlopen("http://127.0.0.1:${port}").read().decode())`;
    expect((await outputOf(sandbox, ["python3", "-c", ask])).output.trim()).toBe("host");
    expect(await shell(sandbox, "grep CapEff /proc/self/status; ls /etc/shadow; ls -d /proc/[0-9]* | wc -l")).toMatch(
      /CapEff:\s+0+\n.*No such file.*\n\d$/s,
    );
    server.close();
  });
});
