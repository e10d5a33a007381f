/**
 * Arguments and answers of the face's functions. "Not given" may be absent, undefined or null.
 */
import type {
  ContextAttributeValues,
  CredentialAttributeValues,
  SecPkgInfo,
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

/** The SSPI functions. None of them throws; what goes wrong is in the status. */
export interface Face {
  enumerateSecurityPackages(): { status: SECURITY_STATUS; packages: SecPkgInfo[] };
  querySecurityPackageInfo(packageName: Optional<string>): {
    status: SECURITY_STATUS;
    packageInfo?: SecPkgInfo;
  };
  acquireCredentialsHandle(call: AcquireArguments): AcquireResult;
  queryCredentialsAttributes<Attribute extends number>(
    credential: Optional<CredentialHandle>,
    attribute: Attribute,
  ): CredentialAttributeResult<Attribute>;
  setCredentialsAttributes(
    credential: Optional<CredentialHandle>,
    attribute: number,
    value: unknown,
  ): SECURITY_STATUS;
  freeCredentialsHandle(credential: Optional<CredentialHandle>): SECURITY_STATUS;
  initializeSecurityContext(call: InitializeArguments): EstablishResult;
  acceptSecurityContext(call: AcceptArguments): EstablishResult;
  initializeSecurityContextAsync(call: InitializeArguments): Promise<EstablishResult>;
  acceptSecurityContextAsync(call: AcceptArguments): Promise<EstablishResult>;
  encryptMessage(
    context: Optional<ContextHandle>,
    fQOP: number,
    message: Optional<SecBufferDesc>,
    messageSeqNo?: number,
  ): SECURITY_STATUS;
  decryptMessage(
    context: Optional<ContextHandle>,
    message: Optional<SecBufferDesc>,
    messageSeqNo?: number,
  ): SECURITY_STATUS;
  applyControlToken(
    context: Optional<ContextHandle>,
    input: Optional<SecBufferDesc>,
  ): SECURITY_STATUS;
  queryContextAttributes<Attribute extends number>(
    context: Optional<ContextHandle>,
    attribute: Attribute,
  ): ContextAttributeResult<Attribute>;
  setContextAttributes(
    context: Optional<ContextHandle>,
    attribute: number,
    value: unknown,
  ): SECURITY_STATUS;
  deleteSecurityContext(context: Optional<ContextHandle>): SECURITY_STATUS;
  makeSignature(
    context: Optional<ContextHandle>,
    fQOP: number,
    message: Optional<SecBufferDesc>,
    messageSeqNo?: number,
  ): SECURITY_STATUS;
  verifySignature(
    context: Optional<ContextHandle>,
    message: Optional<SecBufferDesc>,
    messageSeqNo?: number,
  ): SECURITY_STATUS;
  lastError(context: Optional<ContextHandle>): ErrorReport | null;
  requestKeyUpdate(
    context: Optional<ContextHandle>,
    options?: Optional<{ requestPeer?: Optional<boolean> }>,
  ): SECURITY_STATUS;
  /**
   * Tells that the transport has ended. SEC_E_OK if the peer had closed its direction; else the stream was cut short,
   * which Schannel leaves to its callers to find out: SEC_E_MESSAGE_ALTERED, and the context is of no use any more.
   */
  endOfInput(context: Optional<ContextHandle>): SECURITY_STATUS;
  /**
   * Any amount of data as records. `records` is new memory, to be sent also when the status is a failure; `consumed`
   * says how many bytes of data are in them.
   */
  encryptAll(context: Optional<ContextHandle>, data: Uint8Array): EncryptAllResult;
}

/** The functions that only a server needs. */
export type AcceptingFace = Pick<Face, "acceptSecurityContext" | "acceptSecurityContextAsync">;
