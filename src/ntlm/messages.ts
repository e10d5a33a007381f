/**
 * The three messages of NTLM ([MS-NLMP] 2.2.1): fixed headers with lengths and offsets into a payload. Parts are views of the
 * token that was read.
 */
import { concatAll } from "../bytes/byte-arrays.ts";
import { DecodeError } from "../bytes/byte-reader.ts";
import { LittleEndianView, u32le } from "../bytes/little-endian.ts";
import { fromLatin1, latin1 } from "../bytes/text.ts";
import { fromUtf16le, utf16le } from "../bytes/utf16.ts";
import { has, UNICODE } from "./flags.ts";

/** Tokens above are refused: six parts of at most 64 KiB would fit the format, and no peer needs parts of that size. */
export const MAX_TOKEN = 65_536;
export const CHALLENGE_LENGTH = 8;
export const MIC_LENGTH = 16;
/** Where the MIC is in an AUTHENTICATE message. */
export const MIC_OFFSET = 72;

/** Versions name builds of Windows, and some servers fail without one. This one is of none: 6.2, build 0, NTLM revision 15. */
const OWN_VERSION = Uint8Array.of(6, 2, 0, 0, 0, 0, 0, 15);
const SIGNATURE = /* @__PURE__ */ latin1("NTLMSSP\0");

const NEGOTIATE_HEADER = 40;
const CHALLENGE_HEADER = 56;
const AUTHENTICATE_HEADER = 64;
const WITH_VERSION = 72;
const WITH_MIC = 88;

export const MessageType = { Negotiate: 1, Challenge: 2, Authenticate: 3 } as const;

export interface ChallengeMessage {
  readonly flags: number;
  readonly targetName: Uint8Array;
  readonly serverChallenge: Uint8Array;
  /** Null: the message has none. */
  readonly targetInfo: Uint8Array | null;
}

export interface AuthenticateMessage {
  readonly flags: number;
  readonly lmResponse: Uint8Array;
  readonly ntResponse: Uint8Array;
  readonly domain: string;
  readonly user: string;
  readonly workstation: string;
  readonly encryptedKey: Uint8Array;
  /** Null: the message has no room for one. */
  readonly mic: Uint8Array | null;
}

/** True if a token begins as one of NTLM. */
export function isNtlm(token: Uint8Array): boolean {
  return token.length >= SIGNATURE.length && SIGNATURE.every((byte, i) => token[i] === byte);
}

function open(token: Uint8Array, type: number, what: string): LittleEndianView {
  if (token.length > MAX_TOKEN) throw new DecodeError(`${what} has ${token.length} bytes`);
  if (!isNtlm(token)) throw new DecodeError(`${what} does not begin with NTLMSSP`);
  const view = new LittleEndianView(token, what);
  const found = view.u32(SIGNATURE.length);
  if (found !== type) throw new DecodeError(`${what} was expected, and message ${found} came`);
  return view;
}

/** Part of the payload that the length and offset at `at` describe. The offset of an empty part does not count. */
function payload(view: LittleEndianView, at: number): Uint8Array {
  const length = view.u16(at);
  return length === 0 ? view.part(0, 0) : view.part(view.u32(at + 4), length);
}

/** The flags of a NEGOTIATE message; its names are not used. @throws DecodeError */
export function readNegotiate(token: Uint8Array): number {
  const view = open(token, MessageType.Negotiate, "NEGOTIATE");
  if (token.length >= 32) {
    payload(view, 16);
    payload(view, 24);
  }
  return view.u32(12);
}

/** @throws DecodeError */
export function readChallenge(token: Uint8Array): ChallengeMessage {
  const view = open(token, MessageType.Challenge, "CHALLENGE");
  const targetInfo = token.length >= 48 ? payload(view, 40) : null;
  return {
    flags: view.u32(20),
    targetName: payload(view, 12),
    serverChallenge: view.part(24, CHALLENGE_LENGTH),
    targetInfo: targetInfo?.length === 0 ? null : targetInfo,
  };
}

/** Offsets of the parts of an AUTHENTICATE message, in the order of its header. */
const AUTHENTICATE_PARTS = [12, 20, 28, 36, 44, 52];

