/**
 * createSecureContext of node:tls: certificates, trust, versions and algorithms, checked once and used by many
 * connections. What cannot be done is refused here, by the option's name.
 */

import {
  constants,
  createHmac,
  createPrivateKey,
  type KeyObject,
  X509Certificate,
} from "node:crypto";
import type * as tls from "node:tls";
import { wipe } from "../../bytes/byte-arrays.ts";
import { textOfFile } from "../../bytes/text.ts";
import * as face from "../../node-index.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../protocol/version.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { cipherSuitesOf, groupsOf, signatureSchemesOf } from "./algorithm-names.ts";
import { checkInteger, checkKinds, checkText, wrongType } from "./argument-types.ts";
import { defaultRoots } from "./default-roots.ts";
import { bufferOver, unpooled } from "./memory.ts";
import { defaultCiphers, defaultCurve, defaultVersions } from "./node-defaults.ts";
import { revocationLists } from "./revocation-lists.ts";

type One = string | Buffer | Uint8Array;

/**
 * The options of node:tls, so that values of its types can be given. Options that cannot be done are typed as there, and are
 * refused by name when they are given: `clientCertEngine`, `privateKeyEngine`, `privateKeyIdentifier`, a `dhparam` of one's
 * own, and versions below TLS 1.2 alone.
 */
export interface SecureContextOptions extends tls.SecureContextOptions {
  readonly allowPartialTrustChain?: boolean | undefined;
}

/**
 * A context as an option. One of node:tls compiles, because its types name no other, and is refused when it is given: OpenSSL's
 * contexts cannot be read.
 */
export type GivenContext = SecureContext | tls.SecureContext;

const TICKET_KEYS_LENGTH = 48;
const TICKET_ID_LENGTH = 16;

/** Options that nothing here stands for; each with what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  clientCertEngine: "engines are OpenSSL's; give a key object with sign(scheme, data) as `key`",
  privateKeyEngine: "engines are OpenSSL's; give a key object with sign(scheme, data) as `key`",
  privateKeyIdentifier: "engines are OpenSSL's; give a key object with sign(scheme, data) as `key`",
  certificateCompression: "certificate compression is not built",
};

/** Bits of `secureOptions` that have a meaning here, or that ask for what is always so. */
const { SSL_OP_NO_TLSv1_2, SSL_OP_NO_TLSv1_3 } = constants;
const OPERATIONS =
  SSL_OP_NO_TLSv1_2 |
  SSL_OP_NO_TLSv1_3 |
  constants.SSL_OP_ALL |
  constants.SSL_OP_NO_SSLv2 |
  constants.SSL_OP_NO_SSLv3 |
  constants.SSL_OP_NO_TLSv1 |
  constants.SSL_OP_NO_TLSv1_1 |
  constants.SSL_OP_NO_COMPRESSION |
  constants.SSL_OP_NO_RENEGOTIATION |
  constants.SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION |
  constants.SSL_OP_CIPHER_SERVER_PREFERENCE;

const VERSIONS: Readonly<Record<string, number>> = {
  TLSv1: TLS12 - 2,
  "TLSv1.1": TLS12 - 1,
  "TLSv1.2": TLS12,
  "TLSv1.3": TLS13,
};

/** The refusal of an option. */
export function refuseOption(option: string, why: string): never {
  throw new TlsError(`the option ${option} cannot be used: ${why}`, {
    code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM",
    reason: "UnsupportedOption",
  });
}

/** An option's value is not what it may be. */
export function invalidOption(message: string): never {
  throw new TlsError(message, { code: "ERR_INVALID_ARG_VALUE", reason: "InvalidOption" });
}

