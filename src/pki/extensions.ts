/**
 * The certificate extensions that path validation looks at (RFC 5280 §4.2, RFC 7633), each read by a function of its
 * own into a field of `KnownExtensions`. Nothing is judged here: a value that does not decode is refused, any other is
 * kept.
 */
import { DecodeError } from "../bytes/byte-reader.ts";
import { DerReader, DerTag } from "../bytes/der.ts";
import { type GeneralName, readGeneralName, readGeneralNames } from "./general-name.ts";
import { OID } from "./object-identifiers.ts";

export interface Extension {
  readonly critical: boolean;
  /** Content of extnValue. A view. */
  readonly value: Uint8Array;
}

export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: Uint8Array | null;
  readonly hasIssuer: boolean;
  readonly hasSerialNumber: boolean;
}

export interface NameConstraints {
  /** Null: the field is absent. */
  readonly permitted: readonly GeneralName[] | null;
  readonly excluded: readonly GeneralName[] | null;
}

export interface PolicyMapping {
  readonly issuerPolicy: string;
  readonly subjectPolicy: string;
}

export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | null;
  readonly inhibitPolicyMapping: number | null;
}

/** Null: the extension is absent. */
export interface KnownExtensions {
  basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  /** First byte of the bits: digitalSignature is 0x80, keyCertSign 0x04. */
  keyUsage: number | null;
  extendedKeyUsage: readonly string[] | null;
  subjectAltName: readonly GeneralName[] | null;
  authorityKeyIdentifier: AuthorityKeyIdentifier | null;
  subjectKeyIdentifier: Uint8Array | null;
  nameConstraints: NameConstraints | null;
  policies: readonly string[] | null;
  policyMappings: readonly PolicyMapping[] | null;
  policyConstraints: PolicyConstraints | null;
  inhibitAnyPolicy: number | null;
  /** TLS extension numbers that must be in the handshake; 5 is status_request ("must-staple"). */
  tlsFeatures: readonly number[] | null;
}

const ABSENT: KnownExtensions = {
  basicConstraints: null,
  keyUsage: null,
  extendedKeyUsage: null,
  subjectAltName: null,
  authorityKeyIdentifier: null,
  subjectKeyIdentifier: null,
  nameConstraints: null,
  policies: null,
  policyMappings: null,
  policyConstraints: null,
  inhibitAnyPolicy: null,
  tlsFeatures: null,
};

type Reader = (value: DerReader, known: KnownExtensions) => void;

