/**
 * Worlds whose names and dates are odd: leading periods, names that are not ASCII, years at the ends of what can be written, times
 * in forms that RFC 5280 does not know. Everything else about them is right, and every signature is.
 */
import { DerTag, derElement } from "../../src/bytes/der.ts";
import { latin1 } from "../../src/bytes/text.ts";
import {
  authorityExtensions,
  basicConstraints,
  type CertificateSpec,
  keyUsage,
  makeCertificate,
  makeKey,
  nameConstraints,
  serverExtensions,
  subjectKeyIdentifier,
  type TestKey,
} from "./certificate-maker.ts";
import { randomNumbers, type World } from "./chain-generator.ts";

/** What a client asks for; the names below are made for these. */
export const ODD_HOSTS: readonly string[] = [
  "www.example.org",
  "example.org",
  "a.www.example.org",
  "xn--bcher-kva.example.org",
  "XN--BCHER-KVA.example.org",
  "www.xn--bcher-kva.example",
  "org",
  "192.0.2.7",
];

/** Names as a leaf may have them. */
const NAMES: readonly string[] = [
  ...["www.example.org", "example.org", "a.www.example.org", "org", "WWW.Example.ORG"],
  ...["*.example.org", "*.www.example.org", "*.org", "*", "*.", ".", "..", ""],
  ...[".example.org", ".www.example.org", "*..example.org", "www..example.org", ".*.example.org"],
  ...["example.org.", "www.example.org.", "www.example.org..", ".example.org.", "*.example.org."],
  ...["xn--bcher-kva.example.org", "XN--BCHER-KVA.example.org", "xn--Bcher-Kva.example.org"],
  ...["Xn--bcher-kva.example.org", "xn--bcher-kva.example", "*.xn--bcher-kva.example"],
  ...[
    "*.XN--bCHER-kva.EXAMPLE",
    "xn--*.example.org",
    "xn--bcher-*.example.org",
    "xn--.example.org",
  ],
  ...["xn--a.example.org", "xn--bcher-kva", "www.xn--bcher-kva.example"],
  ...["www.example.org\0.evil.test", "www.example.org\0", " www.example.org", "www.example.org "],
  ...["www_1.example.org", "-www.example.org", "www-.example.org", "www.example.org\n"],
  ...[
    "192.0.2.7",
    "192.0.2.7.",
    "0xc0000207",
    "*.0.2.7",
    "bücher.example.org",
    "www。example。org",
  ],
  ...["www.xn--bcher-kva.example\x7f", "ＷＷＷ.example.org", "ﬃ.example.org", "www.bücher.example"],
];

const DOMAINS: readonly string[] = [
  ...["example.org", ".example.org", ".", "", "..", "..example.org", ".www.example.org", ".org"],
  ...["example.org.", ".example.org.", "*.example.org", ".*.example.org", "org", "EXAMPLE.ORG"],
  ...[".EXAMPLE.org", "xn--bcher-kva.example", ".xn--bcher-kva.example", "XN--BCHER-KVA.EXAMPLE"],
  ...[
    "xn--bcher-kva.example.org",
    ".XN--bcher-KVA.example.org",
    "bücher.example",
    ".bücher.example",
  ],
  ...["example。org", "example.org\0", " example.org", "192.0.2.7", "other.test", ".other.test"],
];

const ASCII = /^[\0-\x7f]*$/;
/** A form, and the text as one byte a character or as UTF-8. */
const named = (form: "dns" | "email" | "uri", text: string, wide: boolean): string =>
  `${wide ? "utf8-" : ""}${form}:${text}`;

const utc = (text: string): Uint8Array => derElement(DerTag.UtcTime, latin1(text));
const general = (text: string): Uint8Array => derElement(DerTag.GeneralizedTime, latin1(text));

/** Times that lie before the day of the tests, or say so to some reader. */
const STARTS: readonly Uint8Array[] = [
  ...["00000101000000Z", "00010101000000Z", "00991231235959Z", "19491231235959Z"].map(general),
  ...["19500101000000Z", "19691231235959Z", "20200101000000Z", "20240229000000Z"].map(general),
  ...["500101000000Z", "491231235959Z", "700101000000Z", "000101000000Z", "991231235959Z"].map(utc),
  ...["2001010000Z", "200101000000", "200101000000+0000", "200101000000-0500"].map(utc),
  ...["200230000000Z", "210229000000Z", "200101240000Z", "200101000060Z", "201301000000Z"].map(utc),
  ...["20200101000000Z", "200101000000.5Z", "200101000000z", " 00101000000Z", "-00101000000Z"].map(
    utc,
  ),
  ...["202001010000Z", "2020010100Z", "20200101000000", "20200101000000.0Z"].map(general),
  ...["20200101000000.5Z", "20200101000000+0100", "20200101000000-0000", "200101000000Z"].map(
    general,
  ),
  ...["20210229000000Z", "20200101000000z", "2020 101000000Z", ""].map(general),
  utc(""),
];

