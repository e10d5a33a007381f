/**
 * Random chains: worlds of roots, intermediates and leaves, in which certificates are changed in one way or another, by a
 * generator with a seed. Each change leaves a word (`leaf:expired`, `middle:pathLength0`), so that a difference between
 * validators can be told by what was done. Keys are made anew in each run; nothing depends on which they are.
 */
import { OID } from "../../src/pki/object-identifiers.ts";
import {
  authorityKeyIdentifier,
  basicConstraints,
  type CertificateSpec,
  certificatePolicies,
  extendedKeyUsage,
  inhibitAnyPolicy,
  type KeyKind,
  keyUsage,
  makeCertificate,
  makeKey,
  NOON,
  nameConstraints,
  policyConstraints,
  subjectAltName,
  subjectKeyIdentifier,
  type TestKey,
  unknownExtension,
} from "./certificate-maker.ts";

export const HOST = "www.example.com";

/** Several leaves under the same authorities. */
export interface World {
  readonly roots: readonly Uint8Array[];
  readonly intermediates: readonly Uint8Array[];
  readonly leaves: readonly { readonly der: Uint8Array; readonly words: readonly string[] }[];
  /** Changes of roots and intermediates. */
  readonly words: readonly string[];
  /** The name that leaves must be for; default HOST. */
  readonly name?: string;
  /** Lists that have to answer for every certificate; default: revocation is not checked. Go's validator has none. */
  readonly crls?: readonly Uint8Array[];
}

/** mulberry32: numbers in [0, 1). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Role = "root" | "middle" | "leaf";

/** A certificate before it is made: extensions by name, so that a change replaces one. */
interface Draft {
  subject: string | null;
  issuer: string | null;
  key: TestKey;
  signer: TestKey;
  extensions: Map<string, Uint8Array>;
  rest: Partial<CertificateSpec>;
}

type Change = (draft: Draft) => void;

const PAST = Date.UTC(2025, 0, 2);
const FUTURE = Date.UTC(2035, 0, 2);
const [GOLD, SILVER] = ["1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.99999.2"] as const;

const put =
  (name: string, value: Uint8Array): Change =>
  ({ extensions }) => {
    extensions.set(name, value);
  };
const drop =
  (name: string): Change =>
  ({ extensions }) => {
    extensions.delete(name);
  };
const rest =
  (change: Partial<CertificateSpec>): Change =>
  (draft) => {
    draft.rest = { ...draft.rest, ...change };
  };

const keys = new Map<KeyKind, TestKey>();
function special(kind: KeyKind): Change {
  return (draft) => {
    const key = keys.get(kind) ?? makeKey(kind);
    keys.set(kind, key);
    draft.key = key;
  };
}

/** What can be done to any certificate. */
const ANY: Readonly<Record<string, Change>> = {
  expired: rest({ notAfter: PAST }),
  notYetValid: rest({ notBefore: FUTURE }),
  lastSecond: rest({ notAfter: NOON.getTime() }),
  firstSecond: rest({ notBefore: NOON.getTime() }),
  unknownCritical: put("unknown", unknownExtension(true)),
  unknownHarmless: put("unknown", unknownExtension(false)),
  negativeSerial: rest({ serial: Uint8Array.of(0xff) }),
  zeroSerial: rest({ serial: Uint8Array.of(0) }),
  longSerial: rest({ serial: new Uint8Array(30).fill(1) }),
};

const ISSUED: Readonly<Record<string, Change>> = {
  brokenSignature: rest({ brokenSignature: true }),
  sha1: rest({ hash: "sha1" }),
  noAuthorityKey: drop("authority"),
  wrongAuthorityKey: ({ key, extensions }) => {
    extensions.set("authority", authorityKeyIdentifier(key));
  },
  issuerInCapitals: (draft) => {
    draft.issuer = draft.issuer?.toUpperCase() ?? null;
  },
  wrongIssuer: (draft) => {
    draft.issuer = "Nobody";
  },
  version1: rest({ extensions: null }),
};

