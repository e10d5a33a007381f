/**
 * Records: encryptMessage and decryptMessage against node:crypto doing the same AEAD over the same bytes, nothing else.
 */
import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  randomBytes,
} from "node:crypto";
import {
  decryptMessage,
  encryptMessage,
  SECBUFFER_DATA,
  SECBUFFER_EMPTY,
  SECBUFFER_STREAM_HEADER,
  SECBUFFER_STREAM_TRAILER,
  SecBuffer,
  SecBufferDesc,
} from "../src/entries/sspi-node.ts";
import { serverIdentity } from "./identity.ts";
import type { BenchRow, Subjects } from "./row.ts";
import { close, credentials, demand, handshake, type Pair, streamSizes } from "./session.ts";

const LENGTHS = [64, 1350, 16384];
/** IANA numbers of the TLS 1.3 suites, and what node calls their AEADs. */
export const SUITES = [
  { code: 0x1301, words: "AES-128-GCM", cipher: "aes-128-gcm", keyLength: 16 },
  { code: 0x1302, words: "AES-256-GCM", cipher: "aes-256-gcm", keyLength: 32 },
  { code: 0x1303, words: "ChaCha20-Poly1305", cipher: "chacha20-poly1305", keyLength: 32 },
] as const;
export type Suite = (typeof SUITES)[number];

const TAG_LENGTH = 16;
const WANTED_WHERE_IT_COUNTS = 0.8;
const BATCH = 32;

function session({ code }: Suite): Pair {
  return handshake(credentials(serverIdentity("p256"), { cipherSuites: [code] }, false));
}

/** Memory of one record, and the buffers that point into it. */
function recordBuffers(context: Pair["client"], length: number) {
  const { cbHeader, cbTrailer } = streamSizes(context);
  const memory = new Uint8Array(cbHeader + length + cbTrailer);
  const header = new SecBuffer(SECBUFFER_STREAM_HEADER, memory.subarray(0, cbHeader));
  const data = new SecBuffer(SECBUFFER_DATA, memory.subarray(cbHeader, cbHeader + length));
  const trailer = new SecBuffer(SECBUFFER_STREAM_TRAILER, memory.subarray(cbHeader + length));
  const spare = new SecBuffer(SECBUFFER_EMPTY);
  const message = new SecBufferDesc([header, data, trailer, spare]);
  return { memory, header, trailer, message, cbHeader, cbTrailer };
}

export function prepareSeal(suite: Suite, length: number): Subjects {
  const pair = session(suite);
  const { header, trailer, message, cbHeader, cbTrailer } = recordBuffers(pair.client, length);
  const raw = rawAead(suite, length);
  return {
    sealwire: () => {
      for (let i = 0; i < BATCH; i++) {
        header.cbBuffer = cbHeader;
        trailer.cbBuffer = cbTrailer;
        demand(pair.client, encryptMessage(pair.client, 0, message));
      }
      return BATCH * length;
    },
    peer: () => {
      for (let i = 0; i < BATCH; i++) raw.seal();
      return BATCH * length;
    },
    dispose: () => close(pair),
  };
}

/** The time of making the records that are opened does not count: they are made ahead and opened by turns. */
function prepareOpen(suite: Suite, length: number): Subjects {
  const pair = session(suite);
  const sealed = recordBuffers(pair.client, length);
  const raw = rawAead(suite, length);
  const whole = sealed.memory.length;
  const stock: Uint8Array[] = [];
  const refill = (): void => {
    while (stock.length < BATCH) {
      sealed.header.cbBuffer = sealed.cbHeader;
      sealed.trailer.cbBuffer = sealed.cbTrailer;
      demand(pair.client, encryptMessage(pair.client, 0, sealed.message));
      stock.push(sealed.memory.slice());
    }
    stock.reverse();
  };
  const slots = Array.from({ length: 4 }, () => new SecBuffer(SECBUFFER_EMPTY));
  const message = new SecBufferDesc(slots);
  return {
    between: refill,
    sealwire: () => {
      for (let i = 0; i < BATCH; i++) {
        const record = stock.pop();
        if (record === undefined) throw new Error("no record is left to open");
        for (const slot of slots) slot.BufferType = SECBUFFER_EMPTY;
        const [first] = slots;
        if (first === undefined) throw new Error("no buffer");
        first.BufferType = SECBUFFER_DATA;
        first.pvBuffer = record;
        first.cbBuffer = whole;
        demand(pair.server, decryptMessage(pair.server, message));
      }
      return BATCH * length;
    },
    peer: () => {
      for (let i = 0; i < BATCH; i++) raw.open();
      return BATCH * length;
    },
    dispose: () => close(pair),
  };
}

/**
 * The bare AEAD of one TLS 1.3 record: content and type byte, header as additional data. The key is an object: some versions
 * of Node (24) take several times as long with its bytes.
 */
export function rawAead(
  { cipher, keyLength }: Suite,
  length: number,
): { readonly seal: () => void; readonly open: () => void } {
  const name = cipher as CipherGCMTypes;
  const key = createSecretKey(randomBytes(keyLength));
  const nonce = randomBytes(12);
  const header = randomBytes(5);
  const content = randomBytes(length + 1);
  const options = { authTagLength: TAG_LENGTH };
  const make = (): { text: Buffer; tag: Buffer } => {
    const aead = createCipheriv(name, key, nonce, options);
    aead.setAAD(header);
    const text = aead.update(content);
    aead.final();
    return { text, tag: aead.getAuthTag() };
  };
  const sealed = make();
  return {
    seal: () => {
      make();
    },
    open: () => {
      const aead = createDecipheriv(name, key, nonce, options);
      aead.setAAD(header);
      aead.setAuthTag(sealed.tag);
      aead.update(sealed.text);
      aead.final();
    },
  };
}

export const recordRows: readonly BenchRow[] = SUITES.flatMap((suite) =>
  LENGTHS.flatMap((length) => {
    const common = { unit: "bytes", peerName: "node:crypto" };
    const wanted = length === 16384 ? { wanted: WANTED_WHERE_IT_COUNTS } : {};
    return [
      {
        ...common,
        ...wanted,
        name: `seal ${length} B, TLS 1.3 ${suite.words}`,
        prepare: () => prepareSeal(suite, length),
      },
      {
        ...common,
        ...wanted,
        name: `open ${length} B, TLS 1.3 ${suite.words}`,
        prepare: () => prepareOpen(suite, length),
      },
    ];
  }),
);
