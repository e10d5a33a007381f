/**
 * The security packages behind the SSPI functions, over cryptography and certificates that an entry chose.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import { CLIENTS } from "../engine/engines.ts";
import { SCHANNEL_ACCEPTOR } from "../schannel/acceptor.ts";
import type { CertificateServices } from "../schannel/environment.ts";
import { PRE_SHARED_KEYS } from "../schannel/pre-shared-keys.ts";
import { SchannelPackage } from "../schannel/schannel-package.ts";
import { SERVER_PARTS } from "../schannel/server-parts.ts";
import { createPackageFunctions } from "../sspi/face.ts";
import type { AnyAcceptor } from "../sspi/security-package.ts";
import type { Initiator } from "./types.ts";

/** The halves of the packages that accept; their bundles have them only if they are used. */
export const ACCEPTORS: readonly AnyAcceptor[] = [SCHANNEL_ACCEPTOR];

/** The functions that need the list of packages, with the runtime's clock. */
export function initiatorOver(
  provider: CryptoProvider,
  certificates: CertificateServices,
): Initiator {
  const clock = Date.now;
  const clients = CLIENTS;
  const servers = SERVER_PARTS;
  const preSharedKeys = PRE_SHARED_KEYS;
  const environment = { provider, certificates, clients, servers, preSharedKeys, clock };
  return createPackageFunctions([new SchannelPackage(environment)]);
}
