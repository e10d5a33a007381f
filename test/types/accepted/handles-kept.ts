/** Handles are kept in variables. */
import {
  type ContextHandle,
  type CredentialHandle,
  deleteSecurityContext,
  initializeSecurityContext,
  type SECURITY_STATUS,
  type SecBufferDesc,
} from "sealwire";

export class Connection {
  #context: ContextHandle | undefined;

  step(credential: CredentialHandle, input: SecBufferDesc): SECURITY_STATUS {
    const context = this.#context ?? null;
    const result = initializeSecurityContext({ credential, context, input });
    this.#context = result.context ?? this.#context;
    return result.status;
  }

  close(): void {
    deleteSecurityContext(this.#context);
  }
}
