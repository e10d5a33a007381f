/**
 * The message functions of HTTP Digest: MakeSignature writes the next Authorization (client) or Authentication-Info (server),
 * VerifySignature checks the other end's. PKG_PARAMS hold method, URI and hash of the body, in this order.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { equalConstantTime } from "../bytes/constant-time.ts";
import { latin1 } from "../bytes/text.ts";
import { fill, type MessageBuffers } from "../message/buffers.ts";
import type { MessageProtection } from "../message/context.ts";
import type { SecPkgContext_Sizes } from "../sspi/attribute-values.ts";
import { SECQOP_WRAP_NO_ENCRYPT } from "../sspi/package-constants.ts";
import { refuse } from "../sspi/refusal.ts";
import * as status from "../sspi/security-status.ts";
import {
  MAX_TOKEN,
  malformed,
  readDirectives,
  type Written,
  writeDirectives,
} from "./directives.ts";
import { type Exchange, responseOf, sessionHash } from "./hashes.ts";
import {
  type Algorithm,
  countText,
  entityHash,
  LAST_COUNT,
  parameter,
  type Request,
} from "./http.ts";
import { checkNumbers } from "./layer.ts";

/** What both ends know of a session. */
export interface HttpSession {
  readonly algorithm: Algorithm;
  /** H(user:realm:password); the session wipes it. */
  readonly secret: Uint8Array;
  readonly nonce: string;
  readonly qop: "auth" | "auth-int";
}

/** One request that was made or accepted. */
export interface Exchanged extends Exchange {
  /** H(A1), of which a session with "-sess" has one. */
  readonly ha1: Uint8Array;
}

const SIZES: Omit<SecPkgContext_Sizes, "cbMaxToken"> = Object.freeze({
  cbMaxSignature: MAX_TOKEN,
  cbBlockSize: 0,
  cbSecurityTrailer: 0,
});

/** H(A1) of a request. @param cnonce of the first request for "-sess" */
export function keyOf({ algorithm, secret, nonce }: HttpSession, cnonce: string): Uint8Array {
  const { hash, isSession } = algorithm;
  if (!isSession) return secret.slice();
  // Unlike SASL's, the hash of the secret enters in hexadecimal digits (RFC 7616 §3.4.2).
  const digits = hexBytes(secret);
  const ha1 = sessionHash(hash, digits, { nonce, cnonce });
  wipe(digits);
  return ha1;
}

const DIGITS = "0123456789abcdef";

/** Hexadecimal digits as bytes, which can be wiped. */
function hexBytes(bytes: Uint8Array): Uint8Array {
  const digits = new Uint8Array(2 * bytes.length);
  for (const [i, byte] of bytes.entries()) {
    digits[2 * i] = DIGITS.charCodeAt(byte >> 4);
    digits[2 * i + 1] = DIGITS.charCodeAt(byte & 15);
  }
  return digits;
}

/** The parameters of a request for the session's quality of protection. */
export function requestOf(
  { algorithm, qop }: Pick<HttpSession, "algorithm" | "qop">,
  [method, uri, entity]: readonly (Uint8Array | undefined)[],
): Request {
  return {
    method: parameter(method, "method"),
    uri: parameter(uri, "URI"),
    entity: qop === "auth" ? null : entityHash(algorithm, entity),
  };
}

abstract class HttpProtection implements MessageProtection {
  readonly sizes: Omit<SecPkgContext_Sizes, "cbMaxToken"> = SIZES;
  protected readonly session: HttpSession;
  protected last: Exchanged;

  constructor(session: HttpSession, last: Exchanged) {
    this.session = session;
    this.last = last;
  }

  protected abstract written(parameters: readonly Uint8Array[]): Uint8Array;
  protected abstract check(token: Uint8Array, parameters: readonly Uint8Array[]): void;
  /** What was written is sent. */
  protected abstract sent(): void;

  seal({ call }: MessageBuffers): never {
    return refuse(
      status.SEC_E_UNSUPPORTED_FUNCTION,
      "NotBuilt",
      `${call}: HTTP Digest protects no messages; makeSignature and verifySignature are for its headers`,
    );
  }

  open(message: MessageBuffers): never {
    return this.seal(message);
  }

