import {writeFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, describe, expect, it} from "vitest";
import {environmentsFolder} from "../../../src/assets.js";
import {readSolution} from "../../../src/runner/environments/solutions.js";
import {findPython} from "../../../src/runner/host/findPython.js";
import {pythonPackages} from "../../../src/runner/host/pythonPackages.js";
import {because} from "../../because.js";
import {startScriptedUpstream} from "../gateway/scriptedUpstream.js";
import {noBubblewrap, skipped} from "../sandbox/sandboxes.js";
import {newGround, recordOf} from "./toyRuns.js";

// Both scaffolds on the real environments, with a server that speaks the real wire and whose answers are scripted: what they answer is a
// solution of ours that is between start and reference, read from its encrypted file.

const {torch} = await pythonPackages(await findPython({option: null}), ["torch"]);
const lacks = torch == null ? because("no torch; npm run python") : skipped;
const [KEY, MODEL] = ["sk-scripted-0123456789", "gpt-4o-2024-08-06"];

/** The one Python file of a solution. */
function solutionOf(environment: string): string {
  const files = readSolution(join(environmentsFolder, environment), "intermediate-2");
  const bytes = files.get("make_submission.py") ?? files.get("solution.py");
  return Buffer.from(bytes!).toString("utf8");
}

const fenced = (tool: string, body = "") => `\`\`\`${tool}\n${body}\n\`\`\``;

/** What a model says turn by turn that works in a shell. */
const turns = (environment: string): string[] => {
  const file = environment === "optimize_kernel" ? "solution.py" : "make_submission.py";
  const written = `base64 -d > ${file} <<'END'\n${Buffer.from(solutionOf(environment)).toString("base64")}\nEND`;
  return [
    fenced("time_limit", "600"),
    fenced("bash", environment === "optimize_kernel" ? written : `${written}\npython3 make_submission.py`),
    fenced("score"),
    fenced("submit"),
  ];
};

describe.skipIf(noBubblewrap !== null || lacks !== skipped)(`scaffolds on real environments${lacks}`, async () => {
  let environment = "";
  const upstream = await startScriptedUpstream({
    key: KEY,
    script({body}) {
      const asked = JSON.stringify(body);
      if (asked.includes("You read what a program printed")) return '{"is_bug": false, "summary": "It ran.", "metric": -100}';
      const messages = body.messages as {role: string}[];
      const spoken = messages.filter(({role}) => role === "assistant").length;
      return asked.includes("fenced block whose first line") || spoken > 0 || asked.includes("time_limit")
        ? (turns(environment)[spoken] ?? fenced("submit"))
        : `A plan.\n${fenced("python", solutionOf(environment))}`;
    },
  });
  afterAll(() => upstream.close());
  const ground = newGround();
  const prices = join(ground.folder, "prices.json");
  const price = {from: "2024-01-01", input: 2, output: 10, cacheRead: 1, cacheWrite: 4, source: "invented", certain: true};
  writeFileSync(prices, JSON.stringify({currency: "USD", unit: "per million tokens", models: [{name: MODEL, prices: [price]}]}));

  it.each([
    ["optimize_kernel", `modular:${MODEL}`],
    ["optimize_kernel", `aide:${MODEL},drafts=1,steps=1`],
    ["fix_embedding", `modular:${MODEL}`],
    ["fix_embedding", `aide:${MODEL},drafts=1,steps=1`],
  ])(
    "%s: %s beats the start, and tokens and cost are those that the server counted",
    async (name, agent) => {
      environment = name;
      upstream.counted.clear();
      const out = `${name}-${agent.split(":")[0]}`;
      const {status, stderr} = await ground.rebench(
        ["run", name, "--agent", agent, "--constants", "measured", "--time-limit", "10m", "--prices", prices, "--out", out],
        {OPENAI_API_KEY: KEY, OPENAI_BASE_URL: upstream.openaiUrl},
      );
      expect(`${status} ${stderr}`).toMatch(/^0 /);
      const record = recordOf(ground.attempts(out)[0]!);
      const normalized = (record.finalScore! - record.startingScore!) / (record.referenceScore! - record.startingScore!);
      expect(normalized).toBeGreaterThan(0.2);
      expect(record.status).toBe("finished");
      const {calls, ...usage} = upstream.counted.get(MODEL)!;
      expect(calls).toBeGreaterThan(1);
      expect(record.tokenUsage).toMatchObject([{model: MODEL, input: usage.input, output: usage.output, cacheRead: usage.cacheRead}]);
      const dollars = (2 * usage.input + 10 * usage.output + usage.cacheRead + 4 * usage.cacheWrite) / 1e6;
      expect(record.nominalCostUsd).toBeCloseTo(dollars, 12);
    },
    300_000,
  );
});
