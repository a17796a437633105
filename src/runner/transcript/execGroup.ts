import {GROUP_BYTES, GROUP_SECONDS} from "./groupedFile.js";
import {outputGroup} from "./outputGroup.js";

type Stream = "stdout" | "stderr";

/** What becomes of a command: all in one at its end, or where it takes longer its start, its output as it comes, and its end. */
export type ExecSteps = {
  whole(output: string): void;
  started(): void;
  output(stream: Stream, text: string): void;
  ended(): void;
};

export type ExecGroup = {
  add(chunk: Uint8Array, stream: Stream): void;
  /** Something else is told: what has happened until now comes before it. */
  settle(): void;
  end(): void;
};

/** A command that takes less than 1 s and writes less than 64 KB is told when it is over; another while it goes on. */
export function execGroup(steps: ExecSteps): ExecGroup {
  let held: {chunk: Uint8Array; stream: Stream}[] | null = [];
  let heldBytes = 0;
  const group = outputGroup(steps.output);
  const start = (): void => {
    if (held === null) return;
    clearTimeout(timer);
    steps.started();
    for (const {chunk, stream} of held) group.add(chunk, stream);
    held = null;
    group.flush();
  };
  const timer = setTimeout(start, GROUP_SECONDS * 1000);
  timer.unref();
  return {
    add(chunk, stream) {
      if (held === null) return group.add(chunk, stream);
      held.push({chunk, stream});
      heldBytes += chunk.length;
      if (heldBytes >= GROUP_BYTES) start();
    },
    settle() {
      start();
      group.flush();
    },
    end() {
      clearTimeout(timer);
      if (held !== null) return steps.whole(textOf(held));
      group.end();
      steps.ended();
    },
  };
}

/** Both streams as they came; a character's bytes come together on one of them. */
function textOf(held: readonly {chunk: Uint8Array; stream: Stream}[]): string {
  const decoders = {stdout: new TextDecoder(), stderr: new TextDecoder()};
  const text = held.map(({chunk, stream}) => decoders[stream].decode(chunk, {stream: true})).join("");
  return text + decoders.stdout.decode() + decoders.stderr.decode();
}
