/**
 * Self-signed certificates made on the spot (RFC 5280 §4.1, RFC 5958), for demonstrations and for `serve`: P-256,
 * valid for servers and clients. Not an authority for anybody else.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { contextTag, DerTag, derElement, derObjectIdentifier, derUnsigned } from "../bytes/der.ts";
import { latin1, utf8 } from "../bytes/text.ts";
import { curveAlgorithm, encodePublicKey } from "../crypto/key-encoding.ts";
import type { CryptoProvider, KeyPair } from "../crypto/provider.ts";
import { NAMED_GROUPS } from "../protocol/named-group.ts";
import { SIGNATURE_SCHEMES } from "../protocol/signature-scheme.ts";
import {
  callable,
  fitting,
  type Kind,
  list,
  readOptions,
  type Shape,
  text,
  wrongOption,
} from "../sspi/option-shape.ts";
import { ipBytes } from "./host-name.ts";
import { secretBytes } from "./keys/secret-bytes.ts";
import { OID } from "./object-identifiers.ts";
import { toPem } from "./pem.ts";
import { ECDSA_SHA256 } from "./signature-algorithm.ts";

const CURVE = "secp256r1";
const SCHEME = SIGNATURE_SCHEMES.find((scheme) => scheme.curve === CURVE);
const GROUP = NAMED_GROUPS.find((group) => group.name === CURVE);
const DAY = 24 * 3600 * 1000;
const UTF8_STRING = 0x0c;

export interface SelfSignedOptions {
  /** DNS names or IP literals, the first one is the subject. */
  readonly names: readonly string[];
  readonly days: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Days: a hundred years, as long as any certificate of a demonstration may live. */
const MAX_DAYS = 36_525;
/** Milliseconds since 1970: the beginning of the year 9000, so that no certificate ends after 9999. */
const MAX_TIME = 221_845_392_000_000;
const NAMES = "an array of at least one DNS name or IP literal";

/** An array that is not empty. */
function fewest(kind: Kind, words: string): Kind {
  return (value, path) =>
    Array.isArray(value) && value.length === 0
      ? wrongOption(path, words, value)
      : kind(value, path);
}

export const SELF_SIGNED: Shape<SelfSignedOptions> = /* @__PURE__ */ (() => ({
  names: fewest(list(text, NAMES), NAMES),
  days: fitting(
    `a number of days from above 0 to ${MAX_DAYS}`,
    (value) => typeof value === "number" && value > 0 && value <= MAX_DAYS,
  ),
  clock: callable,
}))();

/**
 * A copy of the options, with a clock that answered.
 * @throws TlsError UnknownOption, WrongOption, OptionThatThrows
 */
export function readSelfSignedOptions(
  given: Partial<SelfSignedOptions>,
  standard: () => number,
): Partial<SelfSignedOptions> & Pick<SelfSignedOptions, "clock"> {
  const call = "selfSignedCertificate()";
  const options = readOptions<Partial<SelfSignedOptions>>(given, {
    ...{ shape: SELF_SIGNED, path: call },
  });
  const now: unknown = (options.clock ?? standard)();
  if (typeof now === "number" && now >= 0 && now <= MAX_TIME)
    return { ...options, clock: () => now };
  return wrongOption(`the answer of ${call}: clock`, "milliseconds since 1970", now);
}

