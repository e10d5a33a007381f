/**
 * Certificates, CRLs and OCSP responses as our reader and as pkijs see them, in the same words: text by field, so that two
 * readings are compared as two tables. What a library cannot read is thrown.
 */
import type { BitString, OctetString } from "asn1js";
import * as pkijs from "pkijs";
import { toHex } from "../../src/bytes/text.ts";
import type { ParsedCertificate } from "../../src/pki/certificate.ts";
import { readName } from "../../src/pki/distinguished-name.ts";
import type { GeneralName } from "../../src/pki/general-name.ts";
import { OID } from "../../src/pki/object-identifiers.ts";
import type { Crl } from "../../src/pki/revocation/crl.ts";
import type { OcspAnswer, OcspResponse } from "../../src/pki/revocation/ocsp-response.ts";
import type { CertificateSignatureAlgorithm } from "../../src/pki/signature-algorithm.ts";

export type Reading = Readonly<Record<string, string>>;

const NONE = "none";
const hex = (bytes: Uint8Array | ArrayBuffer): string => toHex(new Uint8Array(bytes));
const bitsOf = (value: BitString | OctetString): string => hex(value.valueBlock.valueHexView);
const listed = (items: readonly string[] | null | undefined): string =>
  items ? `[${items.join(" ")}]` : NONE;
const moment = (time: Date | number | null | undefined): string => String(time?.valueOf() ?? NONE);

/** What each OID says, written down once more from RFC 3279, 5758 and 8410. */
const SIGNATURES: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.11": "rsa-pkcs1 sha256",
  "1.2.840.113549.1.1.12": "rsa-pkcs1 sha384",
  "1.2.840.113549.1.1.13": "rsa-pkcs1 sha512",
  "1.2.840.10045.4.3.2": "ecdsa sha256",
  "1.2.840.10045.4.3.3": "ecdsa sha384",
  "1.2.840.10045.4.3.4": "ecdsa sha512",
  "1.3.101.112": "ed25519 null",
  "1.3.101.113": "ed448 null",
};
const PSS = "1.2.840.113549.1.1.10";
const PSS_HASHES: Readonly<Record<string, readonly [name: string, bytes: number]>> = {
  "2.16.840.1.101.3.4.2.1": ["sha256", 32],
  "2.16.840.1.101.3.4.2.2": ["sha384", 48],
  "2.16.840.1.101.3.4.2.3": ["sha512", 64],
};

function theirAlgorithm(identifier: pkijs.AlgorithmIdentifier): string {
  const { algorithmId, algorithmParams } = identifier;
  if (algorithmId !== PSS) return SIGNATURES[algorithmId] ?? "not accepted";
  const parameters = new pkijs.RSASSAPSSParams({ schema: algorithmParams });
  const [hash, length] = PSS_HASHES[parameters.hashAlgorithm.algorithmId] ?? [];
  return hash === undefined || length !== parameters.saltLength
    ? "not accepted"
    : `rsa-pss ${hash}`;
}

function ourAlgorithm({ algorithm }: CertificateSignatureAlgorithm): string {
  return algorithm === null ? "not accepted" : `${algorithm.family} ${algorithm.hash}`;
}

const FORMS: Readonly<Record<number, string>> = { 1: "email", 2: "dns", 6: "uri" };

function theirName({ type, value }: pkijs.GeneralName): string {
  const form = FORMS[type];
  if (form !== undefined) return `${form}:${value}`;
  if (type === 7) return `ip:${bitsOf(value)}`;
  return type === 4 ? `directory:${hex(value.valueBeforeDecode)}` : `other:${type}`;
}

function ourName(name: GeneralName): string {
  if (name.form === "ip") return `ip:${hex(name.bytes)}`;
  if (name.form === "directory") return `directory:${hex(name.name.encoded)}`;
  return name.form === "other" ? `other:${name.number}` : `${name.form}:${name.text}`;
}

