/**
 * Master secret and all that follows from it in TLS 1.2 (RFC 5246 §6.3, §7.4.9, §8.1; RFC 7627): for one handshake of
 * either role.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { logSecret } from "../crypto/key-log.ts";
import {
  exportKeyingMaterial12,
  extendedMasterSecret,
  finishedVerifyData12,
  type KeyBlock,
  keyBlock,
  masterSecret,
} from "../crypto/key-schedule-12.ts";
import type { CipherSuite } from "../protocol/cipher-suite.ts";
import type { HandshakeContext } from "./handshake-context.ts";

export class Secrets12 {
  /** 48 bytes; wiped with the connection. */
  readonly master: Uint8Array;
  readonly keys: KeyBlock;
  readonly #context: HandshakeContext;
  readonly #suite: CipherSuite;

  /** @param master 48 bytes, copied */
  constructor(context: HandshakeContext, suite: CipherSuite, master: Uint8Array) {
    const { config, facts } = context;
    const { provider } = config;
    this.#context = context;
    this.#suite = suite;
    this.master = context.keep(master.slice());
    logSecret(config.keyLog, "CLIENT_RANDOM", facts.clientRandom, master);
    const { clientRandom, serverRandom, encryptThenMac } = facts;
    this.keys = keyBlock(provider, suite, master, clientRandom, serverRandom, encryptThenMac);
    for (const { key, iv, macKey } of [this.keys.client, this.keys.server]) {
      for (const secret of [key, iv, macKey]) if (secret !== null) context.keep(secret);
    }
  }

  /**
   * From the premaster secret, which is wiped. With the extended master secret the transcript must end with
   * ClientKeyExchange (RFC 7627 §4).
   */
  static fromPremaster(
    context: HandshakeContext,
    suite: CipherSuite,
    premaster: Uint8Array,
  ): Secrets12 {
    const { provider } = context.config;
    const { clientRandom, serverRandom, extendedMasterSecret: extended } = context.facts;
    const master = extended
      ? extendedMasterSecret(provider, suite.hash, premaster, context.transcript.digest())
      : masterSecret(provider, suite.hash, premaster, clientRandom, serverRandom);
    wipe(premaster);
    const secrets = new Secrets12(context, suite, master);
    wipe(master);
    return secrets;
  }

  /** verify_data over the transcript as it stands: 12 bytes. */
  verifyData(sender: "client" | "server"): Uint8Array {
    const { config, transcript } = this.#context;
    return finishedVerifyData12(
      config.provider,
      this.#suite.hash,
      this.master,
      sender,
      transcript.digest(),
    );
  }

  /** Makes the exporter available (RFC 5705 §4). */
  installExporter(): void {
    const { config, facts } = this.#context;
    const { clientRandom, serverRandom } = facts;
    facts.exporter = (label, exporterContext, length) =>
      exportKeyingMaterial12(
        config.provider,
        this.#suite.hash,
        this.master,
        clientRandom,
        serverRandom,
        label,
        exporterContext,
        length,
      );
  }
}
