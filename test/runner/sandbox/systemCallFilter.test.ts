import {existsSync, readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {systemCallFilter} from "../../../src/runner/sandbox/systemCallFilter.js";
import {because} from "../../because.js";

type Call = {audit: number; number: number; args?: number[]};

/** Classic BPF as far as seccomp uses it here, after Documentation/networking/filter.rst: what the kernel would do with a call. */
function run(program: string, {audit, number, args = []}: Call): number {
  const bytes = Buffer.from(program, "hex");
  const data = new Map<number, number>([[0, number], [4, audit], ...args.map((value, i): [number, number] => [16 + 8 * i, value >>> 0])]);
  let accumulator = 0;
  for (let at = 0; at < bytes.length / 8; ++at) {
    const [code, ifTrue, ifFalse, value] = [
      bytes.readUInt16LE(8 * at),
      bytes.readUInt8(8 * at + 2),
      bytes.readUInt8(8 * at + 3),
      bytes.readUInt32LE(8 * at + 4),
    ];
    if (code === 0x20) accumulator = data.get(value) ?? 0;
    else if (code === 0x06) return value;
    else {
      const holds = code === 0x15 ? accumulator === value : code === 0x35 ? accumulator >= value : (accumulator & value) !== 0;
      at += holds ? ifTrue : ifFalse;
    }
  }
  throw new Error("it ends without an answer");
}

const ALLOWED = 0x7fff0000;
const errno = (number: number) => 0x00050000 + number;
const MACHINES = {
  x64: {audit: 0xc000003e, header: "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"},
  arm64: {audit: 0xc00000b7, header: "/usr/include/asm-generic/unistd.h"},
};

/** Numbers from the kernel's own headers, which no source of ours has seen. */
const numbers = (header: string): Map<string, number> =>
  new Map(
    [...readFileSync(header, "utf8").matchAll(/^#define __NR3?(?:264)?_(\w+)\s+(\d+)/gm)].map(([, name, number]) => [
      name!,
      Number(number),
    ]),
  );

for (const [machine, {audit, header}] of Object.entries(MACHINES)) {
  const missing = because(existsSync(header) ? null : `no ${header}; apt-get install linux-libc-dev`);
  describe.skipIf(missing !== "")(`the filter of system calls for ${machine}${missing}`, () => {
    const program = systemCallFilter(machine);
    const known = missing === "" ? numbers(header) : new Map<string, number>();
    const answer = (name: string, ...args: number[]) => {
      const number = known.get(name);
      if (number === undefined) throw new Error(`${header} has no ${name}`);
      return run(program, {audit, number, args});
    };

    it("refuses mounts, namespaces, keys and what reaches into the kernel", () => {
      const refused = [
        "mount",
        "umount2",
        "pivot_root",
        "chroot",
        "setns",
        "move_mount",
        "open_tree",
        "fsopen",
        "fsmount",
        "mount_setattr",
      ];
      refused.push("keyctl", "add_key", "request_key", "bpf", "perf_event_open", "userfaultfd", "open_by_handle_at", "kexec_load");
      refused.push("init_module", "finit_module", "delete_module", "reboot", "swapon", "acct", "syslog", "clock_settime", "settimeofday");
      for (const name of refused) expect(answer(name), name).toBe(errno(1));
      for (const name of ["clone3", "io_uring_setup", "io_uring_enter", "io_uring_register"]) expect(answer(name), name).toBe(errno(38));
    });

    it("lets everything else through", () => {
      const usual = [
        "read",
        "write",
        "openat",
        "execve",
        "mmap",
        "futex",
        "kill",
        "ptrace",
        "prctl",
        "seccomp",
        "sched_setaffinity",
        "memfd_create",
      ];
      for (const name of usual) expect(answer(name), name).toBe(ALLOWED);
      const listed = [...known.values()].filter((number) => run(program, {audit, number}) !== ALLOWED);
      expect(listed.length).toBeLessThan(60);
    });

    it("looks at arguments: new namespaces, socket families, typing into terminals", () => {
      expect(answer("clone", 0x11)).toBe(ALLOWED); // fork
      expect(answer("clone", 0x3d0f00)).toBe(ALLOWED); // a thread, as glibc makes it
      for (const flag of [0x10000000, 0x20000, 0x20000000, 0x40000000, 0x8000000, 0x4000000, 0x2000000]) {
        expect(answer("clone", flag | 0x11), flag.toString(16)).toBe(errno(1));
        expect(answer("unshare", flag), flag.toString(16)).toBe(errno(1));
      }
      expect(answer("unshare", 0x80)).toBe(errno(1));
      expect(answer("unshare", 0x400)).toBe(ALLOWED); // files
      for (const family of [1, 2, 10, 16]) expect(answer("socket", family)).toBe(ALLOWED);
      for (const family of [17, 38, 40, 31, 27, 0xffffffff]) expect(answer("socket", family)).toBe(errno(97));
      expect(answer("socketpair", 1)).toBe(ALLOWED);
      expect(answer("ioctl", 0, 0x5412)).toBe(errno(1));
      expect(answer("ioctl", 0, 0x541c)).toBe(errno(1));
      expect(answer("ioctl", 0, 0x5401)).toBe(ALLOWED);
    });

    it("refuses calls of another architecture, whose numbers mean other calls", () => {
      expect(run(program, {audit: 0x40000003, number: 1})).toBe(errno(38));
      expect(run(program, {audit, number: 0x40000000 + 272, args: [0x10000000]})).toBe(errno(38));
    });
  });
}

it("says for which processors there is one", () => {
  expect(() => systemCallFilter("riscv64")).toThrow(/no system call filter for the processor riscv64/);
});
