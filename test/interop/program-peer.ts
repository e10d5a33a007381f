/**
 * Peers that are programs of ours over somebody else's TLS, one process each that serves every cell: the conversation with
 * such a program, and the peer that it makes.
 */
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { versionName } from "../../src/protocol/version.ts";
import { type Cell, kindOf } from "./cells.ts";
import { type Identity, SERVER_NAME, testAuthority } from "./certificates.ts";
import {
  connectionsOf,
  LENGTH,
  type MatrixPeer,
  type MatrixServer,
  PEERS_PROTOCOLS,
} from "./matrix-peer.ts";
import { type Program, start } from "./processes.ts";
import type { PeerAnswer, PeerRequest } from "./program-protocol.ts";

export type Question = Omit<PeerRequest, "id" | "version" | "authority"> & {
  readonly version?: number;
};

/** A program and its parameters. */
export type Command = readonly [program: string, ...parameters: string[]];

/** Questions and answers with a program. */
class Talk {
  readonly #program: Program;
  readonly #waiting = new Map<number, (answer: PeerAnswer) => void>();
  #last = 0;

  constructor([command, ...parameters]: Command) {
    this.#program = start(command, parameters);
    const { stdout } = this.#program.child;
    if (stdout === null) throw new Error(`${command} has no output`);
    createInterface({ input: stdout }).on("line", (line) => {
      const answer = JSON.parse(line) as PeerAnswer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  async ask(question: Question): Promise<PeerAnswer> {
    const id = ++this.#last;
    const request: PeerRequest = {
      ...{ version: 0, authority: testAuthority().pem },
      ...question,
      id,
    };
    const answered = new Promise<PeerAnswer>((resolve) => this.#waiting.set(id, resolve));
    this.#program.child.stdin?.write(`${JSON.stringify(request)}\n`);
    const over = this.#program.ended(LIMIT_MS).then((code) => {
      throw new Error(`the peer ended with ${code}: ${this.#program.output().slice(-500)}`);
    });
    const answer = await Promise.race([answered, over]);
    over.catch(() => {});
    if (answer.error !== undefined) throw new Error(`${question.do} of the peer: ${answer.error}`);
    return answer;
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }
}

const LIMIT_MS = 40_000;

/** Starts a program. `algorithms`: a cell's suite and groups in its words. */
export async function programPeer(
  name: string,
  command: Command,
  cannot: MatrixPeer["cannot"],
  algorithms: (cell: Cell) => Partial<Question>,
): Promise<MatrixPeer> {
  const talk = new Talk(command);
  const { runtime: version = "" } = await talk.ask({ do: "runtime" });
  const ports = new Map<string, Promise<number>>();

  const common = (cell: Cell): Omit<Question, "do"> => ({
    version: cell.version,
    ...algorithms(cell),
    noTickets: cell.feature === "session id",
    ...(cell.feature === "alpn" ? { alpn: PEERS_PROTOCOLS } : {}),
    ...(cell.feature === "key update by the peer" ? { updateAfter: LENGTH / 2 } : {}),
  });
  const withIdentity = ({ certificate, key }: Identity) => ({ certificate, key });

  return {
    name,
    version,
    cannot,
    async serve(cell): Promise<MatrixServer> {
      const own = testAuthority().server(kindOf(cell));
      const question: Question = {
        do: "serve",
        ...common(cell),
        ...withIdentity(own),
        clientAuth: cell.feature === "client certificate",
        ...(cell.feature === "ocsp staple"
          ? { ocsp: Buffer.from(testAuthority().ocspResponse(own)).toString("base64") }
          : {}),
      };
      const key = JSON.stringify(question);
      const port = ports.get(key) ?? talk.ask(question).then((answer) => answer.port ?? 0);
      ports.set(key, port);
      return {
        port: await port,
        data: () => randomBytes(LENGTH),
        answer: (data) => data,
        seen: async (localPort) => (await talk.ask({ do: "seen", port: localPort })).seen ?? {},
        done: async () => {},
      };
    },
    async dial(cell, port) {
      const { seen } = await talk.ask({
        do: "dial",
        ...common(cell),
        ...(cell.feature === "client certificate"
          ? withIdentity(testAuthority().client(kindOf(cell)))
          : {}),
        ...{ port, serverName: SERVER_NAME, length: LENGTH, times: connectionsOf(cell) },
      });
      if (seen === undefined)
        throw new Error(`${versionName(cell.version)}: no connection was made`);
      return seen;
    },
    stop: () => talk.stop(),
  };
}
