/**
 * Changes to handshake messages and flights, for peers that break the rules.
 */
import { concat } from "../../src/bytes/byte-arrays.ts";
import { ByteReader } from "../../src/bytes/byte-reader.ts";
import { ByteWriter } from "../../src/bytes/byte-writer.ts";
import type { FlightItem } from "../../src/handshake/flight.ts";
import { decodeSession, encodeSession, type Session } from "../../src/handshake/session.ts";
import type { SessionStore } from "../../src/handshake/session-store.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { HANDSHAKE_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import {
  type ClientHello,
  type ClientHelloParts,
  decodeClientHello,
} from "../../src/wire/client-hello.ts";
import type { Edit, Item } from "./malicious-peer.ts";
import { makeMessage } from "./message-pair.ts";

export const message = (bytes: Uint8Array): Item => ({ kind: "message", bytes });

const isMessage = (item: FlightItem, type: number): boolean =>
  item.kind === "message" && item.bytes[0] === type;

const bytesOf = (item: FlightItem): Uint8Array =>
  item.kind === "message" ? item.bytes : new Uint8Array(0);

/** Leaves out messages of these types. */
export const drop =
  (...types: readonly number[]): Edit =>
  (item) =>
    types.some((type) => isMessage(item, type)) ? [] : [item];

/** Changes the messages of a type. */
export const change =
  (type: number, how: (bytes: Uint8Array) => Uint8Array): Edit =>
  (item) =>
    isMessage(item, type) ? [message(how(bytesOf(item).slice()))] : [item];

/** An edit for the messages of one number alone, counted from 0 for each type. */
export const only =
  (wanted: number, edit: Edit): Edit =>
  (item, nth) =>
    nth === wanted ? edit(item, nth) : [item];

/** Sends something before the messages of a type. */
export const before =
  (type: number, ...items: readonly Item[]): Edit =>
  (item) =>
    isMessage(item, type) ? [...items, item] : [item];

/** Sends something after the messages of a type. */
export const after =
  (type: number, ...items: readonly Item[]): Edit =>
  (item) =>
    isMessage(item, type) ? [item, ...items] : [item];

/** Sends something instead of the messages of a type. */
export const instead =
  (type: number, ...items: readonly Item[]): Edit =>
  (item) =>
    isMessage(item, type) ? items : [item];

/** Changes, leaves out or doubles ChangeCipherSpec. */
export const onChangeCipherSpec =
  (...items: readonly Item[]): Edit =>
  (item) =>
    item.kind === "change-cipher-spec" ? items : [item];

/** Sends messages of a type in records of so many bytes, with something between the first two. */
export const inPieces =
  (type: number | null, size: number, ...between: readonly Item[]): Edit =>
  (item) => {
    if (item.kind !== "message" || (type !== null && !isMessage(item, type))) return [item];
    const pieces: Item[] = [];
    for (let start = 0; start < item.bytes.length; start += size) {
      const content = item.bytes.slice(start, start + size);
      pieces.push({ kind: "record", type: ContentType.Handshake, content });
    }
    return [...pieces.slice(0, 1), ...between, ...pieces.slice(1)];
  };

/** Puts bytes of the next message behind messages of a type, into the same record. */
export const followed = (type: number, ...bytes: readonly number[]): Edit =>
  change(type, (whole) => concat(whole, Uint8Array.from(bytes)));

/** One edit after the other; what an edit invents is not edited again. */
export const both =
  (...edits: readonly Edit[]): Edit =>
  (item, nth) => {
    let items: readonly Item[] = [item];
    for (const edit of edits)
      items = items.flatMap((one) =>
        one.kind === "record" || one.kind === "raw" ? [one] : edit(one, nth),
      );
    return items;
  };

/** A copy with one bit flipped; a negative offset counts from the end. */
export function flip(bytes: Uint8Array, offset: number): Uint8Array {
  const copy = bytes.slice();
  const at = offset < 0 ? copy.length + offset : offset;
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

/** A copy with some bytes written over; a negative offset counts from the end. */
export function overwrite(bytes: Uint8Array, offset: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, offset < 0 ? copy.length + offset : offset);
  return copy;
}

export interface RawExtension {
  readonly type: number;
  readonly data: Uint8Array;
}

/** What stands in a message before its block of extensions, which is its last part, and the extensions. */
function takeApart(bytes: Uint8Array): { head: Uint8Array; extensions: RawExtension[] } {
  const body = bytes.subarray(HANDSHAKE_HEADER_LENGTH);
  const reader = new ByteReader(body, "message");
  const type = bytes[0];
  if (type === HandshakeType.ClientHello || type === HandshakeType.ServerHello) {
    reader.bytes(34, "version and random");
    reader.vector(1, "session_id");
    if (type === HandshakeType.ClientHello) {
      reader.vector(2, "cipher_suites");
      reader.vector(1, "compression_methods");
    } else reader.bytes(3, "suite and compression");
  } else if (type === HandshakeType.CertificateRequest) reader.vector(1, "context");
  else if (type === HandshakeType.NewSessionTicket) {
    reader.bytes(8, "lifetime and age_add");
    reader.vector(1, "nonce");
    reader.vector(2, "ticket");
  }
  const head = body.slice(0, reader.offset);
  const extensions: RawExtension[] = [];
  if (reader.remaining > 0) {
    const block = reader.nested(2, "extensions");
    while (block.remaining > 0)
      extensions.push({ type: block.u16("type"), data: block.vector(2, "data").slice() });
  }
  return { head, extensions };
}

