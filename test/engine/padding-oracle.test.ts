/**
 * CBC in TLS 1.2: wherever a record was changed, in its padding, its MAC, its content or its length by whole blocks, the
 * answer is one: status, words, alert (RFC 5246 §6.2.3.2, RFC 7366; the attacks of Vaudenay and POODLE). Both providers.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CIPHER_SUITES, HASHES } from "../../src/protocol/cipher-suite.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import { ASC_REQ_EXTENDED_ERROR } from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { flip } from "../support/edits.ts";
import { pattern } from "../support/record-kit.ts";
import {
  acquire,
  functionsOf,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const BLOCK = 16;
const HEADER = 5;
const LENGTH = 100;
/** One suite for each MAC. */
const SUITES = CIPHER_SUITES.filter((row) => row.mac !== null && row.authentication === "ecdsa");

/** The record without a block before its end, its header mended. */
function shorter(record: Uint8Array, behind: number): Uint8Array {
  const end = record.length - behind;
  const bytes = Uint8Array.of(...record.subarray(0, end - BLOCK), ...record.subarray(end));
  bytes.set([(bytes.length - HEADER) >> 8, (bytes.length - HEADER) & 255], 3);
  return bytes;
}

/** Ways to change a record that ends with the MAC, or with padding. */
function changed(record: Uint8Array, macBehind: number): Readonly<Record<string, Uint8Array>> {
  // A bit in one block of ciphertext garbles its plaintext and flips the same bit of the next block's.
  const body = record.length - macBehind;
  return {
    "last byte, hence the length of the padding": flip(record, body - BLOCK - 1),
    "first byte of the last block": flip(record, body - 2 * BLOCK),
    "last block": flip(record, body - 1),
    "block before the last": flip(record, body - BLOCK - 5),
    IV: flip(record, HEADER),
    content: flip(record, HEADER + 2 * BLOCK),
    MAC: flip(record, record.length - macBehind / 2 - 1),
    "a block less at the end": shorter(record, macBehind),
    "a block less inside": shorter(record, macBehind + BLOCK),
    type: Uint8Array.of(21, ...record.subarray(1)),
  };
}

for (const provider of PROVIDERS) {
  const tests = suite(`engine: padding oracles, ${provider.name}`);
  const functions = functionsOf(provider);

  for (const row of SUITES)
    for (const encryptThenMac of [true, false]) {
      const sealwire = { cipherSuites: [row.code], encryptThenMac };
      const auth = { ...versionOnly(TLS12), sealwire };
      const credentials = {
        client: acquire(functions, "client", auth),
        server: acquire(functions, "server", auth),
      };
      const session = (): SspiSession => {
        const one = new SspiSession(
          new SspiSide(functions, "client", credentials.client),
          new SspiSide(functions, "server", credentials.server, {
            contextReq: ASC_REQ_EXTENDED_ERROR,
          }),
        );
        one.handshake();
        return one;
      };

      tests(`${row.name}, ${encryptThenMac ? "encrypt-then-MAC" : "MAC-then-encrypt"}`, () => {
        const macBehind = encryptThenMac ? HASHES[row.mac ?? "sha1"].length : 0;
        const names = Object.keys(changed(new Uint8Array(400), macBehind));
        const told = new Map<string, string[]>();
        for (const name of names) {
          const { client, server } = session();
          const record = changed(client.seal(pattern(LENGTH)), macBehind)[name];
          server.receive(record ?? new Uint8Array(0));
          const { code } = server.open();
          const report = server.error;
          client.receive(server.step());
          client.open();
          const answer = JSON.stringify([
            status.statusName(code),
            report?.reason,
            report?.message,
            client.error?.alertReceived?.name,
          ]);
          told.set(answer, [...(told.get(answer) ?? []), name]);
        }
        assert.equal(Object.fromEntries(told), {
          [JSON.stringify([
            "SEC_E_MESSAGE_ALTERED",
            "BadRecordMac",
            "the MAC or the padding of a record is wrong",
            "bad_record_mac",
          ])]: names,
        });
      });
    }

  tests("a record as it was is opened", () => {
    const auth = {
      ...versionOnly(TLS12),
      sealwire: { cipherSuites: SUITES.map(({ code }) => code) },
    };
    const one = new SspiSession(
      new SspiSide(functions, "client", acquire(functions, "client", auth)),
      new SspiSide(functions, "server", acquire(functions, "server", auth)),
    );
    one.handshake();
    assert.equal(one.send("client", pattern(LENGTH)), pattern(LENGTH));
  });

  tests.run();
}
