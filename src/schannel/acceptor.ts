/**
 * The accepting half of the package: AcceptSecurityContext over the engine in the role of the server.
 */
import { SERVERS } from "../engine/engine-factories.ts";
import type { Acceptor } from "../sspi/security-package.ts";
import type { SchannelContext } from "./context.ts";
import type { SchannelCredential } from "./credentials.ts";
import { establishContext, establishContextAsync } from "./establish-context.ts";
import { PACKAGE_INFO } from "./package-info.ts";

export const SCHANNEL_ACCEPTOR: Acceptor<SchannelCredential, SchannelContext> = {
  packageName: PACKAGE_INFO.Name,
  acceptSecurityContext: (call) => establishContext(call, SERVERS),
  acceptSecurityContextAsync: (call) => establishContextAsync(call, SERVERS),
};
