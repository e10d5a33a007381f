/**
 * OCSP responses (RFC 6960 §4.2), read by the strict DER reader without recursion.
 *
 * OCSPResponse { responseStatus, [0] { responseType, BasicOCSPResponse } }
 * BasicOCSPResponse { tbsResponseData, signatureAlgorithm, signature, [0] certs }
 * ResponseData { [0] version, responderID, producedAt, responses, [1] responseExtensions }
 * SingleResponse { certID, certStatus, thisUpdate, [0] nextUpdate, [1] singleExtensions }
 */
import { DecodeError } from "../../bytes/byte-reader.ts";
import { contextTag, DerReader, DerTag } from "../../bytes/der.ts";
import { readExtensions, readTime } from "../certificate.ts";
import { OID } from "../object-identifiers.ts";
import {
  type CertificateSignatureAlgorithm,
  readSignatureAlgorithm,
} from "../signature-algorithm.ts";

/** Of the whole response; real ones have 500 to 5,000 bytes. */
export const MAX_OCSP_RESPONSE: number = 64 * 1024;
const MAX_ANSWERS = 64;
const MAX_CERTIFICATES = 8;

const STATUS_NAMES: readonly string[] = [
  "successful",
  "malformedRequest",
  "internalError",
  "tryLater",
  "(4)",
  "sigRequired",
  "unauthorized",
];

/** The statement of a response about one certificate. Byte fields are views. */
export interface OcspAnswer {
  readonly hashAlgorithm: string;
  readonly nameHash: Uint8Array;
  readonly keyHash: Uint8Array;
  /** Content of the INTEGER. */
  readonly serialNumber: Uint8Array;
  readonly status: "good" | "revoked" | "unknown";
  /** CRLReason of a revoked one, if present. */
  readonly reason: number | null;
  /** Milliseconds since 1970. */
  readonly revokedAt: number | null;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
}

export interface BasicOcspResponse {
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: CertificateSignatureAlgorithm;
  readonly signature: Uint8Array;
  /** DER, as the responder sent them. */
  readonly certificates: readonly Uint8Array[];
  /** Encoded Name, or SHA-1 of the key. */
  readonly responderName: Uint8Array | null;
  readonly responderKeyHash: Uint8Array | null;
  readonly answers: readonly OcspAnswer[];
  /** OIDs of critical extensions, none of which is known here. */
  readonly critical: readonly string[];
}

/** `status` is "successful" if and only if there is a `basic` response. */
export interface OcspResponse {
  readonly status: string;
  readonly basic: BasicOcspResponse | null;
}

/**
 * Reads a response. Its byte fields are views of `der`.
 * @throws DecodeError
 */
export function readOcspResponse(der: Uint8Array): OcspResponse {
  if (der.length > MAX_OCSP_RESPONSE) {
    throw new DecodeError(`${der.length} bytes, at most ${MAX_OCSP_RESPONSE} are read`);
  }
  const outer = new DerReader(der);
  const response = outer.sequence();
  outer.end();
  const [number = 0xff] = response.element(DerTag.Enumerated);
  const wrapped = response.optional(0);
  response.end();
  if (number !== 0) return { status: STATUS_NAMES[number] ?? `(${number})`, basic: null };
  if (wrapped === null) throw new DecodeError("a successful response without content");
  const bytes = wrapped.sequence();
  wrapped.end();
  const type = bytes.objectIdentifier();
  if (type !== OID.basicOcspResponse) throw new DecodeError(`a response of type ${type}`);
  const content = bytes.element(DerTag.OctetString);
  bytes.end();
  return { status: "successful", basic: readBasic(content) };
}

function readBasic(content: Uint8Array): BasicOcspResponse {
  const outer = new DerReader(content);
  const basic = outer.sequence();
  outer.end();
  const data = basic.next();
  if (data.tag !== DerTag.Sequence) throw new DecodeError("ResponseData is not a SEQUENCE");
  const signatureAlgorithm = readSignatureAlgorithm(basic.element(DerTag.Sequence));
  const signature = basic.bitString();
  const certificates = readCertificates(basic.optional(0));
  basic.end();

  const fields = new DerReader(data.content);
  const version = fields.optional(0);
  if (version !== null && version.smallInteger() !== 0) throw new DecodeError("unknown version");
  const responder = readResponder(fields);
  readTime(fields);
  const answers: OcspAnswer[] = [];
  const critical: string[] = [];
  const list = fields.sequence();
  while (list.peek() !== null) {
    if (answers.length === MAX_ANSWERS) throw new DecodeError(`more than ${MAX_ANSWERS} answers`);
    answers.push(readAnswer(list.sequence(), critical));
  }
  addCritical(fields.optional(1), critical);
  fields.end();
  return {
    ...{ tbs: data.encoded, signatureAlgorithm, signature, certificates },
    ...{ ...responder, answers, critical },
  };
}

function readResponder(
  fields: DerReader,
): Pick<BasicOcspResponse, "responderName" | "responderKeyHash"> {
  const { tag, content } = fields.next();
  if (tag === contextTag(1)) return { responderName: content, responderKeyHash: null };
  if (tag !== contextTag(2)) throw new DecodeError("a responder of unknown form");
  const inner = new DerReader(content);
  const responderKeyHash = inner.element(DerTag.OctetString);
  inner.end();
  return { responderName: null, responderKeyHash };
}

function readCertificates(wrapped: DerReader | null): Uint8Array[] {
  if (wrapped === null) return [];
  const list = wrapped.sequence();
  wrapped.end();
  const certificates: Uint8Array[] = [];
  while (list.peek() !== null) {
    if (certificates.length === MAX_CERTIFICATES) {
      throw new DecodeError(`more than ${MAX_CERTIFICATES} certificates`);
    }
    certificates.push(list.next().encoded);
  }
  return certificates;
}

const GOOD = 0x80;
const REVOKED = contextTag(1);
const UNKNOWN = 0x82;

function readAnswer(fields: DerReader, critical: string[]): OcspAnswer {
  const id = fields.sequence();
  const algorithm = id.sequence();
  const hashAlgorithm = algorithm.objectIdentifier();
  const nameHash = id.element(DerTag.OctetString);
  const keyHash = id.element(DerTag.OctetString);
  const serialNumber = id.element(DerTag.Integer);
  id.end();
  const status = readStatus(fields);
  const thisUpdate = readTime(fields);
  const next = fields.optional(0);
  const nextUpdate = next === null ? null : readTime(next);
  next?.end();
  addCritical(fields.optional(1), critical);
  fields.end();
  return { hashAlgorithm, nameHash, keyHash, serialNumber, ...status, thisUpdate, nextUpdate };
}

function readStatus(fields: DerReader): Pick<OcspAnswer, "status" | "reason" | "revokedAt"> {
  const { tag, content } = fields.next();
  const none = { reason: null, revokedAt: null };
  if (tag === GOOD && content.length === 0) return { status: "good", ...none };
  if (tag === UNKNOWN && content.length === 0) return { status: "unknown", ...none };
  if (tag !== REVOKED) throw new DecodeError("a certificate status of unknown form");
  const info = new DerReader(content);
  const revokedAt = readTime(info);
  const wrapped = info.optional(0);
  const reason = wrapped === null ? null : (wrapped.element(DerTag.Enumerated)[0] ?? null);
  wrapped?.end();
  info.end();
  return { status: "revoked", reason, revokedAt };
}

function addCritical(wrapped: DerReader | null, critical: string[]): void {
  for (const [oid, extension] of readExtensions(wrapped)) {
    if (extension.critical) critical.push(oid);
  }
}
