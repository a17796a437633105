import fc from "fast-check";
import {expect, it} from "vitest";
import type {PauseReason} from "../../../src/runner/journal/event.js";
import {workingClock} from "../../../src/runner/journal/workingClock.js";
import {handClock} from "./temporary.js";

const REASONS = ["scoring", "upstream-429", "break", "user"] as const satisfies PauseReason[];

const steps = fc.array(
  fc.record({
    wait: fc.integer({min: 0, max: 50}),
    reason: fc.constantFrom(...REASONS),
    what: fc.constantFrom("pause", "resume"),
  }),
  {maxLength: 60},
);

it("is the time in which no reason held, second by second, and its pauses are the rest", () => {
  fc.assert(
    fc.property(steps, fc.integer({min: 0, max: 100}), (script, start) => {
      const hand = handClock(1000);
      const clock = workingClock(hand.monotonic, start);
      const holding = new Set<PauseReason>();
      let [worked, stood, told] = [start, 0, 0];
      for (const {wait, reason, what} of script) {
        for (let second = 0; second < wait; ++second) {
          hand.advance(1);
          if (holding.size === 0) worked += 1;
          else stood += 1;
          expect(clock.seconds()).toBe(worked);
        }
        if (what === "pause") {
          clock.pause(reason);
          holding.add(reason);
        } else {
          const seconds = clock.resume(reason);
          expect(seconds === null).toBe(!holding.delete(reason));
          told += seconds ?? 0;
        }
        expect(clock.isPaused()).toBe(holding.size > 0);
        if (holding.size === 0) expect(told).toBe(stood);
      }
    }),
  );
});

it("time that two reasons shared is told once, for the one that was there first", () => {
  const hand = handClock();
  const clock = workingClock(hand.monotonic);
  clock.pause("scoring");
  hand.advance(3);
  clock.pause("upstream-429");
  hand.advance(4);
  expect(clock.resume("scoring")).toBe(7);
  hand.advance(5);
  expect(clock.resume("upstream-429")).toBe(5);
  clock.pause("user");
  hand.advance(1);
  clock.pause("scoring");
  hand.advance(1);
  expect(clock.resume("scoring")).toBe(0);
  hand.advance(1);
  expect(clock.resume("user")).toBe(3);
  expect(clock.seconds()).toBe(0);
});
