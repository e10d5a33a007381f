/**
 * What `connect` offers and whom it trusts, out of its options.
 */

import {
  type CertContext,
  defaultTrustStore,
  SCH_CRED_MANUAL_CRED_VALIDATION,
  type SCH_CREDENTIALS,
  type TrustStore,
} from "../api/node.ts";
import { fromHex } from "../bytes/text.ts";
import type { ProtocolVersion } from "../protocol/version.ts";
import { ALGORITHM_OPTIONS, chosenAlgorithms } from "./algorithms.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { readTrustStore } from "./certificates.ts";
import { UsageError } from "./cli-error.ts";
import { acquire, onlyVersions } from "./credentials.ts";
import { readSecret } from "./passphrase.ts";
import { SessionFile } from "./session-file.ts";

export const CREDENTIAL_OPTIONS: readonly OptionRow[] = [
  {
    name: "ca",
    value: "FILE",
    help: "certificates to trust, PEM or DER, instead of the runtime's roots",
    multiple: true,
  },
  {
    name: "insecure",
    short: "k",
    help: "do not check the certificate; what would have failed is said",
  },
  ...ALGORITHM_OPTIONS,
  {
    name: "psk",
    value: "IDENTITY:KEY",
    help: "external pre-shared key: hex, or from env:, file: or fd:; in TLS 1.2 name its suites with --ciphers",
  },
  { name: "session", value: "FILE", help: "resume from this file, and keep new sessions there" },
];

/** Whom the options trust. @throws CliError */
export function trustOf(given: Arguments): TrustStore {
  const files = given.values("ca");
  return files.length === 0 ? defaultTrustStore() : readTrustStore(files);
}

/** @throws CliError, UsageError */
export async function clientCredential(
  given: Arguments,
  versions: readonly ProtocolVersion[],
  certificate: CertContext | null,
  keyLog: ((line: string) => void) | null,
  warn: (text: string) => void,
): Promise<ReturnType<typeof acquire>> {
  const sessionFile = given.value("session");
  const preSharedKey = await pskOf(given);
  const settings: Omit<SCH_CREDENTIALS, "dwVersion"> = {
    paCred: certificate === null ? [] : [certificate],
    hRootStore: trustOf(given),
    dwFlags: given.has("insecure") ? SCH_CRED_MANUAL_CRED_VALIDATION : 0,
    pTlsParameters: onlyVersions("client", versions),
    sealwire: {
      ...chosenAlgorithms(given),
      ...(preSharedKey === null ? {} : { preSharedKey }),
      ...(sessionFile === null ? {} : { sessionStore: new SessionFile(sessionFile, warn) }),
      ...(keyLog === null ? {} : { keyLog }),
    },
  };
  return acquire("client", settings);
}

/** Bytes of an external PSK, as the default of `limits.shortestPreSharedKey`. */
const MIN_KEY = 16;

async function pskOf(given: Arguments): Promise<{ identity: Uint8Array; key: Uint8Array } | null> {
  const text = given.value("psk");
  if (text === null) return null;
  const at = text.indexOf(":");
  if (at < 1) throw new UsageError("--psk wants IDENTITY:KEY, e.g. client1:0011223344556677…");
  const secret = (await readSecret("--psk", text.slice(at + 1))).trim();
  if (secret === "" || secret.length % 2 !== 0 || /[^0-9a-fA-F]/.test(secret))
    throw new UsageError(
      "--psk: the key is not hex of whole bytes; write two digits for each byte, e.g. client1:0011223344556677…",
    );
  if (secret.length / 2 < MIN_KEY)
    throw new UsageError(
      `--psk: the key has ${secret.length / 2} bytes; at least ${MIN_KEY} are wanted (RFC 9257 §6)`,
    );
  return { identity: new TextEncoder().encode(text.slice(0, at)), key: fromHex(secret) };
}
