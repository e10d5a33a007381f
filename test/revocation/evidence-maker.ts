/**
 * OCSP responses and CRLs made for tests, byte by byte, so that they can be wrong in any way; one small authority for them.
 */
import { createHash } from "node:crypto";
import {
  contextTag,
  DerReader,
  DerTag,
  derElement,
  derObjectIdentifier,
  derUnsigned,
} from "../../src/bytes/der.ts";
import { latin1 } from "../../src/bytes/text.ts";
import { OID } from "../../src/pki/object-identifiers.ts";
import {
  authorityExtensions,
  commonName,
  extendedKeyUsage,
  extension,
  generalName,
  keyUsage,
  makeCertificate,
  makeKey,
  NOON,
  serverExtensions,
  signed,
  type TestKey,
} from "../pki/certificate-maker.ts";

export const HOUR: number = 3600 * 1000;
export const NOW: number = NOON.getTime();

const sequence = (...parts: readonly Uint8Array[]): Uint8Array =>
  derElement(DerTag.Sequence, ...parts);
const octets = (bytes: Uint8Array): Uint8Array => derElement(DerTag.OctetString, bytes);
const enumerated = (value: number): Uint8Array =>
  derElement(DerTag.Enumerated, Uint8Array.of(value));

export function generalizedTime(at: number): Uint8Array {
  const digits = new Date(at).toISOString().replace(/[-:T]/g, "").slice(0, 14);
  return derElement(DerTag.GeneralizedTime, latin1(`${digits}Z`));
}

/** Names: "Root", "Middle", "Server"; serial numbers 1, 2, 3. */
export const rootKey: TestKey = makeKey("p256");
export const middleKey: TestKey = makeKey("p256");
export const serverKey: TestKey = makeKey("p256");
export const strangerKey: TestKey = makeKey("p256");

export const root: Uint8Array = makeCertificate({
  ...{ subject: "Root", issuer: "Root", key: rootKey, signer: rootKey },
  ...{ serial: Uint8Array.of(1), extensions: authorityExtensions(rootKey, rootKey) },
});

export function makeMiddle(...more: readonly Uint8Array[]): Uint8Array {
  return makeCertificate({
    ...{ subject: "Middle", issuer: "Root", key: middleKey, signer: rootKey },
    serial: Uint8Array.of(2),
    extensions: [...authorityExtensions(middleKey, rootKey), ...more],
  });
}

export const middle: Uint8Array = makeMiddle();

export function makeServer(...more: readonly Uint8Array[]): Uint8Array {
  return makeCertificate({
    ...{ subject: "Server", issuer: "Middle", key: serverKey, signer: middleKey },
    serial: Uint8Array.of(3),
    extensions: [...serverExtensions(middleKey, "dns:localhost"), ...more],
  });
}

export const server: Uint8Array = makeServer();

/** TLS feature status_request (RFC 7633). */
export const MUST_STAPLE: Uint8Array = extension(
  OID.tlsFeature,
  false,
  sequence(derUnsigned(Uint8Array.of(5))),
);

const uri = (url: string): Uint8Array => generalName(`uri:${url}`);

/** A distribution point of one URI, with the name of its CRL's issuer if that is another. */
export function crlPoint(url: string, crlIssuer: string | null = null): Uint8Array {
  const name = derElement(contextTag(0), derElement(contextTag(0), uri(url)));
  const issuer =
    crlIssuer === null ? [] : [derElement(contextTag(2), generalName(`cn:${crlIssuer}`))];
  return extension(OID.crlDistributionPoints, false, sequence(sequence(name, ...issuer)));
}

export function ocspPlace(url: string): Uint8Array {
  const description = sequence(derObjectIdentifier(OID.accessMethodOcsp), uri(url));
  return extension(OID.authorityInfoAccess, false, sequence(description));
}

/** A certificate for signing OCSP responses, unless `purpose` says otherwise. */
export function makeResponder(
  key: TestKey,
  signer: TestKey,
  purpose: string = OID.ocspSigning,
  notAfter: number = NOW + 1000 * HOUR,
): Uint8Array {
  return makeCertificate({
    ...{ subject: "Responder", issuer: "Middle", key, signer, notAfter },
    extensions: [keyUsage(0x80), extendedKeyUsage(purpose)],
  });
}

export interface OcspSpec {
  readonly status?: "good" | "revoked" | "unknown";
  readonly reason?: number;
  readonly serial?: number;
  /** Whose key and name make the CertID, and by default sign and respond. */
  readonly issuer?: { readonly name: string; readonly key: TestKey };
  readonly signer?: TestKey;
  /** Name of the responder; null: by its key. */
  readonly responder?: string | null;
  readonly certificates?: readonly Uint8Array[];
  readonly hash?: "sha1" | "sha256" | "sha384";
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | null;
  readonly broken?: boolean;
  readonly critical?: boolean;
}

const MIDDLE = { name: "Middle", key: middleKey };
const HASH_OIDS = {
  sha1: "1.3.14.3.2.26",
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
};

function keyBits({ spki }: TestKey): Uint8Array {
  const info = new DerReader(spki).sequence();
  info.next();
  return info.bitString();
}

