/**
 * `sealwire.selectProtocol`: the caller chooses among the ALPN protocols of a client, in both versions.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import { ASC_REQ_EXTENDED_ERROR } from "../../src/sspi/context-flags.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import {
  acquire,
  functionsOf,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

type Select = NonNullable<SealwireOptions["selectProtocol"]>;

interface Row {
  readonly title: string;
  readonly offer: readonly string[];
  readonly answer: ReturnType<Select>;
  /** The protocol of both sides; or the alert that the server sends. */
  readonly protocol?: string | null;
  readonly alert?: string;
  readonly asked: number;
}

const ROWS: readonly Row[] = [
  {
    title: "the second of two is selected",
    offer: ["a", "b"],
    answer: "b",
    protocol: "b",
    asked: 1,
  },
  {
    title: "none of them: no_application_protocol",
    offer: ["a", "b"],
    answer: null,
    alert: "no_application_protocol",
    asked: 1,
  },
  {
    title: "one that was not offered: internal_error",
    offer: ["a", "b"],
    answer: "c",
    alert: "internal_error",
    asked: 1,
  },
  {
    title: "a client that offers none is not asked about",
    offer: [],
    answer: "a",
    protocol: null,
    asked: 0,
  },
];

for (const provider of PROVIDERS) {
  const tests = suite(`schannel: selectProtocol, ${provider.name}`);
  const functions = functionsOf(provider);
  for (const [name, version] of [
    ["TLS 1.2", TLS12],
    ["TLS 1.3", TLS13],
  ] as const) {
    for (const row of ROWS) {
      tests(`${name}: ${row.title}`, () => {
        const seen: Parameters<Select>[0][] = [];
        const selectProtocol: Select = (hello) => {
          seen.push(hello);
          return row.answer;
        };
        const only = versionOnly(version);
        // The buffer's protocols do not count beside the caller's choice.
        const client = new SspiSide(functions, "client", acquire(functions, "client", only), {
          alpn: row.offer,
        });
        const server = new SspiSide(
          functions,
          "server",
          acquire(functions, "server", { ...only, sealwire: { selectProtocol } }),
          { alpn: ["zzz"], contextReq: ASC_REQ_EXTENDED_ERROR },
        );
        new SspiSession(client, server).handshake();
        assert.is(seen.length, row.asked);
        for (const hello of seen)
          assert.equal([hello.alpnProtocols, hello.serverName], [row.offer, "localhost"]);
        if (row.alert === undefined) {
          assert.ok(client.ready && server.ready, server.error?.message);
          assert.equal(
            [client.connection().alpnProtocol, server.connection().alpnProtocol],
            [row.protocol, row.protocol],
          );
        } else {
          assert.is(server.error?.alertSent?.name, row.alert);
          assert.is(client.error?.alertReceived?.name, row.alert);
        }
      });
    }
  }
  tests.run();
}
