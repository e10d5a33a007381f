/** The default export has the functions of node:tls. */
import type * as nodeTls from "node:tls";
import tls from "sealwire/node";

type Used =
  | "connect"
  | "createServer"
  | "createSecureContext"
  | "checkServerIdentity"
  | "rootCertificates"
  | "getCiphers"
  | "DEFAULT_MIN_VERSION"
  | "DEFAULT_MAX_VERSION"
  | "DEFAULT_CIPHERS"
  | "DEFAULT_ECDH_CURVE";
export const asModule: Pick<typeof nodeTls, Used> = tls;
