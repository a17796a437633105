import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {pathToFileURL} from "node:url";
import {describe, expect, it} from "vitest";

const src = join(import.meta.dirname, "..", "src");

type Example = {file: string; line: number; text: string};

const examples: Example[] = (readdirSync(src, {recursive: true}) as string[])
  .filter((file) => file.endsWith(".ts"))
  .sort()
  .flatMap((file) =>
    readFileSync(join(src, file), "utf8")
      .split("\n")
      .flatMap((text, i) => (/^\s*(?:\/\*\*|\*).*@example/.test(text) ? [{file, line: i + 1, text}] : [])),
  );

describe("doc comments", () => {
  it("have examples", () => expect(examples.length).toBeGreaterThan(10));

  it.each(examples)("$file:$line", async ({file, text}) => {
    const [, expression, value] = /@example (.+?) \/\/ => (.+?)(?: \*\/)?$/.exec(text) ?? [];
    expect(expression, `"${text.trim()}" has the form: @example expression // => value`).toBeDefined();
    const module = (await import(pathToFileURL(join(src, file)).href)) as Record<string, unknown>;
    expect(evaluate(expression!, module)).toEqual(evaluate(value!, {}));
  });
});

/** The value of an expression in which the exports of a module have their names. */
function evaluate(expression: string, names: Record<string, unknown>): unknown {
  return new Function(...Object.keys(names), `"use strict"; return (${expression});`)(...Object.values(names));
}
