/**
 * The published values of Digest: responses, keys, packets, HTTP's requests.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { fromHex, fromLatin1, latin1, toHex, utf8 } from "../../src/bytes/text.ts";
import { CIPHERS, layerCipher } from "../../src/digest/ciphers.ts";
import {
  confidentialityKey,
  integrityKey,
  responseOf,
  secretHash,
  sessionHash,
} from "../../src/digest/hashes.ts";
import { ALGORITHMS, algorithmOf, userHash } from "../../src/digest/http.ts";
import { DigestLayer } from "../../src/digest/layer.ts";
import { MessageBuffers } from "../../src/message/buffers.ts";
import type { DigestHashes, LegacyCrypto } from "../../src/message/legacy-crypto.ts";
import { nobleDigestHashes } from "../../src/providers/noble/digest-hashes.ts";
import { nobleLegacyCrypto } from "../../src/providers/noble/legacy-crypto.ts";
import { nodeDigestHashes } from "../../src/providers/node/digest-hashes.ts";
import { nodeLegacyCrypto } from "../../src/providers/node/legacy-crypto.ts";
import * as type from "../../src/sspi/buffer-types.ts";
import { SecBuffer, SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import { fixture } from "../support/data.ts";
import { clientOf, turn, USER } from "./kit.ts";

interface Exchanged {
  readonly user: string;
  readonly realm: string;
  readonly password: string;
  readonly nonce: string;
  readonly cnonce: string;
  readonly uri: string;
  readonly response: string;
}
interface Sasl extends Exchanged {
  readonly rspauth: string;
  readonly ha1?: string;
  readonly authInt?: string;
  readonly authConf?: string;
}
interface Http extends Exchanged {
  readonly algorithm: string;
  readonly userhash?: string;
}
interface Vectors {
  readonly sasl: readonly Sasl[];
  readonly layers: {
    readonly message: string;
    readonly ki: string;
    readonly kc: Readonly<Record<string, string>>;
    readonly imap: Readonly<Record<string, string>>;
    readonly openjdk: Readonly<Record<string, { kc: string; ki: string; packet: string }>>;
  };
  readonly http: readonly Http[];
}

const { sasl, layers, http }: Vectors = fixture("digest/vectors.json");
const vectors = suite("digest: published values");

const PROVIDERS: readonly (readonly [string, LegacyCrypto, DigestHashes])[] = [
  ["node:crypto", nodeLegacyCrypto, nodeDigestHashes],
  ["noble", nobleLegacyCrypto, nobleDigestHashes],
];
const none = "0".repeat(32);

function cipherOf(name: string): (typeof CIPHERS)[number] {
  const found = CIPHERS.find((cipher) => cipher.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

for (const [provider, crypto, hashes] of PROVIDERS) {
  vectors(`RFC 2831 by ${provider}: responses and proofs of the server`, () => {
    for (const one of sasl) {
      const { user, realm, password } = one;
      const { md5 } = crypto;
      const secret = secretHash(md5, latin1(user), latin1(realm), latin1(password));
      const ha1 = sessionHash(md5, secret, one);
      const exchange = (qop: string): Parameters<typeof responseOf>[2] => ({
        ...{ nonce: one.nonce, cnonce: one.cnonce, uri: one.uri },
        ...{ nc: "00000001", qop },
      });
      assert.is(responseOf(md5, ha1, exchange("auth"), "AUTHENTICATE", null), one.response);
      assert.is(responseOf(md5, ha1, exchange("auth"), "", null), one.rspauth);
      if (one.ha1 === undefined) continue;
      assert.is(toHex(ha1), one.ha1);
      assert.is(responseOf(md5, ha1, exchange("auth-int"), "AUTHENTICATE", none), one.authInt);
      assert.is(responseOf(md5, ha1, exchange("auth-conf"), "AUTHENTICATE", none), one.authConf);
    }
  });

  vectors(`RFC 2617 and RFC 7616 by ${provider}: requests of HTTP`, () => {
    for (const one of http) {
      const name = ALGORITHMS.find((known) => known === one.algorithm) ?? "MD5";
      const algorithm = algorithmOf({ crypto, hashes }, name);
      const { hash } = algorithm;
      const secret = secretHash(hash, utf8(one.user), latin1(one.realm), latin1(one.password));
      const exchange = { ...one, nc: "00000001", qop: "auth" };
      assert.is(responseOf(hash, secret, exchange, "GET", null), one.response, one.algorithm);
      if (one.userhash === undefined) continue;
      assert.is(userHash(algorithm, utf8(one.user), latin1(one.realm)), one.userhash);
    }
  });
}

vectors("keys of the layers, by bytes of H(A1)", () => {
  const ha1 = fromHex(sasl[0]?.ha1 ?? "");
  assert.is(toHex(integrityKey(nodeLegacyCrypto, ha1, "client-to-server")), layers.ki);
  for (const [name, kc] of Object.entries(layers.kc)) {
    const key = confidentialityKey(nodeLegacyCrypto, ha1, "client-to-server", cipherOf(name));
    assert.is(toHex(key), kc, name);
  }
});

vectors("first packets of auth-int and of RC4 in three lengths", () => {
  const ha1 = fromHex(sasl[0]?.ha1 ?? "");
  for (const [name, packet] of Object.entries(layers.imap)) {
    const cipher = name === "auth-int" ? null : cipherOf(name);
    const most = { peerMaximum: 65536, ownMaximum: 65536 };
    const layer = new DigestLayer(nodeLegacyCrypto, { ha1, isClient: true, cipher, ...most });
    const data = new SecBuffer(type.SECBUFFER_DATA, latin1(layers.message));
    const rest = new SecBuffer(type.SECBUFFER_PADDING, new Uint8Array(24));
    layer.seal(new MessageBuffers("encryptMessage", new SecBufferDesc([data, rest])), 0, 0);
    assert.is(toHex(concat(data.bytes, rest.bytes)), packet, name);
  }
});

vectors("first packets of 3DES and DES as OpenJDK makes them", () => {
  for (const [name, { kc, ki, packet }] of Object.entries(layers.openjdk)) {
    const cipher = layerCipher(nodeLegacyCrypto, cipherOf(name), fromHex(kc));
    const data = latin1(layers.message);
    const mac = nodeLegacyCrypto.hmacMd5(fromHex(ki), new Uint8Array(4), data).slice(0, 10);
    const rest = cipher.seal([data], mac);
    assert.is(toHex(concat(data, rest)), packet.slice(0, 32), name);
    const clear = layerCipher(nodeLegacyCrypto, cipherOf(name), fromHex(kc)).decrypt(
      fromHex(packet.slice(0, 32)),
    );
    assert.equal(clear.slice(0, 5), latin1(layers.message));
  }
});

vectors("the client answers the RFC's challenge by the RFC's directives", () => {
  const challenge =
    'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8';
  const { token } = turn("client", { credential: clientOf() }, null, latin1(challenge));
  const shown = fromLatin1(token).replace(/(cnonce|response)=("[^"]*"|[0-9a-f]+)/g, "$1=");
  assert.is(
    shown,
    `charset=utf-8,username="${USER.User}",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",nc=00000001,cnonce=,digest-uri="imap/elwood.innosoft.com",response=,qop=auth`,
  );
});

vectors.run();
