/**
 * Rules of the protocol that a foreign protocol suite looks for, over the functions of the face: what is sent once, what is
 * answered, what is a hint, what is processed and what is refused.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { latin1 } from "../../src/bytes/text.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { decodeServerHello } from "../../src/wire/server-hello.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { identity } from "../support/identities.ts";
import { desc, empty, is } from "../support/sspi-kit.ts";
import {
  acquire,
  functionsOf,
  makeSession,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const DATA = latin1("data of the application");
/** A Name (DER) that nobody here has. */
const STRANGER = Uint8Array.of(
  0x30,
  0x0d,
  0x31,
  0x0b,
  0x30,
  0x09,
  6,
  3,
  0x55,
  4,
  6,
  0x13,
  2,
  88,
  88,
);

/** Types of the records of some bytes. */
function recordTypes(bytes: Uint8Array): number[] {
  const types: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    types.push(bytes[at] as number);
    at += 5 + (((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0));
  }
  return types;
}

const sent = ({ flights }: SspiSession, role: "client" | "server"): Uint8Array =>
  concat(...flights.filter(({ from }) => from === role).map(({ bytes }) => bytes));

const isUpdate = (session: SspiSession, role: "client" | "server"): number[] => {
  const side = session[role];
  is(side.functions.requestKeyUpdate(side.handle, { requestPeer: true }), status.SEC_E_OK);
  return [...side.step()];
};

