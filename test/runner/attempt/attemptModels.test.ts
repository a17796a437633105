import {expect, it} from "vitest";
import {providerPauses} from "../../../src/runner/attempt/attemptModels.js";
import type {HoldReason, StandStill} from "../../../src/runner/attempt/standStill.js";
import type {JournalEntry, PauseReason} from "../../../src/runner/journal/event.js";
import type {Journal} from "../../../src/runner/journal/journal.js";

const resumed = (reason: PauseReason, pausedSeconds: number): JournalEntry => ({
  ...{type: "resumed", reason, pausedSeconds},
  ...{sequence: 0, workingSeconds: 1, time: "2026-01-01T00:00:00.000Z"},
});

/** A journal in which each pause that ends here stood for so many seconds of its own. */
function held(entries: JournalEntry[], ownSeconds: number) {
  const told: string[] = [];
  const still: StandStill = {
    async hold(reason: HoldReason) {
      told.push(reason);
    },
    async release(reason: HoldReason) {
      if (!told.includes(reason)) return;
      told.push("on");
      entries.push(resumed(reason as PauseReason, ownSeconds));
    },
  };
  return {told, still, journal: {entries} as unknown as Journal};
}

const {signal} = new AbortController();

it("what providers made earlier lives wait is taken from what is allowed, and nothing else is", () => {
  const entries = [resumed("upstream-429", 100), resumed("scoring", 2000), resumed("upstream-connection", 20), resumed("user", 5000)];
  const {still, journal} = held(entries, 0);
  expect(providerPauses(journal, still, () => false).leftSeconds()).toBe(3600 - 120);
});

it("time in which the clock stood for another reason as well costs nothing", async () => {
  for (const [own, left] of [
    [0, 3600],
    [0.5, 3599.5],
  ] as const) {
    const {told, still, journal} = held([], own);
    const book = providerPauses(journal, still, () => false);
    const end = book.begin();
    await book.wait("upstream-429", 0.02, signal);
    end();
    expect(told).toEqual(["upstream-429", "on"]);
    expect(book.leftSeconds()).toBeCloseTo(left, 6);
  }
});

it("nothing is held when the work is over", async () => {
  const {told, still, journal} = held([], 0);
  const book = providerPauses(journal, still, () => true);
  const end = book.begin();
  await book.wait("upstream-5xx", 0.01, signal);
  end();
  expect(told).toEqual([]);
});
