/**
 * The published vectors of NTLM through the SSPI functions, with fixed randomness and clock.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromHex, toHex } from "../../src/bytes/text.ts";
import { utf16le } from "../../src/bytes/utf16.ts";
import { MessageBuffers } from "../../src/message/buffers.ts";
import type { OutboundIdentityOptions } from "../../src/message/identity-types.ts";
import { flags, KEY_128, KEY_EXCH } from "../../src/ntlm/flags.ts";
import { sealingKey, signingKey } from "../../src/ntlm/keys.ts";
import { readAuthenticate, writeChallenge } from "../../src/ntlm/messages.ts";
import { NtlmProtection } from "../../src/ntlm/protection.ts";
import { lmHashOf, ntHashOf } from "../../src/ntlm/responses.ts";
import { nodeLegacyCrypto } from "../../src/providers/node/legacy-crypto.ts";
import * as type from "../../src/sspi/buffer-types.ts";
import type { ContextHandle } from "../../src/sspi/handles.ts";
import { SecBuffer, SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import { SEC_E_OK } from "../../src/sspi/security-status.ts";
import { acquire, fixedRandom, open, seal, sign, sspi, text, turn } from "../message/kit.ts";
import { fixture } from "../support/data.ts";

interface Published {
  readonly flags: string;
  readonly lmResponse: string;
  readonly ntResponse: string;
  readonly encryptedKey: string;
  readonly sealed: string;
  readonly token: string;
}
interface Message {
  readonly encrypt?: string;
  readonly decrypt?: string;
  readonly around?: string;
  readonly sealed: string;
  readonly token: string;
}
interface Vectors {
  readonly common: Readonly<Record<string, string>>;
  readonly version1: Published;
  readonly version1ess: Published;
  readonly version2: Published & {
    readonly targetInfo: string;
    readonly proof: string;
    readonly tokenWithoutKeyExchange: string;
    readonly signClient: string;
    readonly sealClient: string;
    readonly signServer: string;
    readonly sealServer: string;
    readonly seal56: readonly [string, string];
    readonly seal40: readonly [string, string];
  };
  readonly withoutEss: {
    readonly password: string;
    readonly flags: string;
    readonly messages: readonly Message[];
  };
}

const all = fixture<Vectors>("ntlm/vectors.json");
const common = (name: string): string => all.common[name] ?? "";
const bytes = (name: string): Uint8Array => fromHex(common(name));
const word = (hex: string): number => new DataView(fromHex(hex).buffer).getUint32(0, true);
const PLAINTEXT = utf16le("Plaintext");
/** Milliseconds of FILETIME 0. */
const YEAR_1601 = -11_644_473_600_000;

const vectors = suite("ntlm: published vectors");

interface Setting {
  readonly flags: number;
  readonly targetInfo?: string;
  readonly options?: OutboundIdentityOptions;
  readonly contextReq?: number;
  readonly password?: string;
  readonly random?: readonly Uint8Array[];
}

/** A client that answers the server of the specification. */
function authenticate(setting: Setting): {
  readonly context: ContextHandle;
  readonly message: ReturnType<typeof readAuthenticate>;
} {
  const credential = acquire("NTLM", 2, {
    User: common("user"),
    Domain: common("domain"),
    Password: setting.password ?? common("password"),
    sealwire: {
      workstation: common("workstation"),
      random: fixedRandom(...(setting.random ?? [bytes("clientChallenge"), bytes("sessionKey")])),
      clock: () => YEAR_1601,
      ...setting.options,
    },
  });
  const end = { credential, contextReq: setting.contextReq ?? 0x10 };
  const first = turn("client", end, null, null);
  const challenge = writeChallenge({
    flags: setting.flags,
    targetName: utf16le("Server"),
    serverChallenge: bytes("serverChallenge"),
    targetInfo: setting.targetInfo === undefined ? null : fromHex(setting.targetInfo),
  });
  const second = turn("client", end, first.context, challenge);
  assert.is(second.status, SEC_E_OK, second.message);
  if (second.context === null) throw new Error("no context");
  return { context: second.context, message: readAuthenticate(second.token) };
}

vectors("4.2.2.1 the hashes of the password", () => {
  const { tripleDes } = nodeLegacyCrypto;
  assert.is(toHex(ntHashOf(common("password"))), common("ntowf1"));
  if (tripleDes === null) throw new Error("no DES");
  assert.is(toHex(lmHashOf(tripleDes, common("password")) ?? new Uint8Array()), common("lmowf1"));
});

