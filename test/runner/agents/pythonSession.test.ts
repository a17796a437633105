import {describe, expect, it} from "vitest";
import {stubContext} from "./stubContext.js";

/** A session of its own: what its calls print, and their exit statuses. */
function session() {
  const {exec} = stubContext();
  const call = async (words: string[], options = {}) => {
    const {exitCode, output, timedOut} = await exec(["python-session", ...words], {timeoutSeconds: 30, ...options});
    return [timedOut ? "stopped" : exitCode, output];
  };
  return {
    run: (code: string, options = {}) => call(["run", "modular", "--again", "--code", code], options),
    first: (stdin: string) => call(["run", "modular"], {stdin: Buffer.from(stdin)}),
    interrupt: () => call(["interrupt", "modular"]),
  };
}

const GONE = "[The Python session of before is gone. This is a new one: variables and imports are lost.]\n";
const ENDED = "[The Python session ended while this ran: variables and imports are lost.]\n";

describe("python_session.py", () => {
  it("keeps variables, shows values and errors, and prints what programs print", async () => {
    const {first, run} = session();
    expect(await first("x = 'ä\\u202e'\ndef f(): return g()\n")).toEqual([0, ""]);
    expect(await run("x * 2")).toEqual([0, "'ä\\u202eä\\u202e'\n"]);
    expect(await run("import subprocess\nfor i in range(2): print(i)\nsubprocess.run(['echo', 'two'])")).toEqual([
      ...[0, "0\n1\ntwo\nCompletedProcess(args=['echo', 'two'], returncode=0)\n"],
    ]);
    expect(await run("f()")).toEqual([
      1,
      expect.stringMatching(/^Traceback .*\n {2}File "<input 4>", line 1(.|\n)*File "<input 1>", line 2, in f\n.*\n(.|\n)*NameError/),
    ]);
    expect(await run("x ==")).toEqual([1, expect.stringContaining("SyntaxError")]);
    expect(await run("input()")).toEqual([1, expect.stringContaining("EOFError")]);
    expect(await run("__name__, x is not None, len(x)")).toEqual([0, "('__main__', True, 2)\n"]);
  });

  it("survives what code does to it", async () => {
    const {run} = session();
    await run("x = 1");
    expect(await run("import sys; sys.exit(3)")).toEqual([1, expect.stringContaining("SystemExit: 3")]);
    expect(await run("class E(Exception):\n  def __str__(self): raise E()\nraise E()")).toEqual([1, expect.any(String)]);
    expect((await run("sys.stdout.close(); sys.stdout = None"))[0]).toBe(1);
    expect(await run("import os\nif os.fork() == 0: os.write(1, b'child\\n')\nelse: os.wait(); os.write(1, b'parent\\n')")).toEqual([
      0,
      expect.stringContaining("parent"),
    ]);
    expect(await run("import threading; threading.Thread(target=print, args=('thread',)).run(); x")).toEqual([0, "thread\n1\n"]);
    expect(await run("os._exit(5)")).toEqual([3, ENDED]);
    expect(await run("'new'")).toEqual([0, `${GONE}'new'\n`]);
  });

  it("is interrupted with its variables kept, or ended where it does not listen", async () => {
    const {run, interrupt} = session();
    await run("x = 1");
    expect(await run("import os; print('begun', flush=True); os.system('sleep 60')", {timeoutSeconds: 1})).toEqual([
      "stopped",
      expect.stringContaining("begun"),
    ]);
    expect(await interrupt()).toEqual([0, "[Interrupted. The Python session goes on with its variables.]\n"]);
    expect(await run("x")).toEqual([0, "1\n"]);
    const stubborn = "import time\nwhile True:\n  try: time.sleep(60)\n  except KeyboardInterrupt: pass";
    expect((await run(stubborn, {timeoutSeconds: 1}))[0]).toBe("stopped");
    expect(await interrupt()).toEqual([3, "[The Python session did not stop and was ended: variables and imports are lost.]\n"]);
    expect(await run("2")).toEqual([0, `${GONE}2\n`]);
  });

  it("has nothing to interrupt where there is none, and says how it is called", async () => {
    expect((await session().interrupt())[0]).toBe(3);
    const {exec} = stubContext();
    for (const words of [[], ["run"], ["run", "a", "b"], ["dance", "a"]])
      expect((await exec(["python-session", ...words])).exitCode).toBe(2);
  });
});
