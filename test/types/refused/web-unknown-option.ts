/** secure refuses an option that nobody knows. */
import { overMessages, secure } from "sealwire/web";

export const go = (socket: WebSocket) => secure(overMessages(socket), { servername: "a.example" }); // TS2561