vectors("4.2.2 NTLMv1: responses, session key, a sealed message", () => {
  const { version1 } = all;
  const { context, message } = authenticate({
    flags: word(version1.flags),
    options: { ntlm: { version1: "without-ess", lm: true } },
    random: [bytes("sessionKey")],
  });
  assert.is(toHex(message.lmResponse), version1.lmResponse);
  assert.is(toHex(message.ntResponse), version1.ntResponse);
  assert.is(toHex(message.encryptedKey), version1.encryptedKey);
  assert.equal([message.user, message.domain, message.workstation], ["User", "Domain", "COMPUTER"]);
  const sealed = seal(context, PLAINTEXT);
  assert.is(toHex(sealed.data), version1.sealed);
  assert.is(toHex(sealed.token), version1.token);
});

vectors("4.2.3 NTLMv1 with extended session security: responses, a sealed message", () => {
  const { version1ess } = all;
  const { context, message } = authenticate({
    flags: word(version1ess.flags),
    options: { ntlm: { version1: true, minimumFlags: 0 } },
    random: [bytes("clientChallenge")],
  });
  assert.is(toHex(message.lmResponse), version1ess.lmResponse);
  assert.is(toHex(message.ntResponse), version1ess.ntResponse);
  const sealed = seal(context, PLAINTEXT);
  assert.is(toHex(sealed.data), version1ess.sealed);
  assert.is(toHex(sealed.token), version1ess.token);
});

vectors("4.2.4 NTLMv2: responses, session key, a sealed message", () => {
  const { version2 } = all;
  const { context, message } = authenticate({
    flags: word(version2.flags),
    targetInfo: version2.targetInfo,
  });
  assert.is(toHex(message.ntResponse.subarray(0, 16)), version2.proof);
  assert.is(toHex(message.lmResponse), version2.lmResponse);
  assert.is(toHex(message.encryptedKey), version2.encryptedKey);
  const sealed = seal(context, PLAINTEXT);
  assert.is(toHex(sealed.data), version2.sealed);
  assert.is(toHex(sealed.token), version2.token);
});

vectors("4.2.4 keys of both directions, with 128, 56 and 40 bits", () => {
  const { version2 } = all;
  const key = bytes("sessionKey");
  const ways = ["client-to-server", "server-to-client"] as const;
  const signing = ways.map((way) => toHex(signingKey(nodeLegacyCrypto, key, way)));
  assert.equal(signing, [version2.signClient, version2.signServer]);
  const sealing = (flag: number): string[] =>
    ways.map((way) => toHex(sealingKey(nodeLegacyCrypto, key, flag, way)));
  assert.equal(sealing(KEY_128), [version2.sealClient, version2.sealServer]);
  assert.equal(sealing(0x80000000), version2.seal56);
  assert.equal(sealing(0), version2.seal40);
});

vectors("4.2.4 without key exchange the checksum is not encrypted", () => {
  const { version2 } = all;
  const word2 = flags(word(version2.flags) & ~KEY_EXCH);
  const protection = new NtlmProtection(nodeLegacyCrypto, bytes("sessionKey"), word2, true);
  const data = new SecBuffer(type.SECBUFFER_DATA, PLAINTEXT.slice());
  const token = new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(16));
  protection.seal(new MessageBuffers("encryptMessage", new SecBufferDesc([token, data])), 0);
  assert.is(toHex(data.bytes), version2.sealed);
  assert.is(toHex(token.bytes), version2.tokenWithoutKeyExchange);
});

vectors("Windows, without extended session security: one stream and one counter", () => {
  const { withoutEss } = all;
  const { context } = authenticate({
    flags: word(withoutEss.flags),
    targetInfo: all.version2.targetInfo,
    password: withoutEss.password,
    options: { ntlm: { version1: "without-ess" } },
    contextReq: 0,
    random: [],
  });
  assert.is(toHex(sign(context, text("any"))), `01${"00".repeat(15)}`, "ALWAYS_SIGN alone");
  for (const { encrypt, decrypt, around, sealed, token } of withoutEss.messages) {
    if (decrypt !== undefined) {
      const opened = open(context, { token: fromHex(token), data: fromHex(sealed) });
      assert.is(opened.status, SEC_E_OK);
      assert.equal(opened.data, text(decrypt));
      continue;
    }
    const data = new SecBuffer(type.SECBUFFER_DATA, text(encrypt ?? ""));
    const header = (): SecBuffer[] =>
      around === undefined
        ? []
        : [
            new SecBuffer(
              type.SECBUFFER_DATA | type.SECBUFFER_READONLY_WITH_CHECKSUM,
              text(around),
            ),
          ];
    const signature = new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(16));
    const message = new SecBufferDesc([...header(), data, ...header(), signature]);
    assert.is(sspi.encryptMessage(context, 0, message), SEC_E_OK);
    assert.is(toHex(data.bytes), sealed);
    assert.is(toHex(signature.bytes), token);
  }
});

vectors.run();
