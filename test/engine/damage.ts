/**
 * Flights that were damaged on the way, over the face: bytes flipped, doubled or cut, of every flight of every kind of
 * handshake. Each time a status and, where one is owed, an alert that the other side can read; never an exception, never a
 * loop, never a session that differs on its two ends.
 */
import { suite, type Test } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { toHex } from "../../src/bytes/text.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { alertOf } from "../../src/protocol/failure.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { identity } from "../support/identities.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  SspiSession,
  SspiSide,
  type Tamper,
  versionOnly,
} from "../support/sspi-session.ts";

interface Kind {
  readonly name: string;
  readonly client: Auth;
  readonly server: Auth;
  readonly mutual?: true;
}

const tls13 = versionOnly(TLS13);
const tls12 = versionOnly(TLS12);

const KINDS: readonly Kind[] = [
  { name: "TLS 1.3", client: tls13, server: tls13 },
  {
    name: "TLS 1.3 with client certificate and HelloRetryRequest",
    client: { ...tls13, paCred: [identity("p256-other")] },
    server: { ...tls13, sealwire: { supportedGroups: [0x17] } },
    mutual: true,
  },
  { name: "TLS 1.2", client: tls12, server: tls12 },
  {
    name: "TLS 1.2 with client certificate",
    client: { ...tls12, paCred: [identity("p256-other")] },
    server: tls12,
    mutual: true,
  },
];

/**
 * The suite of a pair of providers, to be run.
 * @param providers of the client and of the server
 * @param most places of one flight that are damaged; longer ones are sampled
 */
export function damagedFlights(
  [first, second]: readonly [CryptoProvider, CryptoProvider],
  most: number,
): Test {
  const damage = suite(`engine: damaged flights, ${first.name} to ${second.name}`);

  for (const kind of KINDS) {
    const faces = { client: functionsOf(first), server: functionsOf(second) };
    const credentials = {
      client: acquire(faces.client, "client", { dwSessionLifespan: -1, ...kind.client }),
      server: acquire(faces.server, "server", { dwSessionLifespan: -1, ...kind.server }),
    };
    const make = (tamper?: Tamper): SspiSession =>
      new SspiSession(
        new SspiSide(faces.client, "client", credentials.client, {
          contextReq: flags.ISC_REQ_EXTENDED_ERROR,
        }),
        new SspiSide(faces.server, "server", credentials.server, {
          contextReq: flags.ASC_REQ_EXTENDED_ERROR | (kind.mutual ? flags.ASC_REQ_MUTUAL_AUTH : 0),
        }),
        tamper,
      );
    const sound = make();
    sound.handshake();
    const lengths = sound.flights.map(({ bytes }) => bytes.length);

    /** Runs a handshake in which one flight was damaged, and judges its end. */
    const suffer = (
      flight: number,
      place: number,
      how: (bytes: Uint8Array, at: number) => Uint8Array,
    ): void => {
      const session = make((bytes, _from, number) =>
        number === flight ? how(bytes, Math.min(place, bytes.length - 1)) : bytes,
      );
      session.handshake();
      const what = `flight ${flight}, byte ${place}`;
      const { client, server } = session;
      for (const side of [client, server]) {
        const { error } = side;
        assert.is.not(error?.reason, "InternalError", `${what}: ${error?.message}`);
        if (error === null || error === undefined || !side.failed) continue;
        const reason = error.reason as Parameters<typeof alertOf>[0];
        const owed = alertOf(reason);
        const sent = error.alertSent?.name ?? null;
        assert.is(sent, owed, `${what}: the alert of ${reason}`);
      }
      if (client.ready && server.ready) {
        assert.is(toHex(client.exported()), toHex(server.exported()), what);
      }
      for (const side of [client, server])
        if (side.context !== undefined) side.functions.deleteSecurityContext(side.context);
    };

    const places = (length: number): number[] => {
      const step = Math.max(1, Math.floor(length / most));
      const all: number[] = [];
      for (let at = 0; at < length; at += at < 6 ? 1 : step) all.push(at);
      return [...all, length - 1];
    };

    for (const [flight, length] of lengths.entries()) {
      damage(`${kind.name}, flight ${flight}: flipped bits`, () => {
        for (const place of places(length))
          suffer(flight, place, (bytes, at) => {
            const copy = bytes.slice();
            copy[at] = (copy[at] as number) ^ (1 << (place % 8));
            return copy;
          });
      });

      damage(`${kind.name}, flight ${flight}: doubled bytes`, () => {
        for (const place of places(length))
          suffer(flight, place, (bytes, at) =>
            concat(bytes.subarray(0, at + 1), bytes.subarray(at)),
          );
      });

      damage(`${kind.name}, flight ${flight}: missing bytes`, () => {
        for (const place of places(length)) {
          suffer(flight, place, (bytes, at) => bytes.subarray(0, at));
          suffer(flight, place, (bytes, at) =>
            concat(bytes.subarray(0, at), bytes.subarray(at + 1)),
          );
        }
      });

      damage(`${kind.name}, flight ${flight}: the flight twice`, () => {
        suffer(flight, 0, (bytes) => concat(bytes, bytes));
      });
    }

    damage(`${kind.name}: it was sound before`, () => {
      for (const side of [sound.client, sound.server])
        assert.is(status.statusName(side.last.status), "SEC_E_OK", side.error?.message ?? "");
      assert.ok(lengths.length >= 3);
    });
  }

  return damage;
}
