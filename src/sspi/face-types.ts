/**
 * Arguments and answers of the face's functions. "Not given" may be absent, undefined or null.
 */
import type {
  ContextAttributeValues,
  CredentialAttributeValues,
  TimeStamp,
} from "./attribute-values.ts";
import type { ContextHandle, CredentialHandle } from "./handles.ts";
import type { SecBufferDesc } from "./sec-buffer.ts";
import type { ErrorReport } from "./security-package.ts";
import type { SECURITY_STATUS } from "./security-status.ts";

type Optional<T> = T | null | undefined;

/** Arguments of acquireCredentialsHandle. Null, undefined and absent are the same. */
export interface AcquireArguments<AuthData = unknown> {
  /** Name of the security package. */
  package?: Optional<string>;
  /** SECPKG_CRED_*. */
  credentialUse?: Optional<number>;
  /** The package's structure, e.g. SCH_CREDENTIALS. */
  authData?: Optional<AuthData>;
}

/** Result of acquireCredentialsHandle. */
export interface AcquireResult {
  /** SEC_E_OK, or the failure that `error` explains. */
  status: SECURITY_STATUS;
  /** The credential, on success. Free it with freeCredentialsHandle. */
  credential?: CredentialHandle;
  /** When its certificate ends. */
  expiry?: TimeStamp;
  /** Why it failed. */
  error?: ErrorReport;
}

/** Arguments of acceptSecurityContext. Null, undefined and absent are the same. */
export interface AcceptArguments {
  /** Needed on the first call. */
  credential?: Optional<CredentialHandle>;
  /** Not given on the first call. */
  context?: Optional<ContextHandle>;
  /** ISC_REQ_* or ASC_REQ_*. */
  contextReq?: Optional<number>;
  /** TOKEN with the received bytes, and EMPTY; ALPN protocols on the first call. Its memory is not kept. */
  input?: Optional<SecBufferDesc>;
  /** TOKEN for the bytes to send, and ALERT if it is wanted. See the flag ALLOCATE_MEMORY for its memory. */
  output?: Optional<SecBufferDesc>;
  /** An acceptor does not use it. It may be given, so that one loop serves both roles. */
  targetName?: Optional<string>;
}

/** Arguments of initializeSecurityContext. Null, undefined and absent are the same. */
export interface InitializeArguments extends AcceptArguments {
  /** Name for SNI, the check of the certificate and the session cache. */
  targetName?: Optional<string>;
}

/** Result of a handshake call. */
export interface EstablishResult {
  /** SEC_E_OK, SEC_I_CONTINUE_NEEDED, or another status of the function. */
  status: SECURITY_STATUS;
  /** Absent if a first call made no context; else the same handle on every call. */
  context?: ContextHandle;
  /** ISC_RET_* or ASC_RET_*. */
  contextAttr: number;
  /** After SEC_E_OK: when the peer's certificate ends. Before: 0n. */
  expiry?: TimeStamp;
  /** Why the call failed, as lastError reports it. */
  error?: ErrorReport;
}

/** Result of queryContextAttributes. */
export interface ContextAttributeResult<Attribute extends number> {
  /** SEC_E_OK, or why there is no value. */
  status: SECURITY_STATUS;
  /** The SDK's structure of the attribute, an object of its own; absent on failure. */
  value?: Attribute extends keyof ContextAttributeValues
    ? ContextAttributeValues[Attribute]
    : unknown;
}

/** Result of queryCredentialsAttributes. */
export interface CredentialAttributeResult<Attribute extends number> {
  /** SEC_E_OK, or why there is no value. */
  status: SECURITY_STATUS;
  /** The SDK's structure of the attribute, an object of its own; absent on failure. */
  value?: Attribute extends keyof CredentialAttributeValues
    ? CredentialAttributeValues[Attribute]
    : unknown;
}

/** Result of encryptAll. */
export interface EncryptAllResult {
  /** SEC_E_OK, or the status of the record that was refused. */
  status: SECURITY_STATUS;
  /** Records to be sent, also on failure. New memory, the caller's. */
  records: Uint8Array;
  /** Bytes of the data that are in `records`. */
  consumed: number;
}
