/**
 * The option `crl` of node:tls. As OpenSSL there, every certificate below the anchor then needs a list that covers it.
 */

import * as sspi from "../../api/node.ts";
import { textOfFile } from "../../bytes/text.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { checkText } from "./argument-types.ts";

const BEGIN = "-----BEGIN X509 CRL-----";
const PEM = /-----BEGIN /;

/**
 * Lists as PEM in an array that cannot change, so that they are read only once and not for each connection.
 * @param given each PEM, with any number of lists, or DER
 * @throws TlsError for what cannot be read
 */
export function revocationLists(given: readonly (string | Uint8Array)[]): readonly string[] {
  const crls = Object.freeze(given.map(asPem));
  const { status, credential, error } = sspi.acquireCredentialsHandle({
    package: sspi.UNISP_NAME,
    credentialUse: sspi.SECPKG_CRED_OUTBOUND,
    authData: { dwVersion: sspi.SCH_CREDENTIALS_VERSION, sealwire: { revocation: { crls } } },
  });
  if (credential === undefined) unreadable(error?.message ?? sspi.statusName(status));
  sspi.freeCredentialsHandle(credential);
  return crls;
}

function asPem(given: string | Uint8Array): string {
  checkText("options.crl", given);
  const text = typeof given === "string" ? given : textOfFile(given);
  if (text.includes(BEGIN)) return text;
  if (typeof given === "string" || PEM.test(text)) unreadable(`there is no "${BEGIN}" in it`);
  return `${BEGIN}\n${Buffer.from(given).toString("base64")}\n${BEGIN.replace("BEGIN", "END")}\n`;
}

function unreadable(why: string): never {
  throw new TlsError(`crl: ${why}; give complete lists as PEM, or as DER in a Buffer`, {
    code: "ERR_CRYPTO_OPERATION_FAILED",
    reason: "UnusableCrl",
  });
}
