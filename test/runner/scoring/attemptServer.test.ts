import {execFile} from "node:child_process";
import {connect, createServer, type Socket} from "node:net";
import {join} from "node:path";
import {text} from "node:stream/consumers";
import {expect, it, onTestFinished} from "vitest";
import {RebenchError} from "../../../src/errors.js";
import {guestFile} from "../../../src/runner/sandbox/guestFiles.js";
import {type AttemptDesk, startAttemptServer} from "../../../src/runner/scoring/attemptServer.js";
import {answerSchema, MOST_REQUEST_BYTES} from "../../../src/runner/scoring/protocol.js";
import {temporaryFolder} from "../journal/temporary.js";
import {environmentWith, gate, settled} from "./deskParts.js";

const token = "t".repeat(48);
const ID = "0123456789abcdef";
const request = (changes: Record<string, unknown> = {}) => `${JSON.stringify({id: ID, token, action: "score", ...changes})}\n`;
const scored = (score: number | null) => ({score, valid: score !== null, message: "", repeat: false, workingSeconds: 3});

async function newServer(changes: Partial<AttemptDesk> = {}, {hidden = false, silenceMilliseconds = 30_000} = {}) {
  const asked: string[] = [];
  const faults: unknown[] = [];
  const socketPath = join(temporaryFolder(), "s");
  const desk: AttemptDesk = {
    async score(id) {
      asked.push(id);
      return scored(asked.length);
    },
    scores: () => asked.map((_, i) => scored(i + 1)),
    submit: () => void asked.push("submit"),
    clock: () => ({workingSeconds: 3, timeLimitSeconds: 60, paused: false}),
    breaks: null,
    service: null,
    ...changes,
  };
  const environment = environmentWith({scoreHidden: hidden});
  const server = await startAttemptServer({
    ...{socketPath, token, owner: null, environment, desk, silenceMilliseconds},
    onFault: (error) => faults.push(error),
  });
  onTestFinished(() => server.close());
  const open = (): Socket => {
    const socket = connect(socketPath);
    onTestFinished(() => void socket.destroy());
    return socket;
  };
  /** What comes back until the server closes. */
  const say = async (line: string | Buffer) => {
    const socket = open();
    socket.write(line);
    return text(socket);
  };
  const ask = async (changes: Record<string, unknown> = {}) => answerSchema.parse(JSON.parse(await say(request(changes))));
  return {socketPath, server, asked, faults, open, say, ask};
}

it("answers a line with a line, and closes", async () => {
  const {say, asked} = await newServer();
  expect(await say(request())).toBe(
    `${JSON.stringify({
      ...{id: ID, ok: true, workingSeconds: 3, timeLimitSeconds: 60, paused: false, action: "score", askedAtSeconds: 3, score: 1},
      ...{valid: true, message: "", repeat: false, best: 1, direction: "higher"},
    })}\n`,
  );
  expect(asked).toEqual([ID]);
});

it("has all actions of the protocol", async () => {
  const {ask, asked} = await newServer();
  await ask();
  await ask();
  expect(await ask({action: "score-log"})).toMatchObject({entries: [{score: 1}, {score: 2}]});
  expect(await ask({action: "clock-status"})).toMatchObject({ok: true, workingSeconds: 3, paused: false});
  expect(await ask({action: "submit"})).toMatchObject({ok: true});
  expect(asked).toEqual([ID, ID, "submit"]);
});

it("only people may stop the clock", async () => {
  const program = await newServer();
  for (const action of ["clock-pause", "clock-resume"]) expect(await program.ask({action})).toMatchObject({ok: false, code: "not-allowed"});
  const did: string[] = [];
  const person = await newServer({breaks: {pause: async () => void did.push("pause"), resume: async () => void did.push("resume")}});
  for (const action of ["clock-pause", "clock-resume"]) expect(await person.ask({action})).toMatchObject({ok: true});
  expect(did).toEqual(["pause", "resume"]);
});

it("says no score, best or otherwise, where scores are hidden", async () => {
  const {say} = await newServer({score: async () => ({...scored(null), valid: true}), scores: () => [scored(7654)]}, {hidden: true});
  expect(await say(request())).not.toContain("7654");
});

it.each([
  ["another attempt's", "u".repeat(48)],
  ["a part of the", token.slice(0, 47)],
  ["a longer", `${token}t`],
  ["no", ""],
  ["with other letters the same length in bytes", "é".repeat(24)],
])("%s token: not allowed, and nothing is done", async (_, wrong) => {
  const {ask, asked} = await newServer();
  for (const action of ["score", "submit", "score-log", "clock-status"]) {
    expect(await ask({token: wrong, action})).toMatchObject({ok: false, code: "not-allowed"});
  }
  expect(asked).toEqual([]);
});

