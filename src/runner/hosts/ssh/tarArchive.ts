export type TarFile = {path: string; bytes: Uint8Array; isExecutable: boolean};

const BLOCK = 512;

/** A ustar archive. The same files in the same order give the same bytes: no times, no users. */
export function tarArchive(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap(({path, bytes, isExecutable}) => [
    header(path, bytes.length, isExecutable),
    bytes,
    Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

/** POSIX.1-1988: name 100 bytes, mode, uid, gid, size, time, checksum, type, …, prefix of the name 155 bytes. */
function header(path: string, size: number, isExecutable: boolean): Buffer {
  const {prefix, name} = split(path);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, "utf8");
  block.write(octal(isExecutable ? 0o755 : 0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(" ".repeat(8), 148); // its own place counts as spaces
  block.write("0ustar\u000000", 156);
  block.write(prefix, 345, "utf8");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148);
  return block;
}

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, "0")}\u0000`;

function split(path: string): {prefix: string; name: string} {
  if (Buffer.byteLength(path) <= 100) return {prefix: "", name: path};
  for (let i = path.indexOf("/"); i >= 0; i = path.indexOf("/", i + 1)) {
    const [prefix, name] = [path.slice(0, i), path.slice(i + 1)];
    if (Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return {prefix, name};
  }
  throw new Error(`no place for this path in an archive: ${path}`);
}
