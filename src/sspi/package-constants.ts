/**
 * Package-neutral numbers of sspi.h: credential use, qualities of protection, capabilities, data representation.
 */
import type { SECPKG_CRED, SECPKG_FLAG, SECQOP } from "./kinds.ts";

/** `credentialUse`: for servers, acceptSecurityContext. It needs `authData`. */
export const SECPKG_CRED_INBOUND: SECPKG_CRED.INBOUND = 1;
/** `credentialUse`: for clients, initializeSecurityContext. */
export const SECPKG_CRED_OUTBOUND: SECPKG_CRED.OUTBOUND = 2;
/** `credentialUse`: for clients and servers. It needs `authData`. */
export const SECPKG_CRED_BOTH: SECPKG_CRED.BOTH = 3;
/** `credentialUse`: what the package takes by itself. Schannel does not: SEC_E_NO_CREDENTIALS. */
export const SECPKG_CRED_DEFAULT: SECPKG_CRED.DEFAULT = 4;

/** `package` of acquireCredentialsHandle: NTLM ([MS-NLMP]). */
export const NTLMSP_NAME = "NTLM";
/** `package` of acquireCredentialsHandle: Negotiate (SPNEGO, RFC 4178), which chooses another package. */
export const NEGOSSP_NAME = "Negotiate";
/** `package` of acquireCredentialsHandle: Kerberos. Not built yet: SEC_E_SECPKG_NOT_FOUND. */
export const MICROSOFT_KERBEROS_NAME = "Kerberos";
/** `package` of acquireCredentialsHandle: Digest (RFC 2831, RFC 7616). */
export const WDIGEST_SP_NAME = "WDigest";
/** `package` of acquireCredentialsHandle: CredSSP ([MS-CSSP]). Not built yet: SEC_E_SECPKG_NOT_FOUND. */
export const CREDSSP_NAME = "CREDSSP";

/** `NegotiationState` of SECPKG_ATTR_NEGOTIATION_INFO: the package is chosen and its context is established. */
export const SECPKG_NEGOTIATION_COMPLETE = 0;
/** `NegotiationState` of SECPKG_ATTR_NEGOTIATION_INFO: the client has offered a package in advance. */
export const SECPKG_NEGOTIATION_OPTIMISTIC = 1;
/** `NegotiationState` of SECPKG_ATTR_NEGOTIATION_INFO: a package is chosen, its context is not established. */
export const SECPKG_NEGOTIATION_IN_PROGRESS = 2;
/** `NegotiationState` of SECPKG_ATTR_NEGOTIATION_INFO: only one package was possible. */
export const SECPKG_NEGOTIATION_DIRECT = 3;

/** Data representation of the computer. Schannel ignores it, and the functions have no such argument. */
export const SECURITY_NATIVE_DREP = 0x10;
/** Data representation of the network. Schannel ignores it, and the functions have no such argument. */
export const SECURITY_NETWORK_DREP = 0;

/** `fQOP`: signs without encrypting. Schannel does not: SEC_E_QOP_NOT_SUPPORTED. */
export const SECQOP_WRAP_NO_ENCRYPT: SECQOP = 0x80000001;
/** The same as SECQOP_WRAP_NO_ENCRYPT, under the name of Kerberos. */
export const KERB_WRAP_NO_ENCRYPT: SECQOP = SECQOP_WRAP_NO_ENCRYPT as number;
/** `fQOP` of encryptMessage: makes an alert of DATA, which holds its level (1 or 2) and its number, two bytes. */
export const SECQOP_WRAP_OOB_DATA: SECQOP = 0x40000000;

/** Capability of a package: signs messages. */
export const SECPKG_FLAG_INTEGRITY: SECPKG_FLAG = 0x00000001;
/** Capability of a package: encrypts messages. */
export const SECPKG_FLAG_PRIVACY: SECPKG_FLAG = 0x00000002;
/** Capability of a package: works with connections. */
export const SECPKG_FLAG_CONNECTION: SECPKG_FLAG = 0x00000010;
/** Capability of a package: a handshake takes several legs. */
export const SECPKG_FLAG_MULTI_REQUIRED: SECPKG_FLAG = 0x00000020;
/** Capability of a package: makes tokens only, and protects no messages. */
export const SECPKG_FLAG_TOKEN_ONLY: SECPKG_FLAG = 0x00000004;
/** Capability of a package: works with datagrams. */
export const SECPKG_FLAG_DATAGRAM: SECPKG_FLAG = 0x00000008;
/** Capability of a package: makes messages for the peer about failures. */
export const SECPKG_FLAG_EXTENDED_ERROR: SECPKG_FLAG = 0x00000080;
/** Capability of a package: a server can impersonate its client. Set as on Windows; it cannot be done here. */
export const SECPKG_FLAG_IMPERSONATION: SECPKG_FLAG = 0x00000100;
/** Capability of a package: takes names of Windows. Set as on Windows; names here are DNS names and IP literals. */
export const SECPKG_FLAG_ACCEPT_WIN32_NAME: SECPKG_FLAG = 0x00000200;
/** Capability of a package: works with streams. */
export const SECPKG_FLAG_STREAM: SECPKG_FLAG = 0x00000400;
/** Capability of a package: Negotiate can choose it. */
export const SECPKG_FLAG_NEGOTIABLE: SECPKG_FLAG = 0x00000800;
/** Capability of a package: accepts clients without an account. */
export const SECPKG_FLAG_LOGON: SECPKG_FLAG = 0x00002000;
/** Capability of a package: buffers of a message may be read-only with a checksum. */
export const SECPKG_FLAG_READONLY_WITH_CHECKSUM: SECPKG_FLAG = 0x00020000;

/** `ProtoNegoExt`: no extension negotiated a protocol. */
export const SecApplicationProtocolNegotiationExt_None = 0;
/** `ProtoNegoExt`: NPN, the extension before ALPN. Lists of this kind are ignored. */
export const SecApplicationProtocolNegotiationExt_NPN = 1;
/** `ProtoNegoExt`: ALPN (RFC 7301). */
export const SecApplicationProtocolNegotiationExt_ALPN = 2;
/** `ProtoNegoStatus`: no protocol was negotiated. */
export const SecApplicationProtocolNegotiationStatus_None = 0;
/** `ProtoNegoStatus`: a protocol was negotiated. */
export const SecApplicationProtocolNegotiationStatus_Success = 1;
/** `ProtoNegoStatus`: the client alone chose. Only NPN can do that; not answered here. */
export const SecApplicationProtocolNegotiationStatus_SelectedClientOnly = 2;
/** Bytes of the longest ALPN protocol name, and of the array `ProtocolId`. */
export const MAX_PROTOCOL_ID_SIZE = 255;