it.each([
  ["no JSON", "score\n"],
  ["an empty line", "\n"],
  ["null", "null\n"],
  ["a list", "[]\n"],
  ["a short id", request({id: "1234567"})],
  ["an id with a path in it", request({id: "../../../../etc/passwd"})],
  ["an id of the wrong kind", request({id: 12345678})],
  ["an unknown action", request({action: "final-score"})],
  ["a further field", request({score: 100})],
  ["__proto__", `{"__proto__": {"ok": true}, "id": "${ID}", "token": "${token}", "action": "score", "constructor": 1}\n`],
  ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00, 0x0a])],
  ["deep nesting", `${"[".repeat(2000)}\n`],
  ["a line that is too long", `${"x".repeat(MOST_REQUEST_BYTES + 1)}`],
  ["a request with a long tail", `${request().trimEnd()}${" ".repeat(MOST_REQUEST_BYTES)}!\n`],
])("%s: refused with what would be right, and nothing is done", async (_, line) => {
  const {say, asked} = await newServer();
  const answer = await say(line);
  expect(JSON.parse(answer)).toMatchObject({ok: false, code: "bad-request"});
  expect(answer.length).toBeLessThan(300);
  expect(asked).toEqual([]);
});

it("two requests in one connection: only the first is taken", async () => {
  const {say, asked} = await newServer();
  const answer = await say(request() + request({id: "another-id", action: "submit"}));
  expect(answer.split("\n")).toHaveLength(2);
  expect(asked).toEqual([ID]);
});

it("a request in pieces, and one whose sender has closed its side, are answered", async () => {
  const {open} = await newServer();
  const socket = open();
  for (const piece of request().match(/.{1,40}\n?/gs)!) {
    socket.write(piece);
    await settled();
  }
  expect(await text(socket)).toContain('"ok":true');
  const closing = open();
  closing.end(request());
  expect(await text(closing)).toContain('"ok":true');
});

it("whoever goes away before the answer changes nothing for others, and asks again with the same id", async () => {
  const go = gate();
  const {open, ask, asked} = await newServer({
    async score(id) {
      await go.opened;
      asked.push(id);
      return scored(1);
    },
  });
  const lost = open();
  lost.write(request());
  await settled();
  lost.destroy();
  const again = ask();
  go.open();
  expect(await again).toMatchObject({ok: true, score: 1});
});

it("a client that says nothing, half a line, or does not take its answer is cut off; one that waits for its score is not", async () => {
  const [begun, go] = [gate(), gate()];
  const {open} = await newServer(
    {
      async score() {
        begun.open();
        await go.opened;
        return scored(1);
      },
      scores: () => Array.from({length: 20_000}, () => ({...scored(1), message: "x".repeat(200)})),
    },
    {silenceMilliseconds: 100},
  );
  const patient = open();
  patient.write(request());
  await begun.opened; // else what the others ask for may keep the runner from reading it in time
  const [silent, half, greedy] = [open(), open(), open()];
  half.write(request().slice(0, 20));
  greedy.on("error", () => {});
  greedy.write(request({action: "score-log"})); // and never reads
  const closed = Promise.all([silent, half].map((socket) => text(socket)));
  expect(await closed).toEqual(["", ""]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await expect(text(greedy).then((answer) => answer.endsWith("\n"))).resolves.toBe(false);
  go.open();
  expect(await text(patient)).toContain('"score":1');
});

it("a flood of connections leaves those alive that came in time, and is over when it ends", async () => {
  const {open, ask} = await newServer();
  const flood = Array.from({length: 300}, open);
  for (const socket of flood) socket.on("error", () => {});
  await settled();
  await settled();
  for (const socket of flood) socket.destroy();
  await expect.poll(() => ask().catch(() => null)).toMatchObject({ok: true});
});

it("what is wrong in here is told to the runner, and outside only that it was not the participant's fault", async () => {
  const {ask, faults} = await newServer({
    async score() {
      throw new TypeError("/secret/path is undefined");
    },
  });
  const answer = await ask();
  expect(answer).toMatchObject({ok: false, code: "scorer-broken", message: expect.stringContaining("no fault of yours")});
  expect(JSON.stringify(answer)).not.toContain("secret");
  expect(faults).toHaveLength(1);
});

it.each(["too-late", "scorer-broken"] as const)("%s is said in words", async (code) => {
  const {ask, faults} = await newServer({
    async score() {
      throw new RebenchError(code, {problem: "sorry", hint: "/secret"});
    },
  });
  expect(await ask()).toEqual({id: ID, ok: false, code, message: "sorry"});
  expect(faults).toEqual([]);
});

it("the real client asks again when its answer was lost, with the same id", async () => {
  const ids: string[] = [];
  const sockets: Socket[] = [];
  const {socketPath} = await newServer({
    async score(id) {
      ids.push(id);
      return scored(4);
    },
  });
  const lossy = createServer((client) => {
    sockets.push(client);
    const through = connect(socketPath);
    through.on("error", () => {});
    client.on("error", () => {});
    client.pipe(through);
    through.on("data", (answer) => (sockets.length < 3 ? client.destroy() : client.end(answer)));
  });
  const lossyPath = join(temporaryFolder(), "lossy");
  await new Promise<void>((resolve) => lossy.listen(lossyPath, resolve));
  onTestFinished(() => void lossy.close());
  const output = await new Promise<string>((resolve) => {
    const env = {REBENCH_SOCKET: lossyPath, REBENCH_TOKEN: token, PATH: process.env.PATH};
    execFile("python3", ["-I", "-S", guestFile("client.py"), "score", "--json"], {env}, (_error, stdout) => resolve(stdout));
  });
  expect(JSON.parse(output)).toMatchObject({ok: true, score: 4});
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(1);
});
