/** Of a program's output, for an agent that reads it; the transcript's files have more. */
const MOST_CHARACTERS = 4 * 2 ** 20;

export type BoundedText = {
  add(chunk: Uint8Array, stream: "stdout" | "stderr"): void;
  /** All of it, or its first and last halves of what is kept, with the number of characters between. */
  text(): string;
};

/** What a program prints, both streams as they come, of which a flood takes no more memory than this. */
export function boundedText(mostCharacters = MOST_CHARACTERS): BoundedText {
  const half = Math.floor(mostCharacters / 2);
  const decoders = {stdout: new TextDecoder(), stderr: new TextDecoder()}; // a character can be cut between chunks of one stream
  let [head, tail, leftOut] = ["", "", 0];
  const keep = (text: string) => {
    const room = half - head.length;
    head += text.slice(0, room);
    tail += text.slice(Math.max(0, room));
    if (tail.length <= 2 * half) return; // not each time
    leftOut += tail.length - half;
    tail = tail.slice(-half);
  };
  return {
    add: (chunk, stream) => keep(decoders[stream].decode(chunk, {stream: true})),
    text() {
      const between = leftOut + Math.max(0, tail.length - half);
      return between === 0 ? head + tail : `${head}\n[… ${between} characters are left out here …]\n${tail.slice(-half)}`;
    },
  };
}