export class SecureContext {
  /** Own certificates; a promise while a PFX is read. */
  readonly certificates: readonly face.CertContext[] | Promise<readonly face.CertContext[]>;
  /** Anchors given as `ca`; null: the default ones. */
  readonly ca: face.TrustStore | null;
  /** Revocation lists as PEM; null: nobody's revocation is asked for. */
  readonly crls: readonly string[] | null;
  readonly cipherSuites: readonly number[] | null;
  /** Server: `honorCipherOrder` is false. */
  readonly preferClientCipherOrder: boolean;
  readonly supportedGroups: readonly number[] | null;
  readonly signatureSchemes: readonly number[] | null;
  readonly versions: readonly ProtocolVersion[];
  /** Milliseconds, or null. */
  readonly sessionLifespan: number | null;
  readonly sessionIdContext: string | null;
  /** OpenSSL's handle in node:tls; there is none here. It is declared so that this class fits where node's is expected. */
  declare readonly context: undefined;
  readonly #ticketKeys: Buffer | null;

  /** @throws TlsError */
  constructor(options: SecureContextOptions = {}) {
    checkKinds(options);
    checkRefused(options);
    this.certificates = certificatesOf(options);
    this.ca = options.ca == null ? null : trustOf(list(options.ca));
    const crls = options.crl == null ? [] : list(options.crl);
    this.crls = crls.length === 0 ? null : revocationLists(crls);
    const ciphers = options.ciphers ?? defaultCiphers();
    this.cipherSuites = ciphers === null ? null : cipherSuitesOf(ciphers);
    this.preferClientCipherOrder = options.honorCipherOrder === false;
    const curve = options.ecdhCurve ?? defaultCurve();
    this.supportedGroups = curve === null ? null : groupsOf(curve);
    this.signatureSchemes = options.sigalgs == null ? null : signatureSchemesOf(options.sigalgs);
    this.versions = versionsOf(options);
    this.sessionLifespan = lifespanOf(options.sessionTimeout);
    this.#ticketKeys = options.ticketKeys == null ? null : checkedTicketKeys(options.ticketKeys);
    this.sessionIdContext = options.sessionIdContext ?? null;
  }

  /** 48 bytes, or null. Nothing that is printed with the context. */
  get ticketKeys(): Buffer | null {
    return this.#ticketKeys;
  }

  /** The anchors: those given, else the runtime's. */
  get roots(): face.TrustStore {
    return this.ca ?? defaultRoots();
  }
}

/** As node's. @throws TlsError for what is wrong, or cannot be done */
export function createSecureContext(options: SecureContextOptions = {}): SecureContext {
  return new SecureContext(options);
}

/** The context of an option, which must be one of ours. */
export function contextOf(given: unknown, options: SecureContextOptions): SecureContext {
  if (given == null) return new SecureContext(options);
  if (given instanceof SecureContext) return given;
  return foreignContext("secureContext");
}

/**
 * A context, or one made of options.
 * @param argument its name, for the message
 * @throws TlsError for one of node:tls, and for options that are wrong or cannot be done
 */
export function contextFrom(
  given: SecureContextOptions | GivenContext,
  argument: string,
): SecureContext {
  if (given instanceof SecureContext) return given;
  if (typeof given === "object" && given !== null && "context" in given) foreignContext(argument);
  return new SecureContext(given);
}

function foreignContext(argument: string): never {
  throw new TlsError(
    `${argument} must be made by createSecureContext of sealwire/node: OpenSSL's cannot be read`,
    { code: "ERR_TLS_INVALID_CONTEXT", reason: "InvalidOption" },
  );
}

/** SecPkgCred_SessionTicketKeys of node's 48 bytes: 16 of name, 32 of key. */
export function sessionTicketKeys(
  keys: Buffer,
  sessionIdContext: string | null,
): face.SecPkgCred_SessionTicketKeys {
  const secret = keys.subarray(TICKET_ID_LENGTH);
  // Tickets of another session id context do not open, so they are not resumed.
  const KeyingMaterial =
    sessionIdContext === null
      ? secret
      : createHmac("sha256", secret).update(sessionIdContext).digest();
  return {
    cSessionTicketKeys: 1,
    pSessionTicketKeys: [
      {
        TicketInfoVersion: 1,
        KeyId: keys.subarray(0, TICKET_ID_LENGTH),
        KeyingMaterial,
        KeyingMaterialSize: KeyingMaterial.length,
      },
    ],
  };
}

