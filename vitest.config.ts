import {defineConfig} from "vitest/config";

const {REBENCH_TEST_REPORT, REBENCH_SKIP_REPORT} = process.env;

/** A reporter that is wanted where a file is named for it. */
const into = (name: string, outputFile: string | undefined): [string, Record<string, unknown>][] =>
  outputFile === undefined ? [] : [[name, {outputFile}]];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/globalSetup.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", ...into("json", REBENCH_TEST_REPORT), ...into("./test/skipReporter.ts", REBENCH_SKIP_REPORT)],
  },
});
