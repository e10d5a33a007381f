/**
 * Certificates made for tests, byte by byte and by our own writer, so that they can be wrong in any way; signed by node:crypto.
 * Dates are far apart, so that a test names only what it is about.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  contextTag,
  DerTag,
  derElement,
  derObjectIdentifier,
  derUnsigned,
} from "../../src/bytes/der.ts";
import { latin1, utf8 } from "../../src/bytes/text.ts";
import { OID } from "../../src/pki/object-identifiers.ts";
import { ipBytes } from "../../src/pki/path/host-name.ts";

export type KeyKind = "p256" | "p384" | "ed25519" | "rsa2048" | "rsa1024";
export type HashKind = "sha1" | "sha256";

export interface TestKey {
  readonly kind: KeyKind;
  readonly spki: Uint8Array;
  readonly secret: KeyObject;
  /** subjectKeyIdentifier. */
  readonly id: Uint8Array;
}

/** What becomes a certificate; `extensions` as made below, null for a certificate of version 1. */
export interface CertificateSpec {
  /** Common name; null: an empty name. */
  readonly subject: string | null;
  readonly issuer: string | null;
  readonly key: TestKey;
  readonly signer: TestKey;
  readonly extensions: readonly Uint8Array[] | null;
  /** Milliseconds since 1970. */
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** notBefore and notAfter as elements, to be written instead of the two above. */
  readonly validity?: readonly [Uint8Array, Uint8Array];
  /** Content of the INTEGER. */
  readonly serial?: Uint8Array;
  readonly hash?: HashKind;
  /** AlgorithmIdentifier to be written instead of that of the signature. */
  readonly algorithm?: Uint8Array;
  readonly brokenSignature?: boolean;
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array =>
  derElement(DerTag.Sequence, ...parts);
const TRUE = derElement(DerTag.Boolean, Uint8Array.of(0xff));
const DEFAULT_TIMES = { notBefore: Date.UTC(2020, 0, 1), notAfter: Date.UTC(2040, 0, 1) };

/** A time when certificates are valid that name no other. */
export const NOON: Date = new Date(Date.UTC(2030, 5, 1, 12));

export function makeKey(kind: KeyKind): TestKey {
  const { privateKey, publicKey } = keyPair(kind);
  const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
  const id = new Uint8Array(createHash("sha1").update(spki).digest());
  return { kind, spki, secret: privateKey, id };
}

function keyPair(kind: KeyKind): { privateKey: KeyObject; publicKey: KeyObject } {
  switch (kind) {
    case "p256":
      return generateKeyPairSync("ec", { namedCurve: "P-256" });
    case "p384":
      return generateKeyPairSync("ec", { namedCurve: "P-384" });
    case "ed25519":
      return generateKeyPairSync("ed25519");
    case "rsa2048":
      return generateKeyPairSync("rsa", { modulusLength: 2048 });
    case "rsa1024":
      return generateKeyPairSync("rsa", { modulusLength: 1024 });
  }
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  "ec sha256": "1.2.840.10045.4.3.2",
  "ec sha1": "1.2.840.10045.4.1",
  "rsa sha256": "1.2.840.113549.1.1.11",
  "rsa sha1": "1.2.840.113549.1.1.5",
  "ed25519 sha1": "1.3.101.112",
  "ed25519 sha256": "1.3.101.112",
};

function algorithmOf({ kind }: TestKey, hash: HashKind): Uint8Array {
  const family = kind.startsWith("rsa") ? "rsa" : kind === "ed25519" ? kind : "ec";
  const oid = derObjectIdentifier(ALGORITHMS[`${family} ${hash}`] ?? "");
  return family === "rsa" ? sequence(oid, derElement(DerTag.Null)) : sequence(oid);
}

export function makeCertificate(spec: CertificateSpec): Uint8Array {
  const { notBefore, notAfter } = { ...DEFAULT_TIMES, ...spec };
  const hash = spec.hash ?? "sha256";
  const algorithm = spec.algorithm ?? algorithmOf(spec.signer, hash);
  const version = derElement(contextTag(0), derUnsigned(Uint8Array.of(2)));
  const serial =
    spec.serial ??
    createHash("sha256")
      .update(JSON.stringify([spec.subject, spec.issuer]))
      .update(spec.key.id)
      .digest()
      .subarray(0, 8);
  const tbs = sequence(
    ...(spec.extensions === null ? [] : [version]),
    spec.serial === undefined ? derUnsigned(serial) : derElement(DerTag.Integer, serial),
    algorithm,
    commonName(spec.issuer),
    sequence(...(spec.validity ?? [time(notBefore), time(notAfter)])),
    commonName(spec.subject),
    spec.key.spki,
    ...(spec.extensions === null ? [] : [derElement(contextTag(3), sequence(...spec.extensions))]),
  );
  return signed(tbs, spec.signer, { hash, broken: spec.brokenSignature === true, algorithm });
}

/** A certificate of any bytes to be signed. */
export function signed(
  tbs: Uint8Array,
  signer: TestKey,
  options: { readonly hash: HashKind; readonly broken: boolean; readonly algorithm?: Uint8Array },
): Uint8Array {
  const { hash, broken, algorithm = algorithmOf(signer, hash) } = options;
  const signature = new Uint8Array(
    sign(signer.kind === "ed25519" ? null : hash, tbs, signer.secret),
  );
  const last = signature.length - 1;
  if (broken) signature[last] = (signature[last] ?? 0) ^ 1;
  return sequence(tbs, algorithm, derElement(DerTag.BitString, Uint8Array.of(0), signature));
}

export function commonName(text: string | null): Uint8Array {
  if (text === null) return sequence();
  const UTF8_STRING = 0x0c;
  const attribute = sequence(
    derObjectIdentifier(OID.commonName),
    derElement(UTF8_STRING, utf8(text)),
  );
  return sequence(derElement(DerTag.Set, attribute));
}

/** @rfc 5280 §4.1.2.5: UTCTime from 1950 to 2049 */
function time(at: number): Uint8Array {
  const digits = new Date(at).toISOString().replace(/[-:T]/g, "").slice(0, 14);
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050
    ? derElement(DerTag.UtcTime, latin1(`${digits.slice(2)}Z`))
    : derElement(DerTag.GeneralizedTime, latin1(`${digits}Z`));
}

export function extension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(
    derObjectIdentifier(oid),
    ...(critical ? [TRUE] : []),
    derElement(DerTag.OctetString, value),
  );
}

