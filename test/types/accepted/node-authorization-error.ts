/** The word for a refusal is a string that fits node's type. */
import tls from "sealwire/node";

export function why(): string | null {
  const socket = tls.connect({ host: "a.example", port: 443, rejectUnauthorized: false });
  if (socket.authorizationError === null) return null;
  if (socket.authorizationError === "CERT_HAS_EXPIRED") return "expired";
  const word: string = socket.authorizationError;
  return word;
}
