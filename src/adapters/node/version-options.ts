/**
 * The versions of `minVersion`, `maxVersion`, `secureProtocol` and `secureOptions`.
 */
import type { SecureContextOptions } from "node:tls";
import { type ProtocolVersion, TLS12, TLS13 } from "../../protocol/version.ts";
import { defaultVersions } from "./node-defaults.ts";
import { ArgumentTypeError, invalidOption } from "./node-error.ts";
import type { Operations } from "./secure-options.ts";

const VERSIONS: Readonly<Record<string, number>> = {
  TLSv1: TLS12 - 2,
  "TLSv1.1": TLS12 - 1,
  "TLSv1.2": TLS12,
  "TLSv1.3": TLS13,
};

/** @throws for words that are unknown, and where no version is left */
export function versionsOf(
  options: SecureContextOptions,
  operations: Operations,
): readonly ProtocolVersion[] {
  let [low, high] = [
    bound("minVersion", options.minVersion ?? defaultVersions().min),
    bound("maxVersion", options.maxVersion ?? defaultVersions().max),
  ];
  const { secureProtocol } = options;
  if (secureProtocol != null) {
    if (options.minVersion != null || options.maxVersion != null) {
      const bounds = options.minVersion == null ? "maxVersion" : "minVersion";
      throw new ArgumentTypeError(
        `TLS protocol version ${JSON.stringify(options[bounds])} conflicts with secureProtocol ${JSON.stringify(secureProtocol)}`,
        "ERR_TLS_PROTOCOL_VERSION_CONFLICT",
      );
    }
    const only = /^TLSv1_2_(client_|server_)?method$/.test(secureProtocol);
    if (!only && !/^(TLS|SSLv23)_(client_|server_)?method$/.test(secureProtocol)) {
      throw new ArgumentTypeError(
        unknownMethod(secureProtocol),
        "ERR_TLS_INVALID_PROTOCOL_METHOD",
        "UnsupportedOption",
        { cause: new Error('give "TLS_method", or `minVersion` and `maxVersion`') },
      );
    }
    [low, high] = [TLS12, only ? TLS12 : TLS13];
  }
  const versions = [TLS12, TLS13].filter(
    (version) =>
      version >= (low ?? TLS12) &&
      version <= (high ?? TLS13) &&
      !operations.withoutVersions.includes(version),
  );
  if (versions.length === 0) {
    invalidOption("minVersion and maxVersion leave neither TLS 1.2 nor TLS 1.3, which are built");
  }
  return versions;
}

function bound(option: string, version: string | null | undefined): number | null {
  if (version == null) return null;
  const found = Object.hasOwn(VERSIONS, version) ? VERSIONS[version] : undefined;
  if (found !== undefined) return found;
  throw new ArgumentTypeError(
    `${JSON.stringify(version)} is not a valid ${option === "minVersion" ? "minimum" : "maximum"} TLS protocol version`,
    "ERR_TLS_INVALID_PROTOCOL_VERSION",
  );
}

/** In node's words. */
function unknownMethod(name: string): string {
  const old = /^(SSLv2|SSLv3)_(client_|server_)?method$/.exec(name)?.[1];
  if (old !== undefined) return `${old} methods disabled`;
  return /^TLSv1(_1)?_(client_|server_)?method$/.test(name)
    ? `TLS 1.0 and 1.1 are not built: ${name}`
    : `Unknown method: ${name}`;
}