export function ourCertificate(certificate: ParsedCertificate): Reading {
  const { basicConstraints, keyUsage, extendedKeyUsage, subjectAltName } = certificate.known;
  return {
    version: `${certificate.version}`,
    "serial number": hex(certificate.serialNumber),
    "signed part": hex(certificate.tbs),
    issuer: hex(certificate.issuer),
    subject: hex(certificate.subject),
    "not before": moment(certificate.notBefore),
    "not after": moment(certificate.notAfter),
    key: hex(certificate.spki),
    algorithm: ourAlgorithm(certificate.signatureAlgorithm),
    signature: hex(certificate.signature),
    extensions: listed(
      [...certificate.extensions].map(
        ([oid, { critical, value }]) => `${oid} ${critical} ${hex(value)}`,
      ),
    ),
    basicConstraints:
      basicConstraints === null ? NONE : `${basicConstraints.ca} ${basicConstraints.pathLength}`,
    keyUsage: `${keyUsage ?? NONE}`,
    extendedKeyUsage: listed(extendedKeyUsage),
    subjectAltName: listed(subjectAltName?.map(ourName)),
  };
}

/** The decoded value of an extension, null if it is absent; pkijs keeps silent about one that it cannot read. */
function decoded<T>(extensions: readonly pkijs.Extension[], oid: string): T | null {
  const extension = extensions.find((item) => item.extnID === oid);
  if (extension === undefined) return null;
  const value = extension.parsedValue;
  if (!value || value.parsingError) throw new Error(`pkijs: the value of ${oid} cannot be read`);
  return value as T;
}

export function theirCertificate(der: Uint8Array): Reading {
  const certificate = pkijs.Certificate.fromBER(new Uint8Array(der));
  const extensions = certificate.extensions ?? [];
  const basic = decoded<pkijs.BasicConstraints>(extensions, OID.basicConstraints);
  const usage = decoded<BitString>(extensions, OID.keyUsage);
  const length = basic?.pathLenConstraint;
  return {
    version: `${certificate.version + 1}`,
    "serial number": hex(certificate.serialNumber.valueBlock.valueHexView),
    "signed part": hex(certificate.tbsView),
    issuer: hex(certificate.issuer.valueBeforeDecode),
    subject: hex(certificate.subject.valueBeforeDecode),
    "not before": moment(certificate.notBefore.value),
    "not after": moment(certificate.notAfter.value),
    key: hex(certificate.subjectPublicKeyInfo.toSchema().toBER()),
    algorithm: theirAlgorithm(certificate.signatureAlgorithm),
    signature: bitsOf(certificate.signatureValue),
    extensions: listed(
      extensions.map((item) => `${item.extnID} ${item.critical} ${bitsOf(item.extnValue)}`),
    ),
    basicConstraints: basic === null ? NONE : `${basic.cA} ${length ?? null}`,
    keyUsage: usage === null ? NONE : `${usage.valueBlock.valueHexView[0] ?? 0}`,
    extendedKeyUsage: listed(
      decoded<pkijs.ExtKeyUsage>(extensions, OID.extendedKeyUsage)?.keyPurposes,
    ),
    subjectAltName: listed(
      decoded<pkijs.AltName>(extensions, OID.subjectAltName)?.altNames.map(theirName),
    ),
  };
}

/**
 * Our reading of a list, asked for each entry that theirs has.
 * @param keys "issuer serial" each, of `theirEntries`
 */
export function ourCrl(list: Crl, keys: readonly string[]): Reading {
  const found = keys.map((key) => {
    const [issuer, serial] = key.split(" ").map((text) => new Uint8Array(Buffer.from(text, "hex")));
    if (issuer === undefined || serial === undefined) throw new RangeError(`no key: ${key}`);
    const entry = list.find(readName(issuer), serial);
    return entry === null ? NONE : `${entry.revokedAt} ${entry.reason}`;
  });
  return {
    "signed part": hex(list.tbs),
    issuer: hex(list.issuerName.encoded),
    "this update": moment(list.thisUpdate),
    "next update": moment(list.nextUpdate),
    algorithm: ourAlgorithm(list.signatureAlgorithm),
    signature: hex(list.signature),
    numbered: `${list.numbered}`,
    entries: listed(found),
  };
}

/** A list as pkijs reads it, and the keys of its entries and of one that it has not. */
export function theirCrl(der: Uint8Array): { readonly reading: Reading; readonly keys: string[] } {
  const list = pkijs.CertificateRevocationList.fromBER(new Uint8Array(der));
  const extensions = list.crlExtensions?.extensions ?? [];
  const entries = theirEntries(list);
  entries.set(`${hex(list.issuer.valueBeforeDecode)} 00deadbeef`, NONE);
  const reading = {
    "signed part": hex(list.tbsView),
    issuer: hex(list.issuer.valueBeforeDecode),
    "this update": moment(list.thisUpdate.value),
    "next update": moment(list.nextUpdate?.value),
    algorithm: theirAlgorithm(list.signatureAlgorithm),
    signature: bitsOf(list.signatureValue),
    numbered: `${extensions.some((item) => item.extnID === OID.crlNumber && !item.critical)}`,
    entries: listed([...entries.values()]),
  };
  return { reading, keys: [...entries.keys()] };
}

