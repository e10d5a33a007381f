/**
 * The security package Digest: DIGEST-MD5 of SASL (RFC 2831, [MS-DPSP]), and HTTP Digest (RFC 7616) with ISC_REQ_HTTP or
 * ASC_REQ_HTTP; client and server.
 */
import type { MessageRole } from "../message/context.ts";
import { readIdentity } from "../message/identity.ts";
import { MessagePackage, type NewContext } from "../message/message-package.ts";
import { SECPKG_ATTR_SESSION_KEY } from "../sspi/attributes.ts";
import { hasFlag, ISC_REQ_HTTP } from "../sspi/context-flags.ts";
import type { AttributeAnswer } from "../sspi/security-package.ts";
import { SEC_E_UNSUPPORTED_FUNCTION } from "../sspi/security-status.ts";
import { DigestCredential, type DigestEnvironment } from "./credential.ts";
import type { DigestContext } from "./digest-context.ts";
import { HttpClientContext } from "./http-client.ts";
import { HttpServerContext } from "./http-server.ts";
import { DIGEST_INFO } from "./package-info.ts";
import { SaslClientContext } from "./sasl-client.ts";
import { SaslServerContext } from "./sasl-server.ts";

export class DigestPackage extends MessagePackage<DigestCredential, DigestContext> {
  readonly #environment: DigestEnvironment;

  /** @param environment cryptography, from the entry */
  constructor(environment: DigestEnvironment) {
    super(DIGEST_INFO, ["Digest"]);
    this.#environment = environment;
  }

  acquire(roles: readonly MessageRole[], authData: unknown): DigestCredential {
    return new DigestCredential(roles, readIdentity(authData), this.#environment);
  }

  override queryContextAttributes(context: DigestContext, attribute: number): AttributeAnswer {
    return attribute === SECPKG_ATTR_SESSION_KEY
      ? { status: SEC_E_UNSUPPORTED_FUNCTION }
      : super.queryContextAttributes(context, attribute);
  }

  newContext(start: NewContext<DigestCredential>): DigestContext {
    const isHttp = hasFlag(start.contextReq, ISC_REQ_HTTP);
    if (start.role === "client") {
      return isHttp ? new HttpClientContext(start) : new SaslClientContext(start);
    }
    return isHttp ? new HttpServerContext(start) : new SaslServerContext(start);
  }
}
