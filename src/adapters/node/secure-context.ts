/**
 * createSecureContext of node:tls: certificates, trust, versions and algorithms, checked once and used by many
 * connections. What cannot be done is refused here, by the option's name.
 */

import { createHmac, createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type * as tls from "node:tls";
import * as sspi from "../../api/node.ts";
import { wipe } from "../../bytes/byte-arrays.ts";
import { textOfFile } from "../../bytes/text.ts";
import type { ProtocolVersion } from "../../protocol/version.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { cipherSuitesOf, DEFAULT_LEVEL, groupsOf, signatureSchemesOf } from "./algorithm-names.ts";
import { checkInteger, checkKinds, checkText } from "./argument-types.ts";
import { defaultRoots } from "./default-roots.ts";
import { partialOf, pfxFiles } from "./given-authorities.ts";
import { Issuers } from "./issuers.ts";
import { bufferOver, unpooled } from "./memory.ts";
import { defaultCiphers, defaultCurve } from "./node-defaults.ts";
import {
  ArgumentTypeError,
  invalidOption,
  OpenSslError,
  refuseOption,
  wrongType,
} from "./node-error.ts";
import { revocationLists } from "./revocation-lists.ts";
import { type Operations, operationsOf } from "./secure-options.ts";
import { groupsAt, isLongEnough, schemesAt } from "./security-level.ts";
import { versionsOf } from "./version-options.ts";

type One = string | Buffer | Uint8Array;

/**
 * The options of node:tls, so that values of its types can be given. Options that cannot be done are typed as there, and are
 * refused by name when they are given: `clientCertEngine`, `privateKeyEngine`, `privateKeyIdentifier`, a `dhparam` of one's
 * own, and versions below TLS 1.2 alone.
 */
export interface SecureContextOptions extends tls.SecureContextOptions {
  /** True: intermediate certificates of `ca` are anchors, too. They are in any case here. */
  readonly allowPartialTrustChain?: boolean | undefined;
}

/**
 * A context as an option. One of node:tls compiles, because its types name no other, and is refused when it is given: OpenSSL's
 * contexts cannot be read.
 */
export type GivenContext = SecureContext | tls.SecureContext;

const TICKET_KEYS_LENGTH = 48;
const TICKET_ID_LENGTH = 16;

/** Options that name an engine. */
const ENGINES = ["clientCertEngine", "privateKeyEngine", "privateKeyIdentifier"] as const;

/** Options that nothing here stands for; each with what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  clientCertEngine: "engines are OpenSSL's; give a key object with sign(scheme, data) as `key`",
  privateKeyEngine: "engines are OpenSSL's; give a key object with sign(scheme, data) as `key`",
  privateKeyIdentifier: "engines are OpenSSL's; give a key object with sign(scheme, data) as `key`",
  certificateCompression: "certificate compression is not built",
};

/** Certificates, keys, roots and algorithms that were read once; made by createSecureContext. */
export class SecureContext {
  /** Own certificates; a promise while a PFX is read. */
  readonly certificates: readonly sspi.CertContext[] | Promise<readonly sspi.CertContext[]>;
  readonly #ca: sspi.TrustStore | null;
  /** Certificates of `ca` that are no anchors, since `allowPartialTrustChain` is off and they lead to no root in `ca`. */
  readonly partialAnchors: readonly Uint8Array[];
  /** Authorities that came with a PFX. */
  #ofPfx: readonly Uint8Array[] = [];
  #withPfx: sspi.TrustStore | null = null;
  /** Revocation lists as PEM; null: nobody's revocation is asked for. */
  readonly crls: readonly string[] | null;
  /** IANA numbers of `ciphers`, in order; null: the default. */
  readonly cipherSuites: readonly number[] | null;
  /** Server: `honorCipherOrder` is false. */
  readonly preferClientCipherOrder: boolean;
  /** IANA numbers of `ecdhCurve`, in order; null: the default. */
  readonly supportedGroups: readonly number[] | null;
  /** IANA numbers of `sigalgs`, in order; null: the default. */
  readonly signatureSchemes: readonly number[] | null;
  /** Protocol versions, the highest first. */
  readonly versions: readonly ProtocolVersion[];
  /** Milliseconds, or null. */
  readonly sessionLifespan: number | null;
  /** The option of this name; null: none. */
  readonly sessionIdContext: string | null;
  /** OpenSSL's handle in node:tls; there is none here. It is declared so that this class fits where node's is expected. */
  declare readonly context: undefined;
  /** OpenSSL's, from `ciphers`. */
  readonly securityLevel: number;
  /** What `secureOptions` asks for. */
  readonly operations: Operations;
  readonly #ticketKeys: Buffer | null;

  /**
   * Reads the options, as createSecureContext does.
   * @param options - those of node:tls; default: none
   * @throws TlsError for what is wrong or cannot be done
   */
  constructor(options: SecureContextOptions = {}) {
    checkKinds(options);
    checkRefused(options);
    const bits = options.secureOptions || 0;
    if (typeof bits !== "number") wrongType("options.secureOptions", "of type number", bits);
    this.operations = operationsOf(bits);
    const { suites, level } = ciphersOf(options);
    this.cipherSuites = suites;
    this.securityLevel = level;
    // As in node, what is false or empty is as if it were not given.
    const given = options.ca ? trustOf(list(options.ca)) : null;
    const anchors = given?.anchors ?? [];
    this.partialAnchors = options.allowPartialTrustChain === true ? [] : partialOf(anchors);
    this.#ca =
      given === null || this.partialAnchors.length === 0
        ? given
        : new sspi.TrustStore(anchors.filter((der) => !this.partialAnchors.includes(der)));
    this.certificates = this.#certificatesOf(options, level);
    const crls = options.crl == null ? [] : list(options.crl);
    this.crls = crls.length === 0 ? null : revocationLists(crls);
    this.preferClientCipherOrder =
      options.honorCipherOrder === false && !this.operations.serverPreference;
    const curve = options.ecdhCurve ?? defaultCurve();
    this.supportedGroups = groupsAt(level, curve === null ? null : groupsOf(curve));
    const { sigalgs } = options;
    this.signatureSchemes = schemesAt(level, sigalgs == null ? null : signatureSchemesOf(sigalgs));
    this.versions = versionsOf(options, this.operations);
    this.sessionLifespan = lifespanOf(options.sessionTimeout);
    this.#ticketKeys =
      options.ticketKeys == null
        ? null
        : checkedTicketKeys("options.ticketKeys", options.ticketKeys);
    this.sessionIdContext = options.sessionIdContext ?? null;
  }

  /** 48 bytes, or null. Nothing that is printed with the context. */
  get ticketKeys(): Buffer | null {
    return this.#ticketKeys;
  }

  /** Anchors that were given as `ca` or came with a PFX; null: the default ones. */
  get ca(): sspi.TrustStore | null {
    return this.#ofPfx.length === 0 ? this.#ca : this.roots;
  }

  /** The anchors: those given, else the runtime's, and those of a PFX. */
  get roots(): sspi.TrustStore {
    const given = this.#ca ?? defaultRoots();
    if (this.#ofPfx.length === 0) return given;
    this.#withPfx ??= new sspi.TrustStore([...given.anchors, ...this.#ofPfx]);
    return this.#withPfx;
  }

  #certificatesOf(
    options: SecureContextOptions,
    level: number,
  ): readonly sspi.CertContext[] | Promise<readonly sspi.CertContext[]> {
    const own = pairs(options, level);
    if (options.pfx == null) return own;
    const read = Promise.all(pfxFiles(list(options.pfx as One), options.passphrase || null)).then(
      (contexts) => {
        this.#ofPfx = contexts.flatMap(({ chain }) => chain.slice(1));
        return [...own, ...contexts.map(frozen)];
      },
    );
    // Whoever connects with it is told; nobody else has to be.
    read.catch(() => undefined);
    return read;
  }
}

/**
 * Reads certificates, keys, roots and algorithms once, for many connections; as tls.createSecureContext.
 * @param options - those of node:tls; default: none
 * @throws TlsError for what is wrong or cannot be done
 */
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
 * @throws for a context of node:tls, and for options that are wrong or cannot be done
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
  throw new ArgumentTypeError(
    `${argument} must be a SecureContext made by createSecureContext of sealwire/node: OpenSSL's cannot be read`,
    "ERR_TLS_INVALID_CONTEXT",
  );
}

