import {spawn, spawnSync} from "node:child_process";
import {once} from "node:events";
import {chmodSync, mkdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it, onTestFinished} from "vitest";
import {environmentsFolder} from "../../../src/assets.js";
import {findPython} from "../../../src/runner/host/findPython.js";
import {noBubblewrap, skipped} from "../sandbox/sandboxes.js";
import {journalOf, newGround, recordOf} from "./toyRuns.js";

const lacks = spawnSync("rustc", ["--version"]).status === 0 ? skipped : " (skipped: no rustc; apt-get install rustc)";

/** What a scaffold can see and do when it is imported in a scoring; what it raises is told to whoever submitted it. */
const LOOK = `
import os, shutil, subprocess, tempfile
found = [path for path in ${JSON.stringify([environmentsFolder, "/protected", "/etc/passwd-"])} if os.path.exists(path)]
names = [name for name in os.environ if "REBENCH" in name or "KEY" in name]
with tempfile.TemporaryDirectory() as folder:
    open(folder + "/a.rs", "w").write("fn main() { println!(\\"{}\\", 6 * 7); }")
    subprocess.run(["rustc", "-o", folder + "/a", folder + "/a.rs"], check=True)
    said = subprocess.run([folder + "/a"], capture_output=True, text=True).stdout.strip()
raise ValueError(f"found {found}, variables {names}, uid {os.getuid() != 0}, judge {sorted(os.listdir('/judge'))}, rust {said}")
`;

describe.skipIf(noBubblewrap !== null || lacks !== skipped)(`rust_codecontests${lacks}`, () => {
  it("a scaffold finds the compiler in its sandbox, and nothing of the scorer, the host or held-out problems", async () => {
    const ground = newGround();
    const agent = join(ground.folder, "agent");
    mkdirSync(agent);
    writeFileSync(join(agent, "scaffold.py"), LOOK);
    const report = 'python3 try_scaffold.py --spent >spent 2>&1; service \'{"problem": "x"}\' >asked 2>&1';
    writeFileSync(join(agent, "run"), `#!/bin/sh\n${report}\ncp /agent/scaffold.py . && score\ntrue\n`);
    chmodSync(join(agent, "run"), 0o755);
    const flags = ["--tier", "small", "--time-limit", "5m"];
    const {status, stderr} = await ground.rebench(["run", "rust_codecontests", "--agent", `command:${agent}`, ...flags]);
    expect(`${status} ${stderr}`).toMatch(/^0 /);
    const [attempt] = ground.attempts() as [string];
    const scored = journalOf(attempt).filter((entry) => entry.type === "scored");
    expect(JSON.stringify(scored)).toContain("ValueError: found [], variables [], uid True, judge ['judge.py', 'rebench_lib'], rust 42");
    expect(recordOf(attempt)).toMatchObject({finalScore: null});
  }, 300_000);

  it("tier full asks its model through the runner, while participants work and when they are scored", async () => {
    const ground = newGround();
    const data = join(ground.folder, "data");
    const {path: python} = await findPython({option: null});
    const rust = join(environmentsFolder, "rust_codecontests");
    const prepared = spawnSync(python, [join(rust, "prepare.py"), "--tier", "full", "--data", "synthetic", "--out", data], {
      encoding: "utf8",
    });
    expect(`${prepared.status} ${prepared.stderr}`).toMatch(/^0 /);
    const server = spawn(python, [join(import.meta.dirname, "scriptedWeakModel.py"), rust, join(data, "protected")]);
    onTestFinished(() => void server.kill("SIGKILL"));
    const [port] = (await once(server.stdout, "data")) as [Buffer];
    const program = ground.program("tries.sh", "#!/bin/sh\npython3 try_scaffold.py --first 2 >tried 2>&1\nscore\n");
    const variables = {REBENCH_MODEL_URL: `http://127.0.0.1:${String(port).trim()}/v1`};
    const flags = ["--tier", "full", "--data", "synthetic", "--task-model", "openai:weak", "--time-limit", "10m"];
    for (const [out, agent] of [
      ["reference", "reference"],
      ["start", `command:${program}`],
    ] as const) {
      const {status, stderr} = await ground.rebench(["run", "rust_codecontests", "--agent", agent, "--out", out, ...flags], variables);
      expect(`${status} ${stderr}`).toMatch(/^0 /);
    }
    const [[reference], [start]] = [ground.attempts("reference"), ground.attempts("start")];
    for (const [attempt, least] of [
      [reference, 0.4],
      [start, 0],
    ] as const) {
      const calls = journalOf(attempt!).filter((entry) => entry.type === "task-model-call");
      const scored = journalOf(attempt!).find((entry) => entry.type === "scored");
      const ofScorer = calls.filter(({asker}) => asker === "scorer");
      const units = ofScorer.reduce((sum, {usage}) => sum + usage.input! + 4 * usage.output!, 0);
      expect(scored?.type === "scored" && scored.details).toMatchObject({calls: ofScorer.length, units}); // each counts for itself
      expect(recordOf(attempt!).finalScore).toBeGreaterThanOrEqual(least);
      expect(calls.length > ofScorer.length).toBe(attempt === start); // it asked while it worked
    }
  }, 300_000);
});
