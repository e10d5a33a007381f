/**
 * Keys agreed on outside TLS between a peer's command line and ours, TLS 1.2: every suite that the peer has, both roles, hints,
 * names and sessions.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { latin1, utf8 } from "../../src/bytes/text.ts";
import {
  CIPHER_SUITES,
  type CipherSuite,
  cipherSuiteName,
} from "../../src/protocol/cipher-suite.ts";
import type { PreSharedKey, SealwireOptions } from "../../src/schannel/credential-types.ts";
import { pattern } from "../support/record-kit.ts";
import { connectOurs, ENTRIES, factsOf, listenOurs, ourCredential } from "./ours.ts";
import { type Program, stopAll } from "./processes.ts";

export const KEY: Required<PreSharedKey> & { readonly hash: "sha256" } = {
  identity: utf8("meter-7"),
  key: pattern(32),
  hash: "sha256",
};
export const HINT = "meters";
const LINE = "a line of some length, there and back\n";

export interface PskPeer {
  readonly name: string;
  knows(row: CipherSuite): boolean;
  /** Its client does, too. */
  dials(row: CipherSuite): boolean;
  /** Its server keeps sessions. */
  readonly resumes: boolean;
  /** A server with one suite that knows the key by its name, gives the hint, and answers lines. */
  server(row: CipherSuite): Promise<{ readonly port: number; stop(): Promise<void> }>;
  /** What its server answers a line with. */
  answer(line: string): string;
  /** A client with one suite that has the key of that name, and sends what it reads. */
  client(port: number, row: CipherSuite, identity: string): Program;
}

/** Everything, as a suite that still has to be run. */
export function pskSuite(peer: PskPeer): ReturnType<typeof suite> {
  const tests = suite(`interop: keys agreed on outside TLS, TLS 1.2, and ${peer.name}`);
  const rows = CIPHER_SUITES.filter((row) => row.authentication === "psk" && peer.knows(row));
  tests("there are suites", () => assert.ok(rows.length >= 10, `${rows.length} suites`));

  for (const [index, row] of rows.entries()) {
    const entry = index % 2 === 0 ? ENTRIES.node : ENTRIES.portable;
    const algorithms: SealwireOptions = {
      cipherSuites: [row.code],
    };

    tests(`client: ${row.name}`, async () => {
      const hints: string[] = [];
      const preSharedKeyForHint = (hint: Uint8Array | null): PreSharedKey => {
        hints.push(String.fromCharCode(...(hint ?? [])));
        return KEY;
      };
      const server = await peer.server(row);
      const credential = ourCredential({
        ...{ entry, role: "client", sealwire: { ...algorithms, preSharedKeyForHint } },
      });
      const answer = latin1(peer.answer(LINE));
      for (const resumed of [false, true]) {
        const pump = await connectOurs(server.port, { entry, credential });
        const [received] = await Promise.all([
          pump.readExactly(answer.length),
          pump.write(latin1(LINE)),
        ]);
        assert.equal(received, answer);
        const facts = factsOf(pump, entry);
        assert.is(facts.cipherSuite, row.code);
        assert.equal(facts.preSharedKeyIdentity, KEY.identity);
        assert.is(facts.extendedMasterSecret, true);
        assert.is(facts.resumed, resumed && peer.resumes);
        await pump.shutdown();
        pump.close();
      }
      assert.equal(hints, peer.resumes ? [HINT] : [HINT, HINT]);
      await server.stop();
    });

    if (!peer.dials(row)) continue;
    tests(`server: ${row.name}`, async () => {
      const credential = ourCredential({
        ...{ entry, role: "server" },
        sealwire: {
          ...algorithms,
          preSharedKeyHint: latin1(HINT),
          selectPreSharedKey: (name) => (String.fromCharCode(...name) === "meter-7" ? KEY : null),
        },
      });
      const server = await listenOurs({ entry, credential }, async (pump) => {
        await pump.handshake();
        assert.is(factsOf(pump, entry).cipherSuite, row.code);
        assert.equal(factsOf(pump, entry).preSharedKeyIdentity, KEY.identity);
        await pump.write(await pump.readExactly(LINE.length));
        await pump.shutdown();
      });
      const client = peer.client(server.port, row, "meter-7");
      client.child.stdin?.write(LINE);
      await client.until(new RegExp(LINE.trim()));
      await server.next();
      await client.stop();
      server.close();
    });
  }

  tests("a name that our server does not know", async () => {
    const row = rows.find((one) => peer.dials(one)) as CipherSuite;
    const credential = ourCredential({
      role: "server",
      sealwire: { cipherSuites: [row.code], selectPreSharedKey: () => null },
    });
    const server = await listenOurs({ credential }, (pump) => pump.handshake());
    const client = peer.client(server.port, row, "meter-8");
    let failure = "";
    await server.next().catch((error: Error) => {
      failure = error.message;
    });
    assert.match(failure, /"meter-8"/, cipherSuiteName(row.code));
    await client.until(/unknown.psk.identity|alert number 115|\[115\]/i);
    await client.stop();
    server.close();
  });

  tests.after(stopAll);
  return tests;
}
