// A runner that is killed by a test: starts a sandbox and what does not want to end in it, says what to look for, and waits.
import {mkdirSync} from "node:fs";
import {join} from "node:path";

const [dist, attempt, runtime, mark, python] = process.argv.slice(2);
const {bubblewrapSandbox} = await import(join(dist, "runner", "sandbox", "bubblewrapSandbox.js"));
const {submissionCopier} = await import(join(dist, "runner", "sandbox", "submissionCopier.js"));
const {pythonToolchain} = await import(join(dist, "runner", "sandbox", "toolchain.js"));
mkdirSync(join(attempt, "workspace"), {recursive: true});
const limits = {memoryBytes: 300e6, processes: 50, diskBytes: 100e6, cpus: null};
const options = {toolchain: await pythonToolchain(python), runtime};
const workspace = join(attempt, "workspace");
const spec = {id: "killed", workspace, readOnly: [], sockets: [], network: "none", environment: {}, limits, gpus: []};
const sandbox = await bubblewrapSandbox(spec, options);
await submissionCopier(sandbox, workspace, join(attempt, "copies"), options);
const stubborn = `trap "" TERM HUP INT; : ${mark}; while :; do sleep 0.05; done`;
await sandbox.exec(["sh", "-c", 'setsid sh -c "(setsid sh -c \\"$0\\" &)" &', stubborn]);
void sandbox.exec(["sh", "-c", stubborn]).catch(() => {});
if (process.env.FROZEN) await sandbox.freeze();
console.log(JSON.stringify({uid: sandbox.uid, mechanism: sandbox.mechanism}));
setInterval(() => {}, 1000);
