/**
 * Our side of one cell of the matrix: sets up the credential, moves the bytes, and demands that both sides negotiated
 * what the cell says.
 */
import { setTimeout as delay } from "node:timers/promises";
import * as assert from "uvu/assert";
import { queryContextAttributes } from "../../src/api/node.ts";
import {
  applicationProtocolsBuffer,
  SECPKG_ATTR_REMOTE_CERT_CONTEXT,
} from "../../src/api/portable.ts";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { toHex } from "../../src/bytes/text.ts";
import { NAMED_GROUPS, type NamedGroup } from "../../src/protocol/named-group.ts";
import { TLS12, TLS13, versionName } from "../../src/protocol/version.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import { SEC_E_OK } from "../../src/sspi/security-status.ts";
import type { TlsSession } from "../support/exchange.ts";
import { type Cell, kindOf } from "./cells.ts";
import { type Identity, testAuthority } from "./certificates.ts";
import {
  AGREED_PROTOCOL,
  connectionsOf,
  LENGTH,
  type MatrixPeer,
  type MatrixServer,
  OUR_PROTOCOLS,
  type Seen,
} from "./matrix-peer.ts";
import { opensslGroup } from "./openssl.ts";
import { connectOurs, factsOf, listenOurs, ourCredential } from "./ours.ts";

const LIMIT_MS = 20_000;

/** Runs a cell; rejects with what went wrong. */
export async function runCell(peer: MatrixPeer, cell: Cell): Promise<void> {
  const timer = new AbortController();
  const late = delay(LIMIT_MS, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error(`not finished within ${LIMIT_MS} ms`);
  });
  late.catch(() => {});
  try {
    await Promise.race([
      cell.role === "client" ? asClient(peer, cell) : asServer(peer, cell),
      late,
    ]);
  } finally {
    timer.abort();
  }
}

/** The group that the client's first share is for, where the cell wants a HelloRetryRequest. */
export function retryGroup(group: NamedGroup): NamedGroup {
  const other = group.name === "x25519" ? "secp256r1" : "x25519";
  return NAMED_GROUPS.find(({ name }) => name === other) ?? group;
}

/** The curve of the certificate, which a TLS 1.2 client must list as well (RFC 8422 §5.1.1). */
export function certificateCurve({ version, scheme }: Cell): NamedGroup[] {
  return version === TLS13 ? [] : NAMED_GROUPS.filter(({ name }) => name === scheme?.curve);
}

/** Groups that a client of the cell lists, in order of wish. */
export function offeredGroups(cell: Cell): NamedGroup[] {
  const { group, feature } = cell;
  const first = feature === "retry" && group !== null ? [retryGroup(group)] : [];
  return [...new Set([...first, ...(group === null ? [] : [group]), ...certificateCurve(cell)])];
}

/** ecdsa_secp256r1_sha256, with which the test authority signs. */
const AUTHORITY_SCHEME = 0x0403;

const identityOf = (cell: Cell, side: "client" | "server"): Identity =>
  testAuthority()[side](kindOf(cell));

function options(cell: Cell): SealwireOptions {
  const { suite, version, scheme, encryptThenMac, role, feature, group } = cell;
  const groups = role === "client" ? offeredGroups(cell) : group === null ? [] : [group];
  // In TLS 1.2 one list of a request is for the handshake and for certificates (RFC 5246 §7.4.4).
  const forCertificates =
    role === "server" && version === TLS12 && feature === "client certificate"
      ? [AUTHORITY_SCHEME]
      : [];
  return {
    cipherSuites: [suite.code],
    encryptThenMac,
    ...(groups.length === 0 ? {} : { supportedGroups: groups.map(({ code }) => code) }),
    ...(scheme === null
      ? {}
      : { signatureSchemes: [scheme.code, ...forCertificates], signingSchemes: [scheme.code] }),
    ...(role === "server" && feature === "client certificate"
      ? { requireClientCertificate: true }
      : {}),
  };
}

