import {spawn, spawnSync} from "node:child_process";
import {rmSync} from "node:fs";
import {type AddressInfo, connect, createServer, type Socket} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect, it, onTestFinished, vi} from "vitest";
import {packageFolder} from "../../../src/assets.js";
import {gatewayEnvironment} from "../../../src/runner/gateway/gatewayEnvironment.js";
import {because} from "../../because.js";
import {ask, chat, setUp, TOKEN} from "./harness.js";

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const noPython = because(hasPython ? null : "no python3");
const withPython = (name: string, test: () => Promise<void>) => it.skipIf(!hasPython)(`${name}${noPython}`, test);

async function forward(socketPath: string, port = 0): Promise<number> {
  const child = spawn("python3", [join(packageFolder, "src/runner/guest/forward.py"), socketPath, String(port)]);
  onTestFinished(() => void child.kill("SIGKILL"));
  return new Promise((resolve, reject) => {
    child.stdout.once("data", (line: Buffer) => resolve(Number(line.toString())));
    child.stderr.once("data", (line: Buffer) => reject(new Error(line.toString())));
  });
}

withPython("offers the gateway on a port of the loopback", async () => {
  const {gateway, upstream, calls} = await setUp();
  const port = await forward(gateway.socketPath);
  expect(gatewayEnvironment({port, token: TOKEN})).toMatchObject({
    OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
    ANTHROPIC_API_KEY: TOKEN,
  });
  const {OPENAI_BASE_URL} = gatewayEnvironment({port, token: TOKEN});
  const init = {
    method: "POST",
    headers: {authorization: `Bearer ${TOKEN}`},
    body: JSON.stringify(chat({stream: true, padding: "x".repeat(3e6)})),
  };
  const answers = await Promise.all(
    Array.from({length: 20}, () => fetch(`${OPENAI_BASE_URL}/chat/completions`, init).then((one) => one.text())),
  );
  for (const text of answers) expect(text).toMatch(/"content":"Hello, ".*\[DONE\]/s);
  upstream.next.push({fail: "hang"});
  const gone = new AbortController();
  const asked = ask("", {port, body: chat(), signal: gone.signal});
  await vi.waitFor(() => expect(upstream.requests.length).toBe(21));
  gone.abort(); // is seen upstream, through the forwarder
  await expect(asked).rejects.toThrow();
  await vi.waitFor(() => expect(upstream.requests[20]!.aborted).toBe(true));
  expect(calls.at(-1)).toMatchObject({usageKnown: false});
});

withPython("passes bytes on both ways, and the end of each way by itself", async () => {
  const path = join(tmpdir(), `rebench-forward-${process.pid}.sock`);
  rmSync(path, {force: true});
  const server = createServer({allowHalfOpen: true}, (socket) => {
    let bytes = 0;
    socket.on("data", (data) => {
      bytes += data.length;
    });
    socket.on("end", () => socket.end(Buffer.alloc(5e6, String(bytes % 10)))); // answers after the other way has ended
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  const port = await forward(path);
  const send = (bytes: number) =>
    new Promise<Buffer>((resolve, reject) => {
      const chunks: Buffer[] = [];
      const socket: Socket = connect({port, host: "127.0.0.1", allowHalfOpen: true}, () => socket.end(Buffer.alloc(bytes)));
      socket.on("data", (data: Buffer) => chunks.push(data)).on("end", () => resolve(Buffer.concat(chunks)));
      socket.on("error", reject);
    });
  const answers = await Promise.all([3e6 + 1, 7, 0].map(send));
  expect(answers.map((answer) => [answer.length, answer.toString("latin1", 0, 1)])).toEqual([
    [5e6, "1"],
    [5e6, "7"],
    [5e6, "0"],
  ]);
});

withPython("hangs up where the runner is not there, goes on, and says when the port is taken", async () => {
  const port = await forward(join(tmpdir(), "rebench-no-such.sock"));
  for (let i = 0; i < 3; ++i) await expect(ask("", {port, body: chat()})).rejects.toThrow();
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await new Promise((resolve) => taken.once("listening", resolve));
  await expect(forward("x", (taken.address() as AddressInfo).port)).rejects.toThrow("cannot listen on 127.0.0.1: Address already in use");
});
