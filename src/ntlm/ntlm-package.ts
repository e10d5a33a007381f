/**
 * The security package NTLM ([MS-NLMP]), client and server.
 */
import type { MessageRole } from "../message/context.ts";
import { readIdentity } from "../message/identity.ts";
import { MessagePackage, type NewContext } from "../message/message-package.ts";
import { NtlmClientContext } from "./client-context.ts";
import { NtlmCredential, type NtlmEnvironment } from "./credential.ts";
import type { NtlmContext } from "./ntlm-context.ts";
import { NTLM_INFO } from "./package-info.ts";
import { NtlmServerContext } from "./server-context.ts";

export class NtlmPackage extends MessagePackage<NtlmCredential, NtlmContext> {
  readonly #environment: NtlmEnvironment;

  /** @param environment cryptography and clock, from the entry */
  constructor(environment: NtlmEnvironment) {
    super(NTLM_INFO);
    this.#environment = environment;
  }

  acquire(roles: readonly MessageRole[], authData: unknown): NtlmCredential {
    return new NtlmCredential(roles, readIdentity(authData), this.#environment);
  }

  newContext(start: NewContext<NtlmCredential>): NtlmContext {
    return start.role === "client" ? new NtlmClientContext(start) : new NtlmServerContext(start);
  }
}
