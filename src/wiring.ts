/**
 * Puts together what an entry exports as functions: the security packages behind the face, and the loaders, over the
 * provider that the entry chose.
 */
import { createLoaders, type Loaders } from "./certificates.ts";
import type { CryptoProvider } from "./crypto/provider.ts";
import { CLIENTS } from "./engine/engines.ts";
import { makeTicketKeys } from "./handshake/ticket.ts";
import { createCertificateServices } from "./pki/certificate-services.ts";
import { SCHANNEL_ACCEPTOR } from "./schannel/acceptor.ts";
import { SchannelPackage } from "./schannel/schannel-package.ts";
import { createAcceptingFace } from "./sspi/establish.ts";
import { createFace } from "./sspi/face.ts";
import type { AcceptingFace } from "./sspi/face-types.ts";
import type { AnyAcceptor } from "./sspi/security-package.ts";
import type { Initiator } from "./wiring-types.ts";

/** All functions of an entry. */
export interface Sspi extends Initiator, AcceptingFace, Loaders {}

/** The halves of the packages that accept; their bundles have them only if they are used. */
export const ACCEPTORS: readonly AnyAcceptor[] = [SCHANNEL_ACCEPTOR];

/**
 * The face of the packages, but for accepting, with the runtime's clock.
 * @param provider cryptography of everything that is done through these functions
 */
export function createInitiator(provider: CryptoProvider): Initiator {
  const certificates = createCertificateServices(provider);
  return createFace([
    new SchannelPackage({
      provider,
      certificates,
      clients: CLIENTS,
      makeTicketKeys,
      clock: Date.now,
    }),
  ]);
}

/** All functions over a provider, where none is to be left out. */
export function createSspi(provider: CryptoProvider): Sspi {
  return {
    ...createInitiator(provider),
    ...createAcceptingFace(ACCEPTORS),
    ...createLoaders(provider, Date.now),
  };
}
