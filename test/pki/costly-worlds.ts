/**
 * Worlds that cost: issuers of one name and key identifier that did not sign, names times constraints, authorities that sign each
 * other in all ways. Their sizes lie around what the budget of a verdict allows, so that it ends in some and not in others.
 */
import {
  authorityExtensions,
  basicConstraints,
  keyUsage,
  makeCertificate,
  makeKey,
  nameConstraints,
  serverExtensions,
  subjectKeyIdentifier,
  type TestKey,
} from "./certificate-maker.ts";
import { HOST, randomNumbers, type World } from "./chain-generator.ts";

export type Cost = "signatures" | "names" | "paths";
export const COSTS: readonly Cost[] = ["signatures", "names", "paths"];

export class CostlyGenerator {
  readonly #random: () => number;
  readonly #keys: readonly TestKey[] = Array.from({ length: 12 }, () => makeKey("p256"));

  constructor(seed: number) {
    this.#random = randomNumbers(seed);
  }

  world(kind: Cost): World {
    switch (kind) {
      case "signatures":
        return this.#swarm();
      case "names":
        return this.#names();
      case "paths":
        return this.#web();
    }
  }

  /** Many authorities that have the issuer's name and claim its key identifier; the right one is the last. */
  #swarm(): World {
    const count = this.#between(85, 115);
    const right = this.#key(1);
    const stranger = { ...this.#key(2), id: right.id };
    const middles = Array.from({ length: count }, (_, i) =>
      this.#authority(`Middle`, i === count - 1 ? right : { ...makeKey("p256"), id: right.id }),
    );
    const signer = this.#random() < 0.8 ? right : stranger;
    return {
      ...{ roots: [this.#root()], intermediates: middles, words: [`issuers ${count}`] },
      leaves: [{ der: this.#leaf("Middle", signer, []), words: [] }],
    };
  }

  /** The product of names and constraints is around what 5000 steps are worth. */
  #names(): World {
    const names = this.#between(300, 1000);
    const constraints = Math.floor((this.#between(380_000, 580_000) / names) | 0);
    const domains = Array.from({ length: constraints }, (_, i) => `dns:.no${i}.test`);
    const inside = this.#random() < 0.3;
    const excluded = inside ? [...domains, "dns:last.test"] : domains;
    const key = this.#key(1);
    const others = Array.from({ length: names }, (_, i) => `dns:${i}.last.test`);
    return {
      roots: [this.#root()],
      intermediates: [this.#authority("Middle", key, [nameConstraints([], excluded)])],
      leaves: [{ der: this.#leaf("Middle", key, others), words: [inside ? "excluded" : ""] }],
      words: [`names ${names} constraints ${constraints}`],
    };
  }

  /** Authorities that certify each other; the one whom the root certifies may be missing. */
  #web(): World {
    const size = this.#between(3, 7);
    const certificates: Uint8Array[] = [];
    for (let subject = 0; subject < size; subject++) {
      for (let issuer = 0; issuer < size; issuer++) {
        if (issuer === subject) continue;
        certificates.push(
          this.#authority(`Web ${subject}`, this.#key(1 + subject), [], {
            ...{ name: `Web ${issuer}`, key: this.#key(1 + issuer) },
          }),
        );
      }
    }
    const linked = this.#random() < 0.5;
    if (linked) certificates.push(this.#authority(`Web ${size - 1}`, this.#key(size)));
    return {
      roots: [this.#root()],
      intermediates: certificates,
      leaves: [{ der: this.#leaf("Web 0", this.#key(1), []), words: [] }],
      words: [`web ${size} ${linked ? "linked" : "unlinked"}`],
    };
  }

  #root(): Uint8Array {
    const key = this.#key(0);
    return makeCertificate({
      ...{ subject: "Root", issuer: "Root", key, signer: key },
      extensions: [basicConstraints(true), keyUsage(0x06), subjectKeyIdentifier(key)],
    });
  }

  #authority(
    subject: string,
    key: TestKey,
    extensions: readonly Uint8Array[] = [],
    issuer: { readonly name: string; readonly key: TestKey } = { name: "Root", key: this.#key(0) },
  ): Uint8Array {
    return makeCertificate({
      ...{ subject, issuer: issuer.name, key, signer: issuer.key },
      extensions: [...authorityExtensions(key, issuer.key), ...extensions],
    });
  }

  #leaf(issuer: string, signer: TestKey, others: readonly string[]): Uint8Array {
    const names = [`dns:${HOST}`, ...others];
    return makeCertificate({
      ...{ subject: HOST, issuer, key: this.#key(9), signer },
      extensions: serverExtensions(signer, ...names),
    });
  }

  #key(index: number): TestKey {
    const key = this.#keys[index];
    if (key === undefined) throw new RangeError(`there is no key ${index}`);
    return key;
  }

  #between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }
}
