/**
 * Generated refusals for every state of both roles and versions: every message that is not awaited, every message cut, with a
 * byte more, with a length off by one. What is refused changes nothing: the handshake goes on to its end.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { DecodeError } from "../../src/bytes/byte-reader.ts";
import { toHex } from "../../src/bytes/text.ts";
import type { HandshakeDriver } from "../../src/engine/handshake-driver.ts";
import { CHANGE_CIPHER_SPEC, type HandshakeMessage } from "../../src/handshake/state.ts";
import { TlsFailure } from "../../src/protocol/failure.ts";
import { HandshakeType, handshakeTypeName } from "../../src/protocol/handshake-type.ts";
import { PAIRS } from "../providers/subjects.ts";
import { decoderOf } from "../support/decoders.ts";
import { MessagePair, makeMessage, type Side } from "../support/message-pair.ts";
import { KINDS, type Kind } from "../support/scenarios.ts";
import { lengthFields, withLength } from "../wire/refusal.ts";

const TYPES: readonly number[] = [...Object.values(HandshakeType), 3, 99, 255, CHANGE_CIPHER_SPEC];

type Look = (
  receiver: Side,
  message: HandshakeMessage,
  driver: HandshakeDriver,
  pair: MessagePair,
) => void;

type Providers = (typeof PAIRS)[number];

/** Runs a kind of handshake to its end, looking at each message before it is delivered. */
function walk(kind: Kind, providers: Providers, look: Look): void {
  const { client, server } = kind.configurations(providers);
  const pair = new MessagePair(client, server);
  const hook = (
    receiver: Side,
    message: HandshakeMessage,
    driver: HandshakeDriver,
  ): HandshakeMessage => {
    look(receiver, message, driver, pair);
    return message;
  };
  pair.run(hook);
  assert.ok(pair.finished, "the handshake came to its end");
  kind.afterwards(pair, hook);
  pair.pump(hook);
  assert.ok(pair.finished, "and what came afterwards, too");
}

/** What delivering comes to: null if the message was taken. */
function refusal(driver: HandshakeDriver, message: HandshakeMessage): string | null {
  const before = driver.state;
  try {
    driver.deliver(message);
    return null;
  } catch (error) {
    assert.is(driver.state, before, "the state is the same");
    if (error instanceof TlsFailure) return error.reason;
    if (error instanceof DecodeError) return "DecodeError";
    throw error;
  }
}

function isHello({ type }: HandshakeMessage): boolean {
  return type === HandshakeType.ClientHello || type === HandshakeType.ServerHello;
}

function isLegal(decode: (body: Uint8Array) => unknown, body: Uint8Array): boolean {
  try {
    decode(body);
    return true;
  } catch {
    return false;
  }
}

for (const providers of PAIRS) {
  const [client, server] = providers;
  const visited = new Set<string>();
  const states = suite(`handshake: states, client on ${client.name}, server on ${server.name}`);

  for (const kind of KINDS) {
    states(`${kind.name}: what is not awaited is refused and changes nothing`, () => {
      walk(kind, providers, (receiver, message, driver, pair) => {
        const { state } = driver;
        if (state === null) throw new Error("no state");
        visited.add(state.name);
        assert.ok(state.expects.length > 0, state.name);
        const facts = JSON.stringify(pair.facts[receiver]);
        for (const type of TYPES) {
          if (state.expects.includes(type)) continue;
          // Whatever it holds: nothing, and what the awaited message holds.
          for (const body of [new Uint8Array(0), message.body]) {
            const wrong =
              type === CHANGE_CIPHER_SPEC
                ? { type, body: new Uint8Array(0), bytes: new Uint8Array(0) }
                : makeMessage(type, body);
            const name = `${handshakeTypeName(type)} in ${state.name}`;
            assert.is(refusal(driver, wrong), "UnexpectedMessage", name);
          }
        }
        assert.is(JSON.stringify(pair.facts[receiver]), facts, `facts in ${state.name}`);
      });
    });

    states(`${kind.name}: every cut of every message is a decode_error`, () => {
      walk(kind, providers, (receiver, message, driver, pair) => {
        if (message.type === CHANGE_CIPHER_SPEC) return;
        const decode = decoderOf(message, pair.facts[receiver === "client" ? "server" : "client"]);
        const name = `${handshakeTypeName(message.type)} in ${driver.state?.name}`;
        for (let length = 0; length < message.body.length; length++) {
          const cut = message.body.slice(0, length);
          // A hello without its block of extensions is one, in TLS 1.2.
          if (isHello(message) && isLegal(decode, cut)) continue;
          assert.is(
            refusal(driver, makeMessage(message.type, cut)),
            "DecodeError",
            `${name}: ${length} bytes`,
          );
        }
        for (const byte of [0, 1, 255]) {
          const more = concat(message.body, Uint8Array.of(byte));
          assert.is(
            refusal(driver, makeMessage(message.type, more)),
            "DecodeError",
            `${name}: one more`,
          );
        }
      });
    });

    states(`${kind.name}: every length off by one is refused`, () => {
      walk(kind, providers, (receiver, message, driver, pair) => {
        if (message.type === CHANGE_CIPHER_SPEC) return;
        const decode = decoderOf(message, pair.facts[receiver === "client" ? "server" : "client"]);
        for (const field of lengthFields(decode, message.body)) {
          for (const step of [1, -1] as const) {
            const changed = withLength(message.body, field, step);
            if (changed === null) continue;
            const name = `${handshakeTypeName(message.type)} in ${driver.state?.name}, offset ${field.offset} ${step}`;
            const found = refusal(driver, makeMessage(message.type, changed));
            // Behind a hint of another length everything is read from another place.
            if (message.type === HandshakeType.ServerKeyExchange && field.offset === 0) {
              assert.ok(found !== null, name);
            } else assert.is(found, "DecodeError", `${name}: ${toHex(changed.subarray(0, 16))}`);
          }
        }
      });
    });
  }

  states("every state was visited", () => {
    assert.equal([...visited].sort(), [
      "client.ExpectServerHello",
      "client12.Connected",
      "client12.ExpectCertificate",
      "client12.ExpectChangeCipherSpec",
      "client12.ExpectFinished",
      "client12.ExpectNewSessionTicket",
      "client12.ExpectServerHelloDone",
      "client12.ExpectServerKeyExchange",
      "client13.Connected",
      "client13.ExpectCertificate",
      "client13.ExpectCertificateOrRequest",
      "client13.ExpectCertificateVerify",
      "client13.ExpectEncryptedExtensions",
      "client13.ExpectFinished",
      "server.ExpectClientHello",
      "server12.Connected",
      "server12.ExpectCertificate",
      "server12.ExpectCertificateVerify",
      "server12.ExpectChangeCipherSpec",
      "server12.ExpectClientKeyExchange",
      "server12.ExpectFinished",
      "server13.Connected",
      "server13.ExpectCertificate",
      "server13.ExpectCertificateVerify",
      "server13.ExpectFinished",
      "server13.ExpectSecondClientHello",
    ]);
  });

  states.run();
}
