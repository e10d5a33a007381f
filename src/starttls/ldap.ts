/**
 * StartTLS of LDAP, client side (RFC 4511 §4.14): an extended request, and its response with the result code 0.
 */
import { concat } from "../bytes/byte-arrays.ts";
import { latin1 } from "../bytes/text.ts";
import { negotiator, refuse, type Script, type StartTls, send, unit } from "./dialogue.ts";

/** LDAPOID of the operation, as text. */
const START_TLS = "1.3.6.1.4.1.1466.20037";

const Tag = { Integer: 0x02, Enumerated: 0x0a, Sequence: 0x30, Request: 0x77, Response: 0x78 };
/** [0] requestName. */
const REQUEST_NAME = 0x80;
const MESSAGE_ID = 1;
/** A response with texts and referrals is far smaller. */
const MAX_RESPONSE = 16_384;

/** LDAP: the extended request. */
export function startTlsLdap(): StartTls {
  return negotiator(ldap());
}

function* ldap(): Script {
  const name = latin1(START_TLS);
  const operation = element(Tag.Request, element(REQUEST_NAME, name));
  yield* send(
    element(Tag.Sequence, concat(element(Tag.Integer, Uint8Array.of(MESSAGE_ID)), operation)),
  );
  const message = yield* unit((input) => messageLength(input), "LDAP response");
  const result = resultCode(message);
  if (result === null)
    refuse("UnexpectedAnswer", "the LDAP server's answer is not an ExtendedResponse");
  if (result !== 0) refuse("Refused", `the LDAP server refuses StartTLS: result code ${result}`);
}

/** DER of short contents. */
function element(tag: number, content: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(tag, content.length), content);
}

/** Header of a BER element: where its content begins and ends; null while the header is not all there. */
function header(bytes: Uint8Array, at: number): { tag: number; start: number; end: number } | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return null;
  if (first < 0x80) return { tag, start: at + 2, end: at + 2 + first };
  // Active Directory writes every length in the long form with four bytes.
  const count = first & 0x7f;
  if (count === 0 || count > 4)
    refuse("UnexpectedAnswer", "the LDAP server's answer has an impossible length");
  const start = at + 2 + count;
  if (bytes.length < start) return null;
  const length = bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  return { tag, start, end: start + length };
}

function messageLength(input: Uint8Array): number {
  if (input.length > 0 && input[0] !== Tag.Sequence)
    refuse("UnexpectedAnswer", "the answer is not LDAP");
  const outer = header(input, 0);
  if (outer === null) return 0;
  if (outer.end > MAX_RESPONSE)
    refuse("TooLong", `an LDAP response of ${outer.end} bytes is announced`);
  return input.length >= outer.end ? outer.end : 0;
}

/** The result code of the ExtendedResponse to our message, or null if it is none. */
function resultCode(message: Uint8Array): number | null {
  const outer = header(message, 0);
  const id = header(message, outer?.start ?? 0);
  if (outer === null || id?.tag !== Tag.Integer || message[id.end - 1] !== MESSAGE_ID) return null;
  const response = header(message, id.end);
  if (response?.tag !== Tag.Response || response.end !== outer.end) return null;
  const code = header(message, response.start);
  if (code?.tag !== Tag.Enumerated || code.end !== code.start + 1) return null;
  return message[code.start] ?? null;
}
