import {expect, it} from "vitest";
import {exitStatus, nearestNames, RebenchError, tooFewAttempts} from "../src/errors.js";

it("says what happened, then what to do", () => {
  const cause = new Error("inner");
  const error = new RebenchError("usage", {problem: "no such thing", hint: "Try another.", cause});
  expect(error.message).toBe("no such thing\n  Try another.");
  expect(error).toMatchObject({name: "RebenchError", code: "usage", problem: "no such thing", hint: "Try another.", cause});
  expect(new RebenchError("usage", {problem: "alone", hint: ""}).message).toBe("alone");
});

it("exits with 2 for a wrong call or where nothing could be verified, and 1 for anything else", () => {
  expect(exitStatus(new RebenchError("usage", {problem: "p", hint: "h"}))).toBe(2);
  expect(exitStatus(new RebenchError("not-verified", {problem: "p", hint: "h"}))).toBe(2);
  expect(exitStatus(tooFewAttempts(4, 2))).toBe(1);
  expect(exitStatus(new TypeError("bug"))).toBe(1);
});

it("finds the nearest names, the nearest first and three at most", () => {
  const names = ["optimize_kernel", "optimize_llm_foundry", "fix_embedding", "scaling_law", "restricted_mlm"];
  expect(nearestNames("optimise_kernel", names)[0]).toBe("optimize_kernel");
  expect(nearestNames("FIX_EMBEDING", names)).toEqual(["fix_embedding"]);
  expect(nearestNames("mlm", names)).toEqual(["restricted_mlm"]);
  expect(nearestNames("banana", names)).toEqual([]);
  expect(nearestNames("a", ["b", "c", "d", "e"])).toEqual(["b", "c", "d"]);
});
