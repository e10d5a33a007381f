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

export interface AcquireArguments<AuthData = unknown> {
  /** Name of the security package. */
  package?: Optional<string>;
  /** SECPKG_CRED_*. */
  credentialUse?: Optional<number>;
  /** The package's structure, e.g. SCH_CREDENTIALS. */
  authData?: Optional<AuthData>;
}

export interface AcquireResult {
  status: SECURITY_STATUS;
  credential?: CredentialHandle;
  expiry?: TimeStamp;
  error?: ErrorReport;
}

export interface AcceptArguments {
  /** Needed on the first call. */
  credential?: Optional<CredentialHandle>;
  /** Not given on the first call. */
  context?: Optional<ContextHandle>;
  /** ISC_REQ_* or ASC_REQ_*. */
  contextReq?: Optional<number>;
  input?: Optional<SecBufferDesc>;
  output?: Optional<SecBufferDesc>;
  /** An acceptor does not use it. It may be given, so that one loop serves both roles. */
  targetName?: Optional<string>;
}

export interface InitializeArguments extends AcceptArguments {
  /** Name for SNI, the check of the certificate and the session cache. */
  targetName?: Optional<string>;
}

export interface EstablishResult {
  status: SECURITY_STATUS;
  /** Absent if a first call made no context; else the same handle on every call. */
  context?: ContextHandle;
  /** ISC_RET_* or ASC_RET_*. */
  contextAttr: number;
  expiry?: TimeStamp;
  error?: ErrorReport;
}

export interface ContextAttributeResult<Attribute extends number> {
  status: SECURITY_STATUS;
  value?: Attribute extends keyof ContextAttributeValues
    ? ContextAttributeValues[Attribute]
    : unknown;
}

export interface CredentialAttributeResult<Attribute extends number> {
  status: SECURITY_STATUS;
  value?: Attribute extends keyof CredentialAttributeValues
    ? CredentialAttributeValues[Attribute]
    : unknown;
}

export interface EncryptAllResult {
  status: SECURITY_STATUS;
  records: Uint8Array;
  consumed: number;
}