const READERS: Readonly<Record<string, Reader>> = {
  [OID.basicConstraints]: (value, known) => {
    const fields = value.sequence();
    const ca = fields.peek() === DerTag.Boolean && readBoolean(fields);
    const pathLength = fields.peek() === null ? null : readCount(fields.unsigned());
    fields.end();
    known.basicConstraints = { ca, pathLength };
  },
  [OID.keyUsage]: (value, known) => {
    const bits = value.element(DerTag.BitString);
    const [unused = 8, first = 0] = bits;
    const last = bits.length > 1 ? (bits.at(-1) ?? 0) : 0;
    if (unused > 7 || (last & ((1 << unused) - 1)) !== 0) {
      throw new DecodeError("KeyUsage: a bad BIT STRING");
    }
    known.keyUsage = first;
  },
  [OID.extendedKeyUsage]: (value, known) => {
    known.extendedKeyUsage = readList(value, (list) => list.objectIdentifier());
  },
  [OID.subjectAltName]: (value, known) => {
    known.subjectAltName = readGeneralNames(value.sequence());
    for (const name of known.subjectAltName) {
      if (name.form === "ip" && name.bytes.length !== 4 && name.bytes.length !== 16) {
        throw new DecodeError(`subjectAltName: an address of ${name.bytes.length} bytes`);
      }
    }
  },
  [OID.authorityKeyIdentifier]: (value, known) => {
    const fields = value.sequence();
    const keyIdentifier = fields.peek() === 0x80 ? fields.element(0x80) : null;
    const issuer = fields.optional(1);
    if (issuer !== null) readGeneralNames(issuer);
    const hasSerialNumber = fields.peek() === 0x82;
    if (hasSerialNumber) fields.element(0x82);
    fields.end();
    known.authorityKeyIdentifier = { keyIdentifier, hasIssuer: issuer !== null, hasSerialNumber };
  },
  [OID.subjectKeyIdentifier]: (value, known) => {
    known.subjectKeyIdentifier = value.element(DerTag.OctetString);
  },
  [OID.nameConstraints]: (value, known) => {
    const fields = value.sequence();
    const permitted = readSubtrees(fields.optional(0));
    const excluded = readSubtrees(fields.optional(1));
    fields.end();
    known.nameConstraints = { permitted, excluded };
  },
  [OID.certificatePolicies]: (value, known) => {
    known.policies = readList(value, (list) => list.sequence().objectIdentifier());
    if (new Set(known.policies).size < known.policies.length) {
      // @rfc 5280 §4.2.1.4
      throw new DecodeError("certificatePolicies: a policy is named twice");
    }
  },
  [OID.policyMappings]: (value, known) => {
    known.policyMappings = readList(value, (list) => {
      const pair = list.sequence();
      const issuerPolicy = pair.objectIdentifier();
      const subjectPolicy = pair.objectIdentifier();
      pair.end();
      return { issuerPolicy, subjectPolicy };
    });
  },
  [OID.policyConstraints]: (value, known) => {
    const fields = value.sequence();
    const requireExplicitPolicy = readSkipCerts(fields, 0x80);
    const inhibitPolicyMapping = readSkipCerts(fields, 0x81);
    fields.end();
    if (requireExplicitPolicy === null && inhibitPolicyMapping === null) {
      // @rfc 5280 §4.2.1.11
      throw new DecodeError("policyConstraints: an empty sequence");
    }
    known.policyConstraints = { requireExplicitPolicy, inhibitPolicyMapping };
  },
  [OID.inhibitAnyPolicy]: (value, known) => {
    known.inhibitAnyPolicy = readCount(value.unsigned());
  },
  [OID.authorityInfoAccess]: (value) => {
    readList(value, (list) => {
      const description = list.sequence();
      description.objectIdentifier();
      readGeneralName(description);
      description.end();
    });
  },
  [OID.tlsFeature]: (value, known) => {
    known.tlsFeatures = readList(value, (list) => readCount(list.unsigned()));
  },
};

/**
 * Reads the values of the extensions that are known here.
 * @throws DecodeError
 */
export function readKnownExtensions(extensions: ReadonlyMap<string, Extension>): KnownExtensions {
  const known = { ...ABSENT };
  for (const [oid, { value }] of extensions) {
    const read = READERS[oid];
    if (read === undefined) continue;
    try {
      const reader = new DerReader(value);
      read(reader, known);
      reader.end();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw new DecodeError(`the extension ${nameOf(oid)} cannot be read: ${error.message}`);
    }
  }
  return known;
}

/** "subjectAltName (2.5.29.17)", for messages. */
function nameOf(oid: string): string {
  const [name] = Object.entries(OID).find(([, number]) => number === oid) ?? [];
  return name === undefined ? oid : `${name} (${oid})`;
}

/** Reads a BOOLEAN. FALSE where it is the default and should be absent is let pass: many encoders write it. */
export function readBoolean(reader: DerReader): boolean {
  const content = reader.element(DerTag.Boolean);
  const [value] = content;
  if (content.length !== 1 || (value !== 0 && value !== 0xff)) {
    throw new DecodeError("a BOOLEAN is neither TRUE nor FALSE");
  }
  return value === 0xff;
}

/** A SEQUENCE of at least one. */
function readList<T>(value: DerReader, read: (list: DerReader) => T): T[] {
  const list = value.sequence();
  const items: T[] = [];
  do items.push(read(list));
  while (list.peek() !== null);
  return items;
}

/** A number that is only compared with lengths of paths: large ones are all the same. */
function readCount(magnitude: Uint8Array): number {
  return magnitude.reduce((sum, byte) => Math.min(sum * 256 + byte, 0xffffffff), 0);
}

function readSkipCerts(fields: DerReader, tag: number): number | null {
  if (fields.peek() !== tag) return null;
  const content = fields.element(tag);
  if (content.length === 0 || (content[0] ?? 0) >= 0x80) {
    throw new DecodeError("policyConstraints: a negative number");
  }
  return readCount(content);
}

/** Subtrees without their minimum and maximum, which this profile fixes to 0 and absent (RFC 5280 §4.2.1.10). */
function readSubtrees(list: DerReader | null): GeneralName[] | null {
  if (list === null) return null;
  const names: GeneralName[] = [];
  while (list.peek() !== null) {
    const subtree = list.sequence();
    names.push(readGeneralName(subtree));
    subtree.end();
  }
  return names;
}
