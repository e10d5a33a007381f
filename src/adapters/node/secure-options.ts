/**
 * `secureOptions` of node:tls, bits of OpenSSL's: each has an effect, asks for what is always so, or is refused with its reason.
 */
import { constants } from "node:crypto";
import { type ProtocolVersion, TLS12, TLS13 } from "../../protocol/version.ts";
import { refuseOption } from "./node-error.ts";

export interface Operations {
  readonly withoutVersions: readonly ProtocolVersion[];
  /** SSL_OP_NO_TICKET: sessions are found by their ids alone. */
  readonly tickets: boolean;
  readonly encryptThenMac: boolean;
  /** SSL_OP_CIPHER_SERVER_PREFERENCE: the server's order of suites counts, whatever `honorCipherOrder` says. */
  readonly serverPreference: boolean;
}

/** Bits that ask for what is always so, or that are about DTLS alone. */
const WITHOUT_EFFECT =
  constants.SSL_OP_ALL |
  constants.SSL_OP_NO_SSLv2 |
  constants.SSL_OP_NO_SSLv3 |
  constants.SSL_OP_NO_TLSv1 |
  constants.SSL_OP_NO_TLSv1_1 |
  constants.SSL_OP_NO_COMPRESSION |
  constants.SSL_OP_NO_RENEGOTIATION |
  constants.SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION |
  // A server without renegotiation_info is spoken to; a renegotiation without it is never done.
  constants.SSL_OP_LEGACY_SERVER_CONNECT |
  constants.SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION |
  constants.SSL_OP_NO_QUERY_MTU |
  constants.SSL_OP_COOKIE_EXCHANGE |
  constants.SSL_OP_CISCO_ANYCONNECT;

const WITH_EFFECT =
  constants.SSL_OP_NO_TLSv1_2 |
  constants.SSL_OP_NO_TLSv1_3 |
  constants.SSL_OP_NO_TICKET |
  constants.SSL_OP_CIPHER_SERVER_PREFERENCE |
  constants.SSL_OP_NO_ENCRYPT_THEN_MAC;

/** Bits that stand for something that is not built; each with its reason. */
const REFUSED: readonly (readonly [name: string, bit: number, why: string])[] = [
  [
    "SSL_OP_PRIORITIZE_CHACHA",
    constants.SSL_OP_PRIORITIZE_CHACHA,
    "`honorCipherOrder: false` follows the client's order",
  ],
  [
    "SSL_OP_TLS_ROLLBACK_BUG",
    constants.SSL_OP_TLS_ROLLBACK_BUG,
    "it would let an attacker choose the version of the protocol",
  ],
  [
    "SSL_OP_ALLOW_NO_DHE_KEX",
    constants.SSL_OP_ALLOW_NO_DHE_KEX,
    "resumption without a key exchange (psk_ke) is not built",
  ],
];

/** @throws for bits that cannot be honoured */
export function operationsOf(bits: number): Operations {
  for (const [name, bit, why] of REFUSED) {
    if ((bits & bit) !== 0) refuseOption("secureOptions", `${name}: ${why}`);
  }
  const strange = bits & ~(WITHOUT_EFFECT | WITH_EFFECT);
  if (strange !== 0) {
    refuseOption("secureOptions", `the bits 0x${(strange >>> 0).toString(16)} mean nothing here`);
  }
  const has = (bit: number): boolean => (bits & bit) !== 0;
  return {
    withoutVersions: [
      ...(has(constants.SSL_OP_NO_TLSv1_2) ? [TLS12 as ProtocolVersion] : []),
      ...(has(constants.SSL_OP_NO_TLSv1_3) ? [TLS13 as ProtocolVersion] : []),
    ],
    tickets: !has(constants.SSL_OP_NO_TICKET),
    serverPreference: has(constants.SSL_OP_CIPHER_SERVER_PREFERENCE),
    encryptThenMac: !has(constants.SSL_OP_NO_ENCRYPT_THEN_MAC),
  };
}
