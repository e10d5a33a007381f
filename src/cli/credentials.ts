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
} from "../api/node.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../protocol/version.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { CliError, UsageError } from "./cli-error.ts";
import type { Side } from "./wire-view.ts";

/** Both versions, the older one first. */
export const VERSIONS: readonly ProtocolVersion[] = [TLS12, TLS13];

export const VERSION_OPTIONS: readonly OptionRow[] = [
  { name: "tls1.2", help: "only TLS 1.2" },
  { name: "tls1.3", help: "only TLS 1.3" },
  { name: "min", value: "VERSION", help: "lowest version: 1.2 or 1.3" },
  { name: "max", value: "VERSION", help: "highest version: 1.2 or 1.3" },
];

/** The options that were given, e.g. "--min 1.3 and --max 1.2". */
function saidOfVersions(given: Arguments): string {
  return VERSION_OPTIONS.filter(({ name }) => given.has(name))
    .map(({ name, value }) => `--${name}${value === undefined ? "" : ` ${given.value(name)}`}`)
    .join(" and ");
}

/** The versions that the options leave; without any: both. @throws UsageError if that is none */
export function chosenVersions(given: Arguments): readonly ProtocolVersion[] {
  const named = VERSIONS.filter((version) => given.has(version === TLS12 ? "tls1.2" : "tls1.3"));
  const [min, max] = [bound(given, "min") ?? TLS12, bound(given, "max") ?? TLS13];
  const left = (named.length === 0 ? VERSIONS : named).filter(
    (version) => version >= min && version <= max,
  );
  if (left.length === 0) throw new UsageError(`${saidOfVersions(given)} leave no version of TLS`);
  return left;
}

function bound(given: Arguments, option: string): ProtocolVersion | null {
  const text = given.value(option);
  if (text === null) return null;
  const [, version] = /^(?:tls ?v?)?1\.([0-3])$/i.exec(text) ?? [];
  if (version === "2") return TLS12;
  if (version === "3") return TLS13;
  const why =
    version === undefined ? "is not a version of TLS" : "is not built, since it is not safe";
  throw new UsageError(`--${option} wants 1.2 or 1.3, "${text}" ${why}`);
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
    throw new CliError(`${error?.message ?? "no credential"} (${statusName(status)})`, {
      status: statusName(status),
      reason: error?.reason ?? null,
    });
  return credential;
}
