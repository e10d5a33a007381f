/**
 * What is measured: for each row two kinds of input that an attacker would want to tell apart by the time they take.
 */
import { constants, generateKeyPairSync, publicEncrypt } from "node:crypto";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { equalConstantTime } from "../../src/bytes/constant-time.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { decryptPremaster } from "../../src/crypto/rsa-key-exchange.ts";
import { CIPHER_SUITES, type CipherSuite, HASHES } from "../../src/protocol/cipher-suite.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import { AdditionalData12 } from "../../src/record/aead-12.ts";
import { createOpener } from "../../src/record/protection.ts";
import { emptyRecord } from "../../src/record/protector.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { keysOf, pattern, protection, reasonOf, seal } from "../support/record-kit.ts";

export interface TimingRow {
  readonly name: string;
  /** The question of the row is answered by a leak: it shows that the instrument sees one. */
  readonly leaks?: boolean;
  /** Part of the samples that this row takes, where one is slow. */
  readonly share?: number;
  readonly inputs: readonly [Uint8Array, Uint8Array];
  /** @param input a copy that may be overwritten, always in the same memory */
  readonly run: (input: Uint8Array) => void;
}

const SEQUENCE = 7;
const BLOCK = 16;
/** Bytes that the inner hash has before the content. */
const MAC_HEADER = 13;

const cbcSuites = CIPHER_SUITES.filter(
  ({ format, authentication, keyExchange, cipher }) =>
    format === "cbc12" &&
    authentication === "rsa" &&
    keyExchange === "ecdhe" &&
    (cipher.name === "aes-128-cbc" || cipher.name === "aes-256-cbc"),
).filter((one, i, all) => all.findIndex(({ mac }) => mac === one.mac) === i);

/** A record of MAC-then-encrypt with a plaintext of the attacker's. */
function cbcRecord(
  provider: CryptoProvider,
  suite: CipherSuite,
  plaintext: Uint8Array,
): Uint8Array {
  const iv = pattern(BLOCK, 9);
  const body = plaintext.slice();
  if (suite.cipher.name !== "aes-128-cbc" && suite.cipher.name !== "aes-256-cbc") {
    throw new TypeError(`${suite.name} is not a suite with CBC`);
  }
  provider.cbc(suite.cipher.name, keysOf(suite).key).encrypt(iv, body);
  const length = iv.length + body.length;
  const header = [
    ContentType.ApplicationData,
    TLS12 >> 8,
    TLS12 & 0xff,
    length >> 8,
    length & 0xff,
  ];
  return concat(Uint8Array.from(header), iv, body);
}

/** Content, its right MAC, and padding up to `total` bytes. */
function honest(
  provider: CryptoProvider,
  suite: CipherSuite,
  total: number,
  padding: number,
): Uint8Array {
  const { mac } = suite;
  const { macKey } = keysOf(suite);
  if (mac === null || macKey === null) throw new TypeError(`${suite.name} has no MAC`);
  const content = pattern(total - padding - 1 - HASHES[mac].length);
  const header = new AdditionalData12().of(ContentType.ApplicationData, SEQUENCE, content.length);
  const code = provider.hmac(mac, macKey, header, content);
  return concat(content, code, new Uint8Array(padding + 1).fill(padding));
}

function cbcRows(provider: CryptoProvider, suite: CipherSuite): TimingRow[] {
  const hash = suite.mac ?? "sha1";
  const { blockLength, length: macLength } = HASHES[hash];
  const opener = createOpener(provider, keysOf(suite));
  const found = emptyRecord();
  const run = (record: Uint8Array): void => {
    reasonOf(() => opener.open(SEQUENCE, record, found));
  };
  // The longest content whose MAC takes one block less than one byte more would.
  const content = blockLength - MAC_HEADER - 1 - blockLength / 8;
  const total = BLOCK * Math.ceil((content + macLength + 2) / BLOCK);
  const padding = total - content - macLength - 1;
  const right = pattern(total);
  right.fill(padding, total - padding - 1);
  const wrong = right.slice();
  wrong[total - 1] = 0xfe;
  const where = `${provider.name}, ${hash}`;
  const full = BLOCK * Math.ceil((300 + macLength + 256) / BLOCK);
  const least = 0;
  return [
    {
      name: `Lucky 13: padding that is right or wrong, under a wrong MAC (${where})`,
      inputs: [cbcRecord(provider, suite, right), cbcRecord(provider, suite, wrong)],
      run,
    },
    {
      name: `padding of ${least} or 255, under a right MAC (${where})`,
      inputs: [
        cbcRecord(provider, suite, honest(provider, suite, full, least)),
        cbcRecord(provider, suite, honest(provider, suite, full, 255)),
      ],
      run,
    },
  ];
}

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const RSA_BYTES = 256;

