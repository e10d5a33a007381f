/**
 * Arguments and answers of the SSPI functions. "Not given" may be absent, undefined or null.
 */
import type {
  ContextAttributeValues,
  CredentialAttributeValues,
  TimeStamp,
} from "./attribute-values.ts";
import type { ContextHandle, CredentialHandle } from "./handles.ts";
import type { ASC_REQ, ASC_RET, CONTEXT_REQ, ISC_REQ, ISC_RET, SECPKG_CRED } from "./kinds.ts";
import type { SecBufferDesc } from "./sec-buffer.ts";
import type { ErrorReport } from "./security-package.ts";
import type { SECURITY_STATUS } from "./security-status.ts";

type Optional<T> = T | null | undefined;

/** What the packages of an entry take: their names, and their structures by the use of a credential. */
export interface CredentialTypes {
  /** Names of packages. */
  readonly names: string;
  /** Structures for servers. */
  readonly inbound: unknown;
  /** Structures for clients. */
  readonly outbound: unknown;
  /** Structures for both. */
  readonly both: unknown;
  /** Further packages, with structures of their own. */
  readonly others?: CredentialTypes;
}

/** The names of all packages of an entry. */
export type KnownNames<Types extends CredentialTypes> = Types extends {
  readonly others: infer Others extends CredentialTypes;
}
  ? Types["names"] | KnownNames<Others>
  : Types["names"];

/** The structure for a package and a use. A package that is known at run time only may take any of them. */
export type AuthDataFor<
  Types extends CredentialTypes,
  Use extends number,
  Name extends string = string,
> = string extends Name
  ? AnyAuthData<Types, Use>
  : Lowercase<Name> extends Lowercase<Types["names"]>
    ? AuthDataOfUse<Types, Use>
    : Types extends { readonly others: infer Others extends CredentialTypes }
      ? AuthDataFor<Others, Use, Name>
      : AuthDataOfUse<Types, Use>;

/** The structures of all packages of an entry. */
type AnyAuthData<Types extends CredentialTypes, Use extends number> = Types extends {
  readonly others: infer Others extends CredentialTypes;
}
  ? AuthDataOfUse<Types, Use> | AnyAuthData<Others, Use>
  : AuthDataOfUse<Types, Use>;

/** The structure for a use: SECPKG_CRED_INBOUND, SECPKG_CRED_OUTBOUND, or any other number. */
type AuthDataOfUse<
  Types extends CredentialTypes,
  Use extends number,
> = `${Use}` extends `${SECPKG_CRED.INBOUND}`
  ? Types["inbound"]
  : `${Use}` extends `${SECPKG_CRED.OUTBOUND}`
    ? Types["outbound"]
    : Types["both"];

/** A name as it may be given: one of `Names` without regard to case, or a string that is known at run time only. */
export type PackageName<Names extends string, Name extends string> = string extends Name
  ? string
  : Lowercase<Name> extends Lowercase<Names>
    ? string
    : Names;

/** Arguments of acquireCredentialsHandle. Null, undefined and absent are the same. */
export interface AcquireArguments<
  AuthData = unknown,
  Name extends string = string,
  Use extends number = number,
> {
  /** Name of the security package. */
  package?: Optional<Name>;
  /** SECPKG_CRED_*. */
  credentialUse?: Optional<Use>;
  /** The package's structure, e.g. SCH_CREDENTIALS. */
  authData?: Optional<AuthData>;
}

/** Result of acquireCredentialsHandle. */
export interface AcquireResult {
  /** SEC_E_OK, or the failure that `error` explains. */
  status: SECURITY_STATUS;
  /** The credential, on success. Free it with freeCredentialsHandle. */
  credential?: CredentialHandle;
  /** When its first certificate ends; the latest possible time if it has none. */
  expiry?: TimeStamp;
  /** Why it failed. */
  error?: ErrorReport;
}

/** Arguments of the handshake functions. Null, undefined and absent are the same. */
export interface HandshakeArguments<Requirements extends number = number> {
  /** Needed on the first call. */
  credential?: Optional<CredentialHandle>;
  /** Not given on the first call. */
  context?: Optional<ContextHandle>;
  /** ISC_REQ_* or ASC_REQ_*. */
  contextReq?: Optional<Requirements>;
  /** TOKEN with the received bytes, and EMPTY; ALPN protocols on the first call. Its memory is not kept. */
  input?: Optional<SecBufferDesc>;
  /** TOKEN for the bytes to send, and ALERT if it is requested. See the flag ALLOCATE_MEMORY for its memory. */
  output?: Optional<SecBufferDesc>;
  /** An acceptor does not use it. It may be given, so that one loop serves both roles. */
  targetName?: Optional<string>;
}

/** Arguments of acceptSecurityContext. Null, undefined and absent are the same. */
export interface AcceptArguments extends HandshakeArguments<ASC_REQ | CONTEXT_REQ> {}

/** Arguments of initializeSecurityContext. Null, undefined and absent are the same. */
export interface InitializeArguments extends HandshakeArguments<ISC_REQ | CONTEXT_REQ> {
  /** Name for SNI, the check of the certificate and the session cache. */
  targetName?: Optional<string>;
}

/** Result of initializeSecurityContext. */
export type InitializeResult = EstablishResult<ISC_RET>;

/** Result of acceptSecurityContext. */
export type AcceptResult = EstablishResult<ASC_RET>;

/** Result of a handshake call. */
export interface EstablishResult<Attributes extends number = number> {
  /** SEC_E_OK, SEC_I_CONTINUE_NEEDED, or another status of the function. */
  status: SECURITY_STATUS;
  /** Absent if a first call made no context; else the same handle on every call. */
  context?: ContextHandle;
  /** ISC_RET_* or ASC_RET_*. */
  contextAttr: Attributes;
  /** After SEC_E_OK: when the peer's certificate ends; the latest possible time if it showed none. Before: 0n. */
  expiry?: TimeStamp;
  /** Why the call failed, as lastError reports it. */
  error?: ErrorReport;
}

/** The value of an attribute in a map; unknown for a number that is not a constant of the map. */
export type AttributeValue<
  Values,
  Attribute extends number,
> = `${Attribute}` extends `${keyof Values & number}`
  ? Attribute extends keyof Values
    ? Values[Attribute]
    : unknown
  : unknown;

/** Result of queryContextAttributes. */
export interface ContextAttributeResult<Attribute extends number> {
  /** SEC_E_OK, or why there is no value. */
  status: SECURITY_STATUS;
  /** The SDK's structure of the attribute, an object of its own; absent on failure. */
  value?: AttributeValue<ContextAttributeValues, Attribute>;
}

/** Result of queryCredentialsAttributes. */
export interface CredentialAttributeResult<Attribute extends number> {
  /** SEC_E_OK, or why there is no value. */
  status: SECURITY_STATUS;
  /** The SDK's structure of the attribute, an object of its own; absent on failure. */
  value?: AttributeValue<CredentialAttributeValues, Attribute>;
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
