/**
 * Which certificate a server shows: SNICallback and addContext of node:tls, and the choice by kind of key.
 */
import { X509Certificate } from "node:crypto";
import { isPromise } from "node:util/types";
import type { CertContext, SealwireOptions } from "../../api/common.ts";
import { asciiHost, withoutDot } from "../../protocol/host-name.ts";
import { signatureScheme } from "../../protocol/signature-scheme.ts";
import { nodeError } from "./node-error.ts";
import type { SniCallback } from "./options.ts";
import { type GivenContext, SecureContext } from "./secure-context.ts";
import { errorOf } from "./thrown.ts";

type Select = NonNullable<SealwireOptions["selectCredential"]>;
type Hello = Parameters<Select>[0];

/**
 * `selectCredential` for a server with an SNICallback.
 * @param told what the callback answered: the error, before the handshake fails of it, or the context
 */
export function selectorFor(
  callback: SniCallback,
  told: (answer: Error | SecureContext | null) => void,
): Select {
  return (hello) => {
    if (hello.serverName === null) return null;
    let answer: SecureContext | null | undefined;
    let failure: Error | null = null;
    let later: ((context: SecureContext | null) => void) | null = null;
    let laterFailed: ((error: Error) => void) | null = null;
    let answered = false;
    const done = (error: Error | null | undefined, context?: GivenContext | null): void => {
      // The first answer counts: the handshake goes by it already.
      if (answered) return;
      answered = true;
      failure = error == null ? wrongContext(context) : errorOf(error);
      const ours = context instanceof SecureContext ? context : null;
      told(failure ?? ours);
      if (failure !== null) {
        laterFailed?.(failure);
        return;
      }
      answer = ours;
      later?.(answer);
    };
    try {
      const returned: unknown = callback(hello.serverName, done);
      // Of an async function, which may fail as well.
      if (isPromise(returned)) returned.catch((error: unknown) => done(errorOf(error)));
    } catch (error) {
      done(errorOf(error));
    }
    if (failure !== null) throw failure;
    // Answered at once: the handshake need not wait.
    if (answer !== undefined) return certificateOf(answer, hello);
    const waited = new Promise<SecureContext | null>((resolve, reject) => {
      later = resolve;
      laterFailed = reject;
    });
    return waited.then((context) => certificateOf(context, hello));
  };
}

function wrongContext(context: unknown): Error | null {
  if (context == null || context instanceof SecureContext) return null;
  return nodeError(
    "Invalid SNI context",
    "ERR_TLS_INVALID_CONTEXT",
    "SNICallback must answer with a SecureContext of sealwire/node",
  );
}

/** Null: the server's own certificates are asked. */
function certificateOf(
  context: SecureContext | null,
  hello: Hello,
): CertContext | null | Promise<CertContext | null> {
  if (context === null) return null;
  const { certificates } = context;
  return certificates instanceof Promise
    ? certificates.then((all) => fitting(all, hello))
    : fitting(certificates, hello);
}

/** The first whose key can make a signature that the client takes, else the first. */
export function fitting(certificates: readonly CertContext[], hello: Hello): CertContext | null {
  const [first] = certificates;
  if (first === undefined || certificates.length === 1) return first ?? null;
  const kinds = new Set(hello.signatureSchemes.map((code) => signatureScheme(code)?.keyType));
  return (
    certificates.find(({ chain: [leaf] }) => {
      const type = leaf && new X509Certificate(leaf).publicKey.asymmetricKeyType;
      return kinds.has(type as "rsa" | "ec" | undefined);
    }) ?? first
  );
}

/** Contexts of `addContext`, the newest that fits first; "*" stands for one label. */
export class NamedContexts {
  #entries: { readonly pattern: RegExp; readonly context: SecureContext }[] = [];

  get size(): number {
    return this.#entries.length;
  }

  add(hostname: string, context: SecureContext): void {
    const labels = withoutDot(asciiHost(hostname) ?? hostname)
      .split(".")
      .map((label) => {
        const literal = label.replace(/[$()+.?[\\\]^{|}]/g, "\\$&");
        return literal.replaceAll("*", "[^.]*");
      });
    this.#entries.unshift({ pattern: new RegExp(`^${labels.join("\\.")}$`, "i"), context });
  }

  find(servername: string): SecureContext | null {
    return this.#entries.find(({ pattern }) => pattern.test(servername))?.context ?? null;
  }
}
