/**
 * The parts of docs/schannel.md that are made from the code: sizes of every suite's records, alerts and statuses, what of the
 * reference is not checked, the ported client.
 */
import type { TrafficKeys } from "../../src/crypto/traffic-keys.ts";
import { AlertDescription } from "../../src/protocol/alert.ts";
import { CIPHER_SUITES, type CipherSuite, HASHES } from "../../src/protocol/cipher-suite.ts";
import { alertOf, FAILURE_REASONS, TlsFailure } from "../../src/protocol/failure.ts";
import { MAX_PLAINTEXT } from "../../src/protocol/limits.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { createSealer } from "../../src/record/protection.ts";
import { alertStatus, failureStatus } from "../../src/schannel/failure-status.ts";
import { statusName } from "../../src/sspi/security-status.ts";
import { SECTIONS } from "../support/rows.ts";
import { type Blocks, read, table } from "./blocks.ts";

/** Bytes of data in the record that is taken apart. */
const SAMPLE = 100;
const EXAMPLE = "examples/ported-client.ts";

/** Keys of zeros, for lengths. */
function someKeys(suite: CipherSuite, encryptThenMac: boolean): TrafficKeys {
  return {
    suite,
    key: new Uint8Array(suite.cipher.keyLength),
    iv: new Uint8Array({ gcm12: 4, chacha12: 12, cbc12: 0, tls13: 12 }[suite.format]),
    macKey: suite.mac === null ? null : new Uint8Array(HASHES[suite.mac].length),
    encryptThenMac,
  };
}

function sizesOf(suite: CipherSuite): string[] {
  const sealer = (encryptThenMac: boolean): ReturnType<typeof createSealer> =>
    createSealer(nodeProvider, someKeys(suite, encryptThenMac), (length) => new Uint8Array(length));
  const plain = sealer(false);
  const real = plain.trailerLength(SAMPLE);
  const other = sealer(true).trailerLength(SAMPLE);
  return [
    `\`${suite.name}\``,
    `${plain.headerLength}`,
    `${plain.maximumTrailerLength}`,
    `${MAX_PLAINTEXT}`,
    "4",
    `${suite.cipher.blockLength}`,
    `${plain.headerLength} + ${SAMPLE} + ${real}${other === real ? "" : ` (encrypt-then-MAC: ${other})`}`,
  ];
}

/** Refusals with the same status and alert share a line. */
function ownFailures(): string[][] {
  const lines = new Map<string, string[]>();
  for (const reason of FAILURE_REASONS) {
    if (reason === "AlertReceived") continue;
    const status = statusName(failureStatus(new TlsFailure(reason, ""), null, "handshake"));
    const key = `\`${status}\`|${alertOf(reason) ?? "none"}`;
    lines.set(key, [...(lines.get(key) ?? []), `\`${reason}\``]);
  }
  return [...lines]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, reasons]) => [...key.split("|"), reasons.join(", ")]);
}

export const SCHANNEL_BLOCKS: Blocks = {
  "stream-sizes": () =>
    table(
      [
        "suite",
        "cbHeader",
        "cbTrailer",
        "cbMaximumMessage",
        "cBuffers",
        "cbBlockSize",
        `${SAMPLE} bytes`,
      ],
      CIPHER_SUITES.map(sizesOf),
    ),
  "alert-statuses": () =>
    table(
      ["alert received", "status"],
      Object.entries(AlertDescription).map(([name, number]) => [
        `${number} ${name}`,
        number === AlertDescription.close_notify
          ? "`SEC_I_CONTEXT_EXPIRED`; during a handshake `SEC_E_ILLEGAL_MESSAGE`"
          : `\`${statusName(alertStatus(number))}\``,
      ]),
    ),
  "own-failures": () => table(["status", "alert sent", "`lastError().reason`"], ownFailures()),
  "rows-not-checked": () =>
    table(
      ["section", "row", "why"],
      SECTIONS.flatMap(({ id, rows }) =>
        rows.flatMap(({ text, unchecked }) =>
          unchecked === undefined ? [] : [[id, text, unchecked]],
        ),
      ),
    ),
  "ported-client": () => {
    const source = read(EXAMPLE);
    return `\`\`\`ts\n${source.slice(source.indexOf("/** Sends `line`")).trimEnd()}\n\`\`\``;
  },
};