  sign(message: MessageBuffers, fQOP: number, sequence: number): void {
    checkNumbers(message, fQOP, sequence);
    const token = message.neededToken();
    const bytes = this.written(message.parameters);
    message.reserve(token, bytes.length, "TOKEN");
    fill(token, bytes);
    this.sent();
  }

  verify(message: MessageBuffers, sequence: number): number {
    checkNumbers(message, 0, sequence);
    this.check(message.neededToken().bytes, message.parameters);
    return SECQOP_WRAP_NO_ENCRYPT;
  }

  wipe(): void {
    wipe(this.session.secret, this.last.ha1);
  }
}

/** The server's proof for a request: `rspauth`. */
export function proofOf(
  { algorithm }: HttpSession,
  { ha1, ...exchange }: Exchanged,
  entity: string | null,
): string {
  return responseOf(algorithm.hash, ha1, exchange, "", entity);
}

/** The directives of Authentication-Info (RFC 7616 §3.5). */
export function authenticationInfo(
  session: HttpSession,
  last: Exchanged,
  entity: string | null,
): Uint8Array {
  return writeDirectives(
    [
      ["rspauth", proofOf(session, last, entity), "quoted"],
      ["qop", session.qop, "bare"],
      ["cnonce", last.cnonce, "quoted"],
      ["nc", last.nc, "bare"],
    ],
    MAX_TOKEN,
  );
}

/** How a client writes Authorization: what does not change from request to request. */
export interface ClientSession extends HttpSession {
  /** `username`, `username*` or `userhash`. */
  readonly names: readonly Written[];
  readonly realm: string;
  readonly opaque: string | undefined;
  readonly freshNonce: () => string;
}

/** One request of a client and its Authorization. */
export interface Authorized {
  readonly exchanged: Exchanged;
  readonly token: Uint8Array;
}

/** @param count of the request under the nonce, from 1 */
export function authorize(
  session: ClientSession,
  { method, uri, entity }: Request,
  { nonce, count, ha1, cnonce }: { nonce: string; count: number; ha1: Uint8Array; cnonce: string },
): Authorized {
  const { algorithm, qop, names, realm, opaque } = session;
  const exchanged = { nonce, cnonce, nc: countText(count), qop, uri, ha1 };
  const response = responseOf(algorithm.hash, ha1, exchanged, method, entity);
  const token = writeDirectives(
    [
      ...names,
      ["realm", realm, "quoted"],
      ["uri", uri, "quoted"],
      ["algorithm", algorithm.name, "bare"],
      ["nonce", nonce, "quoted"],
      ["nc", exchanged.nc, "bare"],
      ["cnonce", cnonce, "quoted"],
      ["qop", qop, "bare"],
      ["response", response, "quoted"],
      opaque === undefined ? null : ["opaque", opaque, "quoted"],
    ],
    MAX_TOKEN,
  );
  return { exchanged, token };
}

export class HttpClientProtection extends HttpProtection {
  readonly #client: ClientSession;
  #nonce: string;
  #count: number;
  #next: Exchanged | null = null;

  constructor(session: ClientSession, last: Exchanged) {
    super(session, last);
    this.#client = session;
    this.#nonce = last.nonce;
    this.#count = 1;
  }

