/**
 * `node wasm/build.mjs [--check]`: builds the crate of this folder with Debian's Rust (packages rustc-web, cargo-web,
 * rust-web-src and lld-22) and writes `src/providers/wasm/module.ts`; with `--check` it compares with that file instead.
 *
 * The same packages give the same bytes in any folder. RUSTC, CARGO and WASM_LD name other programs.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const TARGET_FILE = join(HERE, "../src/providers/wasm/module.ts");
const {
  RUSTC = "/usr/bin/rustc",
  CARGO = "/usr/bin/cargo",
  WASM_LD = "/usr/bin/wasm-ld-22",
} = process.env;
const TRIPLE = "wasm32-unknown-unknown";
const STACK = 16 * 1024;

/** The first line of what a program prints about itself. */
function version(program) {
  const text = execFileSync(program, ["--version"], { encoding: "utf8" });
  return text.split("\n")[0].trim();
}

/** The module as the linker wrote it. */
function compile(folder) {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const sysroot = execFileSync(RUSTC, ["--print", "sysroot"], { encoding: "utf8" }).trim();
  const flags = [
    `-Clinker=${WASM_LD}`,
    "-Clinker-flavor=wasm-ld",
    `-Clink-arg=-zstack-size=${STACK}`,
    "-Ctarget-feature=+simd128",
    // A panic traps at once: no messages, no formatting.
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    ...[`${HERE}=/crate`, `${cargoHome}=/cargo`, `${sysroot}=/rust`].map(
      (change) => `--remap-path-prefix=${change}`,
    ),
  ];
  const options = ["--release", "--locked", "--target", TRIPLE, "--target-dir", folder];
  execFileSync(CARGO, ["build", "-Zbuild-std=core", ...options], {
    cwd: HERE,
    stdio: ["ignore", "ignore", "inherit"],
    // Debian has no compiled `core` for this target: it is built from the package of its sources, which is an
    // unstable option.
    env: {
      ...process.env,
      RUSTC,
      RUSTC_BOOTSTRAP: "1",
      CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f"),
    },
  });
  return readFileSync(join(folder, TRIPLE, "release/sealwire_aead.wasm"));
}

/** Reads an unsigned LEB128 number: its value and the offset behind it. */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

/** Without the custom sections, which name the tools and nothing that runs. */
function stripped(bytes) {
  const parts = [bytes.subarray(0, 8)];
  for (let at = 8; at < bytes.length; ) {
    const [length, start] = number(bytes, at + 1);
    if (bytes[at] !== 0) parts.push(bytes.subarray(at, start + length));
    at = start + length;
  }
  return Buffer.concat(parts);
}

function moduleText(bytes, tools) {
  return `/**
 * The WebAssembly module of \`wasm/\`, ${bytes.length} bytes as hexadecimal digits: gzip makes less of them than of base64.
 * Written by \`node wasm/build.mjs\`; do not edit.
 * Built by: ${tools.join("; ")}.
 */
export const MODULE: string =
  "${bytes.toString("hex")}";
`;
}

const tools = [version(RUSTC), version(WASM_LD)];
const folder = mkdtempSync(join(tmpdir(), "sealwire-wasm-"));
try {
  const bytes = stripped(compile(folder));
  if (WebAssembly.Module.imports(new WebAssembly.Module(bytes)).length > 0) {
    throw new Error("the module has imports");
  }
  const text = moduleText(bytes, tools);
  if (!process.argv.includes("--check")) {
    writeFileSync(TARGET_FILE, text);
    process.stdout.write(`${bytes.length} bytes\n`);
  } else {
    const committed = readFileSync(TARGET_FILE, "utf8");
    if (committed !== text) {
      const why = committed.includes(tools.join("; "))
        ? "its sources have changed"
        : `it was built by other tools than ${tools.join(" and ")}`;
      process.stderr.write(`${TARGET_FILE}: ${why}. Run "npm run build:wasm" and commit it.\n`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
