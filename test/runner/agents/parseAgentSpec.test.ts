import {describe, expect, it} from "vitest";
import {AGENT_FORMS, parseAgentSpec} from "../../../src/runner/agents/parseAgentSpec.js";

const DEFAULTS = {temperature: 1, maxOutputTokens: 4096, contextTokens: 128000};

describe("parseAgentSpec", () => {
  it("reads every kind", () => {
    expect(parseAgentSpec("modular:gpt-x")).toEqual({kind: "modular", model: "gpt-x", ...DEFAULTS});
    expect(parseAgentSpec("aide:a/b:7b,steps=20,drafts=3,temperature=0.5")).toEqual({
      ...{kind: "aide", model: "a/b:7b", ...DEFAULTS},
      ...{temperature: 0.5, drafts: 3, steps: 20},
    });
    expect(parseAgentSpec("replay:x.json,pace=fast")).toEqual({kind: "replay", file: "x.json", pace: "fast"});
    expect(["human", "reference", "start"].map((text) => parseAgentSpec(text).kind)).toEqual(["human", "reference", "start"]);
  });

  it("leaves colons, commas, spaces and Unicode of paths alone", () => {
    const path = "/tmp/a, b=c/Größe: x,model/run.py";
    expect(parseAgentSpec(`command:${path}`)).toEqual({kind: "command", path, name: null, models: []});
    expect(parseAgentSpec(`command:${path},model=m1,model=m2,name=My agent`)).toEqual({
      ...{kind: "command", path},
      ...{name: "My agent", models: ["m1", "m2"]},
    });
  });

  it("names the nearest agents where there is none of that name", () => {
    expect(() => parseAgentSpec("modulr:gpt-x")).toThrow(
      expect.objectContaining({code: "unknown-agent", problem: expect.stringContaining("modular")}),
    );
    expect(() => parseAgentSpec("")).toThrow(expect.objectContaining({code: "unknown-agent"}));
    expect(() => parseAgentSpec("toString:x")).toThrow(expect.objectContaining({hint: expect.stringContaining(AGENT_FORMS.aide)}));
  });

  it.each([
    ["modular", "the name of a model"],
    ["modular:", "the name of a model"],
    ["modular:x,temprature=1", "did you mean temperature"],
    ["modular:x,temperature=3", "from 0 to 2"],
    ["modular:x,temperature=hot", "from 0 to 2"],
    ["modular:x,maxOutputTokens=0", "positive integer"],
    ["modular:x,contextTokens=8000", "more than twice"],
    ["aide:x,steps=1.5", "positive integer"],
    ["command:", "the path of a program"],
    ["replay:", "a file"],
    ["replay:f,pace=slow", "recorded or fast"],
    ["human:me", "nothing after it"],
  ])("refuses %s", (text, problem) => {
    expect(() => parseAgentSpec(text)).toThrow(expect.objectContaining({code: "usage", problem: expect.stringContaining(problem)}));
  });
});
