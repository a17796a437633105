import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {parseAction} from "../../../src/runner/agents/modular/parseAction.js";

const parse = (answer: string) => parseAction(answer, false);

describe("parseAction", () => {
  it("takes the first block that names a tool", () => {
    expect(parse("I look.\n```bash\nls\n```\nOutput:\n```\nx\n```\n```python\n1\n```")).toEqual({tool: "bash", code: "ls"});
    expect(parse("The file holds\n```json\n{}\n```\nso\n```python\nprint(1)\n```")).toEqual({tool: "python", code: "print(1)"});
  });

  it.each([
    ["```score\n```", {tool: "score"}],
    ["```score```", {tool: "score"}],
    ["~~~submit\n~~~", {tool: "submit"}],
    ["```Score-Log\n\n```", {tool: "score_log"}],
    ["```{.bash}\nls\n```", {tool: "bash", code: "ls"}],
    ["```tool: bash\nls\n```", {tool: "bash", code: "ls"}],
    ["  ```sh\r\nls\r\n  ```\r\n", {tool: "bash", code: "ls"}],
    ["```time_limit\n600\n```", {tool: "time_limit", seconds: 600}],
    ["```time_limit\n24 min\n```", {tool: "time_limit", seconds: 1440}],
  ])("reads %j", (answer, action) => expect(parse(answer)).toEqual(action));

  it("keeps shorter fences inside a longer one, and here-documents as they are", () => {
    const code = "cat > a.md <<'E'\n```bash\nrm x\n```\nE";
    expect(parse(`\`\`\`\`bash\n${code}\n\`\`\`\``)).toEqual({tool: "bash", code});
    expect(parse("```bash\n  echo 1\n\n\techo 2\n```")).toEqual({tool: "bash", code: "  echo 1\n\n\techo 2"});
  });

  it("runs nothing that was cut off, and an open block where it was not", () => {
    expect(parseAction("```bash\nrm -rf build && mak", true)).toEqual({problem: expect.stringContaining("cut off")});
    expect(parseAction("```bash\nls\n```\nand th", true)).toEqual({tool: "bash", code: "ls"});
    expect(parseAction("```bash\nls", false)).toEqual({tool: "bash", code: "ls"});
    expect(parseAction("I think that", true)).toEqual({problem: expect.stringContaining("cut off")});
  });

  it.each([
    ["", "No action"],
    ["I am done.", "No action"],
    ["```rust\nfn main() {}\n```", "Blocks named rust"],
    ["```constructor\nx\n```", "No action"],
    ["```bash\n \n```", "empty"],
    ["```time_limit\n1441\n```", "from 1 to 1440"],
    ["```time_limit\n-5\n```", "from 1 to 1440"],
    ["```time_limit\n1e3\n```", "from 1 to 1440"],
  ])("says what is wrong with %j", (answer, problem) => expect(parse(answer)).toEqual({problem: expect.stringContaining(problem)}));

  it("never fails, and never makes up code", () => {
    const piece = fc.constantFrom(
      "```",
      "````",
      "~~~",
      "bash",
      "python",
      "score",
      "submit",
      "time_limit",
      "\n",
      " ",
      "x",
      "5",
      "\0",
      "`",
      "{",
      "\r\n",
    );
    const text = fc.oneof(
      fc.array(piece, {maxLength: 40}).map((pieces) => pieces.join("")),
      fc.string({unit: "binary", maxLength: 200}),
    );
    fc.assert(
      fc.property(text, fc.boolean(), (answer, isCut) => {
        const action = parseAction(answer, isCut);
        if ("problem" in action) expect(action.problem.length).toBeLessThan(500);
        else if ("code" in action) {
          expect(action.code).not.toContain("\0");
          expect(answer.replaceAll("\0", "").replaceAll("\r\n", "\n")).toContain(action.code);
        }
      }),
      {numRuns: 2000},
    );
  });

  it("is not slow on answers made to be", () => {
    const began = performance.now();
    for (const part of ["```", "```bash\n", "`", "~~~ ", " \t", "```x```\n", "```\n~~~\n"]) parse(part.repeat(200_000));
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
