import {copyFileSync, existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {noBubblewrap, processesWith, skipped} from "../sandbox/sandboxes.js";
import {newGround, recordOf} from "./toyRuns.js";

/** Asks in each way, and writes down what came back. */
const ASKS = `#!/bin/sh
service '{"add": 5}' >>answers
echo '{"add": 2}' | service >>answers
service '[]' >>answers; echo "status $?" >>answers
service 'no JSON' 2>>answers; echo "status $?" >>answers
service '{"die": 3}' 2>>answers; echo "status $?" >>answers
service '{"add": 1}' >>answers
python3 -c 'import json; print(json.dumps({"add": 1, "long": "x" * 1000000}))' | service >>answers
python3 -c 'import json; print(json.dumps({"add": 1, "long": "x" * 1100000}))' | service 2>>answers; echo "status $?" >>answers
ls /run/rebench-service "$HOME/../service" 2>/dev/null >>answers
echo 7 >answer.txt
score
`;

describe.skipIf(noBubblewrap !== null)(`an environment's service${skipped}`, () => {
  const ground = newGround({runner: {service: true}});
  copyFileSync(join(import.meta.dirname, "..", "service", "counting_service.py"), join(ground.environments, "toy", "service.py"));

  it("answers from outside of the sandbox, keeps its state, and ends with the attempt", async () => {
    const agent = `command:${ground.program("asks.sh", ASKS)}`;
    const {status, stderr} = await ground.run(["--agent", agent, "--time-limit", "1m"]);
    expect(`${status} ${stderr}`).toMatch(/^0 /);
    const [attempt] = ground.attempts();
    const answers = readFileSync(join(attempt!, "workspace", "answers"), "utf8")
      .trimEnd()
      .split("\n");
    const sums = answers.flatMap((line) => (line.startsWith("{") ? [(JSON.parse(line) as {sum?: number; error?: string}).sum] : []));
    expect(sums).toEqual([5, 7, undefined, 8, 9]);
    expect(answers.filter((line) => !line.startsWith("{"))).toEqual([
      "status 1",
      "service: a request is JSON, as an argument or on stdin",
      "status 2",
      "the environment's service gave no answer, through no fault of yours; ask again later",
      "status 3",
      expect.stringContaining("a request is one line"),
      "status 2",
    ]);
    expect(readFileSync(join(attempt!, "service", "sum"), "utf8")).toBe("9");
    expect(recordOf(attempt!)).toMatchObject({status: "finished", finalScore: 7});
    expect(await processesWith(join(ground.environments, "toy", "service.py"))).toEqual([]);
    const transcript = readFileSync(join(attempt!, "transcript.jsonl"), "utf8");
    expect(transcript.match(/"kind":"service"/g)).toHaveLength(6);
    const shown = await ground.rebench(["transcript", attempt!, "--only", "service"]);
    expect(shown.stdout).toContain("Asked the environment's service");
    expect(shown.stdout).toContain("The environment's service failed");
  });

  it("an environment without one says so", async () => {
    const plain = newGround();
    const agent = `command:${plain.program("asks.sh", "#!/bin/sh\nservice '{}' 2>answers\n")}`;
    expect(await plain.run(["--agent", agent, "--time-limit", "1m"])).toMatchObject({status: 0});
    const [attempt] = plain.attempts();
    expect(readFileSync(join(attempt!, "workspace", "answers"), "utf8")).toBe("this environment has no service\n");
    expect(existsSync(join(attempt!, "service"))).toBe(false);
  });
});
