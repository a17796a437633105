import fc from "fast-check";
import {expect, it} from "vitest";
import {type HoldReason, standStill} from "../../../src/runner/attempt/standStill.js";
import type {JournalEvent} from "../../../src/runner/journal/event.js";
import {workingClock} from "../../../src/runner/journal/workingClock.js";
import {handClock} from "../journal/temporary.js";

const REASONS = ["scoring", "copying", "upstream-429", "break"] as const satisfies HoldReason[];

function newStill() {
  const hand = handClock();
  const clock = workingClock(hand.monotonic);
  const said: string[] = [];
  const append = (event: JournalEvent) => void said.push(`${event.type} ${"reason" in event ? event.reason : ""}`);
  let isFrozen = false;
  const sandbox = {
    async freeze() {
      await Promise.resolve();
      isFrozen = true;
      said.push("frozen");
    },
    async thaw() {
      isFrozen = false;
      said.push("thawed");
    },
  };
  const still = standStill(clock, {append} as never, sandbox);
  return {hand, clock, said, still, sandbox, isFrozen: () => isFrozen};
}

it("freezes before the pause is noted, and thaws when its end is", async () => {
  const {still, said} = newStill();
  await still.hold("scoring");
  await still.release("scoring");
  expect(said).toEqual(["frozen", "paused scoring", "resumed scoring", "thawed"]);
});

it("a copy is made of what stands still while the clock goes", async () => {
  const {still, said, clock} = newStill();
  await still.hold("copying");
  expect(clock.isPaused()).toBe(false);
  await still.release("copying");
  expect(said).toEqual(["frozen", "thawed"]);
});

it("whatever overlaps, in any order: frozen exactly while somebody holds, and the clock stands while one does that pauses it", async () => {
  const steps = fc.array(fc.tuple(fc.constantFrom(...REASONS), fc.boolean()), {maxLength: 40});
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const {still, clock, isFrozen, said} = newStill();
      const holding = new Set<HoldReason>();
      for (const [reason, isHold] of script) {
        await (isHold ? still.hold(reason) : still.release(reason));
        if (isHold) holding.add(reason);
        else holding.delete(reason);
        expect(isFrozen()).toBe(holding.size > 0);
        expect(clock.isPaused()).toBe([...holding].some((one) => one !== "copying"));
      }
      for (const reason of REASONS) {
        const own = said.filter((line) => line.endsWith(` ${reason}`)).map((line) => line.split(" ")[0]);
        expect(own.every((what, i) => what === (i % 2 === 0 ? "paused" : "resumed"))).toBe(true);
      }
    }),
  );
});

it("holds and releases that are not waited for are taken in their order", async () => {
  const {still, said} = newStill();
  await Promise.all([still.hold("scoring"), still.hold("break"), still.release("scoring"), still.release("break"), still.hold("scoring")]);
  expect(said).toEqual([
    ...["frozen", "paused scoring", "paused break", "resumed scoring", "resumed break", "thawed"],
    ...["frozen", "paused scoring"],
  ]);
});

it("a freezer that fails pauses nothing, lets go what stands half, and is asked again", async () => {
  const {still, clock, sandbox, said} = newStill();
  const {freeze} = sandbox;
  sandbox.freeze = async () => {
    throw new Error("stuck");
  };
  await expect(still.hold("scoring")).rejects.toThrow("stuck");
  expect([clock.isPaused(), said]).toEqual([false, ["thawed"]]);
  sandbox.freeze = freeze;
  await still.hold("scoring");
  expect(said).toEqual(["thawed", "frozen", "paused scoring"]);
});
