/** A session over a WebSocket. */
import { overMessages, secure } from "sealwire/web";

export async function go(url: string): Promise<number> {
  const session = secure(overMessages(new WebSocket(url)), {
    serverName: "a.example",
    versions: ["TLSv1.3"],
  });
  const { version } = await session.opened;
  return version === "TLSv1.3" ? 1 : 0;
}
