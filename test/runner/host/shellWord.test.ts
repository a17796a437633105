import {execFileSync} from "node:child_process";
import fc from "fast-check";
import {expect, it} from "vitest";
import {shellWord} from "../../../src/runner/host/shellWord.js";

it("quotes what a shell would change, and nothing else", () => {
  for (const plain of ["a", "/usr/bin/env", "--seed=3", "user@host:22", "x_1,2+3%"]) expect(shellWord(plain)).toBe(plain);
  for (const other of ["", "~/x", "=ls", "a b", "$HOME", "*", "ü", "a\nb"]) expect(shellWord(other)).toBe(`'${other}'`);
  expect(shellWord("it's")).toBe(`'it'\\''s'`);
});

it("a shell gives every word back", () => {
  const words = fc.array(
    fc.string({unit: "binary"}).map((word) => word.replaceAll("\0", "")),
    {minLength: 1, maxLength: 8},
  );
  const check = fc.property(words, (all) => {
    const text = execFileSync("sh", ["-c", `printf '%s\\0' ${all.map(shellWord).join(" ")}`], {encoding: "utf8"});
    expect(text.split("\0").slice(0, -1)).toEqual(all);
  });
  fc.assert(check, {numRuns: 20});
});
