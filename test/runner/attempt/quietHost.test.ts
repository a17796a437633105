import {expect, it} from "vitest";
import {joinHost, whileOthersStand} from "../../../src/runner/attempt/quietHost.js";
import type {StandStill} from "../../../src/runner/attempt/standStill.js";
import {gate, settled} from "../scoring/deskParts.js";

function newStill(name: string, said: string[]): StandStill {
  return {
    hold: async (reason) => void said.push(`${name} stands: ${reason}`),
    release: async (reason) => void said.push(`${name} goes: ${reason}`),
  };
}

it("while one attempt is timed the others of this process stand still, and nobody else is timed", async () => {
  const said: string[] = [];
  const [a, b, c] = ["a", "b", "c"].map((name) => newStill(name, said)) as [StandStill, StandStill, StandStill];
  const leave = [await joinHost(a), await joinHost(b)];
  const [begun, go] = [gate(), gate()];
  const first = whileOthersStand(
    a,
    async () => {
      said.push("a is timed");
      begun.open();
      await go.opened;
      return 1;
    },
    () => {},
  );
  await begun.opened;
  const second = whileOthersStand(
    b,
    async () => said.push("b is timed"),
    () => {},
  );
  leave.push(await joinHost(c)); // begins meanwhile
  await settled();
  expect(said).toEqual(["b stands: timing", "a is timed", "c stands: timing"]);
  go.open();
  expect(await first).toBe(1);
  await second;
  expect(said.slice(3, 5).sort()).toEqual(["b goes: timing", "c goes: timing"]);
  expect(said.slice(5, 7).sort()).toEqual(["a stands: timing", "c stands: timing"]);
  expect(said[7]).toBe("b is timed");
  said.length = 0;
  for (const each of leave) await each(); // whoever leaves is let go
  expect(said).toEqual(["a goes: timing", "b goes: timing", "c goes: timing"]);
  said.length = 0;
  await whileOthersStand(
    a,
    async () => {},
    () => {},
  );
  expect(said).toEqual([]);
});

it("what fails lets the others go, and an attempt that cannot stand still is no reason not to be timed", async () => {
  const said: string[] = [];
  const broken: StandStill = {
    hold: async () => {
      throw new Error("its disk is full");
    },
    release: async () => {},
  };
  const own = newStill("own", said);
  const leave = [await joinHost(broken), await joinHost(newStill("other", said))];
  const logged: string[] = [];
  const failing = whileOthersStand(
    own,
    async () => {
      throw new Error("the scorer fails");
    },
    (line) => logged.push(line),
  );
  await expect(failing).rejects.toThrow("the scorer fails");
  expect(said).toEqual(["other stands: timing", "other goes: timing"]);
  expect(logged).toEqual(["another attempt does not stand still: its disk is full"]);
  for (const each of leave) await each();
});
