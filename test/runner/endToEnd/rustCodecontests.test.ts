import {spawnSync} from "node:child_process";
import {chmodSync, mkdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {environmentsFolder} from "../../../src/assets.js";
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
});
