/**
 * Peers that are programs of ours over somebody else's TLS: crypto/tls of Go and node:tls, one process each that serves
 * every cell. The Go program is built by the run.
 */

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { versionName } from "../../src/protocol/version.ts";
import { ROOT } from "../support/data.ts";
import { type Cell, kindOf } from "./cells.ts";
import { type Identity, SERVER_NAME, testAuthority } from "./certificates.ts";
import { dhParameters } from "./dh-parameters.ts";
import {
  connectionsOf,
  LENGTH,
  type MatrixPeer,
  type MatrixServer,
  PEERS_PROTOCOLS,
} from "./matrix-peer.ts";
import { opensslGroup, opensslSuite } from "./openssl.ts";
import { type Program, start } from "./processes.ts";
import type { PeerAnswer, PeerRequest } from "./program-protocol.ts";
import { cannotGo, cannotNode } from "./reasons.ts";
import { offeredGroups } from "./run-cell.ts";

type Question = Omit<PeerRequest, "id" | "version" | "authority"> & { readonly version?: number };

/** Questions and answers with a program. */
class Talk {
  readonly #program: Program;
  readonly #waiting = new Map<number, (answer: PeerAnswer) => void>();
  #last = 0;

  constructor(command: string, parameters: readonly string[]) {
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

export async function nodePeer(): Promise<MatrixPeer> {
  const talk = new Talk(process.execPath, [join(ROOT, "build/test/interop/peers/node.js")]);
  const { runtime } = await talk.ask({ do: "runtime" });
  return programPeer("node:tls", runtime ?? "", talk, cannotNode, nodeAlgorithms);
}

export async function goPeer(): Promise<MatrixPeer> {
  const folder = mkdtempSync(join(tmpdir(), "sealwire-go-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "peer");
  execFileSync("go", ["build", "-o", program, "."], {
    cwd: join(ROOT, "test/interop/peers/go"),
    env: { ...process.env, GOTOOLCHAIN: "local", GOFLAGS: "-mod=mod", GOWORK: "off" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const talk = new Talk(program, []);
  const { runtime } = await talk.ask({ do: "runtime" });
  return programPeer("Go crypto/tls", runtime ?? "", talk, cannotGo, goAlgorithms);
}

/** Suite and groups in the words of the peer. Servers of Go prefer what they like among the client's groups. */
const goAlgorithms = (cell: Cell): Partial<Question> => {
  const groups = cell.role === "client" ? [cell.group] : offeredGroups(cell);
  const codes = groups.flatMap((group) => (group === null ? [] : [group.code]));
  return { cipherSuites: [cell.suite.code], ...(codes.length === 0 ? {} : { groups: codes }) };
};

const nodeAlgorithms = (cell: Cell): Partial<Question> => {
  const { role, feature, suite, group } = cell;
  const groups = role === "client" && feature === "retry" ? [group] : offeredGroups(cell);
  const names = groups.flatMap((one) => (one === null || one.kind === "finite-field" ? [] : one));
  return {
    suiteNames: opensslSuite(suite.code),
    ...(names.length === 0
      ? {}
      : { groupNames: names.map((one) => opensslGroup(one.code)).join(":") }),
    ...(role === "client" && group?.kind === "finite-field"
      ? { dhparam: dhParameters(group.name) }
      : {}),
  };
};

function programPeer(
  name: string,
  version: string,
  talk: Talk,
  cannot: MatrixPeer["cannot"],
  algorithms: (cell: Cell) => Partial<Question>,
): MatrixPeer {
  const ports = new Map<string, Promise<number>>();

  const common = (cell: Cell): Omit<Question, "do"> => ({
    version: cell.version,
    ...algorithms(cell),
    noTickets: cell.feature === "session id",
    ...(cell.feature === "alpn" ? { alpn: PEERS_PROTOCOLS } : {}),
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