/** @throws DecodeError */
export function readAuthenticate(token: Uint8Array): AuthenticateMessage {
  const view = open(token, MessageType.Authenticate, "AUTHENTICATE");
  const flags = view.u32(60);
  const starts = AUTHENTICATE_PARTS.filter((at) => view.u16(at) > 0).map((at) => view.u32(at + 4));
  const first = starts.reduce((least, start) => Math.min(least, start), token.length);
  if (first < AUTHENTICATE_HEADER)
    throw new DecodeError("AUTHENTICATE: a part begins in the header");
  const text = (at: number): string => {
    const bytes = payload(view, at);
    return has(flags, UNICODE) ? unicode(bytes) : oem(bytes);
  };
  return {
    flags,
    lmResponse: payload(view, 12),
    ntResponse: payload(view, 20),
    domain: text(28),
    user: text(36),
    workstation: text(44),
    encryptedKey: payload(view, 52),
    mic: first >= WITH_MIC ? view.part(MIC_OFFSET, MIC_LENGTH) : null,
  };
}

function unicode(bytes: Uint8Array): string {
  if (bytes.length % 2 !== 0) throw new DecodeError("a name in UTF-16 has an odd length");
  return fromUtf16le(bytes);
}

/** The code page of the peer is not known: names of ASCII only. */
function oem(bytes: Uint8Array): string {
  if (bytes.some((byte) => byte > 0x7f)) throw new DecodeError("an OEM name is not of ASCII");
  return fromLatin1(bytes);
}

/** A NEGOTIATE message without names. */
export function writeNegotiate(flags: number): Uint8Array {
  const token = header(NEGOTIATE_HEADER, MessageType.Negotiate);
  const view = new DataView(token.buffer);
  view.setUint32(12, flags, true);
  token.set(OWN_VERSION, 32);
  return token;
}

/** A CHALLENGE message. */
export function writeChallenge({
  flags,
  targetName,
  serverChallenge,
  targetInfo,
}: ChallengeMessage): Uint8Array {
  const token = header(CHALLENGE_HEADER, MessageType.Challenge);
  const parts = new Payload(token);
  parts.add(12, targetName);
  new DataView(token.buffer).setUint32(20, flags, true);
  token.set(serverChallenge, 24);
  if (targetInfo !== null) parts.add(40, targetInfo);
  token.set(OWN_VERSION, 48);
  return parts.finish();
}

/** An AUTHENTICATE message; `mic`: with room for one, which is zeros. */
export function writeAuthenticate(
  message: Omit<AuthenticateMessage, "mic">,
  withMic: boolean,
): Uint8Array {
  const { flags, user, domain, workstation } = message;
  const token = header(withMic ? WITH_MIC : WITH_VERSION, MessageType.Authenticate);
  const text = (name: string): Uint8Array => (has(flags, UNICODE) ? utf16le(name) : latin1(name));
  const parts = new Payload(token);
  parts.add(12, message.lmResponse);
  parts.add(20, message.ntResponse);
  parts.add(28, text(domain));
  parts.add(36, text(user));
  parts.add(44, text(workstation));
  parts.add(52, message.encryptedKey);
  token.set(u32le(flags), 60);
  token.set(OWN_VERSION, 64);
  return parts.finish();
}

function header(length: number, type: number): Uint8Array {
  const token = new Uint8Array(length);
  token.set(SIGNATURE);
  token.set(u32le(type), SIGNATURE.length);
  return token;
}

/** The parts behind a header. */
class Payload {
  readonly #header: Uint8Array;
  readonly #parts: Uint8Array[];
  #end: number;

  constructor(header: Uint8Array) {
    this.#header = header;
    this.#parts = [header];
    this.#end = header.length;
  }

  /** @param at where its length and offset are in the header */
  add(at: number, part: Uint8Array): void {
    const view = new DataView(this.#header.buffer);
    view.setUint16(at, part.length, true);
    view.setUint16(at + 2, part.length, true);
    view.setUint32(at + 4, this.#end, true);
    this.#parts.push(part);
    this.#end += part.length;
  }

  finish(): Uint8Array {
    return concatAll(this.#parts);
  }
}
