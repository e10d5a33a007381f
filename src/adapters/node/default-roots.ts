/**
 * The anchors of connections that name none, by node:tls's functions for them: the bundled ones, those of
 * NODE_EXTRA_CA_CERTS, the system's, or what the program chose.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import * as sspi from "../../api/node.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { checkText } from "./argument-types.ts";
import { wrongType } from "./node-error.ts";

/** Which roots getCACertificates gives. */
export type CaCertificatesType = "default" | "system" | "bundled" | "extra";

/** What the program chose; null: nothing. */
let chosen: sspi.TrustStore | null = null;
let extra: readonly Uint8Array[] | null = null;
let extended: sspi.TrustStore | null = null;

/** As node:tls: what was chosen, else the bundled roots and those of NODE_EXTRA_CA_CERTS. */
export function defaultRoots(): sspi.TrustStore {
  if (chosen !== null) return chosen;
  const more = extraAnchors();
  if (more.length === 0) return sspi.defaultTrustStore();
  extended ??= new sspi.TrustStore([...sspi.defaultTrustStore().anchors, ...more]);
  return extended;
}

function extraAnchors(): readonly Uint8Array[] {
  const file = process.env["NODE_EXTRA_CA_CERTS"];
  if (!file) return [];
  extra ??= sspi.trustStoreFromPem(readFileSync(file)).anchors;
  return extra;
}

/**
 * Gives root certificates, as tls.getCACertificates.
 * @param type - which; default: "default", those that connections without `ca` use
 * @returns PEM of each
 * @throws TlsError for another type, and where the system's are not found
 */
export function getCACertificates(type: CaCertificatesType = "default"): string[] {
  return anchorsOf(type).map((der) => new X509Certificate(der).toString());
}

function anchorsOf(type: CaCertificatesType): readonly Uint8Array[] {
  switch (type) {
    case "default":
      return defaultRoots().anchors;
    case "bundled":
      return sspi.defaultTrustStore().anchors;
    case "extra":
      return extraAnchors();
    case "system":
      return sspi.systemTrustStore().anchors;
    default:
      if (typeof type !== "string") wrongType("type", "of type string", type);
      throw new TlsError(
        `type must be "default", "system", "bundled" or "extra", not ${JSON.stringify(type)}`,
        { code: "ERR_INVALID_ARG_VALUE", reason: "InvalidOption" },
      );
  }
}

/**
 * Sets the anchors of connections whose context has no `ca`, from now on; as tls.setDefaultCACertificates.
 * @param certificates - PEM; none: nobody is trusted
 * @throws TlsError for what is not a certificate, and then nothing changes
 */
export function setDefaultCACertificates(certificates: readonly (string | Uint8Array)[]): void {
  if (!Array.isArray(certificates)) wrongType("certs", "an instance of Array", certificates);
  const anchors = (certificates as readonly (string | Uint8Array)[]).flatMap((one, i) => {
    checkText(`certs[${i}]`, one);
    try {
      return sspi.trustStoreFromPem(one).anchors;
    } catch (cause) {
      throw new TlsError(`certs[${i}]: ${(cause as Error).message}`, {
        code: "ERR_CRYPTO_OPERATION_FAILED",
        reason: "MalformedCertificate",
        cause,
      });
    }
  });
  chosen = new sspi.TrustStore(anchors);
}
