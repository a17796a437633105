import {defineConfig} from "vitest/config";

// What needs Node alone: no Python packages, no browser, no sandbox, no compiled command line. For a quick answer while working.
export default defineConfig({
  test: {
    include: [
      "test/{cost,environment,figure/layout,figure/marks,figure/theme,import,record,score,stats}/**/*.test.ts",
      "test/runner/{attempt,gateway,journal,scoring,solutions,transcript}/**/*.test.ts",
      "test/runner/agents/{parseAgentSpec,trimHistory}.test.ts",
      "test/*.test.ts",
    ],
    exclude: [
      "test/import/csvFuzz.test.ts",
      "test/score/{threads,calibration}.test.ts",
      "test/runner/gateway/forward.test.ts",
      "test/runner/scoring/runScorer.test.ts",
      "test/runner/transcript/large.test.ts",
      "test/examples.test.ts",
    ],
    globalSetup: "test/unitSetup.ts",
    isolate: false,
    pool: "threads",
    maxWorkers: "100%",
    testTimeout: 60_000,
  },
});
