/**
 * The packages beside Schannel, over node:crypto: each is one object for all entries.
 */
import { nodeLegacyCrypto } from "../providers/node/legacy-crypto.ts";
import type { AddedPackage } from "../sspi/security-package.ts";
import { ntlmOver } from "./message-packages.ts";

/**
 * NTLM (MS-NLMP), client and server, for `addSecurityPackage`. In Node `sealwire` has it by the name NTLMSP_NAME from the start.
 */
export const ntlm: AddedPackage = /* @__PURE__ */ ntlmOver(nodeLegacyCrypto);

/** Those that `sealwire` has from the start. */
export const MESSAGE_PACKAGES: readonly AddedPackage[] = [ntlm];
