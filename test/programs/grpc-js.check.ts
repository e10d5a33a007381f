/**
 * @grpc/grpc-js against its own server, which is node's http2.
 */
import * as assert from "uvu/assert";
import { createSecureContext } from "../../src/entries/node.ts";
import { OWN } from "../node/kit.ts";
import { overSealwire, program, type Trust } from "./kit.ts";
import { USER } from "./own-server.ts";

interface Metadata {
  set(name: string, value: string): void;
  get(name: string): unknown[];
}
type Done = (error: Error | null, answer?: Buffer) => void;
interface Call {
  readonly metadata: Metadata;
  readonly request: Buffer;
}
type Bytes = (bytes: Buffer) => Buffer;
interface Client {
  makeUnaryRequest(
    path: string,
    serialize: Bytes,
    deserialize: Bytes,
    body: Buffer,
    metadata: Metadata,
    options: object,
    done: Done,
  ): void;
  close(): void;
}
interface Server {
  addService(service: object, handlers: object): void;
  bindAsync(
    address: string,
    credentials: object,
    done: (error: Error | null, port: number) => void,
  ): void;
  forceShutdown(): void;
}
interface Grpc {
  Server: new () => Server;
  ServerCredentials: { createSsl(roots: null, pairs: object[]): object };
  Client: new (address: string, credentials: object) => Client;
  credentials: { createFromSecureContext(context: object): object };
  Metadata: new () => Metadata;
  status: { UNAUTHENTICATED: number };
}

const LARGE = Buffer.alloc(900_000, "sealwire ");
const PATH = "/tests.Sealed/Echo";
const TOKEN = `Bearer ${USER.password}`;
const same: Bytes = (bytes) => bytes;
let port = 0;

async function use(trust: Trust): Promise<void> {
  const { Client: GrpcClient, Metadata: Fields, credentials } = program<Grpc>("@grpc/grpc-js");
  const secure = credentials.createFromSecureContext(createSecureContext(trust));
  const client = new GrpcClient(`localhost:${port}`, secure);
  const metadata = new Fields();
  metadata.set("authorization", TOKEN);
  try {
    for (const body of [Buffer.from("small"), LARGE]) {
      const answer = await new Promise<Buffer | undefined>((resolve, reject) => {
        client.makeUnaryRequest(PATH, same, same, body, metadata, {}, (error, bytes) =>
          error ? reject(error) : resolve(bytes),
        );
      });
      assert.ok(answer?.equals(body));
    }
  } finally {
    client.close();
  }
}

const tests = overSealwire("grpc-js", async () => {
  const { Server: GrpcServer, ServerCredentials, status } = program<Grpc>("@grpc/grpc-js");
  const server = new GrpcServer();
  const echo = {
    ...{ path: PATH, requestStream: false, responseStream: false },
    ...{ requestSerialize: same, requestDeserialize: same },
    ...{ responseSerialize: same, responseDeserialize: same },
  };
  server.addService(
    { echo },
    {
      echo: ({ metadata, request }: Call, done: Done) => {
        if (metadata.get("authorization")[0] === TOKEN) done(null, request);
        else done(Object.assign(new Error("a stranger"), { code: status.UNAUTHENTICATED }));
      },
    },
  );
  const pairs = [{ private_key: Buffer.from(OWN.key), cert_chain: Buffer.from(OWN.cert) }];
  port = await new Promise<number>((resolve, reject) => {
    const secure = ServerCredentials.createSsl(null, pairs);
    server.bindAsync("127.0.0.1:0", secure, (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return async () => server.forceShutdown();
}, [{ name: "secure channel", use }]);
tests.run();
