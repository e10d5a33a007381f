/**
 * Object identifiers of keys, curves and hashes: the one place where they are written down
 * (RFC 5280 §4.1.2.7, RFC 5480 §2.1.1, RFC 8017 §A, RFC 8410 §3, RFC 4055 §2.1, RFC 9881 §2).
 */
export const OID_RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
export const OID_RSASSA_PSS = "1.2.840.113549.1.1.10";
export const OID_EC_PUBLIC_KEY = "1.2.840.10045.2.1";
export const OID_SECP256R1 = "1.2.840.10045.3.1.7";
export const OID_SECP384R1 = "1.3.132.0.34";
export const OID_SECP521R1 = "1.3.132.0.35";
export const OID_X25519 = "1.3.101.110";
export const OID_X448 = "1.3.101.111";
export const OID_ED25519 = "1.3.101.112";
export const OID_ED448 = "1.3.101.113";
export const OID_ML_DSA_44 = "2.16.840.1.101.3.4.3.17";
export const OID_ML_DSA_65 = "2.16.840.1.101.3.4.3.18";
export const OID_ML_DSA_87 = "2.16.840.1.101.3.4.3.19";
export const OID_MGF1 = "1.2.840.113549.1.1.8";
export const OID_SHA1 = "1.3.14.3.2.26";
export const OID_SHA256 = "2.16.840.1.101.3.4.2.1";
export const OID_SHA384 = "2.16.840.1.101.3.4.2.2";
export const OID_SHA512 = "2.16.840.1.101.3.4.2.3";
