/**
 * Package-neutral numbers of sspi.h: credential use, qualities of protection, capabilities, data representation.
 */
export const SECPKG_CRED_INBOUND = 1;
export const SECPKG_CRED_OUTBOUND = 2;
export const SECPKG_CRED_BOTH = 3;
export const SECPKG_CRED_DEFAULT = 4;

export const SECURITY_NATIVE_DREP = 0x10;
export const SECURITY_NETWORK_DREP = 0;

export const SECQOP_WRAP_NO_ENCRYPT = 0x80000001;
export const KERB_WRAP_NO_ENCRYPT: number = SECQOP_WRAP_NO_ENCRYPT;
export const SECQOP_WRAP_OOB_DATA = 0x40000000;

export const SECPKG_FLAG_INTEGRITY = 0x00000001;
export const SECPKG_FLAG_PRIVACY = 0x00000002;
export const SECPKG_FLAG_CONNECTION = 0x00000010;
export const SECPKG_FLAG_MULTI_REQUIRED = 0x00000020;
export const SECPKG_FLAG_EXTENDED_ERROR = 0x00000080;
export const SECPKG_FLAG_IMPERSONATION = 0x00000100;
export const SECPKG_FLAG_ACCEPT_WIN32_NAME = 0x00000200;
export const SECPKG_FLAG_STREAM = 0x00000400;

export const SecApplicationProtocolNegotiationExt_None = 0;
export const SecApplicationProtocolNegotiationExt_NPN = 1;
export const SecApplicationProtocolNegotiationExt_ALPN = 2;
export const SecApplicationProtocolNegotiationStatus_None = 0;
export const SecApplicationProtocolNegotiationStatus_Success = 1;
export const SecApplicationProtocolNegotiationStatus_SelectedClientOnly = 2;
export const MAX_PROTOCOL_ID_SIZE = 255;
