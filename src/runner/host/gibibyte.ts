/** Bytes. Wherever memory is called "Gb" (environments, records, Slurm, `nvidia-smi`), it is this: a machine sold with 4 GB has 4 of them. */
export const GIBIBYTE = 2 ** 30;
