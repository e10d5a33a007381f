/**
 * What a state wants to happen, in order, as data: messages to send, ChangeCipherSpec, warnings, keys to install.
 * The engine turns it into records; tests compare it as a list.
 */

import type { TrafficKeys } from "../crypto/traffic-keys.ts";
import { AlertLevel } from "../protocol/alert.ts";

export type FlightItem =
  | { readonly kind: "message"; readonly bytes: Uint8Array }
  | { readonly kind: "change-cipher-spec" }
  | { readonly kind: "alert"; readonly level: number; readonly description: number }
  | { readonly kind: "write-keys"; readonly keys: TrafficKeys }
  | { readonly kind: "read-keys"; readonly keys: TrafficKeys };

export class Flight {
  readonly items: FlightItem[] = [];

  /** It contains a message. */
  get speaks(): boolean {
    return this.items.some(({ kind }) => kind === "message");
  }

  /** What is left of it when our direction is closed: keys to read with. */
  silent(): Flight {
    const silent = new Flight();
    for (const item of this.items) if (item.kind === "read-keys") silent.items.push(item);
    return silent;
  }

  /** A handshake message with its header. Adding it to the transcript is the state's business. */
  message(bytes: Uint8Array): void {
    this.items.push({ kind: "message", bytes });
  }

  changeCipherSpec(): void {
    this.items.push({ kind: "change-cipher-spec" });
  }

  /** A warning; fatal alerts are the engine's answer to a refusal. */
  warning(description: number): void {
    this.items.push({ kind: "alert", level: AlertLevel.Warning, description });
  }

  /** From here on we send under these keys. */
  installWriteKeys(keys: TrafficKeys): void {
    this.items.push({ kind: "write-keys", keys });
  }

  /** The peer's next record is under these keys. The engine refuses it inside a half-received message. */
  installReadKeys(keys: TrafficKeys): void {
    this.items.push({ kind: "read-keys", keys });
  }
}
