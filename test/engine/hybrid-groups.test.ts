/**
 * Sessions in the hybrid groups: offered and taken in TLS 1.3 only, by share at once or after HelloRetryRequest, resumed, and
 * shares that an attacker has bent.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { enablePostQuantum } from "../../src/api/enable-post-quantum.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { TLS12, type TLS13 } from "../../src/protocol/version.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import * as status from "../../src/sspi/security-status.ts";
import { PAIRS } from "../providers/subjects.ts";
import { identity } from "../support/identities.ts";
import {
  acquire,
  functionsOf,
  SspiSession,
  SspiSide,
  type Tamper,
  versionOnly,
} from "../support/sspi-session.ts";

enablePostQuantum();

const HYBRIDS = NAMED_GROUPS.filter(({ kind }) => kind === "hybrid");
const X25519 = 0x001d;
const P256 = 0x0017;

const hybrid = suite("engine: hybrid groups");

interface Settings {
  readonly client: SealwireOptions;
  readonly server: SealwireOptions;
  readonly clientVersion?: typeof TLS12 | typeof TLS13;
  readonly tamper?: Tamper;
}

function pairOf([client, server]: readonly [CryptoProvider, CryptoProvider], settings: Settings) {
  const faces = { client: functionsOf(client), server: functionsOf(server) };
  const { clientVersion } = settings;
  const only = clientVersion === undefined ? {} : versionOnly(clientVersion);
  const credentials = {
    client: acquire(faces.client, "client", { ...only, sealwire: settings.client }),
    server: acquire(faces.server, "server", {
      paCred: [identity("p256")],
      sealwire: settings.server,
    }),
  };
  return (): SspiSession => {
    const session = new SspiSession(
      new SspiSide(faces.client, "client", credentials.client),
      new SspiSide(faces.server, "server", credentials.server),
      settings.tamper,
    );
    session.handshake();
    return session;
  };
}

function secure(session: SspiSession): void {
  for (const side of [session.client, session.server])
    assert.is(status.statusName(side.last.status), "SEC_E_OK", side.error?.message ?? "");
}

for (const pair of PAIRS) {
  const title = `${pair[0].name} to ${pair[1].name}`;

  for (const { code, name } of HYBRIDS) {
    hybrid(`${title}, ${name}: with its share, resumed, and after a retry`, () => {
      const both = { supportedGroups: [code, X25519] };
      const connect = pairOf(pair, { client: both, server: both });
      for (const resumed of [false, true]) {
        const session = connect();
        secure(session);
        session.send("server", Uint8Array.of(1));
        const { group, helloRetryRequest, resumed: again } = session.client.connection();
        assert.equal([group, helloRetryRequest, again], [code, false, resumed]);
        assert.is(session.server.connection().group, code);
      }
      const client = { supportedGroups: [X25519, code] };
      const retried = pairOf(pair, { client, server: { supportedGroups: [code] } })();
      secure(retried);
      const { group, helloRetryRequest } = retried.client.connection();
      assert.equal([group, helloRetryRequest], [code, true]);
    });
  }

  hybrid(`${title}: two shares, and the server takes the one that it likes better`, () => {
    const [{ code }] = HYBRIDS as [(typeof HYBRIDS)[number]];
    const client = { supportedGroups: [code, X25519], keyShares: [code, X25519] };
    for (const first of [code, X25519]) {
      const server = { supportedGroups: [first, code] };
      const session = pairOf(pair, { client, server })();
      secure(session);
      assert.equal(
        [session.client.connection().group, session.client.connection().helloRetryRequest],
        [first, false],
      );
    }
  });

  hybrid(`${title}: TLS 1.2 does without`, () => {
    const both = { supportedGroups: [...HYBRIDS.map(({ code }) => code), P256] };
    const session = pairOf(pair, { client: both, server: both, clientVersion: TLS12 })();
    secure(session);
    assert.equal(
      [session.client.connection().version, session.client.connection().group],
      [TLS12, P256],
    );
    const [hello] = session.flights;
    assert.ok(hello);
    for (const { code } of HYBRIDS)
      assert.is(at(hello.bytes, Uint8Array.of(0, 2 + 2, code >> 8, code & 0xff)), -1);
    const { status: code, error } = functionsOf(pair[0]).acquireCredentialsHandle({
      ...{ package: "Schannel", credentialUse: 2 },
      authData: {
        ...{ dwVersion: 5, ...versionOnly(TLS12) },
        sealwire: { supportedGroups: HYBRIDS.map((group) => group.code) },
      },
    });
    assert.is(status.statusName(code), "SEC_E_ALGORITHM_MISMATCH");
    assert.is(error?.reason, "NothingEnabled");
  });
}

/** Where bytes stand in others, or -1. */
function at(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let i = 0; i + wanted.length <= bytes.length; i++)
    if (wanted.every((byte, j) => bytes[i + j] === byte)) return i;
  return -1;
}

/** A flight whose share of a group is changed. */
const bent =
  (
    from: "client" | "server",
    code: number,
    length: number,
    change: (share: Uint8Array) => void,
  ): Tamper =>
  (bytes, role) => {
    if (role !== from) return bytes;
    const head = Uint8Array.of(code >> 8, code & 0xff, length >> 8, length & 0xff);
    const start = at(bytes, head);
    if (start < 0) return bytes;
    const changed = bytes.slice();
    change(changed.subarray(start + head.length, start + head.length + length));
    return changed;
  };

interface Attack {
  readonly what: string;
  readonly from: "client" | "server";
  readonly change: (share: Uint8Array) => void;
}

/** Of X25519MLKEM768: the KEM's part is first. */
const ATTACKS: readonly Attack[] = [
  {
    what: "a coefficient of the client's key that is not reduced",
    from: "client",
    change: (share) => share.fill(0xff, 0, 3),
  },
  {
    what: "a client's point of small order",
    from: "client",
    change: (share) => share.fill(0, 1184),
  },
  {
    what: "a server's point of small order",
    from: "server",
    change: (share) => share.fill(0, 1088),
  },
];

for (const pair of PAIRS) {
  for (const { what, from, change } of ATTACKS) {
    hybrid(`${pair[0].name} to ${pair[1].name}: ${what} is refused`, () => {
      const both = { supportedGroups: [0x11ec] };
      const tamper = bent(from, 0x11ec, from === "client" ? 1216 : 1120, change);
      const session = pairOf(pair, { client: both, server: both, tamper })();
      const victim = from === "client" ? session.server : session.client;
      assert.is(victim.failed, true);
      assert.is(victim.error?.reason, "BadKeyShare");
      assert.is(victim.error?.alertSent?.name, "illegal_parameter");
    });
  }

  hybrid(
    `${pair[0].name} to ${pair[1].name}: another ciphertext comes out when Finished is checked`,
    () => {
      const both = { supportedGroups: [0x11ec] };
      const tamper = bent("server", 0x11ec, 1120, (share) => {
        share[0] = (share[0] ?? 0) ^ 1;
      });
      const session = pairOf(pair, { client: both, server: both, tamper })();
      assert.is(session.client.failed, true);
      assert.is(session.client.error?.alertSent?.name, "bad_record_mac");
    },
  );
}

hybrid.run();
