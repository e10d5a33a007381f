/**
 * A message package that is as small as can be: the client sends "hi", the server answers "ok" after it has looked up the client.
 * Messages are turned over bit by bit, and the token is the sum of the checked bytes behind a counter.
 */
import { latin1 } from "../../src/bytes/text.ts";
import { fill, type MessageBuffers, showPlaintext } from "../../src/message/buffers.ts";
import {
  MessageContext,
  type MessageProtection,
  type MessageRole,
  type Step,
} from "../../src/message/context.ts";
import type { EstablishInput } from "../../src/message/establish-buffers.ts";
import { readAccount, readIdentity } from "../../src/message/identity.ts";
import {
  type MessageCredential,
  MessagePackage,
  type NewContext,
} from "../../src/message/message-package.ts";
import type { SecPkgInfo } from "../../src/sspi/attribute-values.ts";
import type { SealwireAuthentication } from "../../src/sspi/authentication-values.ts";
import type { SecPkgContext_KeyInfo } from "../../src/sspi/cipher-values.ts";
import { ASC_RET_INTEGRITY, ISC_RET_INTEGRITY } from "../../src/sspi/context-flags.ts";
import { refuse } from "../../src/sspi/refusal.ts";
import {
  SEC_E_LOGON_DENIED,
  SEC_E_MESSAGE_ALTERED,
  SEC_E_OK,
  SEC_I_CONTINUE_NEEDED,
} from "../../src/sspi/security-status.ts";

const INFO: SecPkgInfo = {
  fCapabilities: 0,
  wVersion: 1,
  wRPCID: 0,
  cbMaxToken: 100,
  Name: "Toy",
  Comment: "",
};

interface Credential extends MessageCredential {
  readonly identity: ReturnType<typeof readIdentity>;
}

class Protection implements MessageProtection {
  readonly sizes = { cbMaxSignature: 1, cbSecurityTrailer: 1, cbBlockSize: 1 };
  wiped = false;

  seal(message: MessageBuffers): void {
    const token = message.neededToken();
    const data = message.neededData();
    message.reserve(token, 1, "TOKEN");
    fill(token, sum(message));
    for (const { writable, bytes } of data) if (writable) turn(bytes);
    if (message.padding !== null) message.padding.cbBuffer = 0;
  }

  open(message: MessageBuffers): number {
    if (message.stream !== null) {
      turn(message.stream.bytes.subarray(1));
      showPlaintext(message, 1, message.stream.bytes.length - 1);
      return 0;
    }
    const parts = message.neededData().filter(({ writable }) => writable);
    for (const { bytes } of parts) turn(bytes);
    if (message.neededToken().bytes[0] === sum(message)[0]) return 0;
    for (const { bytes } of parts) turn(bytes);
    return refuse(SEC_E_MESSAGE_ALTERED, "Altered", "the sum is wrong");
  }

  sign(message: MessageBuffers): void {
    fill(message.neededToken(), sum(message));
  }

  verify(message: MessageBuffers): number {
    if (message.neededToken().bytes[0] === sum(message)[0]) return 0x80000001;
    return refuse(SEC_E_MESSAGE_ALTERED, "Altered", "the sum is wrong");
  }

  wipe(): void {
    this.wiped = true;
  }
}

const turn = (bytes: Uint8Array): void => {
  for (const [i, byte] of bytes.entries()) bytes[i] = byte ^ 0xff;
};
const sum = ({ data }: MessageBuffers): Uint8Array =>
  Uint8Array.of(
    data
      .filter(({ checked }) => checked)
      .flatMap(({ bytes }) => [...bytes])
      .reduce((total, byte) => total + byte, 0),
  );

export class ToyContext extends MessageContext {
  override readonly packageInfo: SecPkgInfo = INFO;
  readonly #credential: Credential;
  #user = "";
  wiped = false;

  constructor(role: MessageRole, credential: Credential) {
    super(role);
    this.#credential = credential;
  }

  authentication(): SealwireAuthentication | null {
    const facts = { package: "Toy", domain: "", realm: "", mechanism: "", flags: 0 };
    return this.established ? { ...facts, user: this.#user, bindings: "ignored" } : null;
  }

  sessionKey(): Uint8Array {
    return Uint8Array.of(1, 2, 3);
  }

  keyInfo(): SecPkgContext_KeyInfo | null {
    return null;
  }

  protected step({ token }: EstablishInput): Step {
    if (this.role === "client" && token.length === 0) {
      return { status: SEC_I_CONTINUE_NEEDED, token: latin1("hi") };
    }
    if (this.role === "server") this.#lookUp();
    this.protection = new Protection();
    this.contextAttr = this.role === "client" ? ISC_RET_INTEGRITY : ASC_RET_INTEGRITY;
    return { status: SEC_E_OK, token: this.role === "server" ? latin1("ok") : null };
  }

  #lookUp(): void {
    const question = { package: "Toy", user: "someone", domain: "", realm: "" };
    const { lookup } = this.#credential.identity.options;
    const answer = this.answers.of("lookup", question.user, () => lookup?.(question));
    if (readAccount(answer) === null) refuse(SEC_E_LOGON_DENIED, "UnknownUser", "no such user");
    this.#user = question.user;
  }

  protected wipe(): void {
    this.wiped = true;
  }
}

export class ToyPackage extends MessagePackage<Credential, ToyContext> {
  last: ToyContext | null = null;

  constructor(name: string = INFO.Name) {
    super({ ...INFO, Name: name }, ["Doll"]);
  }

  acquire(roles: readonly MessageRole[], authData: unknown): Credential {
    const identity = readIdentity(authData);
    return { roles, identity, name: identity.User || null, wipe: () => undefined };
  }

  newContext({ role, credential }: NewContext<Credential>): ToyContext {
    this.last = new ToyContext(role, credential);
    return this.last;
  }
}
