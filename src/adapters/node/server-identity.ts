/**
 * `checkServerIdentity` of node:tls, for the host as every other entry compares it.
 */

import { isIP } from "node:net";
import { checkServerIdentity as identityOfNode, type PeerCertificate } from "node:tls";
import { harmless } from "../../bytes/text.ts";
import { comparedName, endsInNumber, isDnsName } from "../../protocol/host-name.ts";
import { TlsError } from "../../sspi/tls-error.ts";

/**
 * Is a certificate for a host, in the manner of node:tls? A host of other characters than ASCII is mapped to its A-labels first,
 * and what is neither a DNS name nor an address is refused, as by all other functions of this library.
 * @param hostname DNS name or IP literal, the latter with or without brackets
 * @param cert as `getPeerCertificate()` gives it; its `subjectaltname` and, without names there, its common name are compared
 * @returns undefined, or the error: ERR_TLS_CERT_ALTNAME_INVALID with `host` and `cert`
 */
export function checkServerIdentity(hostname: string, cert: PeerCertificate): Error | undefined {
  const given = String(hostname);
  const name = comparedName(given);
  const isName = name !== null && isDnsName(name) && !endsInNumber(name);
  if (name !== null && (isName || isIP(name) !== 0)) return shortened(identityOfNode(name, cert));
  // In node's words, where it says no too.
  const refused = identityOfNode(given, cert);
  if (refused !== undefined) return shortened(refused, `Host: ${given}`);
  const why = `${harmless(given)} is neither a DNS name nor an IP address`;
  const error = new TlsError(`Hostname/IP does not match certificate's altnames: ${why}`, {
    ...{ code: "ERR_TLS_CERT_ALTNAME_INVALID", reason: "NameMismatch" },
  });
  return Object.assign(error, { host: given, cert });
}

/**
 * The error of node:tls repeats all names of the certificate.
 * @param own how its reason begins with what is the caller's
 */
function shortened(error: Error | undefined, own = ""): Error | undefined {
  const { reason } = (error ?? {}) as { reason?: unknown };
  if (error === undefined || typeof reason !== "string") return error;
  const kept = reason.startsWith(own) ? own : "";
  const short = kept + harmless(reason.slice(kept.length));
  return Object.assign(error, {
    message: error.message.replace(reason, () => short),
    reason: short,
  });
}
