/** A session without I/O: the event opens it, and the type follows. */
import { createClientSession, type SessionEvent } from "sealwire/session";

export function go(bytes: Uint8Array, data: Uint8Array): number {
  const session = createClientSession({ serverName: "a.example" });
  const events: SessionEvent[] = session.receive(bytes);
  let received = 0;
  for (const event of events) {
    if (event.type === "data") received += event.data.length;
    if (event.type === "fail") throw event.error;
  }
  if (session.isOpen()) {
    received += session.write(data) + session.sizes.header;
    session.close();
  }
  return received + session.takeOutput().length;
}
