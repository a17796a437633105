import {runProgram, type Said} from "./runProgram.js";

export type Gpu = {index: number; name: string; driver: string; memoryGb: number; freeMemoryGb: number};

const FIELDS = "index,name,driver_version,memory.total,memory.free";
const GIBIBYTE_IN_MEBIBYTES = 1024;

/** The NVIDIA GPUs of this host, as `nvidia-smi` lists them; none where it is missing. `problem` says why it lists none. */
export async function gpus(
  run: (command: string, args: readonly string[]) => Promise<Said> = runProgram,
): Promise<{gpus: Gpu[]; problem: string | null}> {
  const {status, stdout, stderr} = await run("nvidia-smi", [`--query-gpu=${FIELDS}`, "--format=csv,noheader,nounits"]);
  if (status === 0) return {gpus: stdout.split("\n").flatMap(parseGpu), problem: null};
  const isMissing = status === null && /ENOENT/.test(stderr);
  return {gpus: [], problem: isMissing ? null : (stdout.trim() || stderr.trim()).split("\n")[0] || "nvidia-smi failed"};
}

/** A line such as `0, NVIDIA H100 80GB HBM3, 535.129.03, 81559, 81000`: memory in MiB, given in GiB. */
function parseGpu(line: string): Gpu[] {
  const [index, name, driver, total, free] = line.split(",").map((part) => part.trim());
  if (free === undefined) return [];
  const gib = (text: string) => Math.round((Number(text) / GIBIBYTE_IN_MEBIBYTES) * 10) / 10 || 0;
  return [{index: Number(index), name: name!, driver: driver!, memoryGb: gib(total!), freeMemoryGb: gib(free)}];
}
