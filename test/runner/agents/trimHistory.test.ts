import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {estimateTokens, messagesToSend, trimHistory} from "../../../src/runner/agents/modular/trimHistory.js";
import {withoutMiddle} from "../../../src/runner/agents/withoutMiddle.js";
import type {ChatMessage} from "../../../src/runner/gateway/model.js";

const historyOf = (lengths: readonly number[]): ChatMessage[] => [
  {role: "system", content: "S".repeat(40)},
  {role: "user", content: "T".repeat(40)},
  ...lengths.flatMap((length, i): ChatMessage[] => [
    {role: "assistant", content: `a${i} `},
    {role: "user", content: `u${i} `.padEnd(length, "x")},
  ]),
];

const lengths = fc.array(fc.integer({min: 5, max: 3000}), {maxLength: 30});

describe("trimHistory", () => {
  it("fits, keeps both ends whole where it can, and forgets no turn without saying so", () => {
    fc.assert(
      fc.property(lengths, fc.integer({min: 1500, max: 8000}), fc.double({min: 0.5, max: 2, noNaN: true}), (turns, limit, calibration) => {
        const messages = historyOf(turns);
        const trimmed = trimHistory({messages, dropped: 0}, limit, calibration);
        expect(trimmed.messages.length + trimmed.dropped).toBe(messages.length);
        const sent = messagesToSend(trimmed);
        expect(estimateTokens(sent, calibration)).toBeLessThanOrEqual(limit + calibration);
        expect(sent.slice(0, 2)[0]).toEqual(messages[0]);
        expect(sent.map(({role}) => role).join("")).toMatch(/^systemuser(assistantuser)*$/);
        expect(sent.some(({content}) => content.includes(`${trimmed.dropped} earlier messages`))).toBe(trimmed.dropped > 0);
        if (estimateTokens(messages, calibration) <= limit - 50) expect(trimmed).toEqual({messages, dropped: 0});
        if (trimmed.messages.length > 6) {
          expect(trimmed.messages.slice(0, 4)).toEqual(messages.slice(0, 4));
          expect(trimmed.messages.slice(4)).toEqual(messages.slice(4 + trimmed.dropped));
        }
      }),
      {numRuns: 500},
    );
  });

  it("leaves out no more than it must", () => {
    const messages = historyOf(Array(20).fill(1000));
    const one = trimHistory({messages, dropped: 0}, estimateTokens(messages, 1) - 1, 1);
    expect(one.dropped).toBe(2);
    expect(trimHistory(one, estimateTokens(messages, 1), 1)).toEqual(one);
  });
});

it("leaves out the middle of a text, cuts no character in two, and never makes it longer", () => {
  expect(withoutMiddle("a".repeat(500) + "b".repeat(500), 100)).toMatch(/^a+\n\[… 1000 characters in all …\]\nb+$/);
  fc.assert(
    fc.property(fc.string({maxLength: 400, unit: fc.constantFrom("a", "😀")}), fc.integer({min: 60, max: 400}), (text, most) => {
      const short = withoutMiddle(text, most);
      expect(short.length).toBeLessThanOrEqual(most);
      expect(short).not.toMatch(/\p{Surrogate}/u);
      if (text.length <= most) expect(short).toBe(text);
    }),
  );
});
