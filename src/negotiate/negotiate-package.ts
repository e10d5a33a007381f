/**
 * The security package Negotiate (SPNEGO), client and server, over packages that it is given.
 */
import type { MessageRole } from "../message/context.ts";
import { readIdentity } from "../message/identity.ts";
import { MessagePackage, type NewContext } from "../message/message-package.ts";
import { NegotiateClientContext } from "./client-context.ts";
import { NegotiateCredential } from "./credential.ts";
import type { Mechanism } from "./mechanism.ts";
import type { NegotiateContext } from "./negotiate-context.ts";
import { NEGOTIATE_INFO } from "./package-info.ts";
import { NegotiateServerContext } from "./server-context.ts";

export class NegotiatePackage extends MessagePackage<NegotiateCredential, NegotiateContext> {
  readonly #mechanisms: readonly Mechanism[];

  /** @param mechanisms in the order in which a client offers them */
  constructor(mechanisms: readonly Mechanism[]) {
    super(NEGOTIATE_INFO);
    this.#mechanisms = mechanisms;
  }

  acquire(roles: readonly MessageRole[], authData: unknown): NegotiateCredential {
    return new NegotiateCredential(this.#mechanisms, roles, readIdentity(authData), authData);
  }

  newContext(start: NewContext<NegotiateCredential>): NegotiateContext {
    return start.role === "client"
      ? new NegotiateClientContext(start)
      : new NegotiateServerContext(start);
  }
}
