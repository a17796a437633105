import fc from "fast-check";
import {expect, it} from "vitest";
import {AGENT_COLORS, markStyle} from "../../src/figure/theme/markStyle.js";
import {darkPalette, lightPalette} from "../../src/figure/theme/palette.js";

const DISTINCT = 40;

it("the first eight are solid lines with circles, each in a colour of its own", () => {
  for (let slot = 0; slot < AGENT_COLORS; ++slot) expect(markStyle(slot)).toEqual({colorIndex: slot, dash: [], shape: "circle"});
  expect([lightPalette.agents.length, darkPalette.agents.length]).toEqual([AGENT_COLORS, AGENT_COLORS]);
});

it("past eight both dash and shape differ from those of the same colour, so that 40 are distinct", () => {
  const slot = fc.nat(DISTINCT - 1);
  fc.assert(
    fc.property(slot, slot, (a, b) => {
      const [first, second] = [markStyle(a), markStyle(b)];
      expect(first.colorIndex === second.colorIndex).toBe(a % AGENT_COLORS === b % AGENT_COLORS);
      const sameRound = Math.floor(a / AGENT_COLORS) === Math.floor(b / AGENT_COLORS);
      expect(JSON.stringify(first.dash) === JSON.stringify(second.dash)).toBe(sameRound);
      expect(first.shape === second.shape).toBe(sameRound);
    }),
  );
  expect(new Set(Array.from({length: DISTINCT}, (_, i) => JSON.stringify(markStyle(i)))).size).toBe(DISTINCT);
});

it("goes on after that as at the beginning, and gives lists that may be changed", () => {
  fc.assert(
    fc.property(fc.nat(1e6), (slot) => {
      expect(markStyle(slot + DISTINCT)).toEqual(markStyle(slot));
    }),
  );
  markStyle(9).dash.push(1);
  expect(markStyle(9).dash).toHaveLength(2);
});
