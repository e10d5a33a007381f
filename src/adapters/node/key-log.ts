/**
 * Lines of the key log: the event "keylog", and the file of `node --tls-keylog=FILE`, which whoever names it relies on.
 */
import type { EventEmitter } from "node:events";
import { appendFileSync } from "node:fs";
import type * as sspi from "../../api/node.ts";
import { unpooled } from "./memory.ts";
import { nodeOption } from "./node-defaults.ts";
import { throwOutside } from "./user-callback.ts";

/** Read and write for the owner alone. */
const OWNER_ONLY = 0o600;
const FILE = nodeOption("--tls-keylog");
let warned = false;

/** What `socket` tells of its secrets. No line is made unless somebody listens. */
export function keyLogOf(socket: EventEmitter): NonNullable<sspi.SealwireOptions["keyLog"]> {
  const tell = (line: string): void => {
    const bytes = unpooled(`${line}\n`);
    if (FILE !== null) append(FILE, bytes);
    try {
      socket.emit("keylog", bytes);
    } catch (error) {
      throwOutside(error);
    }
  };
  return Object.assign(tell, { wanted: () => FILE !== null || socket.listenerCount("keylog") > 0 });
}

function append(file: string, line: Uint8Array): void {
  if (!warned) {
    warned = true;
    process.emitWarning(
      `Using --tls-keylog makes TLS connections insecure by writing secret key material to file ${file}`,
    );
  }
  try {
    appendFileSync(file, line, { mode: OWNER_ONLY });
  } catch (error) {
    throwOutside(error);
  }
}