/** Changes the extensions of a hello, EncryptedExtensions, CertificateRequest (1.3) or NewSessionTicket (1.3). */
export function changeExtensions(
  bytes: Uint8Array,
  how: (extensions: RawExtension[]) => readonly RawExtension[],
): Uint8Array {
  const { head, extensions } = takeApart(bytes);
  const writer = new ByteWriter();
  writer.vector(2, () => {
    for (const { type, data } of how(extensions)) writer.u16(type).vector(2, data);
  });
  return makeMessage(bytes[0] as number, concat(head, writer.finish())).bytes;
}

/** Appends an extension. */
export const withExtension = (bytes: Uint8Array, type: number, ...data: number[]): Uint8Array =>
  changeExtensions(bytes, (list) => [...list, { type, data: Uint8Array.from(data) }]);

/** Leaves an extension out. */
export const withoutExtension = (bytes: Uint8Array, type: number): Uint8Array =>
  changeExtensions(bytes, (list) => list.filter((extension) => extension.type !== type));

/** Changes the contents of an extension that is there. */
export const changeContents = (
  bytes: Uint8Array,
  type: number,
  how: (data: Uint8Array) => Uint8Array,
): Uint8Array =>
  changeExtensions(bytes, (list) =>
    list.map((one) => (one.type === type ? { type, data: how(one.data) } : one)),
  );

/** Puts other contents into an extension that is there. */
export const withContents = (bytes: Uint8Array, type: number, ...data: number[]): Uint8Array =>
  changeContents(bytes, type, () => Uint8Array.from(data));

/** Lets an extension be there twice. */
export const withDouble = (bytes: Uint8Array, type: number): Uint8Array =>
  changeExtensions(bytes, (list) => [...list, ...list.filter((one) => one.type === type)]);

/** Another body for a message, its header mended. */
export const withBody = (bytes: Uint8Array, body: Uint8Array): Uint8Array =>
  makeMessage(bytes[0] as number, body).bytes;

/** A TLS 1.3 Certificate of one entry without extensions, to which an empty extension is added. */
export function withEntryExtension(bytes: Uint8Array, type: number): Uint8Array {
  const context = 1 + (bytes[HANDSHAKE_HEADER_LENGTH] as number);
  const entry = bytes.subarray(HANDSHAKE_HEADER_LENGTH + context + 3, -2);
  const writer = new ByteWriter();
  writer.bytes(bytes.subarray(HANDSHAKE_HEADER_LENGTH, HANDSHAKE_HEADER_LENGTH + context));
  writer.vector(3, () => {
    writer.bytes(entry).vector(2, () => {
      writer.u16(type).vector(2, new Uint8Array(0));
    });
  });
  return withBody(bytes, writer.finish());
}

/** Offset of the cipher suite in a ServerHello, header included. */
export function suiteOffset(serverHello: Uint8Array): number {
  return HANDSHAKE_HEADER_LENGTH + 34 + 1 + (serverHello[HANDSHAKE_HEADER_LENGTH + 34] as number);
}

/** A ClientHello with other fields before its extensions. */
export function withHello(
  bytes: Uint8Array,
  how: (hello: ClientHello) => Partial<Omit<ClientHelloParts, "extensions">>,
): Uint8Array {
  const body = bytes.subarray(HANDSHAKE_HEADER_LENGTH);
  const hello = decodeClientHello(body);
  const changed = { ...hello, ...how(hello) };
  const writer = new ByteWriter();
  writer.u16(changed.legacyVersion).bytes(changed.random).vector(1, changed.sessionId);
  writer.vector(2, () => {
    for (const code of changed.cipherSuites) writer.u16(code);
  });
  writer.vector(1, changed.compressionMethods);
  const { head } = takeApart(bytes);
  return withBody(bytes, concat(writer.finish(), body.subarray(head.length)));
}

/** A store that gives out its sessions with something changed: a client that pretends. */
export function forgingStore(
  store: SessionStore,
  how: (session: Session) => Partial<Session>,
): SessionStore {
  const forged = (bytes: Uint8Array | null | undefined): Uint8Array | null => {
    const session = bytes == null ? null : decodeSession(bytes);
    return session === null ? null : encodeSession({ ...session, ...how(session) });
  };
  return {
    get: (key) => {
      const found = store.get(key);
      return found instanceof Promise ? found.then(forged) : forged(found);
    },
    set: (key, value, lifetime) => store.set(key, value, lifetime),
    delete: (key) => store.delete(key),
  };
}
