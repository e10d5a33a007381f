/**
 * Reads SEC_WINNT_AUTH_IDENTITY, once and with care: what every message package understands of it. A package looks at the
 * members that concern it.
 */
import {
  bytes,
  callable,
  count,
  flag,
  type Hints,
  type Kind,
  list,
  members,
  oneOf,
  readOptions,
  type Shape,
  text,
  withFunctions,
  wrongOption,
} from "../sspi/option-shape.ts";
import type {
  Account,
  DigestOptions,
  IdentityOptions,
  NtlmOptions,
  SEC_WINNT_AUTH_IDENTITY,
  ServerNames,
} from "./identity-types.ts";

/** Bytes of an NT hash. */
export const NT_HASH_LENGTH = 16;

/** An identity that was read: null members are absent. */
export interface Identity {
  readonly User: string;
  readonly Domain: string;
  /** Null: none was given. */
  readonly Password: string | null;
  readonly PackageList: string;
  readonly options: IdentityOptions;
}

const ntHash: Kind = (value, path) => {
  const given = bytes(value, path);
  return given instanceof Uint8Array && given.length === NT_HASH_LENGTH
    ? given.slice()
    : wrongOption(path, `a Uint8Array of ${NT_HASH_LENGTH} bytes`, value);
};

const NTLM: Shape<NtlmOptions> = {
  version1: (value, path) => (value === "without-ess" ? value : flag(value, path)),
  lm: flag,
  minimumFlags: count,
};

/** Bytes of a packet of Digest, of which 16 are not the message. */
const MIN_MAXBUF = 17;
/** Bytes of a packet that SASL can frame. */
const MAX_MAXBUF = 0xffffff;

const maxbuf: Kind = (value, path) => {
  const given = count(value, path);
  return typeof given === "number" && given >= MIN_MAXBUF && given <= MAX_MAXBUF
    ? given
    : wrongOption(path, `a number from ${MIN_MAXBUF} to ${MAX_MAXBUF}`, value);
};

const words = (word: Kind): Kind => {
  const all = list(word, "an array of words");
  return (value, path) => {
    const given = all(value, path);
    return Array.isArray(given) && given.length > 0
      ? given
      : wrongOption(path, "an array that is not empty", value);
  };
};

const DIGEST: Shape<DigestOptions> = {
  ciphers: words(oneOf("3des", "rc4", "des", "rc4-56", "rc4-40")),
  qop: words(oneOf("auth", "auth-int", "auth-conf")),
  algorithms: words(
    oneOf("MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"),
  ),
  maxbuf,
  userhash: flag,
};

const NAMES: Shape<ServerNames> = {
  netbiosComputer: text,
  netbiosDomain: text,
  dnsComputer: text,
  dnsDomain: text,
  dnsTree: text,
};

const OPTIONS: Shape<IdentityOptions> = {
  random: callable,
  clock: callable,
  ntlm: members(NTLM),
  digest: members(DIGEST),
  ntHash,
  workstation: text,
  lookup: callable,
  names: members(NAMES),
  replayCache: withFunctions("add"),
  requireMic: flag,
  bindings: oneOf("ignore", "allow-missing", "require"),
};

const IDENTITY: Shape<SEC_WINNT_AUTH_IDENTITY> = {
  User: text,
  Domain: text,
  Password: text,
  PackageList: text,
  sealwire: members(OPTIONS),
};

const LENGTH = "strings have their length in JavaScript";
const HINTS: Hints = {
  Version: "the object is read by its members",
  Flags: "strings are Unicode",
  UserLength: LENGTH,
  DomainLength: LENGTH,
  PasswordLength: LENGTH,
  PackageListLength: LENGTH,
  username: "the member is User",
  password: "the member is Password",
  ntHash: "it is a member of sealwire",
  lookup: "it is a member of sealwire",
};

/**
 * @param authData null: nothing was given
 * @throws TlsError (SEC_E_INVALID_PARAMETER): an unknown member, or a wrong type
 */
export function readIdentity(authData: unknown): Identity {
  const { User, Domain, Password, PackageList, sealwire } = readOptions<SEC_WINNT_AUTH_IDENTITY>(
    authData ?? {},
    { shape: IDENTITY, path: "authData", hints: HINTS, nullIsAbsent: true },
  );
  return {
    User: User ?? "",
    Domain: Domain ?? "",
    Password: Password ?? null,
    PackageList: PackageList ?? "",
    options: sealwire ?? {},
  };
}

const ACCOUNT: Shape<Account> = { password: text, ntHash, ha1: bytes, user: text };

/**
 * What `lookup` answered.
 * @throws TlsError (SEC_E_INVALID_PARAMETER): it is neither an account nor null
 */
export function readAccount(answer: unknown): Account | null {
  if (answer === null || answer === undefined) return null;
  return readOptions<Account>(answer, {
    shape: ACCOUNT,
    path: "the answer of sealwire.lookup",
    nullIsAbsent: true,
  });
}
