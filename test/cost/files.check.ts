/**
 * What a file costs: PEM, keys, PFX, and everything that `sealwire inspect` takes.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cipherSuitesOf } from "../../src/adapters/node/algorithm-names.ts";
import { protocolsOf } from "../../src/adapters/node/options.ts";
import * as node from "../../src/api/node.ts";
import { concat, concatAll } from "../../src/bytes/byte-arrays.ts";
import { toHex, utf8 } from "../../src/bytes/text.ts";
import { toPem } from "../../src/pki/files/pem.ts";
import { ipv4, pcap, type Segment } from "../cli/captures.ts";
import { makeCertificate, makeKey } from "../pki/certificate-maker.ts";
import { ROOT } from "../support/data.ts";
import { growthLimit, lengths, linear } from "./growth.ts";

const tests = suite("cost: files");

/** What is refused may cost no more than what is taken. */
const refusing = (take: () => unknown) => async (): Promise<void> => {
  try {
    await take();
  } catch {
    // The words do not matter here.
  }
};

const OWN_PEM = node.selfSignedCertificate({ names: ["localhost"] }).certificatePem;
const BASE64_LINE = `${"MIIB".repeat(16)}\n`;
const TEXTS: readonly (readonly [string, (length: number) => string])[] = [
  ["begin lines", (length) => "-----BEGIN CERTIFICATE-----\n".repeat(length / 28)],
  ["begin lines with other labels", (length) => "-----BEGIN A-----\n".repeat(length / 18)],
  ["dashes", (length) => "-".repeat(length)],
  ["blanks", (length) => `-----BEGIN CERTIFICATE-----${" ".repeat(length)}`],
  ["line ends", (length) => `-----BEGIN CERTIFICATE-----${"\n".repeat(length)}`],
  ["a block without an end", (length) => `-----BEGIN X-----\n${BASE64_LINE.repeat(length / 65)}`],
  [
    "headers",
    (length) =>
      `-----BEGIN RSA PRIVATE KEY-----\n${"Proc-Type: 4,ENCRYPTED\n".repeat(length / 23)}`,
  ],
  ["empty blocks", (length) => "-----BEGIN X-----\n-----END X-----\n".repeat(length / 34)],
];
for (const [what, make] of TEXTS) {
  linear(tests, `PEM of ${what}`, 20_000, (length) => {
    const text = make(length);
    return refusing(() => node.trustStoreFromPem(text));
  });
  linear(tests, `a key file of ${what}`, 6000, (length) => {
    const text = make(length);
    return refusing(() => node.certContextFromPem(text, text));
  });
}

/**
 * A chain in one file: each certificate is issued by the next one, and they stand in no order. Both lengths are above the
 * 512 certificates that the parser keeps: below, a second reading is cheaper, and the lengths could not be compared.
 */
linear(tests, "a PEM bundle of a long chain", 600, (length) => {
  const key = makeKey("p256");
  const chain = Array.from({ length }, (_, i) =>
    makeCertificate({
      ...{ subject: `Link ${i}`, issuer: `Link ${i + 1}`, key, signer: key, extensions: [] },
    }),
  );
  const text = [...chain.filter((_, i) => i % 2 === 0), ...chain.filter((_, i) => i % 2 === 1)]
    .map((der) => toPem("CERTIFICATE", der))
    .join("");
  return () => node.certContextFromPem(text, null);
});
linear(tests, "a PEM bundle of one certificate many times", 100, (length) => {
  const text = OWN_PEM.repeat(length);
  return () => node.trustStoreFromPem(text);
});

/** What a caller writes, who may have it from elsewhere. */
linear(tests, "a list of cipher names", 4000, (length) => {
  const list = "ECDHE-RSA-AES128-GCM-SHA256:!AES256:".repeat(length / 32);
  return () => cipherSuitesOf(list);
});
linear(tests, "a list of ALPN names as bytes", 8000, (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => (i % 2 === 0 ? 1 : 97));
  return refusing(() => protocolsOf(bytes));
});