  protected written(parameters: readonly Uint8Array[]): Uint8Array {
    if (this.#count >= LAST_COUNT) {
      refuse(status.SEC_E_CONTEXT_EXPIRED, "NumbersUsed", "all numbers of the nonce are used");
    }
    const { isSession } = this.session.algorithm;
    const { ha1 } = this.last;
    const cnonce = isSession ? this.last.cnonce : this.#client.freshNonce();
    const place = { nonce: this.#nonce, count: this.#count + 1, ha1, cnonce };
    const { exchanged, token } = authorize(
      this.#client,
      requestOf(this.session, parameters),
      place,
    );
    this.#next = exchanged;
    return token;
  }

  protected sent(): void {
    this.#count++;
    this.last = this.#next ?? this.last;
    this.#next = null;
  }

  /** Authentication-Info of the last request. Its `nextnonce` is for the next one. */
  protected check(token: Uint8Array, [, , entity]: readonly Uint8Array[]): void {
    const { algorithm, qop } = this.session;
    const directives = readDirectives(token);
    const body = qop === "auth" ? null : entityHash(algorithm, entity);
    const right = proofOf(this.session, this.last, body);
    const proof = directives.one("rspauth").toLowerCase();
    const next = directives.optional("nextnonce");
    const isSame =
      (directives.optional("cnonce") ?? this.last.cnonce) === this.last.cnonce &&
      (directives.optional("nc") ?? this.last.nc) === this.last.nc;
    if (!equalConstantTime(latin1(proof), latin1(right)) || !isSame) {
      refuse(
        status.SEC_E_MESSAGE_ALTERED,
        "WrongProof",
        "verifySignature: the server has not proved that it knows the password, or its body was changed",
      );
    }
    if (next === undefined || next === "") return;
    this.#nonce = next;
    this.#count = 0;
  }
}

/** The directives of an Authorization, as far as they are checked against a session. */
export interface Presented {
  readonly nonce: string;
  readonly cnonce: string;
  readonly nc: string;
  readonly uri: string;
  readonly qop: string;
  readonly response: string;
  /** As `username` or `username*` has it. */
  readonly user: string;
  readonly realm: string;
}

export interface ServerSession extends HttpSession {
  readonly user: string;
  readonly realm: string;
  readonly read: (token: Uint8Array) => Presented;
}

/** Characters of a client's nonce, at most. */
const MAX_NONCE = 512;

/**
 * Checks a request.
 * @param after number of the last one under the nonce
 * @returns null: the response is wrong
 * @throws Refusal SEC_E_INVALID_TOKEN, SEC_E_OUT_OF_SEQUENCE
 */
export function checkRequest(
  session: HttpSession,
  presented: Presented,
  request: Request,
  after: { readonly count: number; readonly last: Exchanged | null },
): Exchanged | null {
  const { nonce, cnonce, nc, uri, qop, response } = presented;
  const { hash, isSession } = session.algorithm;
  if (!/^[0-9a-fA-F]{8}$/.test(nc)) return malformed("nc is not eight hexadecimal digits");
  if (cnonce === "" || cnonce.length > MAX_NONCE) return malformed("cnonce has a wrong length");
  if (uri !== request.uri) return malformed("uri is not that of the request");
  if (Number.parseInt(nc, 16) <= after.count) {
    refuse(
      status.SEC_E_OUT_OF_SEQUENCE,
      "OutOfSequence",
      `the request has number ${nc}, and ${countText(after.count)} was used: it was repeated or moved`,
    );
  }
  const ha1 = isSession && after.last !== null ? after.last.ha1.slice() : keyOf(session, cnonce);
  const exchanged = { nonce, cnonce, nc, qop, uri, ha1 };
  const right = responseOf(hash, ha1, exchanged, request.method, request.entity);
  const isRight = equalConstantTime(latin1(response.toLowerCase()), latin1(right));
  const isKnown = equalConstantTime(latin1(nonce), latin1(session.nonce)) && qop === session.qop;
  if (isRight && isKnown) return exchanged;
  wipe(ha1);
  return null;
}

export class HttpServerProtection extends HttpProtection {
  readonly #server: ServerSession;

  constructor(session: ServerSession, last: Exchanged) {
    super(session, last);
    this.#server = session;
  }

  protected written([, , entity]: readonly Uint8Array[]): Uint8Array {
    const { algorithm, qop } = this.session;
    const body = qop === "auth" ? null : entityHash(algorithm, entity);
    return authenticationInfo(this.session, this.last, body);
  }

  protected sent(): void {
    // The proof of a request may be made again.
  }

  protected check(token: Uint8Array, parameters: readonly Uint8Array[]): void {
    const { user, realm, read } = this.#server;
    const presented = read(token);
    const after = { count: Number.parseInt(this.last.nc, 16), last: this.last };
    const request = requestOf(this.session, parameters);
    const exchanged = checkRequest(this.session, presented, request, after);
    if (exchanged === null || presented.user !== user || presented.realm !== realm) {
      refuse(
        status.SEC_E_MESSAGE_ALTERED,
        "WrongPassword",
        "verifySignature: the request is not one of the client that logged in",
      );
    }
    wipe(this.last.ha1);
    this.last = exchanged;
  }
}
