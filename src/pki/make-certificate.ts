/**
 * Self-signed certificates made on the spot (RFC 5280 §4.1, RFC 5958), for demonstrations and for `serve`: P-256,
 * valid for servers and clients. Not an authority for anybody else.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { contextTag, DerTag, derElement, derObjectIdentifier, derUnsigned } from "../bytes/der.ts";
import { harmless, latin1, utf8 } from "../bytes/text.ts";
import { curveAlgorithm, encodePublicKey } from "../crypto/key-encoding.ts";
import type { CryptoProvider, KeyPair } from "../crypto/provider.ts";
import { asciiHost, isPreferredName, withoutDot } from "../protocol/host-name.ts";
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
import { TlsError } from "../sspi/tls-error.ts";
import { toPem } from "./files/pem.ts";
import { secretBytes } from "./files/secret-bytes.ts";
import { OID } from "./object-identifiers.ts";
import { ipBytes } from "./path/host-name.ts";
import { ECDSA_SHA256 } from "./signature-algorithm.ts";

const CURVE = "secp256r1";
const SCHEME = SIGNATURE_SCHEMES.find((scheme) => scheme.curve === CURVE);
const GROUP = NAMED_GROUPS.find((group) => group.name === CURVE);
const DAY = 24 * 3600 * 1000;
const UTF8_STRING = 0x0c;
/** Characters (RFC 5280 appendix A.1, ub-common-name). */
const MAX_COMMON_NAME = 64;
/** The range of GeneralizedTime: the years 0 to 9999. */
const FIRST_TIME = Date.parse("0000-01-01T00:00:00Z");
const LAST_TIME = Date.parse("9999-12-31T23:59:59Z");

export interface SelfSignedOptions {
  /**
   * DNS names, one wildcard label before them if need be, or IP literals; at least one. Names that are not ASCII are
   * mapped to A-labels. The first is the subject's common name, if it has at most 64 characters.
   */
  readonly names: readonly string[];
  /** How long the certificate is valid, from a day before now on; it ends before the year 10000. */
  readonly days: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

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
    "a number of days above 0",
    (value) => typeof value === "number" && value > 0 && Number.isFinite(value),
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
  if (typeof now === "number" && Number.isFinite(now)) return { ...options, clock: () => now };
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

/**
 * Makes key and certificate; both are new arrays.
 * @throws TlsError InvalidOption: no name, a name that no certificate can have, a time that no certificate can have
 */
export function makeSelfSignedCertificate(
  provider: CryptoProvider,
  options: SelfSignedOptions,
): SelfSignedCertificate {
  const names = properNames(options.names);
  const validity = validityOf(options);
  const { secret, pair } = makeKey(provider);
  const spki = encodePublicKey(curveAlgorithm(CURVE), pair.publicKey);
  const privateKey = encodePrivateKey(secret, pair.publicKey);
  wipe(secret);
  pair.wipe();
  const tbs = toBeSigned(provider, names, validity, spki);
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

/** With the public key: GnuTLS does not read an ECPrivateKey without it, though RFC 5915 §3 lets it be left out. */
function encodePrivateKey(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const ecPrivateKey = sequence(
    derUnsigned(Uint8Array.of(1)),
    derElement(DerTag.OctetString, secret),
    derElement(contextTag(1), bitString(publicKey)),
  );
  return sequence(
    derUnsigned(Uint8Array.of(0)),
    derElement(DerTag.Sequence, curveAlgorithm(CURVE)),
    derElement(DerTag.OctetString, ecPrivateKey),
  );
}

function toBeSigned(
  provider: CryptoProvider,
  names: readonly string[],
  validity: Uint8Array,
  spki: Uint8Array,
): Uint8Array {
  const serial = provider.random(16);
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  const name = subjectOf(names[0] ?? "");
  return sequence(
    derElement(contextTag(0), derUnsigned(Uint8Array.of(2))),
    derUnsigned(serial),
    ECDSA_ALGORITHM,
    name,
    validity,
    name,
    spki,
    derElement(contextTag(3), sequence(...extensions(names))),
  );
}

/** A name that is too long for a common name (RFC 5280, ub-common-name) is left to the alternative names. */
function subjectOf(first: string): Uint8Array {
  const [type, text] =
    first.length <= MAX_COMMON_NAME
      ? [OID.commonName, first]
      : [OID.organization, "Self-signed certificate"];
  const attribute = sequence(derObjectIdentifier(type), derElement(UTF8_STRING, utf8(text)));
  return sequence(derElement(DerTag.Set, attribute));
}

function wrong(message: string): never {
  throw new TlsError(`selfSignedCertificate: ${message}`, { reason: "InvalidOption" });
}

/** Names in ASCII, of which each can be read by everybody. */
function properNames(names: readonly string[]): string[] {
  if (!Array.isArray(names) || names.length === 0) {
    wrong("names holds no name; a certificate needs a DNS name or an IP address");
  }
  return names.map((name: unknown) => {
    if (typeof name !== "string") wrong(`names holds a ${typeof name}, which is not a text`);
    const ascii = asciiHost(name) ?? "";
    if (ipBytes(ascii) !== null) return ascii;
    const plain = withoutDot(ascii);
    // An underscore is in names that people use, and every reader takes it.
    if (isPreferredName(plain.replace(/^\*\./, "").replaceAll("_", "x"))) return plain;
    return wrong(
      `${JSON.stringify(harmless(name))} is neither a DNS name (labels of 1 to 63 letters, digits and hyphens, at most 253 characters, a wildcard only as the first label) nor an IP address`,
    );
  });
}

/** @rfc 5280 §4.1.2.5 */
function validityOf({ days, clock }: SelfSignedOptions): Uint8Array {
  const now = clock();
  const [from, until] = [now - DAY, now + days * DAY];
  if (!(from >= FIRST_TIME && until <= LAST_TIME && from <= until)) {
    wrong(
      `days: ${String(days)} gives no time from now on that a certificate can have, which ends with the year 9999`,
    );
  }
  return sequence(encodeTime(from), encodeTime(until));
}

/** Time of a certificate: UTCTime from 1950 to 2049, GeneralizedTime before and after. Milliseconds are cut off. */
function encodeTime(time: number): Uint8Array {
  const digits = new Date(time).toISOString().replace(/[-:T]/g, "").slice(0, 14);
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050
    ? derElement(DerTag.UtcTime, latin1(`${digits.slice(2)}Z`))
    : derElement(DerTag.GeneralizedTime, latin1(`${digits}Z`));
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
