/**
 * The three consumers of `examples/consumers` against `openssl s_server`, both versions: data, client certificates,
 * resumption, shutdown from either side, alerts both ways. The system's openssl is needed, and nothing else.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConsumerError, CurlLikeClient } from "../../examples/consumers/curl-like.ts";
import { SslStreamLikeClient } from "../../examples/consumers/ssl-stream-like.ts";
import { WinInetLikeClient } from "../../examples/consumers/wininet-like.ts";
import { ask } from "../../examples/ported-client.ts";
import {
  type CertContext,
  type ContextHandle,
  certContextFromPem,
  isFailure,
  queryContextAttributes,
  type SchannelAuthData,
  SECPKG_ATTR_CIPHER_INFO,
  SECPKG_ATTR_SESSION_INFO,
  SSL_SESSION_RECONNECT,
  statusName,
  type TrustStore,
  trustStoreFromPem,
} from "../../src/api/node.ts";
import { SERVER_NAME, testAuthority } from "../interop/certificates.ts";
import { freePort, type Program, start } from "../interop/processes.ts";

const consumers = suite("schannel: consumers against openssl");

/** What the tests need of a consumer. */
interface Client {
  readonly context: ContextHandle | null;
  connect(port: number): Promise<void>;
  send(data: Uint8Array): void;
  receive(): Promise<Uint8Array | null>;
  shutdown(): void;
}

interface Setup {
  readonly trust: TrustStore | null;
  readonly identity: CertContext | null;
}

const HOST = "127.0.0.1";
const authData = ({ trust, identity }: Setup): SchannelAuthData => ({
  dwVersion: 5,
  hRootStore: trust,
  ...(identity === null ? {} : { paCred: [identity] }),
});

/** Makes clients that share what lets them resume. */
const CONSUMERS: readonly {
  name: string;
  sendsAlerts: boolean;
  over(setup: Setup): () => Client;
}[] = [
  {
    name: "curl-like",
    sendsAlerts: false,
    over(setup) {
      const credential = CurlLikeClient.credential(authData(setup));
      return () => {
        const client = new CurlLikeClient(credential, SERVER_NAME);
        return Object.assign(client, { connect: client.connect.bind(client, HOST) }) as Client;
      };
    },
  },
  {
    name: "ssl-stream-like",
    sendsAlerts: true,
    over(setup) {
      const auth = authData(setup);
      return () => {
        const stream = new SslStreamLikeClient(
          auth,
          (chain) => setup.trust !== null && chain.length > 0,
        );
        return {
          get context() {
            return stream.context;
          },
          connect: (port) => stream.authenticateAsClient(HOST, port, SERVER_NAME, ["http/1.1"]),
          send: (data) => stream.write(data),
          receive: () => stream.read(),
          shutdown: () => stream.shutdown(),
        };
      };
    },
  },
  {
    name: "wininet-like",
    sendsAlerts: true,
    over(setup) {
      // The certificate is chosen when the server asks, as WinInet does.
      const chosen = authData(setup);
      const credential = WinInetLikeClient.credential(authData({ ...setup, identity: null }));
      return () => {
        const client = new WinInetLikeClient(credential, SERVER_NAME, () => chosen);
        return Object.assign(client, { connect: client.connect.bind(client, HOST) }) as Client;
      };
    },
  },
];

const VERSIONS = [
  { name: "TLS 1.2", flag: "-tls1_2", wire: 0x0303 },
  { name: "TLS 1.3", flag: "-tls1_3", wire: 0x0304 },
] as const;

const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString("latin1");

async function server(...more: string[]): Promise<{ program: Program; port: number }> {
  const authority = testAuthority();
  const { certificateFile, keyFile } = authority.server("p256");
  const port = await freePort();
  const program = start("openssl", [
    ...["s_server", "-rev", "-accept", `${HOST}:${port}`, "-cert", certificateFile],
    ...["-key", keyFile, "-CAfile", authority.file, "-alpn", "http/1.1", ...more],
  ]);
  await program.until(/ACCEPT/);
  return { program, port };
}

