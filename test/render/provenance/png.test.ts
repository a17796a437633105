import zlib from "node:zlib";
import fc from "fast-check";
import {expect, it} from "vitest";
import {RebenchError} from "../../../src/errors.js";
import {canonicalJson} from "../../../src/render/canonicalJson.js";
import {crc32} from "../../../src/render/provenance/crc32.js";
import {embedInPng, extractFromPng} from "../../../src/render/provenance/png.js";
import {type PngChunk, readPngChunks, writePngChunks} from "../../../src/render/provenance/pngChunks.js";
import {because} from "../../because.js";
import {anyProvenance, hostileProvenance, png, provenanceOf, utf8} from "./figures.js";
import {python} from "./python.js";

const plain = Uint8Array.from(png());
const chunks = (bytes: Uint8Array) => readPngChunks(bytes) as PngChunk[];

it("stands before the image, with the resolution, and the other chunks stay as they were", () => {
  const written = chunks(embedInPng(plain, provenanceOf()));
  expect(written.slice(0, 4).map(({type}) => type)).toEqual(["IHDR", "pHYs", "iTXt", "IDAT"]);
  expect(written.filter(({type}) => type !== "pHYs" && type !== "iTXt")).toEqual(chunks(plain));
});

// https://reveng.sourceforge.io/crc-catalogue: CRC-32/ISO-HDLC, check
it("has the check sums of the catalogue", () => {
  expect(crc32(utf8("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

it("comes out as it went in, whatever text it has", () => {
  fc.assert(
    fc.property(anyProvenance, (provenance) => {
      expect(extractFromPng(embedInPng(plain, provenance)).json).toBe(canonicalJson(provenance));
    }),
    {numRuns: 50},
  );
});

it.skipIf(python === null)(
  `is what Python finds with zlib's check sums, and the pixels unpack${because(python === null ? "no python3" : null)}`,
  () => {
    const script = `
import sys, json, struct, zlib
png = sys.stdin.buffer.read()
assert png[:8] == b"\\x89PNG\\r\\n\\x1a\\n"
at, types, data, found = 8, [], b"", {}
while at < len(png):
    length, kind = struct.unpack(">I4s", png[at:at + 8])
    body = png[at + 8:at + 8 + length]
    assert struct.unpack(">I", png[at + 8 + length:at + 12 + length])[0] == zlib.crc32(kind + body), kind
    types.append(kind.decode())
    if kind == b"IHDR": width, height, depth, colour = struct.unpack(">IIBB", body[:10])
    if kind == b"IDAT": data += body
    if kind == b"pHYs": found["perMetre"] = struct.unpack(">IIB", body)
    if kind == b"iTXt":
        keyword, rest = body.split(b"\\0", 1)
        assert rest[:2] == b"\\0\\0"
        language, translated, text = rest[2:].split(b"\\0", 2)
        found["text"] = [keyword.decode(), language.decode(), translated.decode(), json.loads(text.decode("utf-8"))]
    at += 12 + length
assert types[-1] == "IEND" and at == len(png)
assert len(zlib.decompress(data)) == height * (1 + width * {2: 3, 6: 4}[colour] * depth // 8)
print(json.dumps(found))`;
    const {perMetre, text} = JSON.parse(python!(script, embedInPng(plain, hostileProvenance())));
    expect(perMetre).toEqual([11_811, 11_811, 1]); // 300 / 0.0254
    expect(text.slice(0, 3)).toEqual(["rebench", "", ""]);
    expect(canonicalJson(text[3])).toBe(canonicalJson(hostileProvenance()));
  },
);

it("takes the place of the provenance and resolution that were there", () => {
  expect(embedInPng(embedInPng(plain, hostileProvenance()), provenanceOf())).toEqual(embedInPng(plain, provenanceOf()));
});

it("is found where another program has packed it, or made it plain text", () => {
  const json = utf8(canonicalJson(provenanceOf()));
  const packed = zlib.deflateSync(json);
  const kinds: PngChunk[] = [
    {type: "tEXt", data: Buffer.concat([utf8("rebench\0"), json])},
    {type: "zTXt", data: Buffer.concat([utf8("rebench\0\0"), packed])},
    {type: "iTXt", data: Buffer.concat([utf8("rebench\0\u0001\0en\0\0"), packed])},
  ];
  const [header, ...rest] = chunks(plain);
  const other = {type: "tEXt", data: utf8("Software\0x")};
  for (const own of kinds) {
    const bytes = writePngChunks([header!, other, own, ...rest]);
    expect(JSON.parse(extractFromPng(bytes).json!)).toEqual(provenanceOf());
  }
});

it("says what is wrong with text that cannot be unpacked, or would fill the memory", () => {
  const [header, ...rest] = chunks(plain);
  const bomb = zlib.deflateSync(new Uint8Array(2 ** 25));
  for (const data of [utf8("rebench\0\0nonsense"), Buffer.concat([utf8("rebench\0\0"), bomb])]) {
    expect(extractFromPng(writePngChunks([header!, {type: "zTXt", data}, ...rest])).problem).toMatch(/cannot be unpacked/);
  }
  const endless = writePngChunks([header!, {type: "iTXt", data: utf8("rebench\0\0\0en")}, ...rest]);
  expect(extractFromPng(endless).problem).toMatch(/has no end/);
});

it("is not read from a PNG that is cut or has any bit flipped", () => {
  const whole = embedInPng(plain, provenanceOf());
  const found = (bytes: Uint8Array) => extractFromPng(bytes).json;
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
      expect(extractFromPng(whole.subarray(0, at)).problem).toMatch(/truncated|no PNG/);
      const flipped = Uint8Array.from(whole);
      flipped[at]! ^= 1 << bit;
      expect(found(flipped)).toBeNull();
    }),
    {numRuns: 500},
  );
  expect(extractFromPng(plain).problem).toMatch(/^carries no provenance/);
  expect(() => embedInPng(whole.subarray(0, 100), provenanceOf())).toThrow(RebenchError);
});
