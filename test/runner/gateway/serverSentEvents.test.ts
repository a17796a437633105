import fc from "fast-check";
import {expect, it} from "vitest";
import {type ServerEvent, serverSentEvents} from "../../../src/runner/gateway/serverSentEvents.js";

async function read(chunks: Uint8Array[], mostCharacters = 1e6): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of serverSentEvents(streamOf(chunks), mostCharacters)) events.push(event);
  return events;
}

async function* streamOf(chunks: Uint8Array[]) {
  yield* chunks;
}

it("finds the same events however the bytes are cut", async () => {
  const text = 'data: {"a":"é世🦀"}\n\n: comment\n\nevent: x\r\ndata: one\r\ndata: two\r\n\r\ndata\n\nid: 1\ndata:none\n\n';
  const expected = ['{"a":"é世🦀"}', null, "one\ntwo", null, "none"];
  const bytes = Buffer.from(text);
  const cuts = fc.array(fc.integer({min: 0, max: bytes.length}), {maxLength: 30});
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const edges = [0, ...places.sort((a, b) => a - b), bytes.length];
      const events = await read(edges.slice(1).map((edge, i) => bytes.subarray(edges[i]!, edge)));
      expect(events.map(({data}) => data)).toEqual(expected);
      expect(events.map(({raw}) => raw).join("")).toBe(text);
    }),
  );
});

it("takes a last event without its blank line, and nothing from white space", async () => {
  expect(await read([Buffer.from("data: 1\n\ndata: 2")])).toEqual([
    {raw: "data: 1\n\n", data: "1"},
    {raw: "data: 2\n\n", data: "2"},
  ]);
  expect(await read([Buffer.from("\n")])).toEqual([]);
  expect(await read([])).toEqual([]);
});

it("refuses an event without end", async () => {
  await expect(read(Array(20).fill(Buffer.from("x".repeat(100))), 1000)).rejects.toThrow("longer than 1000");
});
