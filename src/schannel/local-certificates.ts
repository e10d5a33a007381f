/**
 * Our own certificates: CertContext of the caller to the Credential of the handshake, with the statuses that
 * AcquireCredentialsHandle answers (reference 2.1).
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import type { Credential } from "../handshake/peer-identity.ts";
import type { CertContext } from "../pki/cert-context.ts";
import type { CertificateServices } from "../pki/services.ts";
import { Refusal, refuse } from "../sspi/refusal.ts";
import { SEC_E_NO_CREDENTIALS, SEC_E_UNKNOWN_CREDENTIALS } from "../sspi/security-status.ts";

/**
 * Loads all of `paCred`.
 * Refuses unreadable certificates with SEC_E_UNKNOWN_CREDENTIALS, one without private key with SEC_E_NO_CREDENTIALS;
 * among several ones every fault is SEC_E_UNKNOWN_CREDENTIALS.
 * @param sendRoot keep a self-issued certificate at the end of the chain (SCH_SEND_ROOT_CERT)
 */
export function loadCertificates(
  contexts: readonly CertContext[],
  certificates: CertificateServices,
  sendRoot: boolean,
): readonly Credential[] {
  return contexts.map((context) => {
    try {
      return loadCertificate(context, certificates, sendRoot);
    } catch (error) {
      if (contexts.length === 1 || !(error instanceof Refusal)) throw error;
      throw new Refusal(SEC_E_UNKNOWN_CREDENTIALS, error.reason, error.message);
    }
  });
}

/** What was made of contexts that cannot change: a server's every connection may bring the same one. */
const LOADED = new WeakMap<CertificateServices, Record<"bare" | "rooted", Loaded>>();
type Loaded = WeakMap<CertContext, Credential>;

/** Loads one certificate; see `loadCertificates`. A frozen context with a frozen chain is read only once. */
export function loadCertificate(
  context: CertContext,
  certificates: CertificateServices,
  sendRoot: boolean,
): Credential {
  if (!Object.isFrozen(context) || !Object.isFrozen(context?.chain)) {
    return readCertificate(context, certificates, sendRoot);
  }
  const all = LOADED.get(certificates) ?? { bare: new WeakMap(), rooted: new WeakMap() };
  LOADED.set(certificates, all);
  const loaded = sendRoot ? all.rooted : all.bare;
  const known = loaded.get(context);
  if (known !== undefined) return known;
  const made = readCertificate(context, certificates, sendRoot);
  loaded.set(context, made);
  return made;
}

function readCertificate(
  context: CertContext,
  certificates: CertificateServices,
  sendRoot: boolean,
): Credential {
  const chain = context?.chain;
  const leaf = Array.isArray(chain) ? chain[0] : undefined;
  if (!(leaf instanceof Uint8Array)) {
    refuse(
      SEC_E_UNKNOWN_CREDENTIALS,
      "MalformedCertificate",
      "a CertContext needs `chain`: DER certificates as Uint8Array, leaf first",
    );
  }
  try {
    certificates.readLeaf(leaf);
    if (context.privateKey == null) {
      refuse(
        SEC_E_NO_CREDENTIALS,
        "MissingPrivateKey",
        "a CertContext needs `privateKey`: the key of its leaf certificate",
      );
    }
    return {
      chain: sendRoot ? chain : withoutRoot(chain, certificates),
      key: certificates.signingKey(context.privateKey, leaf),
      ocspResponse: context.ocspResponse ?? null,
    };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    // A TlsFailure, or the TlsError of a file of keys.
    if (!(error instanceof Error && "reason" in error)) throw error;
    const { reason } = error;
    const word = typeof reason === "string" ? reason : "UnsupportedCertificateKey";
    throw new Refusal(SEC_E_UNKNOWN_CREDENTIALS, word, error.message);
  }
}

/** The chain less a self-issued certificate at its end: the peer has its own anchors (RFC 8446 §4.4.2). */
function withoutRoot(
  chain: readonly Uint8Array[],
  certificates: CertificateServices,
): readonly Uint8Array[] {
  const last = chain.at(-1);
  const before = chain.at(-2);
  if (last === undefined || before === undefined) return chain;
  try {
    // The issuer of the one before is the subject of the last one.
    const selfIssued = equalBytes(
      certificates.readLeaf(last).issuer,
      certificates.readLeaf(before).issuer,
    );
    return selfIssued ? chain.slice(0, -1) : chain;
  } catch {
    // A certificate that only the peer may understand: it is sent as it was given.
    return chain;
  }
}