const alpnOf = ({ feature }: Cell): { readonly alpn?: Uint8Array } =>
  feature === "alpn" ? { alpn: applicationProtocolsBuffer(OUR_PROTOCOLS).bytes } : {};

async function asClient(peer: MatrixPeer, cell: Cell): Promise<void> {
  const server = await peer.serve(cell);
  const credential = ourCredential({
    role: "client",
    trust: testAuthority().pem,
    sealwire: options(cell),
    ...(cell.feature === "client certificate" ? { identities: [identityOf(cell, "client")] } : {}),
  });
  try {
    for (let left = connectionsOf(cell); left > 0; left--) {
      const pump = await connectOurs(server.port, { credential, ...alpnOf(cell) });
      try {
        await exchange(pump, cell, server);
        checkOurs(pump, cell, left === 1);
        const seen = await server.seen?.(pump.socket.localPort ?? 0);
        if (seen !== undefined && left === 1) checkPeers(seen, cell);
        await pump.shutdown();
      } finally {
        pump.close();
      }
    }
  } finally {
    await server.done();
  }
}

async function exchange(pump: TlsSession, cell: Cell, server: MatrixServer): Promise<void> {
  const data = server.data();
  const expected = server.answer(data);
  const half = LENGTH / 2;
  const part = async (from: number, to: number): Promise<void> => {
    const [received] = await Promise.all([
      pump.readExactly(to - from),
      pump.write(data.subarray(from, to)),
    ]);
    assert.ok(equalBytes(received, expected.subarray(from, to)), "the bytes came back changed");
  };
  await part(0, half);
  const before = pump.postHandshakeMessages;
  if (cell.feature === "key update by us") await pump.updateKeys(true);
  if (cell.feature === "key update by the peer") await server.updateKeys?.();
  await part(half, LENGTH);
  if (cell.feature.startsWith("key update"))
    assert.ok(pump.postHandshakeMessages > before, "no key update of the peer came");
}

async function asServer(peer: MatrixPeer, cell: Cell): Promise<void> {
  const own = identityOf(cell, "server");
  const credential = ourCredential({
    role: "server",
    identities: [own],
    sealwire: options(cell),
    ...(cell.feature === "client certificate" ? { trust: testAuthority().pem } : {}),
    ...(cell.feature === "ocsp staple" ? { staple: testAuthority().ocspResponse(own) } : {}),
  });
  let left = connectionsOf(cell);
  const server = await listenOurs({ credential, ...alpnOf(cell) }, async (pump) => {
    await pump.handshake();
    left--;
    await echo(pump, cell, left === 0);
    checkOurs(pump, cell, left === 0);
    await pump.shutdown();
  });
  try {
    const connections = [];
    for (let i = connectionsOf(cell); i > 0; i--) connections.push(server.next());
    const [seen] = await Promise.all([peer.dial(cell, server.port), ...connections]);
    checkPeers(seen, cell);
  } finally {
    server.close();
  }
}

/** Sends LENGTH bytes back; a connection that only makes a session may end before. */
async function echo(pump: TlsSession, cell: Cell, last: boolean): Promise<void> {
  let updated = cell.feature !== "key update by us";
  let before = 0;
  for (let have = 0; have < LENGTH; ) {
    const data = await pump.read();
    if (data === null) {
      if (last) throw new Error(`closed after ${have} bytes`);
      return;
    }
    have += data.length;
    await pump.write(data);
    // Early: some peers answer a request for new keys only when they write next.
    if (updated) continue;
    updated = true;
    before = pump.postHandshakeMessages;
    await pump.updateKeys(true);
  }
  if (!cell.feature.startsWith("key update")) return;
  // The answer to our request may come after all data, before or instead of the peer's end.
  if (pump.postHandshakeMessages === before) assert.is(await pump.read(), null);
  assert.ok(pump.postHandshakeMessages > before, "no key update of the peer came");
}

