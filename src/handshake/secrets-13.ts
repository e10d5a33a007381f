/**
 * Handshake and application secrets of TLS 1.3 (RFC 8446 §7.1, §4.4.4): for one handshake of either role.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { logSecret } from "../crypto/key-log.ts";
import {
  type EarlySecret,
  finishedVerifyData,
  type MainSecret,
  trafficKeys,
} from "../crypto/key-schedule-13.ts";
import type { TrafficKeys } from "../crypto/traffic-keys.ts";
import type { CipherSuite } from "../protocol/cipher-suite.ts";
import type { HandshakeContext } from "./handshake-context.ts";

/** Application traffic secrets and the exporter's; wiped with the connection. */
export interface ApplicationSecrets {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly exporter: Uint8Array;
}

export class Secrets13 {
  /** Handshake traffic secret of the client's; wiped by `drop`, or with the connection. */
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly #context: HandshakeContext;
  readonly #suite: CipherSuite;
  readonly #main: MainSecret;

  /**
   * The transcript must end with ServerHello.
   * @param sharedSecret of the key agreement; wiped
   */
  constructor(
    context: HandshakeContext,
    suite: CipherSuite,
    early: EarlySecret,
    sharedSecret: Uint8Array,
  ) {
    const { config, facts, transcript } = context;
    const { keyLog } = config;
    const handshake = early.handshakeSecret(sharedSecret);
    wipe(sharedSecret);
    const hash = transcript.digest();
    this.client = context.keep(handshake.clientHandshakeTrafficSecret(hash));
    this.server = context.keep(handshake.serverHandshakeTrafficSecret(hash));
    logSecret(keyLog, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", facts.clientRandom, this.client);
    logSecret(keyLog, "SERVER_HANDSHAKE_TRAFFIC_SECRET", facts.clientRandom, this.server);
    this.#context = context;
    this.#suite = suite;
    this.#main = handshake.mainSecret().keepIn(context);
  }

  /** Keys of the handshake's records. */
  keys(sender: "client" | "server"): TrafficKeys {
    return trafficKeys(this.#context.config.provider, this.#suite, this[sender]);
  }

  /** verify_data over the transcript as it stands: as long as the hash. */
  verifyData(sender: "client" | "server"): Uint8Array {
    const { config, transcript } = this.#context;
    const { hash } = this.#suite;
    return finishedVerifyData(config.provider, hash, this[sender], transcript.digest());
  }

  /** The transcript must end with the server's Finished. */
  application(): ApplicationSecrets {
    const { config, facts, transcript } = this.#context;
    const { keyLog } = config;
    const hash = transcript.digest();
    const client = this.#context.keep(this.#main.clientApplicationTrafficSecret(hash));
    const server = this.#context.keep(this.#main.serverApplicationTrafficSecret(hash));
    const exporter = this.#context.keep(this.#main.exporterSecret(hash));
    logSecret(keyLog, "CLIENT_TRAFFIC_SECRET_0", facts.clientRandom, client);
    logSecret(keyLog, "SERVER_TRAFFIC_SECRET_0", facts.clientRandom, server);
    logSecret(keyLog, "EXPORTER_SECRET", facts.clientRandom, exporter);
    return { client, server, exporter };
  }

  /** What PSKs are made of. The transcript must end with the client's Finished. */
  resumption(): Uint8Array {
    return this.#main.resumptionMainSecret(this.#context.transcript.digest());
  }

  /** Nothing is protected under the handshake's keys any more. */
  drop(): void {
    this.#context.drop(this.client);
    this.#context.drop(this.server);
  }
}
