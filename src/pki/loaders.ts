/**
 * Certificates and keys out of files. These are no SSPI functions: they throw TlsError.
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import { TlsFailure } from "../protocol/failure.ts";
import type { CertContext } from "../schannel/credential-types.ts";
import { TlsError } from "../sspi/tls-error.ts";
import type { CertificateParser } from "./certificate.ts";
import { pemBlocks } from "./pem.ts";
import { toPkcs8 } from "./private-key.ts";

/**
 * All certificates of a PEM text as the chain that is sent, put in order, leaf first, with the key.
 * @param key PEM or DER; absent: looked for in `certificate`
 * @throws TlsError
 */
export function loadCertContext(
  parser: CertificateParser,
  certificate: string | Uint8Array,
  key?: unknown,
): CertContext {
  const text = typeof certificate === "string" ? certificate : null;
  const ders =
    text === null
      ? [certificate as Uint8Array]
      : pemBlocks(text)
          .filter((block) => block.label === "CERTIFICATE")
          .map((block) => block.der);
  if (ders.length === 0) {
    throw new TlsError("there is no certificate in the PEM text", {
      reason: "MalformedCertificate",
    });
  }
  try {
    const chain = inOrder(parser, ders);
    const given = key ?? (text?.includes("PRIVATE KEY") ? text : null);
    if (given === null) return { chain };
    const isText = typeof given === "string" || given instanceof Uint8Array;
    return { chain, privateKey: isText ? toPkcs8(given) : given };
  } catch (error) {
    if (!(error instanceof TlsFailure)) throw error;
    throw new TlsError(error.message, { reason: error.reason, cause: error });
  }
}

/** Leaf first: the one that issued none of the others; each followed by its issuer. What fits nowhere comes last. */
function inOrder(parser: CertificateParser, ders: readonly Uint8Array[]): Uint8Array[] {
  const rest = ders.map((der) => parser.parse(der));
  const leafAt = rest.findIndex(
    (candidate) =>
      !rest.some((other) => other !== candidate && equalBytes(other.issuer, candidate.subject)),
  );
  const ordered = rest.splice(Math.max(leafAt, 0), 1);
  while (rest.length > 0) {
    const last = ordered.at(-1);
    const next = rest.findIndex(
      (other) => last !== undefined && equalBytes(other.subject, last.issuer),
    );
    ordered.push(...rest.splice(Math.max(next, 0), 1));
  }
  return ordered.map((certificate) => certificate.der);
}
