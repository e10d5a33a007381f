/**
 * The tokens of SPNEGO (RFC 4178 §4.2, [MS-SPNG] 2.2) in strict DER. Parts are views of the token that was read.
 */
import { DecodeError } from "../bytes/byte-reader.ts";
import { contextTag, DerReader, DerTag, derElement, derObjectIdentifier } from "../bytes/der.ts";
import { latin1 } from "../bytes/text.ts";

export const SPNEGO_OID = "1.3.6.1.5.5.2";
/** [APPLICATION 0], constructed: a token with the identifier of its mechanism (RFC 2743 §3.1). */
export const INITIAL_TAG = 0x60;
const RESPONSE_TAG = 0xa1;
const GENERAL_STRING = 0x1b;

/** Tokens above are refused. */
const MAX_TOKEN = 131_072;
/** Mechanisms in a list; the longest of Windows has four. */
const MAX_MECHANISMS = 32;

/** What [MS-SPNG] 2.2.1 prescribes for the hint of a server that speaks first. */
const HINT = "not_defined_in_RFC4178@please_ignore";

export const NegState = { Completed: 0, Incomplete: 1, Reject: 2, RequestMic: 3 } as const;

/** A client's first token, or what a server sends that speaks first. */
export interface InitToken {
  /** Object identifiers in dotted form, in the order of preference. */
  readonly mechanisms: readonly string[];
  /** The list as it was sent, which MICs cover. */
  readonly mechanismList: Uint8Array;
  readonly mechToken: Uint8Array | null;
}

/** Every other token; null: the part is not there. */
export interface ResponseToken {
  readonly state: number | null;
  readonly mechanism: string | null;
  readonly responseToken: Uint8Array | null;
  readonly mic: Uint8Array | null;
}

/** True if a token begins as one of SPNEGO; else it may be a bare one of a mechanism. */
export function isSpnego(token: Uint8Array): boolean {
  return token[0] === RESPONSE_TAG || token[0] === INITIAL_TAG;
}

function checkLength(token: Uint8Array): void {
  if (token.length > MAX_TOKEN) throw new DecodeError(`a token has ${token.length} bytes`);
}

/** @throws DecodeError */
export function readInit(token: Uint8Array): InitToken {
  checkLength(token);
  const whole = new DerReader(token);
  const framed = new DerReader(whole.element(INITIAL_TAG));
  whole.end();
  const mechanism = framed.objectIdentifier();
  if (mechanism !== SPNEGO_OID) throw new DecodeError(`the token is of mechanism ${mechanism}`);
  const choice = inner(framed.optional(0), "NegTokenInit");
  framed.end();
  const fields = choice.sequence();
  choice.end();
  const listField = inner(fields.optional(0), "mechTypes");
  const { encoded, content, tag } = listField.next();
  listField.end();
  if (tag !== DerTag.Sequence) throw new DecodeError("mechTypes is not a list");
  fields.optional(1);
  const mechToken = optionalBytes(fields, 2);
  // Hints of a server at 3 with a MIC at 4, or a MIC at 3: neither counts before there are keys.
  fields.optional(3);
  fields.optional(4);
  fields.end();
  return { mechanisms: mechanismsOf(content), mechanismList: encoded, mechToken };
}

function mechanismsOf(content: Uint8Array): string[] {
  const reader = new DerReader(content);
  const mechanisms: string[] = [];
  while (reader.peek() !== null) {
    if (mechanisms.length === MAX_MECHANISMS) {
      throw new DecodeError(`mechTypes has more than ${MAX_MECHANISMS} mechanisms`);
    }
    mechanisms.push(reader.objectIdentifier());
  }
  return mechanisms;
}

/** @throws DecodeError */
export function readResponse(token: Uint8Array): ResponseToken {
  checkLength(token);
  const whole = new DerReader(token);
  const choice = new DerReader(whole.element(RESPONSE_TAG));
  whole.end();
  const fields = choice.sequence();
  choice.end();
  const state = fields.optional(0);
  const mechanism = fields.optional(1);
  const response: ResponseToken = {
    state: state === null ? null : negState(state),
    mechanism: mechanism?.objectIdentifier() ?? null,
    responseToken: optionalBytes(fields, 2),
    mic: optionalBytes(fields, 3),
  };
  mechanism?.end();
  fields.end();
  return response;
}

function negState(reader: DerReader): number {
  const content = reader.element(DerTag.Enumerated);
  reader.end();
  const [value = 0xff] = content;
  if (content.length !== 1 || value > NegState.RequestMic) {
    throw new DecodeError("negState is not a value of RFC 4178");
  }
  return value;
}

function inner(reader: DerReader | null, what: string): DerReader {
  if (reader === null) throw new DecodeError(`${what} is missing`);
  return reader;
}

function optionalBytes(fields: DerReader, number: number): Uint8Array | null {
  const field = fields.optional(number);
  const bytes = field?.element(DerTag.OctetString) ?? null;
  field?.end();
  return bytes;
}

/** The list that MICs cover. */
export function writeMechanismList(mechanisms: readonly string[]): Uint8Array {
  const parts = mechanisms.map((mechanism) => derObjectIdentifier(mechanism));
  return derElement(DerTag.Sequence, ...parts);
}

/** A client's first token. */
export function writeInit(mechanismList: Uint8Array, mechToken: Uint8Array): Uint8Array {
  return init(field(0, mechanismList), bytesField(2, mechToken));
}

/** What a server sends that speaks first (NegTokenInit2). */
export function writeHint(mechanismList: Uint8Array): Uint8Array {
  const name = field(0, derElement(GENERAL_STRING, latin1(HINT)));
  return init(field(0, mechanismList), field(3, derElement(DerTag.Sequence, name)));
}

function init(first: Uint8Array, second: Uint8Array): Uint8Array {
  const token = field(0, derElement(DerTag.Sequence, first, second));
  return derElement(INITIAL_TAG, derObjectIdentifier(SPNEGO_OID), token);
}

/** Every other token. */
export function writeResponse(response: Partial<ResponseToken>): Uint8Array {
  const { state, mechanism, responseToken, mic } = response;
  const none = new Uint8Array(0);
  return derElement(
    RESPONSE_TAG,
    derElement(
      DerTag.Sequence,
      state == null ? none : field(0, derElement(DerTag.Enumerated, Uint8Array.of(state))),
      mechanism == null ? none : field(1, derObjectIdentifier(mechanism)),
      responseToken == null ? none : bytesField(2, responseToken),
      mic == null ? none : bytesField(3, mic),
    ),
  );
}

function field(number: number, content: Uint8Array): Uint8Array {
  return derElement(contextTag(number), content);
}

function bytesField(number: number, bytes: Uint8Array): Uint8Array {
  return field(number, derElement(DerTag.OctetString, bytes));
}
