/** A session can write only once `isOpen()` is true. */
import { createClientSession } from "sealwire/session";

export function go(data: Uint8Array): number {
  const session = createClientSession({ serverName: "a.example" });
  return session.write(data); // TS2339
}
