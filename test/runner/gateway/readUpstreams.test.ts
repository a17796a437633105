import {expect, it} from "vitest";
import {modelName, readTaskUpstream, readUpstreams} from "../../../src/runner/gateway/readUpstreams.js";

it("reads what the providers' own clients read", () => {
  const environment = {OPENAI_API_KEY: " sk-a \n", ANTHROPIC_API_KEY: "sk-b", ANTHROPIC_BASE_URL: "http://127.0.0.1:8000/"};
  expect(readUpstreams(environment, ["gpt-4o", "claude-opus-5", "anthropic:other", "openai:claude-like"])).toEqual([
    {
      name: "openai",
      wire: "openai",
      baseUrl: "https://api.openai.com/v1",
      apiKey: "sk-a",
      keyVariable: "OPENAI_API_KEY",
      models: ["gpt-4o", "claude-like"],
    },
    {
      name: "anthropic",
      wire: "anthropic",
      baseUrl: "http://127.0.0.1:8000",
      apiKey: "sk-b",
      keyVariable: "ANTHROPIC_API_KEY",
      models: ["claude-opus-5", "other"],
    },
  ]);
  expect(modelName("openai:claude-like")).toBe("claude-like");
  expect(modelName("qwen:7b")).toBe("qwen:7b");
});

it("asks only for the keys that are needed", () => {
  expect(readUpstreams({}, [])).toEqual([]);
  expect(readUpstreams({ANTHROPIC_API_KEY: "k"}, ["claude-opus-5"])).toHaveLength(1);
});

it.each([
  [{}, "gpt-4o", "no-model-key", /OPENAI_API_KEY is not set/],
  [{OPENAI_API_KEY: " "}, "gpt-4o", "no-model-key", /OPENAI_API_KEY is empty/],
  [{OPENAI_API_KEY: "sk-a"}, "claude-opus-5", "no-model-key", /claude-opus-5.*ANTHROPIC_API_KEY is not set/],
  [{OPENAI_API_KEY: "sk-a secret"}, "gpt-4o", "no-model-key", /holds a space/],
  [{OPENAI_API_KEY: "sk-a", OPENAI_BASE_URL: "localhost:8000"}, "gpt-4o", "usage", /OPENAI_BASE_URL.*"localhost:8000"/],
  [{OPENAI_API_KEY: "sk-a", OPENAI_BASE_URL: "ftp://x"}, "gpt-4o", "usage", /"ftp:\/\/x"/],
  [{OPENAI_API_KEY: "sk-a", OPENAI_BASE_URL: "http://me:secret@x/v1"}, "gpt-4o", "usage", /user name or password/],
])("says what is missing: %o", (environment, model, code, problem) => {
  const read = () => readUpstreams(environment, [model]);
  expect(read).toThrow(expect.objectContaining({code, problem: expect.stringMatching(problem)}));
  expect(read).not.toThrow(/secret/);
});

it("reads where a task's own model is: at an address of its own, which needs no key, or where agents' models are", () => {
  const own = {REBENCH_MODEL_URL: "http://127.0.0.1:8000/v1/", OPENAI_API_KEY: "sk-of-agents"};
  expect(readTaskUpstream(own, "judge")).toMatchObject({
    ...{wire: "openai", baseUrl: "http://127.0.0.1:8000/v1", apiKey: "none", keyVariable: "REBENCH_MODEL_KEY", models: ["judge"]},
  });
  expect(readTaskUpstream({...own, REBENCH_MODEL_KEY: "sk-x"}, "anthropic:judge")).toMatchObject({
    ...{wire: "anthropic", apiKey: "sk-x", models: ["judge"]},
  });
  expect(readTaskUpstream({...own, REBENCH_MODEL_URL: " "}, "judge")).toMatchObject({
    ...{baseUrl: "https://api.openai.com/v1", apiKey: "sk-of-agents", keyVariable: "OPENAI_API_KEY"},
  });
  expect(() => readTaskUpstream({REBENCH_MODEL_URL: "unix:/x"}, "judge")).toThrow("REBENCH_MODEL_URL is no address to ask models at");
  expect(() => readTaskUpstream({}, "claude-x")).toThrow("ANTHROPIC_API_KEY is not set");
});
