import {existsSync, mkdirSync, readdirSync, rmSync} from "node:fs";
import {join} from "node:path";
import {expect, it} from "vitest";
import {RebenchError} from "../../../src/errors.js";
import {environmentWith, gate, newWorld, settled} from "./deskParts.js";

const broken = () => new RebenchError("scorer-broken", {problem: "the scorer is broken: /secret/path", hint: "trace"});
const typesOf = (world: ReturnType<typeof newWorld>) => world.journal.entries.map(({type}) => type);

it("scores a copy while everything inside stands still and the clock too, and notes all of it in order", async () => {
  const world = newWorld();
  const [begun, go] = [gate(), gate()];
  world.scorer = async () => {
    world.moves.push("score");
    begun.open();
    await go.opened;
    return {score: 5, reason: "", details: {hidden: 1}};
  };
  world.hand.advance(10);
  const answer = world.desk.score("request-1");
  await begun.opened;
  world.hand.advance(30);
  expect(world.clock.seconds()).toBe(10);
  go.open();
  expect(await answer).toEqual({score: 5, valid: true, message: "", repeat: false, workingSeconds: 10});
  expect(world.moves).toEqual(["freeze", "copy", "score", "thaw"]);
  expect(typesOf(world)).toEqual(["paused", "score-requested", "copied", "scored", "resumed"]);
  expect(world.journal.entries[3]).toMatchObject({askedAtSeconds: 10, scoringSeconds: 30, score: 5, repeat: false, remeasured: false});
  expect(world.journal.entries[4]).toMatchObject({reason: "scoring", pausedSeconds: 30});
  world.hand.advance(1);
  expect(world.clock.seconds()).toBe(11);
});

it("where scoring counts, only the copy is made of what stands still, and the clock goes on", async () => {
  const world = newWorld(environmentWith({}, {scoringCountsTime: true}));
  const [begun, go] = [gate(), gate()];
  world.scorer = async () => {
    world.moves.push("score");
    begun.open();
    await go.opened;
    return {score: 5, reason: "", details: {}};
  };
  const answer = world.desk.score("request-1");
  await begun.opened;
  world.hand.advance(30);
  expect(world.clock.seconds()).toBe(30);
  go.open();
  expect((await answer).workingSeconds).toBe(0);
  expect(world.moves).toEqual(["freeze", "copy", "thaw", "score"]);
  expect(typesOf(world)).toEqual(["score-requested", "copied", "scored"]);
});

it("a request counts once, however often and however long after it is asked", async () => {
  const world = newWorld();
  const answers = await Promise.all(Array.from({length: 5}, () => world.desk.score("request-1")));
  world.workspace = "2";
  world.hand.advance(5);
  answers.push(await world.desk.score("request-1"));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(world.scored).toEqual(["1"]);
  expect(world.desk.answers()).toHaveLength(1);
});

it("requests are taken one after the other, each with what is there when its turn comes", async () => {
  const world = newWorld();
  const go = gate();
  world.scorer = async (content) => {
    await go.opened;
    return {score: Number(content), reason: "", details: {}};
  };
  const first = world.desk.score("request-1");
  const second = world.desk.score("request-2");
  await settled();
  world.workspace = "2";
  expect(world.scored).toEqual(["1"]);
  go.open();
  expect([(await first).score, (await second).score]).toEqual([1, 2]);
});

it("an unchanged submission gets its first answer, marked so, an invalid one too", async () => {
  const world = newWorld();
  for (const [i, workspace] of ["1", "x", "1", "x", "2"].entries()) {
    world.workspace = workspace;
    world.hand.advance(1);
    await world.desk.score(`request-${i}`);
  }
  expect(world.desk.answers().map(({score, valid, repeat, workingSeconds}) => [score, valid, repeat, workingSeconds])).toEqual([
    [1, true, false, 1],
    [null, false, false, 2],
    [1, true, true, 3],
    [null, false, true, 4],
    [2, true, false, 5],
  ]);
  expect(world.scored).toEqual(["1", "x", "2"]);
});

it("a submission that is refused while it is copied is not valid, for a reason that the participant is told", async () => {
  const world = newWorld();
  world.workspace = "refused: it is larger than 10 bytes";
  expect(await world.desk.score("request-1")).toMatchObject({score: null, valid: false, message: world.workspace, repeat: false});
  expect(world.scored).toEqual([]);
  expect(world.moves.at(-1)).toBe("thaw");
});

it("a broken scorer is tried twice and never a score, and says nothing hidden", async () => {
  const world = newWorld();
  world.scorer = async () => {
    throw broken();
  };
  const failure = await world.desk.score("request-1").catch((error: unknown) => error);
  expect(failure).toMatchObject({code: "scorer-broken"});
  expect(String(failure)).not.toContain("secret");
  expect(world.desk.answers()).toEqual([]);
  expect(world.scored).toEqual(["1", "1"]);
  expect(typesOf(world).filter((type) => type === "scoring-failed")).toHaveLength(2);
  expect([world.moves.at(-1), world.clock.isPaused()]).toEqual(["thaw", false]);
  expect(world.desk.unanswered()).toEqual([]); // it was said that it does not count
});

