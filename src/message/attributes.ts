/**
 * QueryContextAttributes of message packages: one row per attribute, the same for all packages.
 */
import type { ContextAttributeValues } from "../sspi/attribute-values.ts";
import * as attribute from "../sspi/attributes.ts";
import type { SealwireAuthentication } from "../sspi/authentication-values.ts";
import {
  SECPKG_NEGOTIATION_COMPLETE,
  SECPKG_NEGOTIATION_IN_PROGRESS,
} from "../sspi/package-constants.ts";
import type { AttributeAnswer } from "../sspi/security-package.ts";
import {
  SEC_E_OK,
  SEC_E_OUT_OF_SEQUENCE,
  SEC_E_UNSUPPORTED_FUNCTION,
} from "../sspi/security-status.ts";
import { type MessageContext, sessionKeyValue } from "./context.ts";

/** A value; null: not known yet. */
type Row<Value> = (context: MessageContext, maxToken: number) => Value | null;
type Rows = { readonly [Key in keyof ContextAttributeValues]?: Row<ContextAttributeValues[Key]> };

const ROWS: Rows = {
  [attribute.SECPKG_ATTR_SIZES]: ({ protection }, maxToken) =>
    protection === null ? null : { cbMaxToken: maxToken, ...protection.sizes },
  [attribute.SECPKG_ATTR_FLAGS]: ({ contextAttr }) => ({ Flags: contextAttr }),
  [attribute.SECPKG_ATTR_PACKAGE_INFO]: ({ packageInfo }) => ({ PackageInfo: { ...packageInfo } }),
  [attribute.SECPKG_ATTR_NEGOTIATION_INFO]: ({ packageInfo, established }) => ({
    PackageInfo: { ...packageInfo },
    NegotiationState: established ? SECPKG_NEGOTIATION_COMPLETE : SECPKG_NEGOTIATION_IN_PROGRESS,
  }),
  [attribute.SECPKG_ATTR_LIFESPAN]: ({ established, expiry }) =>
    established ? { tsStart: 0n, tsExpiry: expiry } : null,
  [attribute.SECPKG_ATTR_NAMES]: (context) => named(context, (sUserName) => ({ sUserName })),
  [attribute.SECPKG_ATTR_NATIVE_NAMES]: (context) =>
    named(context, (sClientName) => ({ sClientName, sServerName: context.targetName })),
  [attribute.SECPKG_ATTR_DCE_INFO]: (context) => named(context, (pPac) => ({ AuthzSvc: 0, pPac })),
  [attribute.SECPKG_ATTR_CLIENT_SPECIFIED_TARGET]: ({ established, role, targetName }) =>
    established || role === "client" ? { sTargetName: targetName } : null,
  [attribute.SECPKG_ATTR_KEY_INFO]: (context) => context.keyInfo(),
  [attribute.SECPKG_ATTR_SESSION_KEY]: (context) => {
    const key = context.established ? context.sessionKey() : null;
    return key === null ? null : sessionKeyValue(key);
  },
  [attribute.SECPKG_ATTR_TARGET_INFORMATION]: (context) => {
    const information = context.targetInformation();
    return information === null
      ? null
      : { MarshalledTargetInfoLength: information.length, MarshalledTargetInfo: information };
  },
  [attribute.SEALWIRE_ATTR_AUTHENTICATION]: (context) => context.authentication(),
};

const BY_NUMBER: ReadonlyMap<string, Row<unknown>> = new Map(Object.entries(ROWS));

/**
 * @param maxToken `cbMaxToken` of the package
 * @returns SEC_E_UNSUPPORTED_FUNCTION: a message package does not have the attribute; SEC_E_OUT_OF_SEQUENCE: not known yet
 */
export function queryMessageContext(
  context: MessageContext,
  attribute: number,
  maxToken: number,
): AttributeAnswer {
  const row = BY_NUMBER.get(String(attribute));
  if (row === undefined) return { status: SEC_E_UNSUPPORTED_FUNCTION };
  const value = row(context, maxToken);
  return value === null ? { status: SEC_E_OUT_OF_SEQUENCE } : { status: SEC_E_OK, value };
}

function named<Value>(context: MessageContext, make: (name: string) => Value): Value | null {
  const known = context.established ? context.authentication() : null;
  return known === null ? null : make(accountName(known));
}

/** `DOMAIN\user`, `user@realm` or `user`. */
export function accountName({
  user,
  domain,
  realm,
}: Pick<SealwireAuthentication, "user" | "domain" | "realm">): string {
  if (domain !== "") return `${domain}\\${user}`;
  return realm === "" ? user : `${user}@${realm}`;
}