const ENDS: readonly Uint8Array[] = [
  ...[
    "491231235959Z",
    "500101000000Z",
    "4912312359Z",
    "491231235959+0000",
    "400101000000-0100",
  ].map(utc),
  ...[
    "300601120001Z",
    "300601115959Z",
    "300601120000+0100",
    "300601120000-0100",
    "3006011200Z",
  ].map(utc),
  ...["20491231235959Z", "20500101000000Z", "20991231235959Z", "99991231235959Z"].map(general),
  ...["21000229000000Z", "20500101000060Z", "20501301000000Z", "20500101240000Z"].map(general),
  ...["205001010000Z", "20500101000000.9Z", "20500101000000", "20500101000000+0000"].map(general),
  ...["20500101000000-1200", "19491231235959Z", "00000101000000Z", "99991231235959+0000"].map(
    general,
  ),
  ...["100000101000000Z", "20300601120001Z"].map(general),
  ...["99991231235959Z", "20500101000000Z"].map(utc),
];

const LEAVES = 3;

export class OddGenerator {
  readonly #random: () => number;
  readonly #keys: readonly TestKey[] = Array.from({ length: 3 }, () => makeKey("p256"));

  constructor(seed: number) {
    this.#random = randomNumbers(seed);
  }

  /** A root, one intermediate, and leaves for one host. */
  world(): World {
    const words: string[] = [];
    const [rootKey, middleKey, leafKey] = this.#keys as [TestKey, TestKey, TestKey];
    const name = this.#pick(ODD_HOSTS);
    const root = makeCertificate({
      ...{ subject: "Odd root", issuer: "Odd root", key: rootKey, signer: rootKey },
      extensions: [
        ...[basicConstraints(true), keyUsage(0x06), subjectKeyIdentifier(rootKey)],
        ...this.#constraints(0.1, "root", words),
      ],
      ...this.#dates(0.05, "root", words),
    });
    const middle = makeCertificate({
      ...{ subject: "Odd middle", issuer: "Odd root", key: middleKey, signer: rootKey },
      extensions: [
        ...authorityExtensions(middleKey, rootKey),
        ...this.#constraints(0.5, "middle", words),
      ],
      ...this.#dates(0.05, "middle", words),
    });
    const leaves = Array.from({ length: LEAVES }, () => {
      const own: string[] = [];
      const der = makeCertificate({
        ...{ subject: "Odd leaf", issuer: "Odd middle", key: leafKey, signer: middleKey },
        extensions: serverExtensions(middleKey, ...this.#names(name, own)),
        ...this.#dates(0.3, "leaf", own),
      });
      return { der, words: own };
    });
    return { roots: [root], intermediates: [middle], leaves, words, name };
  }

  /** One odd name alone, or the right one beside it. */
  #names(host: string, words: string[]): string[] {
    const names = [this.#name()];
    if (this.#random() < 0.6) names.push(host === "192.0.2.7" ? `ip:${host}` : `dns:${host}`);
    if (this.#random() < 0.2) names.push(this.#name());
    words.push(...names.map((one) => `name:${JSON.stringify(one)}`));
    if (names.some((one) => /^dns:.*[^.]\.$/.test(one))) words.push("trailingDot");
    return names;
  }

  #name(): string {
    const text = this.#pick(NAMES);
    const form = this.#pick(["dns", "dns", "dns", "dns", "email", "uri"] as const);
    const before = form === "email" ? "me@" : form === "uri" ? "https://" : "";
    return named(form, `${before}${text}`, !ASCII.test(text) && this.#isWide(text));
  }

  #constraints(chance: number, of: string, words: string[]): Uint8Array[] {
    if (this.#random() >= chance) return [];
    const some = (): string[] =>
      Array.from({ length: this.#pick([0, 0, 1, 1, 2]) }, () => {
        const text = this.#pick(DOMAINS);
        const form = this.#pick(["dns", "dns", "dns", "email", "uri"] as const);
        return named(form, text, !ASCII.test(text) && this.#isWide(text));
      });
    const [permitted, excluded] = [some(), some()];
    if (permitted.length + excluded.length === 0) return [];
    words.push(`${of}:permits ${JSON.stringify(permitted)}, excludes ${JSON.stringify(excluded)}`);
    return [nameConstraints(permitted, excluded)];
  }

  #dates(chance: number, of: string, words: string[]): Partial<CertificateSpec> {
    if (this.#random() >= chance) return {};
    const [start, end] = [this.#pick(STARTS), this.#pick(ENDS)];
    const kind = this.#pick(["start", "end", "both"]);
    const [usualStart, usualEnd] = [utc("200101000000Z"), utc("400101000000Z")];
    const validity = [
      kind === "end" ? usualStart : start,
      kind === "start" ? usualEnd : end,
    ] as const;
    const shown = validity.map((one) => Buffer.from(one).toString("latin1", 2));
    words.push(`${of}:dates ${validity[0][0]} ${shown[0]} to ${validity[1][0]} ${shown[1]}`);
    return { validity };
  }

  /** As UTF-8, which always fits, or as one byte a character where that is possible. */
  #isWide(text: string): boolean {
    return this.#random() < 0.7 || /[^\0-\xff]/.test(text);
  }

  #pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.#random() * list.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }
}
