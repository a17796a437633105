import fc from "fast-check";
import {expect, it} from "vitest";
import {canonicalJson} from "../../src/render/canonicalJson.js";

it("sorts keys at every depth and writes no spaces", () => {
  expect(canonicalJson({b: [1, {z: null, y: true}], a: {d: "", c: -0}})).toBe('{"a":{"c":0,"d":""},"b":[1,{"y":true,"z":null}]}');
  expect(canonicalJson({"10": 1, "9": 2, B: 3, a: 4, é: 5, "😀": 6})).toBe('{"10":1,"9":2,"B":3,"a":4,"\\u00e9":5,"\\ud83d\\ude00":6}');
});

it("writes numbers as ECMAScript does (RFC 8785, appendix B)", () => {
  const numbers = [
    0, -0, 5e-324, -5e-324, 1.7976931348623157e308, 9007199254740992, 295147905179352830000, 9.999999999999997e22, 1e23, 0.000001,
  ];
  expect(canonicalJson(numbers)).toBe(
    "[0,0,5e-324,-5e-324,1.7976931348623157e+308,9007199254740992,295147905179352830000,9.999999999999997e+22,1e+23,0.000001]",
  );
});

it("leaves undefined out of objects, and keeps the keys that objects have by birth", () => {
  expect(canonicalJson({a: undefined, b: [undefined]})).toBe('{"b":[null]}');
  expect(canonicalJson(JSON.parse('{"__proto__": 1, "constructor": 2}'))).toBe('{"__proto__":1,"constructor":2}');
});

it("is printable ASCII that reads as the same value, whatever the order of keys", () => {
  fc.assert(
    fc.property(fc.jsonValue({stringUnit: "binary"}), (value) => {
      const json = canonicalJson(value);
      expect(json).toMatch(/^[\x20-\x7e]*$/);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(value))).toBe(json);
    }),
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, field]) => [key, reversed(field)]),
  );
}
