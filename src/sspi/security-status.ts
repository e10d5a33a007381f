/**
 * SECURITY_STATUS values by the SDK's names (winerror.h), those of other facilities that a TLS package answers with
 * included. Unsigned 32-bit numbers; the high bit means failure.
 */

export type SECURITY_STATUS = number;

export const SEC_E_OK = 0x00000000;
export const SEC_I_CONTINUE_NEEDED = 0x00090312;
export const SEC_I_COMPLETE_NEEDED = 0x00090313;
export const SEC_I_COMPLETE_AND_CONTINUE = 0x00090314;
export const SEC_I_LOCAL_LOGON = 0x00090315;
export const SEC_I_GENERIC_EXTENSION_RECEIVED = 0x00090316;
export const SEC_I_CONTEXT_EXPIRED = 0x00090317;
export const SEC_I_INCOMPLETE_CREDENTIALS = 0x00090320;
export const SEC_I_RENEGOTIATE = 0x00090321;
export const SEC_I_NO_LSA_CONTEXT = 0x00090323;
export const SEC_I_SIGNATURE_NEEDED = 0x0009035c;
export const SEC_I_NO_RENEGOTIATION = 0x00090360;
export const SEC_I_MESSAGE_FRAGMENT = 0x00090364;
export const SEC_I_CONTINUE_NEEDED_MESSAGE_OK = 0x00090366;
export const SEC_I_ASYNC_CALL_PENDING = 0x00090368;
export const SEC_E_INSUFFICIENT_MEMORY = 0x80090300;
export const SEC_E_INVALID_HANDLE = 0x80090301;
export const SEC_E_UNSUPPORTED_FUNCTION = 0x80090302;
export const SEC_E_TARGET_UNKNOWN = 0x80090303;
export const SEC_E_INTERNAL_ERROR = 0x80090304;
export const SEC_E_SECPKG_NOT_FOUND = 0x80090305;
export const SEC_E_NOT_OWNER = 0x80090306;
export const SEC_E_CANNOT_INSTALL = 0x80090307;
export const SEC_E_INVALID_TOKEN = 0x80090308;
export const SEC_E_CANNOT_PACK = 0x80090309;
export const SEC_E_QOP_NOT_SUPPORTED = 0x8009030a;
export const SEC_E_NO_IMPERSONATION = 0x8009030b;
export const SEC_E_LOGON_DENIED = 0x8009030c;
export const SEC_E_UNKNOWN_CREDENTIALS = 0x8009030d;
export const SEC_E_NO_CREDENTIALS = 0x8009030e;
export const SEC_E_MESSAGE_ALTERED = 0x8009030f;
export const SEC_E_OUT_OF_SEQUENCE = 0x80090310;
export const SEC_E_NO_AUTHENTICATING_AUTHORITY = 0x80090311;
export const SEC_E_CONTEXT_EXPIRED = 0x80090317;
export const SEC_E_INCOMPLETE_MESSAGE = 0x80090318;
export const SEC_E_INCOMPLETE_CREDENTIALS = 0x80090320;
export const SEC_E_BUFFER_TOO_SMALL = 0x80090321;
export const SEC_E_WRONG_PRINCIPAL = 0x80090322;
export const SEC_E_TIME_SKEW = 0x80090324;
export const SEC_E_UNTRUSTED_ROOT = 0x80090325;
export const SEC_E_ILLEGAL_MESSAGE = 0x80090326;
export const SEC_E_CERT_UNKNOWN = 0x80090327;
export const SEC_E_CERT_EXPIRED = 0x80090328;
export const SEC_E_ENCRYPT_FAILURE = 0x80090329;
export const SEC_E_DECRYPT_FAILURE = 0x80090330;
export const SEC_E_ALGORITHM_MISMATCH = 0x80090331;
export const SEC_E_SECURITY_QOS_FAILED = 0x80090332;
export const SEC_E_UNFINISHED_CONTEXT_DELETED = 0x80090333;
export const SEC_E_WRONG_CREDENTIAL_HANDLE = 0x80090336;
export const SEC_E_CRYPTO_SYSTEM_INVALID = 0x80090337;
export const SEC_E_BAD_BINDINGS = 0x80090346;
export const SEC_E_CERT_WRONG_USAGE = 0x80090349;
export const SEC_E_DOWNGRADE_DETECTED = 0x80090350;
export const SEC_E_INVALID_PARAMETER = 0x8009035d;
export const SEC_E_NO_CONTEXT = 0x80090361;
export const SEC_E_MUTUAL_AUTH_FAILED = 0x80090363;
export const SEC_E_APPLICATION_PROTOCOL_MISMATCH = 0x80090367;
export const SEC_E_EXT_BUFFER_TOO_SMALL = 0x8009036a;
export const SEC_E_INSUFFICIENT_BUFFERS = 0x8009036b;
export const CRYPT_E_REVOKED = 0x80092010;
export const CRYPT_E_NO_REVOCATION_CHECK = 0x80092012;
export const CRYPT_E_REVOCATION_OFFLINE = 0x80092013;
export const TRUST_E_CERT_SIGNATURE = 0x80096004;
export const CERT_E_EXPIRED = 0x800b0101;
export const CERT_E_UNTRUSTEDROOT = 0x800b0109;
export const CERT_E_CHAINING = 0x800b010a;
export const CERT_E_CN_NO_MATCH = 0x800b010f;
export const CERT_E_WRONG_USAGE = 0x800b0110;