const AUTHORITY: Readonly<Record<string, Change>> = {
  noBasicConstraints: drop("basic"),
  notCa: put("basic", basicConstraints(false)),
  basicNotCritical: put("basic", basicConstraints(true, null, false)),
  pathLength0: put("basic", basicConstraints(true, 0)),
  pathLength1: put("basic", basicConstraints(true, 1)),
  noKeyUsage: drop("usage"),
  noCertSign: put("usage", keyUsage(0x02)),
  forServers: put("purpose", extendedKeyUsage(OID.serverAuth)),
  forClients: put("purpose", extendedKeyUsage(OID.clientAuth)),
  forAnything: put("purpose", extendedKeyUsage(OID.anyExtendedKeyUsage)),
  permitsHost: put("constraints", nameConstraints(["dns:example.com"], [])),
  permitsOther: put("constraints", nameConstraints(["dns:example.org"], [])),
  excludesHost: put("constraints", nameConstraints([], ["dns:example.com"])),
  excludesWww: put("constraints", nameConstraints([], [`dns:${HOST}`])),
  excludesOther: put("constraints", nameConstraints([], ["dns:example.org"])),
  leadingPeriod: put("constraints", nameConstraints(["dns:.example.com"], [])),
  wildcardConstraint: put("constraints", nameConstraints(["dns:*.example.com"], [])),
  permitsIp: put("constraints", nameConstraints(["ip:192.0.2.0/255.255.255.0"], [])),
  excludesIp: put("constraints", nameConstraints([], ["ip:192.0.2.0/255.255.255.0"])),
  gappedMask: put("constraints", nameConstraints([], ["ip:192.0.2.0/255.0.255.0"])),
  permitsEmail: put("constraints", nameConstraints(["email:example.com"], [])),
  excludesEmail: put("constraints", nameConstraints([], ["email:.example.com"])),
  permitsDirectory: put("constraints", nameConstraints([`cn:${HOST}`], [])),
  excludesDirectory: put("constraints", nameConstraints([], ["cn:Other"])),
  gold: put("policies", certificatePolicies(GOLD)),
  anyPolicy: put("policies", certificatePolicies(OID.anyPolicy)),
  policyRequired: put("policyConstraints", policyConstraints(0, null)),
  policyRequiredLater: put("policyConstraints", policyConstraints(1, null)),
  anyPolicyInhibited: put("inhibit", inhibitAnyPolicy(0)),
  rsa: special("rsa2048"),
  shortRsa: special("rsa1024"),
  p384: special("p384"),
  ed25519: special("ed25519"),
};

const LEAF: Readonly<Record<string, Change>> = {
  noPurpose: drop("purpose"),
  forClients: put("purpose", extendedKeyUsage(OID.clientAuth)),
  forAnything: put("purpose", extendedKeyUsage(OID.anyExtendedKeyUsage)),
  forBoth: put("purpose", extendedKeyUsage(OID.clientAuth, OID.serverAuth)),
  authority: put("basic", basicConstraints(true)),
  authorityPathLength0: put("basic", basicConstraints(true, 0)),
  noKeyUsage: drop("usage"),
  onlyEncipherment: put("usage", keyUsage(0x20)),
  onlyCertSign: put("usage", keyUsage(0x04)),
  noNames: drop("names"),
  wildcard: put("names", subjectAltName("dns:*.example.com")),
  wideWildcard: put("names", subjectAltName("dns:*.com")),
  partialWildcard: put("names", subjectAltName("dns:w*.example.com")),
  otherName: put("names", subjectAltName("dns:other.example.com")),
  capitals: put("names", subjectAltName("dns:WWW.Example.COM")),
  manyNames: put("names", subjectAltName(`dns:${HOST}`, "dns:example.org", "dns:x.test")),
  address: put("names", subjectAltName(`dns:${HOST}`, "ip:192.0.2.7")),
  otherAddress: put("names", subjectAltName(`dns:${HOST}`, "ip:198.51.100.7")),
  email: put("names", subjectAltName(`dns:${HOST}`, "email:me@example.com")),
  otherEmail: put("names", subjectAltName(`dns:${HOST}`, "email:me@sub.example.com")),
  trailingDot: put("names", subjectAltName(`dns:${HOST}.`)),
  underscore: put("names", subjectAltName(`dns:${HOST}`, "dns:a_b.example.com")),
  otherSubject: (draft) => {
    draft.subject = "Other";
  },
  noSubject: (draft) => {
    draft.subject = null;
  },
  gold: put("policies", certificatePolicies(GOLD)),
  silver: put("policies", certificatePolicies(SILVER)),
  anyPolicy: put("policies", certificatePolicies(OID.anyPolicy)),
  rsa: special("rsa2048"),
  shortRsa: special("rsa1024"),
  p384: special("p384"),
  ed25519: special("ed25519"),
};

const CHANGES: Readonly<Record<Role, readonly (readonly [string, Change])[]>> = {
  root: Object.entries({ ...ANY, ...AUTHORITY }),
  middle: Object.entries({ ...ANY, ...ISSUED, ...AUTHORITY }),
  leaf: Object.entries({ ...ANY, ...ISSUED, ...LEAF }),
};