for (const provider of PROVIDERS) {
  const tests = suite(`engine: answers and hints, ${provider.name}`);
  const session = (
    version: ProtocolVersion,
    options: Parameters<typeof makeSession>[2] = {},
  ): SspiSession =>
    makeSession(provider, provider, {
      ...options,
      client: { ...versionOnly(version), ...options.client },
    });

  for (const retried of [false, true]) {
    const groups = retried ? { supportedGroups: [0x18, 0x17], keyShares: [0x18] } : {};
    const server = retried ? { sealwire: { supportedGroups: [0x17] } } : {};
    tests(
      `TLS 1.3${retried ? " after HelloRetryRequest" : ""}: one ChangeCipherSpec of the client`,
      () => {
        const both = session(TLS13, { client: { sealwire: groups }, server });
        both.handshake();
        assert.ok(both.client.ready && both.server.ready);
        const types = recordTypes(sent(both, "client"));
        assert.is(types.filter((type) => type === ContentType.ChangeCipherSpec).length, 1);
        const before = retried ? 1 : 0;
        assert.is(types.indexOf(ContentType.ChangeCipherSpec), 1, "behind the first ClientHello");
        assert.is(types.indexOf(ContentType.ApplicationData), 2 + before);
      },
    );

    tests(
      `TLS 1.3${retried ? " after HelloRetryRequest" : ""}: it goes before an alert that is the first protected record`,
      () => {
        const both = session(TLS13, {
          client: { sealwire: { ...groups, verifyPeer: () => ({ ok: false }) } },
          clientSide: { contextReq: flags.ISC_REQ_EXTENDED_ERROR },
          server,
        });
        both.handshake();
        assert.ok(both.client.failed);
        const types = recordTypes(sent(both, "client"));
        assert.is(types.filter((type) => type === ContentType.ChangeCipherSpec).length, 1);
        assert.is(types.at(-1), ContentType.ApplicationData, "the alert is protected");
      },
    );
  }

  for (const version of [TLS12, TLS13]) {
    const name = version === TLS12 ? "TLS 1.2" : "TLS 1.3";
    tests(`${name}: a certificate given for this request is sent whatever the names say`, () => {
      const both = session(version, {
        server: { sealwire: { certificateAuthorities: [STRANGER] } },
        serverSide: { contextReq: flags.ASC_REQ_MUTUAL_AUTH },
      });
      both.handshake();
      is(both.client.last.status, status.SEC_I_INCOMPLETE_CREDENTIALS);
      const chosen = acquire(both.client.functions, "client", {
        ...versionOnly(version),
        paCred: [identity("p256-other")],
      });
      both.carry("client", both.client.step(chosen));
      both.run();
      assert.ok(both.client.ready && both.server.ready, both.server.error?.message);
      assert.ok(both.server.connection().peerSignatureScheme !== null);
    });

    tests(`${name}: our own choice is an empty Certificate where no name fits`, () => {
      const both = session(version, {
        client: { paCred: [identity("p256-other")] },
        clientSide: { contextReq: flags.ISC_REQ_USE_SUPPLIED_CREDS },
        server: { sealwire: { certificateAuthorities: [STRANGER] } },
        serverSide: { contextReq: flags.ASC_REQ_MUTUAL_AUTH },
      });
      both.handshake();
      assert.ok(both.client.ready && both.server.ready);
      assert.is(both.server.connection().peerSignatureScheme, null);
    });
  }

  for (const resumed of [false, true]) {
    tests(
      `TLS 1.2${resumed ? ", resumed" : ""}: a suite with curves answers ec_point_formats`,
      () => {
        const functions = functionsOf(provider);
        const [client, server] = [
          acquire(functions, "client", versionOnly(TLS12)),
          acquire(functions, "server"),
        ];
        let both: SspiSession | null = null;
        for (let round = 0; round <= (resumed ? 1 : 0); round++) {
          both = new SspiSession(
            new SspiSide(functions, "client", client),
            new SspiSide(functions, "server", server),
          );
          both.handshake();
          assert.is(both.client.connection().resumed, round === 1);
        }
        const bytes =
          both?.flights.find(({ from }) => from === "server")?.bytes ?? new Uint8Array(9);
        const body = bytes.subarray(9, 9 + (((bytes[7] ?? 0) << 8) | (bytes[8] ?? 0)));
        assert.equal(decodeServerHello(body).extensions.ecPointFormats, [0]);
      },
    );
  }

  for (const asks of [1, 2, 5]) {
    for (const transparentPostHandshake of [false, true]) {
      tests(
        `${asks} KeyUpdates that ask, ${transparentPostHandshake ? "transparent" : "by calls"}: one answer`,
        () => {
          const both = session(TLS13, {
            client: { sealwire: { transparentPostHandshake } },
            server: { sealwire: { ticketCount: 0 } },
          });
          both.handshake();
          const updates = Array.from({ length: asks }, () => isUpdate(both, "server"));
          both.carry("server", Uint8Array.from(updates.flat()));
          both.carry("server", both.server.seal(DATA));
          const before = both.flights.length;
          assert.equal(both.drain(both.client), DATA);
          const answers = both.flights.slice(before).filter(({ from }) => from === "client");
          assert.is(recordTypes(concat(...answers.map(({ bytes }) => bytes))).length, 1);
          // The answer was sent: the next request has one of its own, and data flows both ways.
          assert.equal(both.drain(both.server), new Uint8Array(0));
          both.carry("server", Uint8Array.from(isUpdate(both, "server")));
          both.drain(both.client);
          assert.is(both.flights.at(-1)?.from, "client");
          assert.equal(both.send("client", DATA), DATA);
          assert.equal(both.send("server", DATA), DATA);
        },
      );
    }
  }

  for (const most of [0, 3]) {
    tests(
      `TLS 1.3: ${most} requests for a certificate after the handshake, one more ends it`,
      () => {
        const both = session(TLS13, {
          client: {
            paCred: [identity("p256-other")],
            sealwire: { limits: { certificateRequests: most } },
          },
          server: { sealwire: { ticketCount: 0 } },
        });
        both.handshake();
        const { client, server } = both;
        for (let request = 0; request <= most; request++) {
          const output = empty();
          server.functions.acceptSecurityContext({
            context: server.handle,
            contextReq: flags.ASC_REQ_MUTUAL_AUTH | flags.ASC_REQ_ALLOCATE_MEMORY,
            output: desc(output),
          });
          both.carry("server", output.bytes);
          is(client.open().code, status.SEC_I_RENEGOTIATE);
          both.carry("client", client.step());
          if (request === most) break;
          is(client.last.status, status.SEC_E_OK);
          both.drain(server);
        }
        assert.is(client.error?.reason, "TooManyCertificateRequests");
        assert.match(client.error?.message ?? "", /limits\.certificateRequests/);
      },
    );
  }

  tests.run();
}
