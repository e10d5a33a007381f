/**
 * A client and a server that exchange flights as data: no records, no keys, only messages and states. Every message passes
 * through a hook before it is delivered, so a test can look at the state that awaits it, replace it, or refuse it.
 */
import { HandshakeDriver } from "../../src/engine/handshake-driver.ts";
import { startClient } from "../../src/handshake/client/start.ts";
import type { Configuration } from "../../src/handshake/configuration.ts";
import { type Facts, noFacts } from "../../src/handshake/facts.ts";
import type { Flight, FlightItem } from "../../src/handshake/flight.ts";
import { HandshakeContext } from "../../src/handshake/handshake-context.ts";
import { ExpectClientHello } from "../../src/handshake/server/expect-client-hello.ts";
import { CHANGE_CIPHER_SPEC, type HandshakeMessage } from "../../src/handshake/state.ts";
import { TLS13 } from "../../src/protocol/version.ts";

export type Side = "client" | "server";

/** Looks at a message before `receiver` gets it; may return another one, or null to leave it out. */
export type Hook = (
  receiver: Side,
  message: HandshakeMessage,
  driver: HandshakeDriver,
  index: number,
) => HandshakeMessage | null;

const NO_BYTES = new Uint8Array(0);

/** A handshake message out of its bytes, header included. */
export function messageOf(bytes: Uint8Array): HandshakeMessage {
  return { type: bytes[0] as number, body: bytes.subarray(4), bytes };
}

/** The message of some type and body. */
export function makeMessage(type: number, body: Uint8Array): HandshakeMessage {
  const bytes = new Uint8Array(4 + body.length);
  bytes.set([type, (body.length >> 16) & 0xff, (body.length >> 8) & 0xff, body.length & 0xff]);
  bytes.set(body, 4);
  return messageOf(bytes);
}

export class MessagePair {
  readonly facts: Readonly<Record<Side, Facts>>;
  readonly drivers: Readonly<Record<Side, HandshakeDriver>>;
  readonly #context: HandshakeContext;
  readonly #inbox: Record<Side, FlightItem[]> = { client: [], server: [] };
  #delivered = 0;

  constructor(client: Configuration, server: Configuration) {
    this.facts = { client: noFacts(), server: noFacts() };
    this.#context = new HandshakeContext(client, this.facts.client, this.facts.client);
    const serverContext = new HandshakeContext(server, this.facts.server, this.facts.server);
    this.drivers = {
      client: new HandshakeDriver(null, (flight) => this.#post("server", flight)),
      server: new HandshakeDriver(new ExpectClientHello(serverContext), (flight) =>
        this.#post("client", flight),
      ),
    };
  }

  /** Runs until nobody has anything to say. Throws what a state throws. */
  run(hook: Hook = (_receiver, message) => message): void {
    this.drivers.client.run((flight) => startClient(this.#context, flight));
    this.pump(hook);
  }

  /** Goes on until nobody has anything to say, after one of the drivers was told to. */
  pump(hook: Hook = (_receiver, message) => message): void {
    while (this.#step("server", hook) || this.#step("client", hook));
  }

  get finished(): boolean {
    const { client, server } = this.drivers;
    return client.state?.connected === true && server.state?.connected === true;
  }

  #post(receiver: Side, flight: Flight): void {
    this.#inbox[receiver].push(...flight.items);
  }

  #step(receiver: Side, hook: Hook): boolean {
    const item = this.#inbox[receiver].shift();
    if (item === undefined) return false;
    const message = this.#arriving(receiver, item);
    if (message === null) return true;
    const driver = this.drivers[receiver];
    const replaced = hook(receiver, message, driver, this.#delivered++);
    if (replaced !== null) driver.deliver(replaced);
    return true;
  }

  /** What of a flight the other side's state sees; TLS 1.3 drops ChangeCipherSpec below the states. */
  #arriving(receiver: Side, item: FlightItem): HandshakeMessage | null {
    if (item.kind === "message") return messageOf(item.bytes.slice());
    if (item.kind !== "change-cipher-spec") return null;
    if (this.facts[receiver].version === TLS13 || this.facts.client.version === TLS13) return null;
    return { type: CHANGE_CIPHER_SPEC, body: NO_BYTES, bytes: NO_BYTES };
  }
}
