/**
 * The kinds of numbers by their names, as types. The enums of `kinds.ts` themselves are not exported: they have no
 * values.
 */
import type * as kinds from "./kinds.ts";

/**
 * A type of buffer, SECBUFFER_*, with or without attribute bits. Any number is accepted; a constant of another kind is
 * not.
 */
export type SECBUFFER_TYPE = kinds.SECBUFFER_TYPE;

/**
 * Attribute bits of a type of buffer: SECBUFFER_READONLY and its kind. Any number is accepted; a constant of another
 * kind is not.
 */
export type SECBUFFER_ATTRIBUTE = kinds.SECBUFFER_ATTRIBUTE;

/** Requirements of a client, ISC_REQ_*. Any number is accepted; a constant of another kind is not. */
export type ISC_REQ = kinds.ISC_REQ;

/** Requirements of either role, joined by `|`. Any number is accepted, so that one loop can serve both roles. */
export type CONTEXT_REQ = kinds.CONTEXT_REQ;

/** Results of a client's handshake call, ISC_RET_*. Any number is accepted; a constant of another kind is not. */
export type ISC_RET = kinds.ISC_RET;

/** Requirements of a server, ASC_REQ_*. Any number is accepted; a constant of another kind is not. */
export type ASC_REQ = kinds.ASC_REQ;

/** Results of a server's handshake call, ASC_RET_*. Any number is accepted; a constant of another kind is not. */
export type ASC_RET = kinds.ASC_RET;

/** A quality of protection, SECQOP_*; 0 is the usual one. Any number is accepted; a constant of another kind is not. */
export type SECQOP = kinds.SECQOP;

/** Capabilities of a package, SECPKG_FLAG_*. Any number is accepted; a constant of another kind is not. */
export type SECPKG_FLAG = kinds.SECPKG_FLAG;

/** Versions of protocols, SP_PROT_*. Any number is accepted; a constant of another kind is not. */
export type SP_PROT = kinds.SP_PROT;

/**
 * Flags of a credential, SCH_CRED_*, SCH_SEND_*, SCH_USE_* and SCH_ALLOW_*. Any number is accepted; a constant of
 * another kind is not.
 */
export type SCH_CRED_FLAG = kinds.SCH_CRED_FLAG;

/** The first number of a control token, SCHANNEL_*. Any number is accepted; a constant of another kind is not. */
export type SCHANNEL_TOKEN = kinds.SCHANNEL_TOKEN;

/** The number of an alert, TLS1_ALERT_* (RFC 8446 §6). Any number is accepted; a constant of another kind is not. */
export type TLS1_ALERT = kinds.TLS1_ALERT;

/**
 * The level of an alert, TLS1_ALERT_WARNING or TLS1_ALERT_FATAL. Any number is accepted; a constant of another kind is
 * not.
 */
export type TLS1_ALERT_LEVEL = kinds.TLS1_ALERT_LEVEL;

/** An ALG_ID of the SDK, CALG_*. Any number is accepted; a constant of another kind is not. */
export type ALG_ID = kinds.ALG_ID;

/** What a credential is for, SECPKG_CRED_*. */
export type SECPKG_CRED = kinds.SECPKG_CRED;

/** An attribute of a context, SECPKG_ATTR_* and SEALWIRE_ATTR_*. Some are attributes of credentials as well. */
export type SECPKG_ATTR = kinds.SECPKG_ATTR;

/** An attribute that only credentials have, SECPKG_CRED_ATTR_*. */
export type SECPKG_CRED_ATTR = kinds.SECPKG_CRED_ATTR;
