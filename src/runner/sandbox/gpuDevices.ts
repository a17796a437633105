import {existsSync} from "node:fs";
import {RebenchError} from "../../errors.js";

const CONTROL = ["/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset", "/dev/nvidia-caps"];
const LIBRARIES = "/usr/local/nvidia/lib64";

/** Arguments that show the chosen GPUs and no other, with the nodes that drive them. @throws RebenchError `no-sandbox` for one that is not there. */
export function gpuDevices(gpus: readonly number[], exists: (path: string) => boolean = existsSync): string[] {
  if (gpus.length === 0) return [];
  const nodes = gpus.map((gpu) => `/dev/nvidia${gpu}`);
  const missing = nodes.filter((node) => !exists(node));
  if (missing.length > 0) {
    throw new RebenchError("no-sandbox", {
      problem: `this machine has no ${missing.join(", ")}`,
      hint: "See which GPUs there are with: nvidia-smi --list-gpus. Where it lists them and the files are missing, run: nvidia-modprobe -c 0 -u",
    });
  }
  return [
    ...[...nodes, ...CONTROL.filter(exists)].flatMap((node) => ["--dev-bind", node, node]),
    ...["/sys/devices", "/sys/bus/pci", "/sys/module/nvidia", "/sys/module/nvidia_uvm"].flatMap((path) => ["--ro-bind-try", path, path]),
  ];
}

/** Containers have the driver's libraries where no linker looks by itself. */
export const gpuEnvironment = (gpus: readonly number[], exists: (path: string) => boolean = existsSync): Record<string, string> =>
  gpus.length > 0 && exists(LIBRARIES) ? {LD_LIBRARY_PATH: LIBRARIES} : {};
