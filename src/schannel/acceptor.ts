/**
 * The accepting half of the package: AcceptSecurityContext over the engine in the role of the server.
 */
import { Connection } from "../engine/connection.ts";
import { SERVER } from "../handshake/server/expect-client-hello.ts";
import type { Acceptor } from "../sspi/security-package.ts";
import type { EngineMaker, SchannelContext } from "./context.ts";
import type { SchannelCredential } from "./credentials.ts";
import { establishContext, establishContextAsync } from "./establish-context.ts";
import { PACKAGE_INFO } from "./package-info.ts";

const SERVERS: EngineMaker = {
  role: SERVER.role,
  create: (configuration) => new Connection(SERVER, configuration),
};

export const SCHANNEL_ACCEPTOR: Acceptor<SchannelCredential, SchannelContext> = {
  packageName: PACKAGE_INFO.Name,
  acceptSecurityContext: (call) => establishContext(call, SERVERS),
  acceptSecurityContextAsync: (call) => establishContextAsync(call, SERVERS),
};