/** BER: constructed strings of many empty segments, and deep nesting. */
const BERS: readonly (readonly [string, (length: number) => Uint8Array])[] = [
  ["zeros", (length) => new Uint8Array(length)],
  ["indefinite lengths in one another", (length) => utf8("\x30\x80".repeat(length / 2)).slice()],
  [
    "many empty segments",
    (length) => concat(Uint8Array.of(0x30, 0x80, 0x24, 0x80), utf8("\x04\0".repeat(length / 2))),
  ],
];
for (const [what, make] of BERS)
  linear(tests, `PFX of ${what}`, 20_000, (length) => {
    const bytes = make(length);
    return refusing(() => node.certContextFromPfx(bytes, "x"));
  });

const folder = mkdtempSync(join(tmpdir(), "sealwire-cost-"));
tests.after(() => rmSync(folder, { recursive: true }));
const MAIN = join(ROOT, "build/src/cli/main.js");
/** Writes the CPU time of the process behind all that it says. */
const TELL_CPU = `data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();require("node:fs").writeSync(2,"\\ncpu "+(user+system))})`;
const LIMIT_MS = 60_000;

/** Microseconds of CPU time that `sealwire inspect` takes for a file. */
function inspect(bytes: Uint8Array): number {
  const file = join(folder, "input");
  writeFileSync(file, bytes);
  const preload = TELL_CPU.replace("require(", "process.getBuiltinModule(");
  const { stderr } = spawnSync(process.execPath, ["--import", preload, MAIN, "inspect", file], {
    timeout: LIMIT_MS,
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  const told = /cpu (\d+)$/.exec(stderr)?.[1];
  assert.ok(told !== undefined, `it did not end: ${stderr.slice(0, 400)}`);
  return Number(told);
}

const startUp = inspect(utf8("16 03 03 00 00"));

/** As `linear`, for the command, whose start is not counted. */
function linearCommand(title: string, length: number, make: (length: number) => Uint8Array): void {
  tests(`sealwire inspect, ${title}: the cost per byte does not grow with the length`, () => {
    const [small, large] = lengths(length);
    const least = Math.max(inspect(make(small)) - startUp, startUp / 4);
    const most = inspect(make(large)) - startUp;
    const growth = most / least / (large / small);
    assert.ok(growth <= growthLimit, `${growth.toFixed(1)} times as much per byte`);
  });
}

const empty = concat(Uint8Array.of(23, 3, 3, 0, 1, 0));
const line = (offset: number): string =>
  `${offset.toString(16).padStart(8, "0")}: ${toHex(empty)} ${toHex(empty)}\n`;
linearCommand("lines of hex", 4000, (length) =>
  utf8(Array.from({ length }, (_, i) => line(12 * i)).join("")),
);
for (const unit of ["1", "11 ", "a b ", " "])
  linearCommand(`one line of ${JSON.stringify(unit)}`, 100_000, (length) =>
    utf8(`00000000: ${unit.repeat(length / unit.length)}\n`),
  );
linearCommand("records of one byte", 30_000, (length) =>
  concatAll(Array.from({ length: length / 6 }, () => empty)),
);
const segment = (offset: number): Segment => ({ from: "client", offset, data: Uint8Array.of(0) });
linearCommand("a capture of segments of one byte", 4000, (length) =>
  captured(Array.from({ length }, (_, i) => segment(i))),
);
linearCommand("a capture of segments in reverse order", 500, (length) =>
  captured(Array.from({ length }, (_, i) => segment(length - 1 - i))),
);

function captured(segments: readonly Segment[]): Uint8Array {
  const head = pcap(101, []);
  const packets = segments.map((one) => pcap(101, [ipv4(one)]).subarray(head.length));
  return concatAll([head, ...packets]);
}

tests.run();
