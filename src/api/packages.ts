/**
 * The security packages behind the SSPI functions, over cryptography and certificates that an entry chose.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import { CLIENTS } from "../engine/engine-factories.ts";
import type { CertificateServices } from "../pki/services.ts";
import { SCHANNEL_ACCEPTOR } from "../schannel/acceptor.ts";
import { PRE_SHARED_KEYS } from "../schannel/pre-shared-keys.ts";
import { SchannelPackage } from "../schannel/schannel-package.ts";
import { SERVER_SUPPORT } from "../schannel/server-support.ts";
import { createPackageFunctions } from "../sspi/package-functions.ts";
import type { AnyAcceptor } from "../sspi/security-package.ts";
import type { Initiator } from "./function-types.ts";

/** The halves of the packages that accept; their bundles have them only if they are used. */
export const ACCEPTORS: readonly AnyAcceptor[] = [SCHANNEL_ACCEPTOR];

/** The functions that need the list of packages, with the runtime's clock. */
export function initiatorOver(
  provider: CryptoProvider,
  certificates: CertificateServices,
): Initiator {
  const clock = Date.now;
  const clients = CLIENTS;
  const servers = SERVER_SUPPORT;
  const preSharedKeys = PRE_SHARED_KEYS;
  const environment = { provider, certificates, clients, servers, preSharedKeys, clock };
  return createPackageFunctions([new SchannelPackage(environment)]);
}