it("a scorer that is broken once is asked again", async () => {
  const world = newWorld();
  const scorer = world.scorer;
  world.scorer = async (...given) => {
    if (world.scored.length === 1) throw broken();
    return scorer(...given);
  };
  expect((await world.desk.score("request-1")).score).toBe(1);
});

it("of hidden scores only whether they are valid is said; the journal has them", async () => {
  const world = newWorld(environmentWith({scoreHidden: true}));
  expect(await world.desk.score("request-1")).toMatchObject({score: null, valid: true});
  world.workspace = "x";
  expect(await world.desk.score("request-2")).toMatchObject({score: null, valid: false, message: "no number"});
  expect(world.desk.answers().map(({score}) => score)).toEqual([null, null]);
  expect(world.journal.entries.filter(({type}) => type === "scored")[0]).toMatchObject({score: 1});
});

it("after the limit nothing new is scored; what was asked before it counts at its time, the end itself at the limit", async () => {
  const world = newWorld(environmentWith({}, {scoringCountsTime: true}));
  world.hand.advance(59);
  world.scorer = async (content) => {
    world.hand.advance(10);
    return {score: Number(content), reason: "", details: {}};
  };
  expect((await world.desk.score("request-1")).workingSeconds).toBe(59);
  await expect(world.desk.score("request-2")).rejects.toMatchObject({code: "too-late"});
  world.workspace = "2";
  expect(await world.desk.score("final-score", true)).toMatchObject({score: 2, workingSeconds: 60});
});

it("at the end nothing new is accepted, and a copy that is being made is waited for", async () => {
  const world = newWorld();
  const [copying, go] = [gate(), gate()];
  world.beforeCopy = async () => {
    copying.open();
    await go.opened;
  };
  const first = world.desk.score("request-1");
  const waiting = world.desk.score("request-2");
  const refusal = expect(waiting).rejects.toMatchObject({code: "too-late"});
  await copying.opened;
  let isOver = false;
  const end = world.desk.end().then(() => {
    isOver = true;
  });
  await settled();
  expect(isOver).toBe(false);
  go.open();
  await end;
  expect(world.moves).toContain("copy");
  await expect(first).resolves.toMatchObject({score: 1});
  await refusal;
  await expect(world.desk.score("request-3")).rejects.toMatchObject({code: "too-late"});
  await expect(world.desk.score("final-score", true)).resolves.toMatchObject({repeat: true});
});

it("a request that a crash cut off is scored at its time with what was there then, even where the workspace changed", async () => {
  for (const scoringCountsTime of [false, true]) {
    const environment = environmentWith({}, {scoringCountsTime});
    const before = newWorld(environment);
    before.hand.advance(7);
    before.scorer = () => new Promise(() => {}); // never done
    void before.desk.score("request-1");
    await settled();
    before.journal.close();
    const after = newWorld(environment, before.folder, before.clock.seconds());
    after.workspace = "3";
    expect(after.desk.unanswered()).toEqual(["request-1"]);
    expect(await after.desk.score("request-1")).toMatchObject({score: 1, workingSeconds: 7, repeat: false});
    expect(after.desk.unanswered()).toEqual([]);
    expect(after.moves).toEqual(["freeze", "thaw"]); // and no copy
    expect(after.journal.entries.filter(({type}) => type === "score-requested")).toHaveLength(1);
  }
});

it("where the copy was not yet made it is made; where it is gone, today's workspace is not scored in its place", async () => {
  const before = newWorld();
  before.beforeCopy = () => new Promise(() => {});
  void before.desk.score("request-1");
  await settled();
  before.journal.close();
  const after = newWorld(environmentWith({}), before.folder);
  after.workspace = "4";
  expect(await after.desk.score("request-1")).toMatchObject({score: 4});
  after.journal.append({type: "score-requested", requestId: "request-2"});
  after.journal.append({type: "copied", requestId: "request-2", submissionSha256: "f".repeat(64)});
  after.workspace = "5";
  await expect(after.desk.score("request-2")).rejects.toMatchObject({code: "scorer-broken"});
  const failed = after.journal.entries.filter(({type}) => type === "scoring-failed");
  expect(failed).toMatchObject([{requestId: "request-2", problem: expect.stringContaining("is gone")}]);
  expect(after.desk.answers()).toHaveLength(1);
  expect(await after.desk.score("request-3")).toMatchObject({score: 5}); // others go on
});