/** @throws TlsError unless they are 48 bytes */
export function checkedTicketKeys(keys: Uint8Array): Buffer {
  if (!ArrayBuffer.isView(keys)) wrongType("ticketKeys", "a Buffer", keys);
  if (keys.length !== TICKET_KEYS_LENGTH) {
    invalidOption(`ticketKeys must be ${TICKET_KEYS_LENGTH} bytes`);
  }
  return unpooled(keys);
}

function checkRefused(options: SecureContextOptions): void {
  const given = options as Record<string, unknown>;
  for (const [option, why] of Object.entries(REFUSED)) {
    if (given[option] != null && given[option] !== false) refuseOption(option, why);
  }
  if (options.dhparam != null && (options.dhparam as unknown) !== "auto") {
    refuseOption("dhparam", 'groups are those of RFC 7919 ("auto"); name a DHE suite in `ciphers`');
  }
  const operations = options.secureOptions ?? 0;
  const strange = operations & ~OPERATIONS;
  if (strange !== 0) {
    refuseOption("secureOptions", `the bits 0x${(strange >>> 0).toString(16)} mean nothing here`);
  }
}

function list<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

function text(value: One, option: string): string {
  checkText(option, value);
  return typeof value === "string" ? value : textOfFile(bufferOver(value));
}

function trustOf(ca: readonly One[]): face.TrustStore {
  for (const one of ca) checkText("ca", one);
  try {
    return face.trustStoreFromPem(ca);
  } catch (error) {
    return invalidOption(`ca: ${(error as Error).message}`);
  }
}

function certificatesOf(
  options: SecureContextOptions,
): readonly face.CertContext[] | Promise<readonly face.CertContext[]> {
  const own = pairs(options);
  if (options.pfx == null) return own;
  const files = list(options.pfx as One | { buf: One; passphrase?: string });
  const read = Promise.all(
    files.map((file) => {
      const object = typeof file === "object" && "buf" in file ? file : { buf: file as One };
      const bytes = unpooled(object.buf as Uint8Array);
      return face.certContextFromPfx(
        bytes,
        ("passphrase" in object ? object.passphrase : undefined) ?? options.passphrase ?? null,
      );
    }),
  ).then((contexts) => [...own, ...contexts.map(frozen)]);
  // Whoever connects with it is told; nobody else has to be.
  read.catch(() => undefined);
  return read;
}

/** Each certificate with the key that fits it. */
function pairs(options: SecureContextOptions): readonly face.CertContext[] {
  const certificates =
    options.cert == null ? [] : list(options.cert).map((one) => certificateText(one));
  const keys =
    options.key == null
      ? []
      : list(options.key as One | { pem: One; passphrase?: string }).map((key) =>
          privateKey(key, options.passphrase),
        );
  return certificates.map((pem) => {
    const fitting = keys.find((key) => !isKeyObject(key) || fits(pem, key)) ?? keys[0];
    return frozen(face.certContextFromPem(pem, fitting));
  });
}

function certificateText(certificate: One): string {
  const pem = text(certificate, "cert");
  if (pem.includes("-----BEGIN ")) return pem;
  throw new TlsError("cert: there is no certificate in it; give PEM text", {
    code: "ERR_OSSL_PEM_NO_START_LINE",
    reason: "MalformedCertificate",
  });
}

/** So that its key is read only once, not for each connection. */
function frozen(context: face.CertContext): face.CertContext {
  return Object.freeze({ ...context, chain: Object.freeze([...context.chain]) });
}

const isSigner = (key: unknown): boolean =>
  typeof (key as { readonly sign?: unknown } | null)?.sign === "function";

const isKeyObject = (key: unknown): key is KeyObject =>
  typeof (key as KeyObject | null)?.export === "function";