const trusted = (identity: CertContext | null = null): Setup => ({
  trust: trustStoreFromPem(testAuthority().pem),
  identity,
});

function clientIdentity(): CertContext {
  const { certificate, key } = testAuthority().client("p256");
  return certContextFromPem(certificate, key);
}

/** `openssl s_server -rev` answers a line with its reverse. */
async function exchange(client: Client, line: string): Promise<string> {
  client.send(Buffer.from(`${line}\n`, "latin1"));
  let answer = "";
  while (!answer.endsWith("\n")) answer += text(await client.receive()) ?? "\n";
  return answer.trim();
}

/** The status that a step failed with. */
async function failure(step: () => Promise<unknown>): Promise<string> {
  try {
    await step();
  } catch (error) {
    if (error instanceof ConsumerError) return statusName(error.status);
    throw error;
  }
  return "nothing failed";
}

for (const { name, flag, wire } of VERSIONS) {
  for (const consumer of CONSUMERS) {
    consumers(`${consumer.name}, ${name}: data, long data, resumption, shutdown`, async () => {
      const { program, port } = await server(flag);
      try {
        const make = consumer.over(trusted());
        for (const flags of [0, SSL_SESSION_RECONNECT]) {
          const client = make();
          await client.connect(port);
          assert.is(await exchange(client, "hello"), "olleh");
          const long = `${"x".repeat(4000)}y`;
          assert.is(await exchange(client, long), `y${"x".repeat(4000)}`);
          const { context } = client;
          assert.is(
            queryContextAttributes(context, SECPKG_ATTR_CIPHER_INFO).value?.dwProtocol,
            wire,
          );
          const session = queryContextAttributes(context, SECPKG_ATTR_SESSION_INFO).value;
          assert.is(session?.dwFlags, flags, "resumed the second time");
          client.shutdown();
          assert.is(client.context, null);
        }
      } finally {
        await program.stop();
      }
    });

    consumers(`${consumer.name}, ${name}: client certificate, close by the server`, async () => {
      const { program, port } = await server(flag, "-Verify", "1");
      try {
        const client = consumer.over(trusted(clientIdentity()))();
        await client.connect(port);
        assert.is(await exchange(client, "certificate"), "etacifitrec");
        await program.until(/client\.test|verify return:1/);
        client.send(Buffer.from("CLOSE\n"));
        assert.is(await client.receive(), null);
        client.shutdown();
      } finally {
        await program.stop();
      }
    });

    consumers(`${consumer.name}, ${name}: the server's alert`, async () => {
      const { program, port } = await server(flag, "-Verify", "1");
      try {
        const client = consumer.over(trusted())();
        const status = await failure(async () => {
          await client.connect(port);
          await client.receive();
        });
        // handshake_failure in TLS 1.2, certificate_required (no row of its own) in TLS 1.3.
        assert.is(status, "SEC_E_ILLEGAL_MESSAGE");
      } finally {
        await program.stop();
      }
    });

    consumers(`${consumer.name}, ${name}: a server that is not trusted`, async () => {
      const { program, port } = await server(flag, "-msg");
      try {
        const client = consumer.over({ trust: null, identity: null })();
        const status = await failure(() => client.connect(port));
        assert.ok(status === "SEC_E_UNTRUSTED_ROOT" || status === statusName(0), status);
        if (consumer.sendsAlerts)
          await program.until(/<<< .*Alert.*, fatal (unknown_ca|bad_certificate)/);
      } finally {
        await program.stop();
      }
    });
  }
}

for (const { name, flag } of VERSIONS) {
  consumers(`the ported client, ${name}`, async () => {
    const { program, port } = await server(flag);
    try {
      const trust = trustStoreFromPem(testAuthority().pem);
      assert.is(await ask({ host: HOST, port }, SERVER_NAME, trust, "ported"), "detrop");
    } finally {
      await program.stop();
    }
  });
}

consumers("statuses of consumers are failures", () => {
  assert.ok(isFailure(new ConsumerError("step", 0x80090326, "").status));
});

consumers.run();
