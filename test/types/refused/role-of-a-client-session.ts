/** The function determines the role. */
import { createClientSession } from "sealwire/session";

export const go = () => createClientSession({ role: "server" }); // TS2353