function fits(pem: string, key: KeyObject): boolean {
  try {
    return new X509Certificate(pem).checkPrivateKey(key);
  } catch {
    // The loader says what is wrong with it.
    return false;
  }
}

/** PEM, `{ pem, passphrase }`, a KeyObject, or an object that signs. */
function privateKey(key: unknown, passphrase: string | undefined): unknown {
  const isText = typeof key === "string" || key instanceof Uint8Array;
  const wrapped = key as { pem?: One; passphrase?: string };
  if (!isText && wrapped?.pem === undefined) {
    if (isKeyObject(key) || isSigner(key)) return key;
    wrongType("key", "PEM, { pem, passphrase }, a KeyObject or an object that signs", key);
  }
  const secret = (isText ? undefined : wrapped.passphrase) ?? passphrase;
  // Of text node would make bytes in its pool.
  const pem = unpooled(text(isText ? (key as One) : (wrapped.pem as One), "key"));
  const word = typeof secret === "string" ? unpooled(secret) : secret;
  try {
    return createPrivateKey({ key: pem, ...(word === undefined ? {} : { passphrase: word }) });
  } catch (cause) {
    const { message, code } = cause as Error & { code?: string };
    throw new TlsError(`key: ${message}; give PEM, and \`passphrase\` if it is encrypted`, {
      code: code ?? "ERR_INVALID_ARG_VALUE",
      reason: "UnsupportedCertificateKey",
      cause,
    });
  } finally {
    pem.fill(0);
    if (typeof secret === "string") wipe(word as Buffer | undefined);
  }
}

function versionsOf(options: SecureContextOptions): readonly ProtocolVersion[] {
  let [low, high] = [
    bound("minVersion", options.minVersion ?? defaultVersions().min),
    bound("maxVersion", options.maxVersion ?? defaultVersions().max),
  ];
  const { secureProtocol } = options;
  if (secureProtocol != null) {
    if (options.minVersion != null || options.maxVersion != null) {
      throw new TlsError("give secureProtocol, or minVersion and maxVersion, not both", {
        code: "ERR_TLS_PROTOCOL_VERSION_CONFLICT",
        reason: "InvalidOption",
      });
    }
    const only = /^TLSv1_2_(client_|server_)?method$/.test(secureProtocol);
    if (!only && !/^(TLS|SSLv23)_(client_|server_)?method$/.test(secureProtocol)) {
      throw new TlsError(
        `secureProtocol: ${secureProtocol} is not built; TLS_method or minVersion is`,
        { code: "ERR_TLS_INVALID_PROTOCOL_METHOD", reason: "UnsupportedOption" },
      );
    }
    [low, high] = [TLS12, only ? TLS12 : TLS13];
  }
  const operations = options.secureOptions ?? 0;
  const versions = [TLS12, TLS13].filter(
    (version) =>
      version >= (low ?? TLS12) &&
      version <= (high ?? TLS13) &&
      (operations & (version === TLS12 ? SSL_OP_NO_TLSv1_2 : SSL_OP_NO_TLSv1_3)) === 0,
  );
  if (versions.length === 0) {
    invalidOption("minVersion and maxVersion leave neither TLS 1.2 nor TLS 1.3, which are built");
  }
  return versions;
}

function bound(option: string, version: string | null | undefined): number | null {
  if (version == null) return null;
  const found = Object.hasOwn(VERSIONS, version) ? VERSIONS[version] : undefined;
  if (found !== undefined) return found;
  throw new TlsError(`${option}: ${JSON.stringify(version)} is no version; "TLSv1.2" is one`, {
    code: "ERR_TLS_INVALID_PROTOCOL_VERSION",
    reason: "InvalidOption",
  });
}

function lifespanOf(seconds: number | undefined): number | null {
  if (seconds == null) return null;
  checkInteger("sessionTimeout", seconds, 0);
  return seconds === 0 ? null : seconds * 1000;
}
