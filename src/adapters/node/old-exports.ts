/**
 * Functions of node:tls that are undocumented or long deprecated: one does what it does there, the other is refused by name.
 */
import { TlsError } from "../../sspi/tls-error.ts";
import { bufferOver } from "./memory.ts";
import { argumentError } from "./node-error.ts";
import { protocolsOf, type SecureSocketOptions } from "./options.ts";
import { SecureContext } from "./secure-context.ts";

/**
 * Puts names for ALPN, each after its length, into a Buffer; undocumented in node:tls.
 * @param protocols - a list of names, or bytes that are such a Buffer
 * @param out - gets the Buffer as its member ALPNProtocols
 * @throws TlsError for names that are not 1 to 255 bytes long
 */
export function convertALPNProtocols(
  protocols: SecureSocketOptions["ALPNProtocols"],
  out: { ALPNProtocols?: Buffer },
): void {
  if (Array.isArray(protocols)) {
    out.ALPNProtocols = Buffer.concat(
      protocolsOf(protocols).map((name) => {
        const bytes = Buffer.from(name);
        return Buffer.from([bytes.length, ...bytes]);
      }),
    );
  } else if (ArrayBuffer.isView(protocols)) {
    out.ALPNProtocols = Buffer.from(bufferOver(protocols));
  }
}

/**
 * Throws: it is deprecated since Node 0.11. `new SecureSocket(duplex)` does what it did.
 * @param context - a SecureContext
 * @throws TlsError always
 */
export function createSecurePair(context?: unknown): never {
  if (context !== undefined && !(context instanceof SecureContext)) {
    throw argumentError("context must be a SecureContext", "ERR_TLS_INVALID_CONTEXT");
  }
  throw new TlsError(
    "createSecurePair() is not there: `new SecureSocket(duplex)` does what it did",
    {
      code: "ERR_METHOD_NOT_IMPLEMENTED",
      reason: "Unsupported",
    },
  );
}
