import {appendFileSync} from "node:fs";
import {relative} from "node:path";
import type {Reporter, TestCase, TestModule, TestSuite} from "vitest/node";

/** Adds what was skipped to a file, a line each: the test, a tab, and the reason that its name gives ({@link because}). */
export default class SkipReporter implements Reporter {
  constructor(private readonly options: {outputFile: string}) {}

  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) => {
      const file = relative(module.project.config.root, module.moduleId);
      return [...module.children.allTests("skipped")].map((test) => skipLine(file, test));
    });
    appendFileSync(this.options.outputFile, lines.join(""));
  }
}

const REASON = / \(skipped: (.*)\)$/s;

/** The reason is the test's, or of the innermost group around it that gives one. */
function skipLine(file: string, test: TestCase): string {
  const names: string[] = [];
  for (let each: TestCase | TestSuite | TestModule = test; each.type !== "module"; each = each.parent) names.push(each.name);
  const reason = names.map((name) => REASON.exec(name)?.[1]).find((found) => found !== undefined);
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  const path = [file, ...names.map((name) => name.replace(REASON, "")).reverse()].join(" > ");
  return `${oneLine(path)}\t${oneLine(reason ?? note ?? "no reason is given")}\n`;
}

const oneLine = (text: string) => text.replace(/\s+/g, " ");