/** SecPkgCred_SessionTicketKeys of node's 48 bytes: 16 of name, 32 of key. */
export function sessionTicketKeys(
  keys: Buffer,
  sessionIdContext: string | null,
): sspi.SecPkgCred_SessionTicketKeys {
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
export function checkedTicketKeys(name: "options.ticketKeys" | "keys", keys: Uint8Array): Buffer {
  if (!ArrayBuffer.isView(keys)) {
    wrongType(name, "an instance of Buffer, TypedArray, or DataView", keys);
  }
  const { byteLength } = keys;
  if (byteLength !== TICKET_KEYS_LENGTH) {
    invalidOption(
      name === "keys"
        ? `Session ticket keys must be a 48-byte buffer; these have ${byteLength} bytes`
        : `The property 'options.ticketKeys' must be exactly 48 bytes. Received ${byteLength} bytes`,
    );
  }
  return unpooled(bufferOver(keys));
}

function checkRefused(options: SecureContextOptions): void {
  const given = options as Record<string, unknown>;
  for (const engine of ENGINES) {
    const value = given[engine];
    if (value != null && typeof value !== "string") {
      wrongType(`options.${engine}`, "of type string or one of null or undefined", value);
    }
  }
  for (const [option, why] of Object.entries(REFUSED)) {
    if (given[option] != null && given[option] !== false) refuseOption(option, why);
  }
  if (options.dhparam != null && (options.dhparam as unknown) !== "auto") {
    refuseOption("dhparam", 'groups are those of RFC 7919 ("auto"); name a DHE suite in `ciphers`');
  }
}

/** The suites of `ciphers`, or of the defaults of node; null: ours. */
function ciphersOf(options: SecureContextOptions): {
  readonly suites: readonly number[] | null;
  readonly level: number;
} {
  const ciphers = options.ciphers || defaultCiphers();
  return ciphers === null ? { suites: null, level: DEFAULT_LEVEL } : cipherSuitesOf(ciphers);
}

function list<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

function text(value: One, option: string): string {
  checkText(`options.${option}`, value);
  return typeof value === "string" ? value : textOfFile(bufferOver(value));
}

function trustOf(ca: readonly One[]): sspi.TrustStore {
  for (const one of ca) checkText("options.ca", one);
  try {
    return sspi.trustStoreFromPem(ca);
  } catch (error) {
    return invalidOption(`ca: ${(error as Error).message}`);
  }
}

/** Each certificate with the key that fits it. */
function pairs(options: SecureContextOptions, level: number): readonly sspi.CertContext[] {
  const certificates = options.cert ? list(options.cert).map((one) => certificateText(one)) : [];
  const keys = options.key
    ? list(options.key as One | { pem: One; passphrase?: string }).map((key) =>
        privateKey(key, Array.isArray(options.key), options.passphrase || undefined),
      )
    : [];
  const issuers = options.ca ? new Issuers(list(options.ca)) : null;
  return certificates.map((pem) => {
    const leaf = leafOf(pem);
    if (leaf !== null && !isLongEnough(leaf.publicKey, level)) keyTooSmall(leaf, level);
    const fitting = keys.find((key) => !isKeyObject(key) || fits(leaf, key));
    if (fitting === undefined && leaf !== null && keys.length > 0) keysMismatch();
    return frozen(sspi.certContextFromPem(issuers?.completed(pem) ?? pem, fitting ?? keys[0]));
  });
}

function leafOf(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    // The loader reports the fault.
    return null;
  }
}

