import {GROUP_BYTES, GROUP_SECONDS} from "./groupedFile.js";

type Stream = "stdout" | "stderr";

export type OutputGroup = {
  add(chunk: Uint8Array, stream: Stream): void;
  /** Hands on what there is, but for the beginning of a character. */
  flush(): void;
  /** Hands on all. */
  end(): void;
};

/** Puts together what a program writes piece by piece: 1 s or 64 KB of it make an entry. Bytes that are no UTF-8 become U+FFFD. */
export function outputGroup(write: (stream: Stream, text: string) => void): OutputGroup {
  const decoders = {stdout: new TextDecoder(), stderr: new TextDecoder()};
  let [pending, of]: [string, Stream] = ["", "stdout"];
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const text = pending;
    pending = "";
    if (text !== "") write(of, text);
  };
  const add = (text: string, stream: Stream): void => {
    if (stream !== of) flush();
    of = stream;
    pending += text;
    if (pending.length >= GROUP_BYTES) flush();
    else timer ??= setTimeout(flush, GROUP_SECONDS * 1000).unref();
  };
  return {
    add: (chunk, stream) => {
      for (let from = 0; from < chunk.length; from += GROUP_BYTES) {
        add(decoders[stream].decode(chunk.subarray(from, from + GROUP_BYTES), {stream: true}), stream);
      }
    },
    flush,
    end: () => {
      for (const stream of ["stdout", "stderr"] as const) {
        const rest = decoders[stream].decode();
        if (rest !== "") add(rest, stream);
      }
      flush();
    },
  };
}
