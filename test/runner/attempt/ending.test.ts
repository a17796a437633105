import {join} from "node:path";
import {expect, it} from "vitest";
import {type ErrorCode, RebenchError} from "../../../src/errors.js";
import {AgentFailure} from "../../../src/runner/agents/agentFailure.js";
import {attemptEnd} from "../../../src/runner/attempt/attemptEnd.js";
import {boundedText} from "../../../src/runner/attempt/boundedText.js";
import {endingOf} from "../../../src/runner/attempt/endingOf.js";
import {openJournal} from "../../../src/runner/journal/journal.js";
import {temporaryFolder} from "../journal/temporary.js";

const newJournal = () => openJournal(join(temporaryFolder(), "j"), {workingSeconds: () => 0, now: () => new Date(0)});

it("the first reason stands, and is in the journal before anybody hears of it", () => {
  const journal = newJournal();
  const attempt = attemptEnd(journal, null);
  const seen: unknown[] = [];
  attempt.signal.addEventListener("abort", () => seen.push(journal.entries.map(({type}) => type)));
  attempt.end({reason: "time-limit", detail: null});
  attempt.end({reason: "submitted", detail: null});
  expect(seen).toEqual([["limit", "ending"]]);
  expect(attempt.ending()).toEqual({reason: "time-limit", detail: null});
  expect(journal.entries).toHaveLength(2);
});

it("a pause is no end, and what was decided before holds from the beginning", () => {
  const journal = newJournal();
  const paused = attemptEnd(journal, null);
  paused.end({reason: "paused"});
  expect([paused.signal.aborted, journal.entries]).toEqual([true, []]);
  const resumed = attemptEnd(journal, {reason: "submitted", detail: null});
  expect(resumed.signal.aborted).toBe(true);
  resumed.end({reason: "stopped", detail: null});
  expect(resumed.ending()).toEqual({reason: "submitted", detail: null});
});

it("an end that cannot be noted is none: the attempt is cut off", () => {
  const journal = newJournal();
  journal.close();
  const attempt = attemptEnd(journal, null);
  attempt.end({reason: "submitted", detail: null});
  expect(attempt.ending()).toMatchObject({reason: "cut-off", error: {code: "unwritable-file"}});
  expect(attempt.signal.aborted).toBe(true);
});

const fault = (code: ErrorCode) => new RebenchError(code, {problem: "p", hint: "h"});

it.each([
  ["agent-failed", [new AgentFailure("gave up"), fault("usage"), fault("model-request-refused"), fault("too-late"), fault("budget-spent")]],
  ["runner-error", [new TypeError("x"), fault("scorer-broken"), fault("no-sandbox"), "text"]],
  ["cut-off", [fault("disk-full"), fault("model-key-refused"), fault("model-unavailable"), fault("attempt-locked")]],
])("%s", (reason, errors) => {
  for (const error of errors) expect(endingOf(error, {name: "modular"}).reason).toBe(reason);
});

it("a person's attempt ends for no failure", () => {
  for (const error of [new AgentFailure("x"), fault("no-sandbox"), new Error("x")])
    expect(endingOf(error, {name: "human"}).reason).toBe("cut-off");
});

it("of a flood its beginning and its end are kept, and how much is missing is said", () => {
  const text = boundedText(1000);
  const all = Array.from({length: 5000}, (_, i) => `${i} `).join("");
  for (let i = 0; i < all.length; i += 7) text.add(Buffer.from(all.slice(i, i + 7)), "stdout");
  const kept = text.text();
  expect(kept).toBe(`${all.slice(0, 500)}\n[… ${all.length - 1000} characters are left out here …]\n${all.slice(-500)}`);
});

it("what fits is kept whole, characters that are cut between chunks too, each stream by itself", () => {
  const text = boundedText(1000);
  const [first, second] = [Buffer.from("ä"), Buffer.from("ö")];
  text.add(first.subarray(0, 1), "stdout");
  text.add(second.subarray(0, 1), "stderr");
  text.add(first.subarray(1), "stdout");
  text.add(second.subarray(1), "stderr");
  for (let i = 0; i < 998; ++i) text.add(Buffer.from("."), "stdout");
  expect(text.text()).toBe(`äö${".".repeat(998)}`);
});