/** How many changes a certificate gets, by chance: most get none or one. */
const CHANGE_COUNTS = {
  root: [0, 0, 0, 0, 1],
  middle: [0, 0, 0, 1, 1, 2],
  leaf: [0, 0, 1, 1, 1, 2],
};
const LEAVES = 4;

export class ChainGenerator {
  readonly #random: () => number;
  readonly #pool: readonly TestKey[];

  constructor(seed: number) {
    this.#random = randomNumbers(seed);
    this.#pool = Array.from({ length: 10 }, () => makeKey("p256"));
  }

  world(): World {
    const words: string[] = [];
    const roots: Draft[] = [];
    for (let i = 0; i < this.#pick([1, 1, 1, 2]); i++) {
      roots.push(this.#authority("root", `Root ${i}`, this.#poolKey(i), null, words));
    }
    const [first] = roots;
    if (first === undefined) throw new RangeError("a world without a root");
    const intermediates: Uint8Array[] = [];
    const depth = this.#pick([0, 1, 1, 1, 2, 2, 3]);
    let above = first;
    for (let level = 0; level < depth; level++) {
      above = this.#level(level, above, roots, intermediates, words);
    }
    const leaves = Array.from({ length: LEAVES }, () => this.#leaf(above));
    if (this.#random() < 0.2) intermediates.push(finished(first));
    return {
      roots: roots.map(finished),
      intermediates: this.#shuffled(intermediates),
      leaves,
      words,
    };
  }

  /** One authority, with one certificate or several: changed ones beside good ones, and one of another root. */
  #level(
    level: number,
    above: Draft,
    roots: readonly Draft[],
    intermediates: Uint8Array[],
    words: string[],
  ): Draft {
    const name = `Middle ${level}`;
    const key = this.#poolKey(2 + level);
    const own = this.#authority("middle", name, key, above, words);
    const missing = this.#random() < 0.05;
    if (missing) words.push("missing");
    else intermediates.push(finished(own));
    if (own.key !== key) return own;
    if (this.#random() < 0.3) {
      words.push("twin");
      intermediates.push(finished(this.#authority("middle", name, key, above, words)));
    }
    const other = roots[1];
    if (other !== undefined && this.#random() < 0.5) {
      words.push("crossed");
      intermediates.push(finished(this.#authority("middle", name, key, other, words)));
    }
    return own;
  }

  #authority(
    role: "root" | "middle",
    name: string,
    key: TestKey,
    above: Draft | null,
    words: string[],
  ): Draft {
    const signer = above?.key ?? key;
    const draft: Draft = {
      ...{ subject: name, issuer: above?.subject ?? name, key, signer },
      extensions: new Map([
        ["basic", basicConstraints(true)],
        ["usage", keyUsage(0x06)],
      ]),
      rest: {},
    };
    if (above !== null) draft.extensions.set("authority", authorityKeyIdentifier(signer));
    this.#change(role, draft, words);
    if (above === null) draft.signer = draft.key;
    draft.extensions.set("own", subjectKeyIdentifier(draft.key));
    return draft;
  }

  #leaf(above: Draft): World["leaves"][number] {
    const words: string[] = [];
    const draft: Draft = {
      ...{ subject: HOST, issuer: above.subject, key: this.#poolKey(9), signer: above.key },
      extensions: new Map([
        ["usage", keyUsage(0x80)],
        ["purpose", extendedKeyUsage(OID.serverAuth)],
        ["authority", authorityKeyIdentifier(above.key)],
        ["names", subjectAltName(`dns:${HOST}`)],
      ]),
      rest: {},
    };
    this.#change("leaf", draft, words);
    return { der: finished(draft), words };
  }

  #change(role: Role, draft: Draft, words: string[]): void {
    for (let count = this.#pick(CHANGE_COUNTS[role]); count > 0; count--) {
      const [name, change] = this.#pick(CHANGES[role]);
      change(draft);
      words.push(`${role}:${name}`);
    }
  }

  #poolKey(index: number): TestKey {
    const key = this.#pool[index];
    if (key === undefined) throw new RangeError(`there is no key ${index}`);
    return key;
  }

  #pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.#random() * list.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }

  #shuffled<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, order: this.#random() }))
      .sort((one, other) => one.order - other.order)
      .map(({ item }) => item);
  }
}

function finished({ extensions, rest: change, ...draft }: Draft): Uint8Array {
  const list = extensions.size === 0 ? null : [...extensions.values()];
  return makeCertificate({ ...draft, extensions: list, ...change });
}
