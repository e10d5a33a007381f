/**
 * Authorities that a context is given: those of PFX files, and those of `ca` that lead to no root in it.
 */
import { X509Certificate } from "node:crypto";
import * as sspi from "../../api/node.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { unpooled } from "./memory.ts";

type One = string | Uint8Array;

/** The certificates of PFX files, each with its key. @param passphraseOfAll - of those that bring none along */
export function pfxFiles(
  files: readonly unknown[],
  passphraseOfAll: string | null,
): readonly Promise<sspi.CertContext>[] {
  return files.map((file) => {
    const given = file as One | { readonly buf: One; readonly passphrase?: string };
    const object = typeof given === "object" && "buf" in given ? given : { buf: given as One };
    const bytes = unpooled(object.buf as Uint8Array);
    const passphrase = "passphrase" in object ? object.passphrase : undefined;
    return sspi.certContextFromPfx(bytes, passphrase ?? passphraseOfAll).then(withKey);
  });
}

/** @throws TlsError for a PFX without a private key */
function withKey(context: sspi.CertContext): sspi.CertContext {
  if (context.privateKey != null) return context;
  throw new TlsError("Unable to load private key from PFX data", {
    code: "ERR_CRYPTO_OPERATION_FAILED",
    reason: "NoPrivateKey",
  });
}

/** Those of `authorities` (DER) that do not lead to a self-issued one among them. */
export function partialOf(authorities: readonly Uint8Array[]): readonly Uint8Array[] {
  let rest = authorities.map((der) => ({ der, certificate: new X509Certificate(der) }));
  let reached = rest.filter(({ certificate: { subject, issuer } }) => subject === issuer);
  while (reached.length > 0) {
    const above = reached;
    rest = rest.filter((one) => !above.includes(one));
    reached = rest.filter(({ certificate }) =>
      above.some((issuer) => certificate.checkIssued(issuer.certificate)),
    );
  }
  return rest.map(({ der }) => der);
}
