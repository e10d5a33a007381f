/**
 * The Schannel security package: the SSPI functions over the TLS engine, but for accepting (`acceptor.ts`). Each
 * function has a file of its own; this one only joins them to the contract of the SSPI functions.
 */
import type { SecPkgInfo } from "../sspi/attribute-values.ts";
import { Refusal } from "../sspi/refusal.ts";
import type { SecBufferDesc } from "../sspi/sec-buffer.ts";
import type {
  AcquireAnswer,
  AcquireCall,
  AttributeAnswer,
  ErrorReport,
  EstablishAnswer,
  EstablishCall,
  SecurityPackage,
} from "../sspi/security-package.ts";
import {
  SEC_E_OK,
  SEC_E_UNSUPPORTED_FUNCTION,
  type SECURITY_STATUS,
} from "../sspi/security-status.ts";
import type { SchannelContext } from "./context.ts";
import { applyControlToken, requestKeyUpdate } from "./control-token.ts";
import { acquireCredential, type SchannelCredential } from "./credentials.ts";
import { decryptMessage } from "./decrypt-message.ts";
import { encryptMessage } from "./encrypt-message.ts";
import { endOfInput } from "./end-of-input.ts";
import { establishContext, establishContextAsync } from "./establish-context.ts";
import { lastError } from "./last-error.ts";
import type { PackageDependencies } from "./package-dependencies.ts";
import { PACKAGE_ALIASES, PACKAGE_INFO } from "./package-info.ts";
import { queryContextAttributes } from "./query-attributes.ts";
import { queryCredentialsAttributes } from "./query-credentials.ts";
import { setContextAttributes, setCredentialsAttributes } from "./set-attributes.ts";

type Call = EstablishCall<SchannelCredential, SchannelContext>;
type Answer = EstablishAnswer<SchannelContext>;

export class SchannelPackage implements SecurityPackage<SchannelCredential, SchannelContext> {
  readonly info: SecPkgInfo = PACKAGE_INFO;
  readonly aliases: readonly string[] = PACKAGE_ALIASES;
  readonly #environment: PackageDependencies;

  /** @param environment cryptography, certificates, clients and clock, from the entry */
  constructor(environment: PackageDependencies) {
    this.#environment = environment;
  }

  acquireCredentialsHandle(call: AcquireCall): AcquireAnswer<SchannelCredential> {
    try {
      const credential = acquireCredential(this.#environment, call);
      return { status: SEC_E_OK, credential, expiry: credential.expiry };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, error: error.report };
    }
  }

  queryCredentialsAttributes(credential: SchannelCredential, attribute: number): AttributeAnswer {
    return queryCredentialsAttributes(credential, attribute);
  }

  setCredentialsAttributes(
    credential: SchannelCredential,
    attribute: number,
    value: unknown,
  ): SECURITY_STATUS {
    return setCredentialsAttributes(credential, attribute, value);
  }

  /** Contexts keep the credential until they are deleted. */
  freeCredentialsHandle(credential: SchannelCredential): SECURITY_STATUS {
    credential.life.free();
    return SEC_E_OK;
  }

  initializeSecurityContext(call: Call): Answer {
    return establishContext(call, this.#environment.clients);
  }

  initializeSecurityContextAsync(call: Call): Promise<Answer> {
    return establishContextAsync(call, this.#environment.clients);
  }

  applyControlToken(context: SchannelContext, input: SecBufferDesc | null): SECURITY_STATUS {
    return applyControlToken(context, input);
  }

  deleteSecurityContext(context: SchannelContext): SECURITY_STATUS {
    context.dispose();
    return SEC_E_OK;
  }

  encryptMessage(
    context: SchannelContext,
    fQOP: number,
    message: SecBufferDesc | null,
  ): SECURITY_STATUS {
    return encryptMessage(context, fQOP, message);
  }

  decryptMessage(context: SchannelContext, message: SecBufferDesc | null): SECURITY_STATUS {
    return decryptMessage(context, message);
  }

  makeSignature(): SECURITY_STATUS {
    return SEC_E_UNSUPPORTED_FUNCTION;
  }

  verifySignature(): SECURITY_STATUS {
    return SEC_E_UNSUPPORTED_FUNCTION;
  }

  queryContextAttributes(context: SchannelContext, attribute: number): AttributeAnswer {
    return queryContextAttributes(context, attribute);
  }

  setContextAttributes(
    context: SchannelContext,
    attribute: number,
    value: unknown,
  ): SECURITY_STATUS {
    return setContextAttributes(context, attribute, value);
  }

  lastError(context: SchannelContext): ErrorReport | null {
    return lastError(context);
  }

  endOfInput(context: SchannelContext): SECURITY_STATUS {
    return endOfInput(context);
  }

  requestKeyUpdate(context: SchannelContext, requestPeer: boolean): SECURITY_STATUS {
    return requestKeyUpdate(context, requestPeer);
  }
}
