/**
 * Reads a transport's bytes as they pass and reports each TLS record, which is what an eavesdropper can see.
 */
import type { ByteStreams, MessageStreams } from "../../src/entries/streams.ts";

export interface SeenRecord {
  readonly direction: "out" | "in";
  /** What it is, as far as it is not encrypted. */
  readonly text: string;
  /** Bytes, with the header. */
  readonly length: number;
}

const HEADER = 5;
const HANDSHAKE = 22;
const CHANGE_CIPHER_SPEC = 20;
const CONTENT: Readonly<Record<number, string>> = {
  [CHANGE_CIPHER_SPEC]: "ChangeCipherSpec",
  21: "Alert",
  [HANDSHAKE]: "Handshake",
  23: "Application Data",
};
const MESSAGES: Readonly<Record<number, string>> = {
  1: "ClientHello",
  2: "ServerHello",
  4: "NewSessionTicket",
  11: "Certificate",
  12: "ServerKeyExchange",
  13: "CertificateRequest",
  14: "ServerHelloDone",
  15: "CertificateVerify",
  16: "ClientKeyExchange",
  20: "Finished",
};

/** The same transport, with every record of both directions reported to `see`. */
export function tapped(
  transport: MessageStreams,
  see: (record: SeenRecord) => void,
): ByteStreams & Partial<MessageStreams> {
  const incoming = watcher("in", see);
  const outgoing = watcher("out", see);
  // A write into the tap is over when the transport took it, so the size of messages stays what it is.
  void outgoing.readable.pipeTo(transport.writable).catch(() => {});
  return {
    readable: transport.readable.pipeThrough(incoming),
    writable: outgoing.writable,
    maxMessageSize: transport.maxMessageSize,
  };
}

function watcher(
  direction: SeenRecord["direction"],
  see: (record: SeenRecord) => void,
): TransformStream<Uint8Array, Uint8Array> {
  let pending = new Uint8Array(0);
  let encrypted = false;
  return new TransformStream({
    transform(bytes, controller) {
      const joined = new Uint8Array(pending.length + bytes.length);
      joined.set(pending);
      joined.set(bytes, pending.length);
      let at = 0;
      while (joined.length - at >= HEADER) {
        const length = HEADER + ((joined[at + 3] ?? 0) << 8) + (joined[at + 4] ?? 0);
        if (joined.length - at < length) break;
        const type = joined[at] ?? 0;
        see({ direction, text: describe(joined.subarray(at, at + length), encrypted), length });
        if (type === CHANGE_CIPHER_SPEC) encrypted = true;
        at += length;
      }
      pending = joined.slice(at);
      controller.enqueue(bytes);
    },
  });
}

function describe(record: Uint8Array, encrypted: boolean): string {
  const [type = 0] = record;
  const kind = CONTENT[type] ?? `type ${type}`;
  if (type !== HANDSHAKE) return kind;
  if (encrypted) return `${kind}, encrypted`;
  const names: string[] = [];
  for (let at = HEADER; at + 4 <= record.length; ) {
    names.push(MESSAGES[record[at] ?? 0] ?? kind);
    at += 4 + ((record[at + 1] ?? 0) << 16) + ((record[at + 2] ?? 0) << 8) + (record[at + 3] ?? 0);
  }
  return names.join(", ");
}
