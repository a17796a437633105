import {spawnSync} from "node:child_process";
import {describe, expect, it} from "vitest";
import {anySandbox, noBubblewrap, outputOf, shell, skipped} from "./sandboxes.js";

describe.skipIf(noBubblewrap !== null)(`programs in a sandbox${skipped}`, () => {
  it("give their status, or the signal that ended them", async () => {
    const sandbox = await anySandbox();
    expect(await outputOf(sandbox, ["sh", "-c", "exit 7"])).toMatchObject({exitCode: 7, signal: null, timedOut: false});
    expect(await outputOf(sandbox, ["sh", "-c", "kill -TERM $$"])).toMatchObject({exitCode: null, signal: "SIGTERM", timedOut: false});
  });

  it("fail as in a shell where there is no such program or folder", async () => {
    const sandbox = await anySandbox();
    expect(await outputOf(sandbox, ["nosuch"])).toMatchObject({
      exitCode: 127,
      output: "rebench: cannot start nosuch: No such file or directory\n",
    });
    expect(await outputOf(sandbox, ["/workspace"])).toMatchObject({
      exitCode: 126,
      output: "rebench: cannot start /workspace: Permission denied\n",
    });
    expect(await outputOf(sandbox, ["true"], {cwd: "/nowhere"})).toMatchObject({
      exitCode: 127,
      output: "rebench: cannot start /nowhere: No such file or directory\n",
    });
  });

  it("read stdin, write both streams, and get variables, folders and odd arguments as they are", async () => {
    const sandbox = await anySandbox();
    const streams: string[] = [];
    const stdin = Buffer.from("ein Wört\n".repeat(20_000));
    let bytes = 0;
    await sandbox.exec(["cat"], {stdin, onOutput: (chunk) => (bytes += chunk.length)});
    expect(bytes).toBe(stdin.length);
    await sandbox.exec(["sh", "-c", "echo out; echo err >&2"], {onOutput: (_, stream) => streams.push(stream)});
    expect(streams.sort()).toEqual(["stderr", "stdout"]);
    const args = ["printf", "%s|", "a b", "", "ü\n", "$HOME", "'\""];
    expect((await outputOf(sandbox, args)).output).toBe("a b||ü\n|$HOME|'\"|");
    expect(await shell(sandbox, "mkdir 'a ü'; cd 'a ü'; pwd; echo $X", {environment: {X: "1 = 2"}})).toBe("/workspace/a ü\n1 = 2");
    await expect(sandbox.exec(["echo", "a\0b"])).rejects.toThrow(/NUL/);
  });

  it("are ended after their time with all of their session, or when the signal is aborted", async () => {
    const sandbox = await anySandbox();
    const slow = await outputOf(sandbox, ["sh", "-c", "sleep 60 & sleep 60"], {timeoutSeconds: 0.2});
    expect(slow).toMatchObject({exitCode: null, signal: "SIGKILL", timedOut: true});
    expect(await shell(sandbox, "ps -e -o comm= | grep -c sleep")).toBe("0");
    const control = new AbortController();
    setTimeout(() => control.abort(), 100);
    expect(await outputOf(sandbox, ["sleep", "60"], {signal: control.signal})).toMatchObject({signal: "SIGKILL", timedOut: false});
    expect(await outputOf(sandbox, ["sleep", "60"], {signal: control.signal})).toMatchObject({signal: "SIGKILL"});
  });

  it("may leave others behind, which do not keep the runner waiting and go on though nobody reads them", async () => {
    const sandbox = await anySandbox();
    const started = performance.now();
    expect(await shell(sandbox, "(while sleep 0.02; do echo line; done; echo end > ended) & echo said")).toMatch(/^said/);
    expect(performance.now() - started).toBeLessThan(5000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await shell(sandbox, "ps -e -o comm= | grep -c sleep; test -e ended || echo goes on")).toMatch(/goes on$/);
  });

  it("can be a shell on the caller's terminal, which is not the one that they have", async () => {
    const sandbox = await anySandbox();
    const command = sandbox.commandLine(["sh", "-c", "tty; test -t 0 && echo terminal; echo $X; exit 3"], {environment: {X: "given"}});
    const quoted = command.map((argument) => `'${argument.replaceAll("'", "'\\''")}'`).join(" ");
    const {stdout, status} = spawnSync("script", ["-qec", quoted, "/dev/null"], {encoding: "utf8", input: ""});
    expect(stdout.replaceAll("\r", "")).toContain("/dev/pts/0\nterminal\ngiven\n");
    expect(status).toBe(3);
    expect(spawnSync(command[0]!, command.slice(1), {encoding: "utf8"})).toMatchObject({stdout: "not a tty\ngiven\n", status: 3});
    expect(command.join(" ")).not.toContain("given");
  });

  it("are refused when the sandbox has ended", async () => {
    const sandbox = await anySandbox();
    await sandbox.stop(0);
    await sandbox.ended;
    await expect(sandbox.exec(["true"])).rejects.toThrow(/has ended/);
    await sandbox.stop(0);
  });
});
