/**
 * Credential handles for the commands, and the choice of protocol versions in SCH_CREDENTIALS' words.
 */
import {
  acquireCredentialsHandle,
  type CredentialHandle,
  type SCH_CREDENTIALS,
  SCH_CREDENTIALS_VERSION,
  SECPKG_CRED_INBOUND,
  SECPKG_CRED_OUTBOUND,
  SP_PROT_TLS1_2_CLIENT,
  SP_PROT_TLS1_2_SERVER,
  SP_PROT_TLS1_3_CLIENT,
  SP_PROT_TLS1_3_SERVER,
  statusName,
  type TLS_PARAMETERS,
  UNISP_NAME,
} from "../node-index.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../protocol/version.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { CliError } from "./cli-error.ts";
import type { Side } from "./wire-view.ts";

/** Both versions, the older one first. */
export const VERSIONS: readonly ProtocolVersion[] = [TLS12, TLS13];

export const VERSION_OPTIONS: readonly OptionRow[] = [
  { name: "tls1.2", help: "only TLS 1.2" },
  { name: "tls1.3", help: "only TLS 1.3" },
];

/** The versions that --tls1.2 and --tls1.3 leave; neither or both: both. */
export function chosenVersions(given: Arguments): readonly ProtocolVersion[] {
  const named = VERSIONS.filter((version) => given.has(version === TLS12 ? "tls1.2" : "tls1.3"));
  return named.length === 0 ? VERSIONS : named;
}

/** TLS_PARAMETERS that leave exactly these versions on. */
export function onlyVersions(
  side: Side,
  versions: readonly ProtocolVersion[],
): readonly TLS_PARAMETERS[] {
  const bits = (version: ProtocolVersion): number => {
    if (version === TLS12) return side === "client" ? SP_PROT_TLS1_2_CLIENT : SP_PROT_TLS1_2_SERVER;
    return side === "client" ? SP_PROT_TLS1_3_CLIENT : SP_PROT_TLS1_3_SERVER;
  };
  const off = VERSIONS.filter((version) => !versions.includes(version));
  return [{ grbitDisabledProtocols: off.reduce((mask, version) => mask | bits(version), 0) }];
}

/** A credential handle. @throws CliError with the reason */
export function acquire(
  side: Side,
  settings: Omit<SCH_CREDENTIALS, "dwVersion">,
): CredentialHandle {
  const authData: SCH_CREDENTIALS = { dwVersion: SCH_CREDENTIALS_VERSION, ...settings };
  const { status, credential, error } = acquireCredentialsHandle({
    package: UNISP_NAME,
    credentialUse: side === "client" ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND,
    authData,
  });
  if (credential === undefined)
    throw new CliError(`${error?.message ?? "no credential"} (${statusName(status)})`);
  return credential;
}
