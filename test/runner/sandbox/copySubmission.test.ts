import {createHash} from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {describe, expect, it} from "vitest";
import {type SubmissionRules, submissionCopier} from "../../../src/runner/sandbox/submissionCopier.js";
import {attemptFolder, isRoot, noBubblewrap, shell, skipped, specOf, started, toolchain} from "./sandboxes.js";

const rules: SubmissionRules = {paths: ["."], maxBytes: 1_000_000, maxFiles: 50, maxDepth: 5};

/** A workspace made by its participant, and what asks for copies of it. */
async function workspaceOf(script: string) {
  const attempt = attemptFolder();
  const sandbox = await started(specOf(attempt));
  await shell(sandbox, script);
  const copier = await submissionCopier(sandbox, join(attempt, "workspace"), join(attempt, "copies"), {toolchain});
  return {attempt, sandbox, copier, at: (name: string, ...path: string[]) => join(attempt, "copies", name, ...path)};
}

describe.skipIf(noBubblewrap !== null)(`a copy of a submission${skipped}`, () => {
  it("has files, folders and programs as they were, and belongs to the runner", async () => {
    const {copier, at} = await workspaceOf(
      "echo a > one; mkdir -p 'd ü/e'; printf bc > 'd ü/e/two'; echo '#!/bin/sh' > run; chmod +x run; chmod 4755 one",
    );
    expect(await copier.copy(rules, "first")).toMatchObject({refused: null, files: 3, bytes: 14, missing: []});
    expect(readFileSync(at("first", "d ü", "e", "two"), "utf8")).toBe("bc");
    expect([statSync(at("first", "run")).mode & 0o7777, statSync(at("first", "one")).mode & 0o7777]).toEqual([0o755, 0o755]);
    if (isRoot) expect(statSync(at("first")).uid).toBe(0);
    await copier.close();
  });

  it("has a hash of names, kinds and contents, and of nothing else", async () => {
    const {copier, sandbox} = await workspaceOf("printf x > b; mkdir a; printf yz > a/c");
    const hashOf = async (name: string) => ((await copier.copy(rules, name)) as {sha256: string}).sha256;
    // Written out by hand after the description in guest/copy_submission.py.
    const sha = (text: string) => createHash("sha256").update(text).digest("hex");
    const expected = sha(`a\0folder\na/c\0file 2 ${sha("yz")}\nb\0file 1 ${sha("x")}\n`);
    expect(await hashOf("1")).toBe(expected);
    await shell(sandbox, "touch -d 2001-01-01 b; chmod 600 b");
    expect(await hashOf("2")).toBe(expected);
    const changes = ["chmod +x b", "chmod -x b; printf xx > b", "printf x > b; mv b bb", "mv bb b; mkdir e"];
    const hashes = [expected];
    for (const [i, change] of changes.entries()) {
      await shell(sandbox, change);
      hashes.push(await hashOf(`changed ${i}`));
    }
    expect(new Set(hashes).size).toBe(1 + changes.length);
    await copier.close();
  });

  it("takes the paths of the list, and names those that are not there", async () => {
    const {copier, at} = await workspaceOf("mkdir -p out/x; echo 1 > out/x/a; echo 2 > out/b; echo 3 > other; echo 4 > file");
    const copy = await copier.copy({...rules, paths: ["out/x", "out/b", "nosuch", "no/such/thing", "file/below"]}, "c");
    expect(copy).toMatchObject({refused: null, files: 2, missing: ["nosuch", "no/such/thing", "file/below"]});
    expect(readdirSync(at("c")).sort()).toEqual(["out"]);
    expect(readdirSync(at("c", "out")).sort()).toEqual(["b", "x"]);
    await copier.close();
  });

  it("refuses everything that is no regular file and no folder, by name, and leaves nothing of it", async () => {
    const {copier, at, sandbox} = await workspaceOf("echo fine > fine");
    const cases = {
      "ln -s /etc/passwd thing": "thing is a symbolic link; a submission holds only regular files and folders",
      "ln -s nowhere thing": "thing is a symbolic link; a submission holds only regular files and folders",
      "ln -s /proc/self/environ thing": "thing is a symbolic link; a submission holds only regular files and folders",
      "mkdir d; ln -s / d/thing": "d/thing is a symbolic link; a submission holds only regular files and folders",
      "mkfifo thing": "thing is a named pipe; a submission holds only regular files and folders",
      "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"thing\")'":
        "thing is a socket; a submission holds only regular files and folders",
      "mkdir thing; chmod 0 thing": "thing cannot be read: permission denied",
      "echo > thing; chmod 0 thing": "thing cannot be read: permission denied",
      'python3 -c \'open(b"thing\\xff", "w")\'': "the name thing\\udcff is not valid UTF-8",
    };
    for (const [script, refused] of Object.entries(cases)) {
      await shell(sandbox, script);
      expect(await copier.copy(rules, "c"), script).toEqual({refused});
      expect(existsSync(at("c"))).toBe(false);
      await shell(sandbox, "chmod -R u+rwx .; rm -rf thing* d");
    }
    await shell(sandbox, "mkdir real; echo secret > real/file; ln -s real link");
    expect(await copier.copy({...rules, paths: ["link/file"]}, "c")).toEqual({
      refused: "link is a symbolic link; a submission holds only regular files and folders",
    });
    expect(await copier.copy({...rules, paths: ["fine"]}, "c")).toMatchObject({refused: null, files: 1});
    await copier.close();
  });

  it("has limits on bytes, holes counted as if they were full, on files and on depth", async () => {
    const {copier, sandbox} = await workspaceOf("head -c 600000 /dev/zero > a; head -c 500000 /dev/zero > b");
    expect(await copier.copy(rules, "c")).toEqual({refused: "the submission is larger than 1000000 bytes"});
    expect(await copier.copy({...rules, paths: ["a"]}, "c1")).toMatchObject({refused: null, bytes: 600_000});
    await shell(sandbox, "rm b; truncate -s 150M b");
    const before = performance.now();
    expect(await copier.copy(rules, "c")).toEqual({refused: "the submission is larger than 1000000 bytes"});
    expect(performance.now() - before).toBeLessThan(2000);
    await shell(sandbox, "rm a b; mkdir -p 1/2/3/4/5/6");
    expect(await copier.copy(rules, "c")).toEqual({refused: "1/2/3/4/5/6 is deeper than 5 folders"});
    await shell(sandbox, "rm -r 1; for i in $(seq 51); do : > $i; done");
    expect(await copier.copy(rules, "c")).toEqual({refused: "the submission has more than 50 files and folders"});
    await shell(sandbox, "rm 51; echo 1 > 1");
    expect(await copier.copy(rules, "c2")).toMatchObject({refused: null, files: 50});
    await copier.close();
  });

  it("refuses what its participant has closed, the workspace itself too, and copies it when it is open again", async () => {
    const {copier, sandbox, attempt} = await workspaceOf("echo a > file; mkdir -p d/e; echo b > d/e/f");
    for (const [close, at, named] of [
      ["chmod 0 .", ".", "the workspace"],
      ["chmod 0 d/e/f", "d/e/f", "d/e/f"],
      ["chmod 444 d/e", "d/e", "d/e/f"],
      ["chmod 0 d", "d", "d"],
      ["chmod 444 .", ".", "d"],
    ] as const) {
      await shell(sandbox, close);
      expect(await copier.copy(rules, "closed"), close).toEqual({refused: `${named} cannot be read: permission denied`});
      chmodSync(join(attempt, "workspace", at), 0o755); // from outside: nothing begins in a workspace that is closed
      expect(await copier.copy(rules, `open after ${close.replaceAll("/", " ")}`), close).toMatchObject({refused: null, files: 2});
    }
    await copier.close();
  });

  it("holds nothing from outside while a participant swaps files for links as fast as it can", async () => {
    const {copier, sandbox, at, attempt} = await workspaceOf("mkdir d; echo inside > d/file; mkdir other");
    writeFileSync(join(attempt, "secret"), "outside");
    const swap = `import os
os.symlink("/etc/passwd", "link"); os.mkfifo("pipe"); os.symlink("/etc", "folder-link")
while True:
    for odd, name in (("link", "d/file"), ("pipe", "d/file"), ("folder-link", "d")):
        open("new", "w").write("inside\\n")
        try:
            os.rename(name, "aside"); os.rename(odd, name); os.rename(name, odd); os.rename("aside", name)
        except OSError: pass`;
    const swapping = sandbox.exec(["python3", "-c", swap]);
    const seen = new Set<string>();
    for (let i = 0; i < 150; ++i) {
      const copy = await copier.copy({...rules, paths: ["d"]}, `c${i}`);
      if (copy.refused !== null) seen.add(copy.refused.replace(/^\S+ /, ""));
      // Between two of the renames there is no "d": then it is named as missing, and nothing was copied.
      else if (copy.missing.length > 0) expect(copy).toMatchObject({missing: ["d"], files: 0, bytes: 0});
      else for (const name of readdirSync(at(`c${i}`, "d"))) expect(readFileSync(at(`c${i}`, "d", name), "utf8")).toBe("inside\n");
      rmSync(at(`c${i}`), {recursive: true, force: true});
    }
    expect(
      [...seen].every((refusal) => /is a (symbolic link|named pipe)|changed while|a (symbolic link|named pipe)/.test(`is ${refusal}`)),
    ).toBe(true);
    await sandbox.stop(0);
    await swapping;
    await copier.close();
  });

  it("can be made after the sandbox has ended", async () => {
    const {copier, sandbox, at} = await workspaceOf("echo last > file");
    await sandbox.stop(0);
    expect(await copier.copy(rules, "final")).toMatchObject({refused: null, files: 1});
    await copier.close();
    expect(readFileSync(at("final", "file"), "utf8")).toBe("last\n");
  });
});

describe("a copy without a sandbox", () => {
  it("follows no link either", async () => {
    const attempt = mkdtempSync(join(tmpdir(), "rebench-plain-"));
    mkdirSync(join(attempt, "workspace"));
    writeFileSync(join(attempt, "workspace", "file"), "x");
    const none = {uid: null, mechanism: {sandbox: "none", isolation: "none", limits: "none", freezer: "none"}} as const;
    const copier = await submissionCopier(none, join(attempt, "workspace"), join(attempt, "copies"), {toolchain});
    expect(await copier.copy({...rules, paths: ["file"]}, "first")).toMatchObject({refused: null, bytes: 1});
    rmSync(join(attempt, "workspace", "file"));
    symlinkSync("/etc/passwd", join(attempt, "workspace", "file"));
    expect(await copier.copy({...rules, paths: ["file", "."]}, "second")).toMatchObject({
      refused: expect.stringContaining("symbolic link"),
    });
    await copier.close();
    rmSync(attempt, {recursive: true});
  });
});
