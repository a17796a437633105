// What the test of the same name looks at, as a user without any right.
import {execFileSync, spawnSync} from "node:child_process";
import {mkdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";

const [dist, folder] = process.argv.slice(2);
const load = (name) => import(join(dist, "runner", "sandbox", `${name}.js`));
const [{bubblewrapSandbox}, {submissionCopier}, {openJudge}, {pythonToolchain}] = await Promise.all(
  ["bubblewrapSandbox", "submissionCopier", "judge", "toolchain"].map(load),
);
const options = {toolchain: await pythonToolchain("/usr/bin/python3"), runtime: join(folder, "runtime")};
const workspace = join(folder, "attempt", "workspace");
mkdirSync(workspace, {recursive: true});
mkdirSync(join(folder, "judge"));
const limits = {memoryBytes: 300e6, processes: 50, diskBytes: 100e6, cpus: null};
const spec = {id: "user", workspace, readOnly: [], sockets: [], network: "none", environment: {}, limits, gpus: []};
const sandbox = await bubblewrapSandbox(spec, options);

async function shell(script) {
  let output = "";
  await sandbox.exec(["sh", "-c", script], {onOutput: (chunk) => (output += Buffer.from(chunk).toString())});
  return output.trim();
}
const mark = `mark-${process.pid}-user`;
await shell(`echo inside > file; (setsid sh -c 'trap "" TERM; : ${mark}; i=0; while :; do i=$((i+1)); echo $i >> count; done' &)`);
await sleep(300);
const count = () => readFileSync(join(workspace, "count"), "utf8").length;
await sandbox.freeze();
const frozen = count();
await sleep(150);
const stoodStill = count() === frozen;
const copies = join(folder, "copies");
const copier = await submissionCopier(sandbox, workspace, copies, options);
const copied = await copier.copy({paths: ["file"], maxBytes: 100, maxFiles: 5, maxDepth: 2}, "copy");
await copier.close();
await sandbox.thaw();
await sleep(300);
const judge = await openJudge(
  {id: "user", submission: join(copies, "copy"), files: join(folder, "judge"), visible: null, environment: {}, limits, gpus: []},
  options,
);
const judged = spawnSync(judge.prefix[0], [...judge.prefix.slice(1), "sh", "-c", "echo $(id -u) $(cat /submission/file)"], {
  encoding: "utf8",
});
await judge.close();
const answers = {
  isolation: sandbox.mechanism.isolation,
  uid: await shell("id -u"),
  capabilities: (await shell("grep ^Cap /proc/self/status")).split("\n").map((line) => Number.parseInt(line.split(":")[1], 16)),
  kernelSettings: await shell("find /proc/sys -type f -writable 2>/dev/null | wc -l; echo 1 2>/dev/null > /proc/sys/kernel/shmmax").then(
    (text) => text.split("\n")[0],
  ),
  unshare: await shell("unshare -U true"),
  firstProcess: (await shell("cat /proc/1/environ; kill -9 1")).includes("denied") ? "denied" : "open",
  interfaces: await shell("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"),
  stoodStill,
  wentOn: count() > frozen,
  copy: copied.refused ?? readFileSync(join(copies, "copy", "file"), "utf8"),
  judge: judged.stdout.trim(),
};
await sandbox.stop(0);
const left = execFileSync("ps", ["-eo", "pid=,args="], {encoding: "utf8"})
  .split("\n")
  .filter((line) => line.includes(mark));
console.log(JSON.stringify({...answers, left}));