/** By "issuer serial": in an indirect list an entry's issuer holds for those that follow (RFC 5280 §5.3.3). */
function theirEntries(list: pkijs.CertificateRevocationList): Map<string, string> {
  const entries = new Map<string, string>();
  let issuer = hex(list.issuer.valueBeforeDecode);
  for (const entry of list.revokedCertificates ?? []) {
    const extensions = entry.crlEntryExtensions?.extensions ?? [];
    const names = decoded<pkijs.GeneralNames>(extensions, OID.certificateIssuer);
    const [name] = names?.names ?? [];
    if (name !== undefined) issuer = hex(name.value.valueBeforeDecode);
    const reason = decoded<OctetString>(extensions, OID.reasonCode);
    const serial = hex(entry.userCertificate.valueBlock.valueHexView);
    const code = reason === null ? null : Number.parseInt(bitsOf(reason), 16);
    entries.set(`${issuer} ${serial}`, `${moment(entry.revocationDate.value)} ${code}`);
  }
  return entries;
}

export function ourOcsp({ status, basic }: OcspResponse): Reading {
  if (basic === null) return { "has content": "false" };
  const answer = (item: OcspAnswer): string =>
    [
      ...[item.hashAlgorithm, hex(item.nameHash), hex(item.keyHash), hex(item.serialNumber)],
      ...[item.status, moment(item.revokedAt), item.reason ?? NONE],
      ...[moment(item.thisUpdate), moment(item.nextUpdate)],
    ].join(" ");
  return {
    "has content": `${status === "successful"}`,
    "signed part": hex(basic.tbs),
    algorithm: ourAlgorithm(basic.signatureAlgorithm),
    signature: hex(basic.signature),
    certificates: listed(basic.certificates.map(hex)),
    responder: hex(basic.responderName ?? basic.responderKeyHash ?? new Uint8Array(0)),
    answers: listed(basic.answers.map(answer)),
    critical: listed(basic.critical),
  };
}

export function theirOcsp(der: Uint8Array): Reading {
  const response = pkijs.OCSPResponse.fromBER(new Uint8Array(der));
  if (response.responseBytes === undefined) return { "has content": "false" };
  const basic = pkijs.BasicOCSPResponse.fromBER(
    new Uint8Array(response.responseBytes.response.valueBlock.valueHexView),
  );
  const data = basic.tbsResponseData;
  const { responderID, responses } = data;
  const extensions = [
    ...responses.flatMap((item) => item.singleExtensions ?? []),
    ...(data.responseExtensions ?? []),
  ];
  return {
    "has content": "true",
    "signed part": hex(data.tbsView),
    algorithm: theirAlgorithm(basic.signatureAlgorithm),
    signature: bitsOf(basic.signature),
    certificates: listed((basic.certs ?? []).map((item) => hex(item.toSchema().toBER()))),
    responder:
      responderID instanceof pkijs.RelativeDistinguishedNames
        ? hex(responderID.valueBeforeDecode)
        : bitsOf(responderID),
    answers: listed(responses.map(theirAnswer)),
    critical: listed(extensions.flatMap((item) => (item.critical ? [item.extnID] : []))),
  };
}

const STATUSES = ["good", "revoked", "unknown"] as const;

/** `certStatus` is the element itself: its tag tells the status, and the revoked one holds time and reason. */
function theirAnswer({ certID, certStatus, thisUpdate, nextUpdate }: pkijs.SingleResponse): string {
  const [at, wrapped] = Array.isArray(certStatus.valueBlock.value)
    ? certStatus.valueBlock.value
    : [];
  const code = wrapped?.valueBlock.value[0];
  return [
    certID.hashAlgorithm.algorithmId,
    bitsOf(certID.issuerNameHash),
    bitsOf(certID.issuerKeyHash),
    hex(certID.serialNumber.valueBlock.valueHexView),
    STATUSES[certStatus.idBlock.tagNumber],
    moment(at?.toDate()),
    code === undefined ? NONE : Number.parseInt(bitsOf(code), 16),
    moment(thisUpdate),
    moment(nextUpdate),
  ].join(" ");
}
