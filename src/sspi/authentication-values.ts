/**
 * Structures behind the attributes of message packages: who was authenticated, keys, names. Only declarations.
 */

/** Value of SECPKG_ATTR_SESSION_KEY. It is secret. */
export interface SecPkgContext_SessionKey {
  /** Bytes of `SessionKey`. */
  SessionKeyLength: number;
  /** The key, in new memory. */
  SessionKey: Uint8Array;
}

/** Value of SECPKG_ATTR_NATIVE_NAMES. */
export interface SecPkgContext_NativeNames {
  /** The client, `DOMAIN\\user`, `user@realm` or `user`. */
  sClientName: string;
  /** The server, as the client named it; empty: it did not. */
  sServerName: string;
}

/** Value of SECPKG_ATTR_DCE_INFO. */
export interface SecPkgContext_DceInfo {
  /** Service of authorization: 0, the name is all that is known. */
  AuthzSvc: number;
  /** The client's name. */
  pPac: string;
}

/** Value of SECPKG_ATTR_TARGET_INFORMATION. */
export interface SecPkgContext_TargetInformation {
  /** Bytes of `MarshalledTargetInfo`. */
  MarshalledTargetInfoLength: number;
  /** The attribute-value pairs of NTLM ([MS-NLMP] 2.2.2.1), in new memory. */
  MarshalledTargetInfo: Uint8Array;
}

/** Value of SECPKG_ATTR_CLIENT_SPECIFIED_TARGET. */
export interface SecPkgContext_ClientSpecifiedTarget {
  /** The service principal name; empty: the client gave none. */
  sTargetName: string;
}

/** Value of SEALWIRE_ATTR_AUTHENTICATION: who was authenticated, and how. */
export interface SealwireAuthentication {
  /** The package that authenticated, also below Negotiate. */
  readonly package: string;
  /** The client; empty: it is anonymous. */
  readonly user: string;
  /** The domain that the client named; empty: none. */
  readonly domain: string;
  /** The realm, of Kerberos and Digest; empty: none. */
  readonly realm: string;
  /** Further word of the package: "NTLMv2", "auth-conf" and the cipher. */
  readonly mechanism: string;
  /** The flags that were negotiated, in the package's own numbers. */
  readonly flags: number;
  /**
   * Acceptor: "checked": bindings of the client match those that the caller gave; "missing": the client sent none;
   * "ignored": the caller gave none, or did not ask. Initiator: "checked" where bindings were sent.
   */
  readonly bindings: "checked" | "missing" | "ignored";
  /** The client's privilege attribute certificate, where a package has one. */
  readonly pac?: Uint8Array;
}

/** SECPKG_ATTR_NAMES of a credential. */
export interface SecPkgCredentials_Names {
  /** Name of the principal. */
  sUserName: string;
}
