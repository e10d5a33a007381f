/**
 * What Negotiate can choose: a package for messages under the object identifiers that mean it.
 */
import type { MessageContext } from "../message/context.ts";
import type { MessageCredential, MessagePackage } from "../message/message-package.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_SECPKG_NOT_FOUND } from "../sspi/security-status.ts";

export interface Mechanism {
  readonly package: MessagePackage<MessageCredential, MessageContext>;
  /** In dotted form; a client offers all of them, in this order. */
  readonly identifiers: readonly string[];
  /** True if a token without SPNEGO is one of this package. */
  recognizes(token: Uint8Array): boolean;
  /** True: both ends sign the list of mechanisms, also where nothing else requires it, as Windows does with NTLM. */
  readonly signsList: boolean;
}

/** Names of the packages in a list. */
const MAX_LISTED = 32;

/**
 * The mechanisms that a PackageList allows: `"Kerberos,!NTLM"`. Names without `!` allow nothing else; names of other packages
 * are left out.
 * @throws Refusal SEC_E_SECPKG_NOT_FOUND: none is left
 */
export function allowedMechanisms(
  mechanisms: readonly Mechanism[],
  packageList: string,
): readonly Mechanism[] {
  const words = packageList.split(",", MAX_LISTED).map((word) => word.trim().toLowerCase());
  const excluded = words.filter((word) => word.startsWith("!")).map((word) => word.slice(1).trim());
  const included = words.filter((word) => word !== "" && !word.startsWith("!"));
  const allowed = mechanisms.filter(({ package: { info } }) => {
    const name = info.Name.toLowerCase();
    return !excluded.includes(name) && (included.length === 0 || included.includes(name));
  });
  if (allowed.length > 0) return allowed;
  const names = mechanisms.map(({ package: { info } }) => info.Name).join(", ");
  return refuse(
    SEC_E_SECPKG_NOT_FOUND,
    "NoPackage",
    `PackageList ${JSON.stringify(packageList)} leaves none of the packages that Negotiate has here: ${names}`,
  );
}
