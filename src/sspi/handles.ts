/**
 * Opaque handles (CredHandle, CtxtHandle). What they stand for cannot be reached from outside; once deleted they are
 * dead for good. The two functions below are for the SSPI functions only.
 */
import type { AnySecurityPackage, ErrorReport } from "./security-package.ts";

/** What a living handle stands for. */
export interface Binding {
  readonly package: AnySecurityPackage;
  readonly state: object;
  /** A fault of our own that the package could not report; see `lastError`. */
  fault: ErrorReport | null;
}

let read: (handle: CredentialHandle | ContextHandle) => Binding | null;
let clear: (handle: CredentialHandle | ContextHandle) => void;

class Handle {
  #binding: Binding | null;

  /** Handles are made by the SSPI functions. @param binding - what the handle stands for */
  constructor(binding: Binding) {
    this.#binding = binding;
  }

  static {
    // An object that only inherits our prototype has no binding.
    read = (handle) => (#binding in handle ? handle.#binding : null);
    clear = (handle) => {
      handle.#binding = null;
    };
  }
}

/** Stands for a credential, from acquireCredentialsHandle to freeCredentialsHandle. */
export class CredentialHandle extends Handle {
  /** Tells the two kinds of handle apart for the compiler. */
  declare readonly kind: "credential";
}

/** Stands for a security context, from the first handshake call to deleteSecurityContext. */
export class ContextHandle extends Handle {
  /** Tells the two kinds of handle apart for the compiler. */
  declare readonly kind: "context";
}

/** What a credential handle stands for, or null if it is none, or dead. */
export function credentialBinding(handle: unknown): Binding | null {
  return handle instanceof CredentialHandle ? read(handle) : null;
}

/** What a context handle stands for, or null if it is none, or dead. */
export function contextBinding(handle: unknown): Binding | null {
  return handle instanceof ContextHandle ? read(handle) : null;
}

/** Makes a handle dead. */
export function killHandle(handle: CredentialHandle | ContextHandle): void {
  clear(handle);
}
