/**
 * The engines there are: clients, servers, and clients that only speak AEAD suites, for builds that are to be small.
 */
import { CLIENT } from "../handshake/client/start.ts";
import { SERVER } from "../handshake/server/expect-client-hello.ts";
import { AEAD_PROTECTIONS, PROTECTIONS } from "../record/protection.ts";
import { Connection } from "./connection.ts";
import type { EngineFactory } from "./engine.ts";

export const CLIENTS: EngineFactory = {
  role: "client",
  create: (configuration) => new Connection(CLIENT, configuration, PROTECTIONS),
};

export const AEAD_CLIENTS: EngineFactory = {
  role: "client",
  create: (configuration) => new Connection(CLIENT, configuration, AEAD_PROTECTIONS),
};

export const SERVERS: EngineFactory = {
  role: "server",
  create: (configuration) => new Connection(SERVER, configuration, PROTECTIONS),
};