export function basicConstraints(
  ca: boolean,
  pathLength: number | null = null,
  critical = true,
): Uint8Array {
  const length = pathLength === null ? [] : [derUnsigned(Uint8Array.of(pathLength))];
  return extension(OID.basicConstraints, critical, sequence(...(ca ? [TRUE] : []), ...length));
}

/** @param bits first byte of the BIT STRING */
export function keyUsage(bits: number): Uint8Array {
  return extension(OID.keyUsage, true, derElement(DerTag.BitString, Uint8Array.of(0, bits)));
}

export function extendedKeyUsage(...oids: readonly string[]): Uint8Array {
  return extension(OID.extendedKeyUsage, false, sequence(...oids.map(derObjectIdentifier)));
}

export function subjectKeyIdentifier({ id }: TestKey): Uint8Array {
  return extension(OID.subjectKeyIdentifier, false, derElement(DerTag.OctetString, id));
}

export function authorityKeyIdentifier({ id }: TestKey): Uint8Array {
  return extension(OID.authorityKeyIdentifier, false, sequence(derElement(0x80, id)));
}

/**
 * "dns:a.example", "email:a@b", "uri:https://…", "ip:192.0.2.1" or "ip:192.0.2.0/255.255.255.0", "cn:Name"; "utf8-dns:ü.example":
 * what an IA5String may not hold.
 */
export function generalName(text: string): Uint8Array {
  const colon = text.indexOf(":");
  const [form, value] = [text.slice(0, colon), text.slice(colon + 1)];
  switch (form) {
    case "email":
      return derElement(0x81, latin1(value));
    case "utf8-email":
      return derElement(0x81, utf8(value));
    case "dns":
      return derElement(0x82, latin1(value));
    case "utf8-dns":
      return derElement(0x82, utf8(value));
    case "utf8-uri":
      return derElement(0x86, utf8(value));
    case "cn":
      return derElement(contextTag(4), commonName(value));
    case "uri":
      return derElement(0x86, latin1(value));
    case "ip": {
      const parts = value.split("/").map((part) => ipBytes(part) ?? new Uint8Array(0));
      return derElement(0x87, ...parts);
    }
    default:
      throw new TypeError(`there is no form ${form}`);
  }
}

export function subjectAltName(...names: readonly string[]): Uint8Array {
  return extension(OID.subjectAltName, false, sequence(...names.map(generalName)));
}

export function nameConstraints(
  permitted: readonly string[],
  excluded: readonly string[],
): Uint8Array {
  const subtrees = (number: number, names: readonly string[]): Uint8Array[] =>
    names.length === 0
      ? []
      : [derElement(contextTag(number), ...names.map((name) => sequence(generalName(name))))];
  return extension(
    OID.nameConstraints,
    true,
    sequence(...subtrees(0, permitted), ...subtrees(1, excluded)),
  );
}

export function certificatePolicies(...oids: readonly string[]): Uint8Array {
  const policies = oids.map((oid) => sequence(derObjectIdentifier(oid)));
  return extension(OID.certificatePolicies, false, sequence(...policies));
}

export function policyMappings(...pairs: readonly (readonly [string, string])[]): Uint8Array {
  const mappings = pairs.map((pair) => sequence(...pair.map(derObjectIdentifier)));
  return extension(OID.policyMappings, true, sequence(...mappings));
}

export function policyConstraints(
  requireExplicit: number | null,
  inhibitMapping: number | null,
): Uint8Array {
  const field = (tag: number, count: number | null): Uint8Array[] =>
    count === null ? [] : [derElement(tag, Uint8Array.of(count))];
  return extension(
    OID.policyConstraints,
    true,
    sequence(...field(0x80, requireExplicit), ...field(0x81, inhibitMapping)),
  );
}

export function inhibitAnyPolicy(skip: number): Uint8Array {
  return extension(OID.inhibitAnyPolicy, true, derUnsigned(Uint8Array.of(skip)));
}

/** An extension that nobody knows. */
export function unknownExtension(critical: boolean): Uint8Array {
  return extension("1.3.6.1.4.1.55738.666.1", critical, derElement(DerTag.Null));
}

/** Usual extensions of an authority, to be followed by others. */
export function authorityExtensions(key: TestKey, signer: TestKey): Uint8Array[] {
  return [
    basicConstraints(true),
    keyUsage(0x06),
    subjectKeyIdentifier(key),
    authorityKeyIdentifier(signer),
  ];
}

/** Usual extensions of a server, to be followed by others. */
export function serverExtensions(signer: TestKey, ...names: readonly string[]): Uint8Array[] {
  return [
    keyUsage(0x80),
    extendedKeyUsage(OID.serverAuth),
    authorityKeyIdentifier(signer),
    subjectAltName(...names),
  ];
}