/** What an attacker sends in the place of a premaster secret, by what is wrong with it. */
const BLOCKS: Readonly<Record<string, (block: Uint8Array) => void>> = {
  "another block type": (block) => block.set([1], 1),
  "no zero before the secret": (block) => block.set([1], RSA_BYTES - 49),
  "a zero within the padding": (block) => block.set([0], 20),
  "another version": (block) => block.set([2], RSA_BYTES - 47),
};

function premasterRows(provider: CryptoProvider): TimingRow[] {
  const pkcs8 = rsa.privateKey.export({ format: "der", type: "pkcs8" });
  const key = provider.importPrivateKey(new Uint8Array(pkcs8));
  if (key?.rsaPrivate === undefined) throw new TypeError(`${provider.name} has no RSA decryption`);
  const good = pattern(RSA_BYTES, 1).map((byte) => byte | 1);
  good.set([0, 2]);
  good.set([0, TLS12 >> 8, TLS12 & 0xff], RSA_BYTES - 49);
  const encrypted = (block: Uint8Array): Uint8Array =>
    new Uint8Array(
      publicEncrypt({ key: rsa.publicKey, padding: constants.RSA_NO_PADDING }, Buffer.from(block)),
    );
  return Object.entries(BLOCKS).map(([what, spoil]) => {
    const bad = good.slice();
    spoil(bad);
    return {
      name: `Bleichenbacher: a right block or ${what} (${provider.name})`,
      share: provider.name === "node" ? 0.1 : 0.002,
      inputs: [encrypted(good), encrypted(bad)],
      run: (block) => {
        decryptPremaster(key, block, TLS12, (length) => new Uint8Array(length));
      },
    };
  });
}

function tagRow(provider: CryptoProvider, suite: CipherSuite): TimingRow {
  const { sealer, opener } = protection(provider, suite);
  const record = seal(sealer, ContentType.ApplicationData, SEQUENCE, pattern(64));
  const wrongAt = (index: number): Uint8Array =>
    record.map((byte, i) => (i === index ? byte ^ 1 : byte));
  const found = emptyRecord();
  return {
    name: `tag that is wrong in its first or its last byte (${provider.name}, ${suite.name})`,
    inputs: [wrongAt(record.length - 16), wrongAt(record.length - 1)],
    run: (input) => {
      reasonOf(() => opener.open(SEQUENCE, input, found));
    },
  };
}

/** Many comparisons of one kind, so that the clock sees them. */
const COMPARISONS = 64;

function binderRow(): TimingRow {
  const binder = pattern(48);
  return {
    name: "binder or Finished that is wrong in its first or its last byte",
    inputs: [
      binder.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
      binder.map((byte, i) => (i === 47 ? byte ^ 1 : byte)),
    ],
    run: (received) => {
      for (let i = 0; i < COMPARISONS; i++) equalConstantTime(received, binder);
    },
  };
}

/** A comparison that ends early: what must be seen, or the measurement is worth nothing. */
function controlRow(): TimingRow {
  const expected = pattern(48);
  let seen = 0;
  return {
    name: "control: a comparison that ends at the first difference",
    leaks: true,
    inputs: [
      expected.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
      expected.map((byte, i) => (i === 47 ? byte ^ 1 : byte)),
    ],
    run: (received) => {
      for (let i = 0; i < COMPARISONS; i++) {
        let at = 0;
        while (at < expected.length && received[at] === expected[at]) at++;
        seen += at;
      }
      if (seen < 0) throw new RangeError("the loop above was not run");
    },
  };
}

const AEADS = ["TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"];

/** All rows. */
export function timingRows(): TimingRow[] {
  return [
    controlRow(),
    binderRow(),
    ...PROVIDERS.flatMap((provider) => [
      ...cbcSuites.flatMap((suite) => cbcRows(provider, suite)),
      ...premasterRows(provider),
      ...CIPHER_SUITES.filter(({ name }) => AEADS.includes(name)).map((suite) =>
        tagRow(provider, suite),
      ),
    ]),
  ];
}