/** In the words of OpenSSL, which programs look for. */
function keysMismatch(): never {
  throw new OpenSslError("05800074", "x509 certificate routines", "key values mismatch", {
    code: "ERR_OSSL_X509_KEY_VALUES_MISMATCH",
    advice: "none of the keys given as `key` belongs to the certificate given as `cert`",
  });
}

function keyTooSmall({ subject, publicKey }: X509Certificate, level: number): never {
  const { modulusLength = 0 } = publicKey.asymmetricKeyDetails ?? {};
  throw new OpenSslError("0A00018F", "SSL routines", "ee key too small", {
    code: "ERR_SSL_EE_KEY_TOO_SMALL",
    advice: `the key of ${JSON.stringify(subject)} has ${modulusLength} bits, too few for security level ${level} (@SECLEVEL in \`ciphers\`)`,
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
function frozen(context: sspi.CertContext): sspi.CertContext {
  return Object.freeze({ ...context, chain: Object.freeze([...context.chain]) });
}

const isSigner = (key: unknown): key is sspi.ExternalSigner =>
  typeof (key as { readonly sign?: unknown } | null)?.sign === "function";

const isKeyObject = (key: unknown): key is KeyObject =>
  typeof (key as KeyObject | null)?.export === "function";

function fits(leaf: X509Certificate | null, key: KeyObject): boolean {
  return leaf?.checkPrivateKey(key) === true;
}

/** PEM, `{ pem, passphrase }` in a list, a KeyObject, or an object that signs. */
function privateKey(
  key: unknown,
  inList: boolean,
  passphrase: string | undefined,
): KeyObject | sspi.ExternalSigner {
  const isText = typeof key === "string" || ArrayBuffer.isView(key);
  const wrapped = key as { pem?: One; passphrase?: string };
  if (!isText && !(inList && wrapped?.pem != null)) {
    if (isKeyObject(key) || isSigner(key)) return key;
    wrongType(
      "options.key",
      "of type string or an instance of Buffer, TypedArray, or DataView",
      key,
    );
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

function lifespanOf(seconds: number | undefined): number | null {
  if (seconds == null) return null;
  checkInteger("options.sessionTimeout", seconds, 0);
  return seconds === 0 ? null : seconds * 1000;
}
