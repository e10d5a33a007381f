/**
 * Small helpers for tests over the SSPI face: buffers, the package over a fake engine, bytes that are shaped like records.
 */
import * as assert from "uvu/assert";
import type { EngineFactory } from "../../src/engine/engine.ts";
import { SchannelContext } from "../../src/schannel/context.ts";
import { acquireCredential, type SchannelCredential } from "../../src/schannel/credentials.ts";
import { establishContext } from "../../src/schannel/establish-context.ts";
import * as buffer from "../../src/sspi/buffer-types.ts";
import { SECPKG_CRED_INBOUND, SECPKG_CRED_OUTBOUND } from "../../src/sspi/package-constants.ts";
import { SecBuffer, SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import type { EstablishAnswer } from "../../src/sspi/security-package.ts";
import { type SECURITY_STATUS, statusName } from "../../src/sspi/security-status.ts";
import { FAKE_CERTIFICATE, FAKE_ENVIRONMENT, FAKE_TRUST } from "./fake-dependencies.ts";
import { FakeEngine } from "./fake-engine.ts";

export const empty = (): SecBuffer => new SecBuffer(buffer.SECBUFFER_EMPTY);
export const token = (bytes: Uint8Array | null = null, count?: number): SecBuffer =>
  new SecBuffer(buffer.SECBUFFER_TOKEN, bytes, count);
export const data = (bytes: Uint8Array | null = null): SecBuffer =>
  new SecBuffer(buffer.SECBUFFER_DATA, bytes);
export const desc = (...buffers: SecBuffer[]): SecBufferDesc => new SecBufferDesc(buffers);

/** A whole record of a type with a body of `length` zeros. */
export function fakeRecord(length: number, type = 23): Uint8Array {
  const record = new Uint8Array(5 + length);
  record.set([type, 3, 3, length >> 8, length & 0xff]);
  return record;
}

/** Compares statuses by name, so that a failure can be read. */
export function is(actual: SECURITY_STATUS, expected: SECURITY_STATUS): void {
  assert.is(statusName(actual), statusName(expected));
}

export const OUTBOUND: SchannelCredential = acquireCredential(FAKE_ENVIRONMENT, {
  credentialUse: SECPKG_CRED_OUTBOUND,
  authData: { dwVersion: 5, hRootStore: FAKE_TRUST },
});

export const INBOUND: SchannelCredential = acquireCredential(FAKE_ENVIRONMENT, {
  credentialUse: SECPKG_CRED_INBOUND,
  authData: { dwVersion: 5, paCred: [FAKE_CERTIFICATE] },
});

export interface FakeCall {
  readonly context?: SchannelContext | null;
  readonly credential?: SchannelCredential | null;
  readonly contextReq?: number;
  readonly input?: SecBufferDesc | null;
  readonly output?: SecBufferDesc | null;
}

/** One side over a fake engine. */
export class FakeSide {
  readonly engine: FakeEngine;
  readonly #credential: SchannelCredential;

  constructor(
    role: "client" | "server",
    credential: SchannelCredential = role === "client" ? OUTBOUND : INBOUND,
  ) {
    this.engine = new FakeEngine(role);
    this.#credential = credential;
  }

  /** A handshake call; by default without input, with room for output. */
  call(given: FakeCall = {}): EstablishAnswer<SchannelContext> {
    const context = given.context ?? null;
    const call = {
      credential: given.credential ?? (context === null ? this.#credential : null),
      context,
      targetName: "localhost",
      contextReq: given.contextReq ?? 0,
      input: given.input ?? null,
      output: given.output === undefined ? desc(token(new Uint8Array(1000))) : given.output,
    };
    return establishContext(call, this.#engines);
  }

  get #engines(): EngineFactory {
    return { role: this.engine.role, create: () => this.engine };
  }

  /** A context after its first call. */
  begun(): SchannelContext {
    const first = {
      credential: this.#credential,
      role: this.engine.role,
      targetName: "localhost",
      contextReq: 0,
      alpnProtocols: [],
    };
    return new SchannelContext(this.#credential, first, this.#engines);
  }

  /** A context whose handshake is done. */
  connected(): SchannelContext {
    this.engine.connected = true;
    return this.begun();
  }
}
