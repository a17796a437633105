import {existsSync} from "node:fs";
import {type Finding, ok, warn} from "../finding.js";
import type {Python} from "../findPython.js";
import {type Gpu, gpus} from "../gpus.js";
import {runProgram} from "../runProgram.js";

// The only place where torch is imported by us: nothing else tells whether its build fits the driver.
const PROBE = `import torch
print(torch.__version__, torch.cuda.is_available())`;

/** GPUs, and whether torch can use them. @param python Null where there is none, or none with torch. */
export async function gpuFindings(python: Python | null, list = gpus, exists: (path: string) => boolean = existsSync): Promise<Finding[]> {
  const {gpus: found, problem} = await list();
  if (problem !== null)
    return [warn("GPU", `nvidia-smi: ${problem}`, "Repair the NVIDIA driver; without a GPU only tier small runs here.")];
  if (found.length === 0)
    return [warn("GPU", "none", "Nothing to do for tier small. Tier full needs NVIDIA GPUs: rebench environments list")];
  return [...found.map((gpu) => gpuFinding(gpu, exists)), ...(python === null ? [] : [await torchFinding(python)])];
}

function gpuFinding({index, name, driver, memoryGb, freeMemoryGb}: Gpu, exists: (path: string) => boolean): Finding {
  const check = `GPU ${index}`;
  const text = `${name}, driver ${driver}, ${freeMemoryGb} of ${memoryGb} GiB free`;
  if (!exists(`/dev/nvidia${index}`)) {
    return warn(check, `${text}; /dev/nvidia${index} is missing`, "Make the device files, as root: nvidia-modprobe -c 0 -u");
  }
  if (freeMemoryGb >= memoryGb / 2) return ok(check, text);
  return warn(check, text, "Others use it: see who with nvidia-smi. Their load spoils scores that are times.");
}

async function torchFinding({path}: Python): Promise<Finding> {
  const {status, stdout, stderr} = await runProgram(path, ["-I", "-B", "-c", PROBE], {timeoutSeconds: 120});
  const [version, usable] = stdout.trim().split(" ");
  if (status === 0 && usable === "True") return ok("torch and GPU", `torch ${version} uses the GPU`);
  const why = status === 0 ? `torch ${version} cannot use the GPU` : (stderr.trim().split("\n").at(-1) ?? "torch cannot be imported");
  return warn("torch and GPU", why, "Install a build of torch for this driver's CUDA version (nvidia-smi shows it), or a newer driver.");
}