it("where no copy can be made the participant stays still, and another life copies what was there when it asked", async () => {
  for (const scoringCountsTime of [false, true]) {
    const environment = environmentWith({}, {scoringCountsTime});
    const before = newWorld(environment);
    before.beforeCopy = async () => {
      throw new RebenchError("no-sandbox", {problem: "the helper has ended", hint: "h"});
    };
    before.hand.advance(7);
    const asked = [before.desk.score("request-1"), before.desk.score("request-2")]; // the second waits for its turn
    for (const answer of asked)
      await expect(answer).rejects.toMatchObject({code: "unwritable-file", problem: expect.stringContaining("the helper has ended")});
    before.beforeCopy = async () => {};
    await expect(before.desk.score("final-score", true)).rejects.toMatchObject({code: "unwritable-file"});
    expect(before.moves).toEqual(["freeze"]);
    before.journal.close();
    const after = newWorld(environment, before.folder, before.clock.seconds());
    expect(after.desk.unanswered()).toEqual(["request-1"]);
    expect(await after.desk.score("request-1")).toMatchObject({score: 1, workingSeconds: 7, repeat: false});
    expect(after.moves).toEqual(["freeze", "copy", "thaw"]);
  }
});

it("what a runner that was killed had begun to copy is not in the way of another's copy", async () => {
  const before = newWorld();
  before.beforeCopy = async (name) => {
    mkdirSync(join(before.submissions, name));
    await new Promise(() => {});
  };
  void before.desk.score("request-1");
  await settled();
  expect(readdirSync(before.submissions)).toHaveLength(1);
  before.journal.close();
  const after = newWorld(environmentWith({}), before.folder);
  expect(await after.desk.score("request-1")).toMatchObject({score: 1, repeat: false});
  expect(readdirSync(after.submissions)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
});

it("the best is measured again at the end, once; both are kept", async () => {
  const world = newWorld(environmentWith({}, {remeasureBest: true}));
  for (const [i, workspace] of ["3", "9", "x", "5"].entries()) {
    world.workspace = workspace;
    await world.desk.score(`request-${i}`);
  }
  world.scorer = async () => ({score: 8, reason: "", details: {}});
  await world.desk.remeasureBest();
  await world.desk.remeasureBest();
  expect(world.scored.slice(4)).toEqual(["again 9"]);
  expect(world.journal.entries.filter((entry) => entry.type === "scored" && entry.remeasured)).toHaveLength(1);
  expect(world.journal.entries.at(-1)).toMatchObject({score: 8, remeasured: true, requestId: "request-1", repeat: false});
  expect(world.desk.answers().map(({score}) => score)).toEqual([3, 9, null, 5]);
});

it("lower scores are better where the environment says so, when the best is measured again", async () => {
  const world = newWorld(environmentWith({direction: "lower"}, {remeasureBest: true}));
  for (const [i, workspace] of ["3", "9"].entries()) {
    world.workspace = workspace;
    await world.desk.score(`request-${i}`);
  }
  await world.desk.remeasureBest();
  expect(world.scored.at(-1)).toBe("again 3");
});

it("nothing is measured again where nothing is valid, or the environment does not ask for it", async () => {
  for (const [workspace, remeasureBest] of [
    ["x", true],
    ["1", false],
  ] as const) {
    const world = newWorld(environmentWith({}, {remeasureBest}));
    world.workspace = workspace;
    await world.desk.score("request-1");
    await world.desk.remeasureBest();
    expect(world.scored).toHaveLength(1);
  }
});

it("an old copy of the same content is replaced", async () => {
  const world = newWorld();
  await world.desk.score("request-1");
  const copied = world.journal.entries.find((entry) => entry.type === "copied");
  const place = join(world.submissions, copied?.type === "copied" ? copied.submissionSha256 : "");
  rmSync(join(place, "answer"));
  await world.desk.score("request-2");
  expect(existsSync(join(place, "answer"))).toBe(true);
  expect(readdirSync(world.submissions)).toHaveLength(1);
});

it("whatever keeps a submission from being scored is noted and told as a fault of ours", async () => {
  const world = newWorld();
  world.scorer = async () => {
    throw new RebenchError("no-sandbox", {problem: "the judge cannot start", hint: "h"});
  };
  await expect(world.desk.score("request-1")).rejects.toMatchObject({code: "scorer-broken"});
  const failed = world.journal.entries.filter(({type}) => type === "scoring-failed");
  expect(failed.map((entry) => entry.type === "scoring-failed" && entry.problem)).toEqual(Array(2).fill("the judge cannot start"));
  expect(world.desk.unanswered()).toEqual([]);
});

it("a scoring that is given up is asked again by another life", async () => {
  const world = newWorld();
  world.scorer = async () => {
    throw new DOMException("given up", "AbortError");
  };
  await expect(world.desk.score("request-1")).rejects.toMatchObject({name: "AbortError"});
  expect(typesOf(world)).not.toContain("scoring-failed");
  expect(world.desk.unanswered()).toEqual(["request-1"]);
});