/** Demands that our side negotiated what the cell says. */
function checkOurs(pump: TlsSession, cell: Cell, last: boolean): void {
  const facts = factsOf(pump);
  const resumed = last && connectionsOf(cell) === 2;
  assert.is(versionName(facts.version ?? 0), versionName(cell.version));
  assert.is(facts.cipherSuite, cell.suite.code, "cipher suite");
  assert.is(facts.resumed, resumed, "resumed");
  // A TLS 1.2 session that is resumed agrees on no group and signs nothing.
  if (!resumed || cell.version === TLS13) {
    const group = facts.group ?? null;
    const known = cell.role === "server" || cell.suite.keyExchange !== "dhe" || group !== null;
    if (known) assert.is(group, cell.group?.code ?? null, "group");
  }
  if (!resumed) {
    const scheme = cell.role === "client" ? facts.peerSignatureScheme : facts.ownSignatureScheme;
    assert.is(scheme, cell.scheme?.code ?? null, "signature scheme");
  }
  if (cell.version === TLS12) {
    assert.is(facts.encryptThenMac, cell.encryptThenMac, "encrypt-then-mac");
    assert.is(facts.extendedMasterSecret, true, "extended master secret");
    assert.is(facts.secureRenegotiation, true, "secure renegotiation");
  }
  assert.is(facts.helloRetryRequest, cell.feature === "retry", "HelloRetryRequest");
  assert.is(facts.alpnProtocol, cell.feature === "alpn" ? AGREED_PROTOCOL : null);
  if (cell.role === "client") {
    const staple = cell.feature === "ocsp staple" ? ocspOf(cell) : null;
    const got = facts.peerOcspResponse;
    assert.is(got === null ? null : toHex(got), staple === null ? null : toHex(staple), "staple");
  }
  if (cell.feature !== "client certificate") return;
  if (cell.role === "client") {
    if (cell.scheme !== null) assert.is(facts.ownSignatureScheme, cell.scheme.code);
    else assert.ok(facts.ownSignatureScheme, "we signed nothing");
  } else {
    const { status } = queryContextAttributes(pump.context, SECPKG_ATTR_REMOTE_CERT_CONTEXT);
    assert.is(status, SEC_E_OK, "no certificate of the client");
    const own = cell.version === TLS12 ? [AUTHORITY_SCHEME] : [];
    if (cell.scheme !== null)
      assert.ok([cell.scheme.code, ...own].includes(facts.peerSignatureScheme ?? 0), "signature");
  }
}

const ocspOf = (cell: Cell): Uint8Array => testAuthority().ocspResponse(identityOf(cell, "server"));

/** OpenSSL has several names for a group. */
function namesGroup(name: string, { code }: NamedGroup): boolean {
  const known = opensslGroup(code);
  const old: Readonly<Record<string, string>> = {
    prime256v1: "P-256",
    secp384r1: "P-384",
    secp521r1: "P-521",
  };
  return (old[name] ?? name) === known;
}

/** Demands the same of what the peer tells, as far as it tells. */
function checkPeers(seen: Seen, cell: Cell): void {
  const resumed = connectionsOf(cell) === 2;
  const check = <T>(what: string, got: T | undefined, wanted: T): void => {
    if (got !== undefined) assert.is(got, wanted, `${what} as the peer saw it`);
  };
  check<number>("version", seen.version, cell.version);
  check("version", seen.versionName, versionName(cell.version).replace(" ", "v"));
  check("suite", seen.cipherSuite, cell.suite.code);
  check("suite", seen.suiteName, cell.suite.name);
  check("resumed", seen.resumed, resumed);
  check("HelloRetryRequest", seen.retried, cell.feature === "retry");
  if (cell.group !== null && (!resumed || cell.version === TLS13)) {
    check("group", seen.group, cell.group.code);
    if (seen.groupName !== undefined) assert.ok(namesGroup(seen.groupName, cell.group), "group");
  }
  if (cell.feature === "alpn") check("protocol", seen.alpn, AGREED_PROTOCOL);
  if (cell.feature === "ocsp staple" && cell.role === "server")
    assert.is(seen.ocsp, Buffer.from(ocspOf(cell)).toString("base64"), "staple");
  if (cell.feature === "client certificate" && cell.role === "client")
    check("certificates", seen.peerCertificates, 1);
}