export interface SelfSignedCertificate {
  /** DER. */
  readonly certificate: Uint8Array;
  /** PKCS#8, DER. */
  readonly privateKey: Uint8Array;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** Makes key and certificate; both are new arrays. */
export function makeSelfSignedCertificate(
  provider: CryptoProvider,
  options: SelfSignedOptions,
): SelfSignedCertificate {
  const { secret, pair } = makeKey(provider);
  const spki = encodePublicKey(curveAlgorithm(CURVE), pair.publicKey);
  const privateKey = encodePrivateKey(secret);
  wipe(secret);
  pair.wipe();
  const tbs = toBeSigned(provider, options, spki);
  const key = provider.importPrivateKey(privateKey);
  if (key === null || SCHEME === undefined)
    throw new TypeError("the provider cannot sign with P-256");
  const certificate = sequence(tbs, ECDSA_ALGORITHM, bitString(key.sign(SCHEME, tbs)));
  const privateKeyPem = toPem("PRIVATE KEY", privateKey);
  const made = {
    certificate,
    privateKey: secretBytes(privateKey),
    certificatePem: toPem("CERTIFICATE", certificate),
    privateKeyPem,
  };
  // What prints the object does not print the key.
  return Object.defineProperty(made, "privateKeyPem", { enumerable: false });
}

const sequence = (...parts: readonly Uint8Array[]): Uint8Array =>
  derElement(DerTag.Sequence, ...parts);
const bitString = (bytes: Uint8Array): Uint8Array =>
  derElement(DerTag.BitString, Uint8Array.of(0), bytes);
const ECDSA_ALGORITHM = sequence(derObjectIdentifier(ECDSA_SHA256));

function makeKey(provider: CryptoProvider): { secret: Uint8Array; pair: KeyPair } {
  const agreement = GROUP === undefined ? null : provider.keyAgreement(GROUP.name);
  if (GROUP === undefined || agreement === null) throw new TypeError("the provider has no P-256");
  for (;;) {
    const secret = provider.random(GROUP.privateKeyLength);
    const pair = agreement.fromPrivateKey(secret);
    // One draw in 2^32 is out of range.
    if (pair !== null) return { secret, pair };
  }
}

function encodePrivateKey(secret: Uint8Array): Uint8Array {
  const ecPrivateKey = sequence(
    derUnsigned(Uint8Array.of(1)),
    derElement(DerTag.OctetString, secret),
  );
  return sequence(
    derUnsigned(Uint8Array.of(0)),
    derElement(DerTag.Sequence, curveAlgorithm(CURVE)),
    derElement(DerTag.OctetString, ecPrivateKey),
  );
}

function toBeSigned(
  provider: CryptoProvider,
  { names, days, clock }: SelfSignedOptions,
  spki: Uint8Array,
): Uint8Array {
  const serial = provider.random(16);
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  const name = commonName(names[0] ?? "localhost");
  const now = clock();
  return sequence(
    derElement(contextTag(0), derUnsigned(Uint8Array.of(2))),
    derUnsigned(serial),
    ECDSA_ALGORITHM,
    name,
    sequence(utcTime(now - DAY), utcTime(now + days * DAY)),
    name,
    spki,
    derElement(contextTag(3), sequence(...extensions(names))),
  );
}

function commonName(text: string): Uint8Array {
  const attribute = sequence(
    derObjectIdentifier(OID.commonName),
    derElement(UTF8_STRING, utf8(text)),
  );
  return sequence(derElement(DerTag.Set, attribute));
}

function utcTime(time: number): Uint8Array {
  const digits = new Date(time).toISOString().replace(/[-:T]/g, "").slice(2, 14);
  return derElement(DerTag.UtcTime, latin1(`${digits}Z`));
}

function extensions(names: readonly string[]): Uint8Array[] {
  const alternatives = names.map((name) => {
    const address = ipBytes(name);
    return address === null ? derElement(0x82, latin1(name)) : derElement(0x87, address);
  });
  const critical = derElement(DerTag.Boolean, Uint8Array.of(0xff));
  const extension = (oid: string, value: Uint8Array, flag?: Uint8Array): Uint8Array =>
    sequence(
      derObjectIdentifier(oid),
      ...(flag === undefined ? [] : [flag]),
      derElement(DerTag.OctetString, value),
    );
  return [
    extension(OID.subjectAltName, sequence(...alternatives)),
    // digitalSignature
    extension(OID.keyUsage, derElement(DerTag.BitString, Uint8Array.of(7, 0x80)), critical),
    extension(
      OID.extendedKeyUsage,
      sequence(derObjectIdentifier(OID.serverAuth), derObjectIdentifier(OID.clientAuth)),
    ),
    extension(OID.basicConstraints, sequence(), critical),
  ];
}