export function makeOcsp(spec: OcspSpec = {}): Uint8Array {
  const { status = "good", hash = "sha1", issuer = MIDDLE, serial = 3 } = spec;
  const digest = (bytes: Uint8Array, name: string = hash): Uint8Array =>
    new Uint8Array(createHash(name).update(bytes).digest());
  const signer = spec.signer ?? issuer.key;
  const id = sequence(
    sequence(derObjectIdentifier(HASH_OIDS[hash]), derElement(DerTag.Null)),
    octets(digest(commonName(issuer.name))),
    octets(digest(keyBits(issuer.key))),
    derUnsigned(Uint8Array.of(serial)),
  );
  const reason =
    spec.reason === undefined ? [] : [derElement(contextTag(0), enumerated(spec.reason))];
  const statuses = {
    good: derElement(0x80),
    revoked: derElement(contextTag(1), generalizedTime(NOW - 48 * HOUR), ...reason),
    unknown: derElement(0x82),
  };
  const { thisUpdate = NOW - HOUR, nextUpdate = NOW + HOUR } = spec;
  const next = nextUpdate === null ? [] : [derElement(contextTag(0), generalizedTime(nextUpdate))];
  const answer = sequence(id, statuses[status], generalizedTime(thisUpdate), ...next);
  const { responder = issuer.name } = spec;
  const responderId =
    responder === null
      ? derElement(contextTag(2), octets(digest(keyBits(signer), "sha1")))
      : derElement(contextTag(1), commonName(responder));
  const extensions = spec.critical
    ? [derElement(contextTag(1), sequence(extension("1.2.3.4.5", true, derElement(DerTag.Null))))]
    : [];
  const data = sequence(responderId, generalizedTime(thisUpdate), sequence(answer), ...extensions);
  const basic = new DerReader(
    signed(data, signer, { hash: "sha256", broken: spec.broken === true }),
  ).sequence();
  const parts = [basic.next(), basic.next(), basic.next()].map(({ encoded }) => encoded);
  const certificates = spec.certificates ?? [];
  const more =
    certificates.length === 0 ? [] : [derElement(contextTag(0), sequence(...certificates))];
  return ocspEnvelope(sequence(...parts, ...more));
}

export function ocspEnvelope(basic: Uint8Array): Uint8Array {
  const bytes = sequence(derObjectIdentifier(OID.basicOcspResponse), octets(basic));
  return sequence(enumerated(0), derElement(contextTag(0), bytes));
}

/** A response without content: 3 is tryLater, 6 unauthorized. */
export const ocspError = (status: number): Uint8Array => sequence(enumerated(status));

export interface CrlSpec {
  readonly issuer?: string;
  readonly signer?: TestKey;
  /** Serial numbers, each with a reason, and in an indirect list the name of its issuer. */
  readonly revoked?: readonly {
    serial: number;
    reason?: number;
    issuer?: string;
    critical?: boolean;
  }[];
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | null;
  readonly extensions?: readonly Uint8Array[];
  readonly broken?: boolean;
}

export function makeCrl(spec: CrlSpec = {}): Uint8Array {
  const { issuer = "Middle", signer = middleKey, revoked = [] } = spec;
  const { thisUpdate = NOW - HOUR, nextUpdate = NOW + HOUR } = spec;
  const entries = revoked.map((entry) => {
    const extensions = [
      ...(entry.reason === undefined
        ? []
        : [extension(OID.reasonCode, false, enumerated(entry.reason))]),
      ...(entry.issuer === undefined
        ? []
        : [extension(OID.certificateIssuer, true, sequence(generalName(`cn:${entry.issuer}`)))]),
      ...(entry.critical ? [extension("1.2.3.4.5", true, derElement(DerTag.Null))] : []),
    ];
    return sequence(
      derUnsigned(Uint8Array.of(entry.serial)),
      generalizedTime(NOW - 48 * HOUR),
      ...(extensions.length === 0 ? [] : [sequence(...extensions)]),
    );
  });
  const algorithm = sequence(derObjectIdentifier("1.2.840.10045.4.3.2"));
  const tbs = sequence(
    derUnsigned(Uint8Array.of(1)),
    algorithm,
    commonName(issuer),
    generalizedTime(thisUpdate),
    ...(nextUpdate === null ? [] : [generalizedTime(nextUpdate)]),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...(spec.extensions === undefined
      ? []
      : [derElement(contextTag(0), sequence(...spec.extensions))]),
  );
  return signed(tbs, signer, { hash: "sha256", broken: spec.broken === true });
}

const TRUE = Uint8Array.of(0xff);

/** IssuingDistributionPoint. */
export function scope(fields: {
  readonly url?: string;
  readonly only?: "user" | "ca" | "attribute";
  /** First byte of ReasonFlags. */
  readonly reasons?: number;
  readonly indirect?: boolean;
}): Uint8Array {
  const { url, only, reasons, indirect } = fields;
  const flag = (tag: number, on: boolean): Uint8Array[] => (on ? [derElement(tag, TRUE)] : []);
  return extension(
    OID.issuingDistributionPoint,
    true,
    sequence(
      ...(url === undefined
        ? []
        : [derElement(contextTag(0), derElement(contextTag(0), uri(url)))]),
      ...flag(0x81, only === "user"),
      ...flag(0x82, only === "ca"),
      ...(reasons === undefined ? [] : [derElement(0x83, Uint8Array.of(0, reasons))]),
      ...flag(0x84, indirect === true),
      ...flag(0x85, only === "attribute"),
    ),
  );
}

export const DELTA: Uint8Array = extension(
  OID.deltaCrlIndicator,
  true,
  derUnsigned(Uint8Array.of(1)),
);
