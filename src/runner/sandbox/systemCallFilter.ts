import {RebenchError} from "../../errors.js";

/** An architecture's audit number, and its numbers of the system calls that the filter looks at. */
type Architecture = {audit: number; calls: Readonly<Record<string, number>>};

// The same on both, since new calls are numbered alike everywhere.
const COMMON = {
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  clone3: 435,
  mount_setattr: 442,
  quotactl_fd: 443,
};

/** From Linux: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h, include/uapi/linux/audit.h. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    calls: {
      ...COMMON,
      ...{clone: 56, unshare: 272, setns: 308, ioctl: 16, socket: 41, socketpair: 53},
      ...{mount: 165, umount2: 166, pivot_root: 155, chroot: 161, swapon: 167, swapoff: 168, reboot: 169, acct: 163, quotactl: 179},
      ...{sethostname: 170, setdomainname: 171, iopl: 172, ioperm: 173, init_module: 175, delete_module: 176, finit_module: 313},
      ...{kexec_load: 246, kexec_file_load: 320, add_key: 248, request_key: 249, keyctl: 250, perf_event_open: 298, bpf: 321},
      ...{userfaultfd: 323, fanotify_init: 300, open_by_handle_at: 304, syslog: 103, settimeofday: 164, clock_settime: 227},
      ...{adjtimex: 159, clock_adjtime: 305, vhangup: 153, modify_ldt: 154, uselib: 134, lookup_dcookie: 212, nfsservctl: 180},
    },
  },
  arm64: {
    audit: 0xc00000b7,
    calls: {
      ...COMMON,
      ...{clone: 220, unshare: 97, setns: 268, ioctl: 29, socket: 198, socketpair: 199},
      ...{mount: 40, umount2: 39, pivot_root: 41, chroot: 51, swapon: 224, swapoff: 225, reboot: 142, acct: 89, quotactl: 60},
      ...{sethostname: 161, setdomainname: 162, init_module: 105, delete_module: 106, finit_module: 273},
      ...{kexec_load: 104, kexec_file_load: 294, add_key: 217, request_key: 218, keyctl: 219, perf_event_open: 241, bpf: 280},
      ...{userfaultfd: 282, fanotify_init: 262, open_by_handle_at: 265, syslog: 116, settimeofday: 170, clock_settime: 112},
      ...{adjtimex: 171, clock_adjtime: 266, vhangup: 58, lookup_dcookie: 18, nfsservctl: 42},
    },
  },
};

const [EPERM, ENOSYS, EAFNOSUPPORT] = [1, 38, 97];
/** Looked at by their first or second argument, not refused outright. */
const BY_ARGUMENT = new Set(["clone", "unshare", "ioctl", "socket", "socketpair"]);
/** Refused as if the kernel had no such call, so that libraries take the older one. */
const UNKNOWN = new Set(["clone3", "io_uring_setup", "io_uring_enter", "io_uring_register"]);
/** CLONE_NEW: time, mount, cgroup, UTS, IPC, user, pid, network namespaces. (In `clone` the lowest bit pattern means a signal.) */
const NEW_NAMESPACES = 0x7e020000;
const NEW_TIME_NAMESPACE = 0x80;
/** Unix, IPv4, IPv6, netlink. The others reach past a network namespace (vsock: to the host of a virtual machine) or into the kernel. */
const SOCKET_FAMILIES = [1, 2, 10, 16];
/** Typing into a terminal (TIOCSTI) and the console's selection (TIOCLINUX). */
const TERMINAL_CALLS = [0x5412, 0x541c];

const [LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN] = [0x20, 0x15, 0x35, 0x45, 0x06];
const [NUMBER, ARCHITECTURE, FIRST, SECOND] = [0, 4, 16, 24];
const ALLOW = 0x7fff0000;
const refuse = (errno: number) => [RETURN, 0, 0, 0x00050000 | errno] as const;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/**
 * What a participant's processes may not ask of the kernel, as a seccomp program (classic BPF) in hexadecimal digits: namespaces, mounts,
 * keys, tracing of the kernel, sockets that leave the network namespace. Everything else goes through.
 * @param architecture As `process.arch` has it.
 */
export function systemCallFilter(architecture: string): string {
  const known = ARCHITECTURES[architecture];
  if (known === undefined) {
    throw new RebenchError("no-sandbox", {
      problem: `there is no system call filter for the processor ${architecture}`,
      hint: `Run attempts on one of: ${Object.keys(ARCHITECTURES).join(", ")}.`,
    });
  }
  return encode(instructions(known));
}

function instructions({audit, calls}: Architecture): Instruction[] {
  const call = (name: string, then: Instruction[]): Instruction[] => [[EQUAL, 0, then.length, calls[name]!], ...then];
  const whenAny = (argument: number, bits: number): Instruction[] => [
    [LOAD, 0, 0, argument],
    [ANY_BIT, 0, 1, bits],
    refuse(EPERM),
    [RETURN, 0, 0, ALLOW],
  ];
  const oneOf = (argument: number, values: readonly number[], inside: Instruction, outside: Instruction): Instruction[] => [
    [LOAD, 0, 0, argument],
    ...values.map((value, i): Instruction => [EQUAL, values.length - i, 0, value]),
    outside,
    inside,
  ];
  const families = oneOf(FIRST, SOCKET_FAMILIES, [RETURN, 0, 0, ALLOW], refuse(EAFNOSUPPORT));
  return [
    [LOAD, 0, 0, ARCHITECTURE],
    [EQUAL, 1, 0, audit],
    refuse(ENOSYS),
    [LOAD, 0, 0, NUMBER],
    [AT_LEAST, 0, 1, 0x40000000], // the x32 interface: other numbers for the same calls
    refuse(ENOSYS),
    ...call("clone", whenAny(FIRST, NEW_NAMESPACES)),
    ...call("unshare", whenAny(FIRST, NEW_NAMESPACES | NEW_TIME_NAMESPACE)),
    ...call("ioctl", oneOf(SECOND, TERMINAL_CALLS, refuse(EPERM), [RETURN, 0, 0, ALLOW])),
    ...call("socket", families),
    ...call("socketpair", families),
    ...Object.keys(calls)
      .filter((name) => !BY_ARGUMENT.has(name))
      .flatMap((name) => call(name, [refuse(UNKNOWN.has(name) ? ENOSYS : EPERM)])),
    [RETURN, 0, 0, ALLOW],
  ];
}

function encode(program: readonly Instruction[]): string {
  const bytes = Buffer.alloc(8 * program.length);
  program.forEach(([code, ifTrue, ifFalse, value], i) => {
    bytes.writeUInt16LE(code, 8 * i);
    bytes.writeUInt8(ifTrue, 8 * i + 2);
    bytes.writeUInt8(ifFalse, 8 * i + 3);
    bytes.writeUInt32LE(value >>> 0, 8 * i + 4);
  });
  return bytes.toString("hex");
}