const NAMED: Readonly<Record<string, SECURITY_STATUS>> = {
  SEC_E_OK,
  SEC_I_CONTINUE_NEEDED,
  SEC_I_COMPLETE_NEEDED,
  SEC_I_COMPLETE_AND_CONTINUE,
  SEC_I_LOCAL_LOGON,
  SEC_I_GENERIC_EXTENSION_RECEIVED,
  SEC_I_CONTEXT_EXPIRED,
  SEC_I_INCOMPLETE_CREDENTIALS,
  SEC_I_RENEGOTIATE,
  SEC_I_NO_LSA_CONTEXT,
  SEC_I_SIGNATURE_NEEDED,
  SEC_I_NO_RENEGOTIATION,
  SEC_I_MESSAGE_FRAGMENT,
  SEC_I_CONTINUE_NEEDED_MESSAGE_OK,
  SEC_I_ASYNC_CALL_PENDING,
  SEC_E_INSUFFICIENT_MEMORY,
  SEC_E_INVALID_HANDLE,
  SEC_E_UNSUPPORTED_FUNCTION,
  SEC_E_TARGET_UNKNOWN,
  SEC_E_INTERNAL_ERROR,
  SEC_E_SECPKG_NOT_FOUND,
  SEC_E_NOT_OWNER,
  SEC_E_CANNOT_INSTALL,
  SEC_E_INVALID_TOKEN,
  SEC_E_CANNOT_PACK,
  SEC_E_QOP_NOT_SUPPORTED,
  SEC_E_NO_IMPERSONATION,
  SEC_E_LOGON_DENIED,
  SEC_E_UNKNOWN_CREDENTIALS,
  SEC_E_NO_CREDENTIALS,
  SEC_E_MESSAGE_ALTERED,
  SEC_E_OUT_OF_SEQUENCE,
  SEC_E_NO_AUTHENTICATING_AUTHORITY,
  SEC_E_CONTEXT_EXPIRED,
  SEC_E_INCOMPLETE_MESSAGE,
  SEC_E_INCOMPLETE_CREDENTIALS,
  SEC_E_BUFFER_TOO_SMALL,
  SEC_E_WRONG_PRINCIPAL,
  SEC_E_TIME_SKEW,
  SEC_E_UNTRUSTED_ROOT,
  SEC_E_ILLEGAL_MESSAGE,
  SEC_E_CERT_UNKNOWN,
  SEC_E_CERT_EXPIRED,
  SEC_E_ENCRYPT_FAILURE,
  SEC_E_DECRYPT_FAILURE,
  SEC_E_ALGORITHM_MISMATCH,
  SEC_E_SECURITY_QOS_FAILED,
  SEC_E_UNFINISHED_CONTEXT_DELETED,
  SEC_E_WRONG_CREDENTIAL_HANDLE,
  SEC_E_CRYPTO_SYSTEM_INVALID,
  SEC_E_BAD_BINDINGS,
  SEC_E_CERT_WRONG_USAGE,
  SEC_E_DOWNGRADE_DETECTED,
  SEC_E_INVALID_PARAMETER,
  SEC_E_NO_CONTEXT,
  SEC_E_MUTUAL_AUTH_FAILED,
  SEC_E_APPLICATION_PROTOCOL_MISMATCH,
  SEC_E_EXT_BUFFER_TOO_SMALL,
  SEC_E_INSUFFICIENT_BUFFERS,
  CRYPT_E_REVOKED,
  CRYPT_E_NO_REVOCATION_CHECK,
  CRYPT_E_REVOCATION_OFFLINE,
  TRUST_E_CERT_SIGNATURE,
  CERT_E_EXPIRED,
  CERT_E_UNTRUSTEDROOT,
  CERT_E_CHAINING,
  CERT_E_CN_NO_MATCH,
  CERT_E_WRONG_USAGE,
};

const NAMES: ReadonlyMap<SECURITY_STATUS, string> = /* @__PURE__ */ namesByStatus();

function namesByStatus(): ReadonlyMap<SECURITY_STATUS, string> {
  return new Map(Object.entries(NAMED).map(([name, value]) => [value, name]));
}

/**
 * The SDK's name of a status, for example "SEC_E_INCOMPLETE_MESSAGE"; eight hexadecimal digits if it has no name here.
 * @param status a 32-bit number, unsigned as all statuses of this library, or signed as C code has them
 * @throws TypeError the value is not a 32-bit whole number, as `undefined` from a misspelled member
 */
export function statusName(status: SECURITY_STATUS): string {
  checkStatus("statusName", status);
  return (
    NAMES.get(status >>> 0) ?? `0x${(status >>> 0).toString(16).padStart(8, "0").toUpperCase()}`
  );
}

/**
 * True for failures (SEC_E_*, the high bit is set); false for SEC_E_OK and for what has to go on (SEC_I_*).
 * @param status a 32-bit number, unsigned or signed
 * @throws TypeError the value is not a 32-bit whole number
 */
export function isFailure(status: SECURITY_STATUS): boolean {
  checkStatus("isFailure", status);
  return status >>> 0 >= 0x80000000;
}

function checkStatus(name: string, status: unknown): void {
  if (Number.isInteger(status) && Number(status) >= -0x80000000 && Number(status) <= 0xffffffff)
    return;
  const given = typeof status === "number" ? status : `a value of type ${typeof status}`;
  throw new TypeError(`${name}() takes a SECURITY_STATUS, a 32-bit whole number, not ${given}`);
}
