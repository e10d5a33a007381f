/**
 * Suites, groups and signature schemes as people name them on a command line: IANA's names, OpenSSL's for suites, numbers.
 */
import { CIPHER_SUITES, type CipherSuite } from "../protocol/cipher-suite.ts";
import { NAMED_GROUPS } from "../protocol/named-group.ts";
import { SIGNATURE_SCHEMES } from "../protocol/signature-scheme.ts";
import { TLS13 } from "../protocol/version.ts";
import { nearestName } from "../sspi/nearest-name.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { UsageError } from "./cli-error.ts";

export const ALGORITHM_OPTIONS: readonly OptionRow[] = [
  {
    name: "ciphers",
    value: "A,B",
    help: "exactly these suites, most wanted first; IANA's or OpenSSL's names, or numbers",
  },
  { name: "groups", value: "A,B", help: "exactly these groups, e.g. x25519,secp256r1" },
  { name: "sigalgs", value: "A,B", help: "exactly these signature schemes" },
];

interface Named {
  readonly code: number;
  readonly name: string;
  readonly others: readonly string[];
}

/** OpenSSL's name of a suite of TLS 1.2. */
function opensslName({ name, version, authentication }: CipherSuite): string {
  if (version === TLS13) return name;
  return name
    .replace(/^TLS_/, "")
    .replace("_WITH_", "_")
    .replace(/^RSA_/, "")
    .replace(/AES_(\d+)/, "AES$1")
    .replace(authentication === "psk" ? "" : "_CBC", "")
    .replace("POLY1305_SHA256", "POLY1305")
    .replaceAll("_", "-");
}

const SUITES: readonly Named[] = CIPHER_SUITES.map((suite) => ({
  ...suite,
  others: [opensslName(suite)],
}));
const GROUP_NAMES: Readonly<Record<string, readonly string[]>> = {
  secp256r1: ["P-256", "prime256v1"],
  secp384r1: ["P-384"],
  secp521r1: ["P-521"],
};
const GROUPS: readonly Named[] = NAMED_GROUPS.map(({ code, name }) => ({
  code,
  name,
  others: GROUP_NAMES[name] ?? [],
}));
const SCHEMES: readonly Named[] = SIGNATURE_SCHEMES.map(({ code, name }) => ({
  code,
  name,
  others: [],
}));

/** What --ciphers, --groups and --sigalgs name, as members of the credential; absent: the defaults. */
export function chosenAlgorithms(given: Arguments): {
  cipherSuites?: readonly number[];
  supportedGroups?: readonly number[];
  signatureSchemes?: readonly number[];
} {
  const cipherSuites = codes(given, "ciphers", SUITES);
  const supportedGroups = codes(given, "groups", GROUPS);
  const signatureSchemes = codes(given, "sigalgs", SCHEMES);
  return {
    ...(cipherSuites === null ? {} : { cipherSuites }),
    ...(supportedGroups === null ? {} : { supportedGroups }),
    ...(signatureSchemes === null ? {} : { signatureSchemes }),
  };
}

function codes(given: Arguments, option: string, rows: readonly Named[]): readonly number[] | null {
  const text = given.value(option);
  if (text === null) return null;
  const words = text.split(/[,:\s]+/).filter((word) => word !== "");
  if (words.length === 0) throw new UsageError(`--${option} names nothing`);
  return words.map((word) => codeOf(option, word, rows));
}

function codeOf(option: string, word: string, rows: readonly Named[]): number {
  const folded = word.toLowerCase();
  const number = /^0x[0-9a-f]{1,4}$/.test(folded) ? Number(folded) : null;
  const found = rows.find(
    ({ code, name, others }) =>
      code === number || [name, ...others].some((known) => known.toLowerCase() === folded),
  );
  if (found !== undefined) return found.code;
  const near = nearestName(
    word,
    rows.flatMap(({ name, others }) => [name, ...others]),
  );
  const hint = near === null ? "" : `; did you mean ${near}?`;
  const known = rows.map(({ name }) => name).join(" ");
  throw new UsageError(`--${option}: "${word}" is not built${hint} (there are ${known})`);
}

/** Longest name that ALPN can carry (RFC 7301 §3.1). */
const MAX_PROTOCOL = 255;

/** The names of --alpn, without the blanks around them; null: not given. @throws UsageError */
export function chosenProtocols(given: Arguments): readonly string[] | null {
  const text = given.value("alpn");
  if (text === null) return null;
  const names = text.split(",").map((name) => name.trim());
  for (const name of names) {
    if (name === "")
      throw new UsageError(`--alpn "${text}" holds an empty name; write names with commas between`);
    if (name.length > MAX_PROTOCOL || /[^\x21-\x7e]/.test(name))
      throw new UsageError(
        `--alpn: a name has 1 to ${MAX_PROTOCOL} printable ASCII characters, "${name.slice(0, 20)}…" does not`,
      );
  }
  return names;
}
