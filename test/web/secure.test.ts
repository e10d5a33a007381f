/**
 * `secure` over streams in memory: both roles and versions, data, half close, the ends, backpressure, abort.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  acquireCredentials,
  secure,
  startTls,
  TlsError,
  type Version,
} from "../../src/entries/streams.ts";
import {
  identity,
  linked,
  pair,
  pattern,
  readAll,
  refusal,
  unbuffered,
  writeAll,
} from "./web-kit.ts";

const VERSIONS: readonly Version[] = ["TLSv1.2", "TLSv1.3"];

const streams = suite("web: secure");

for (const version of VERSIONS) {
  streams(`${version}: what was negotiated, and data both ways at once`, async () => {
    const { client, server } = pair(
      { versions: [version], alpn: ["h2", "echo/1"] },
      { alpn: ["echo/1"] },
    );
    const [mine, theirs] = await Promise.all([client.opened, server.opened]);
    assert.is(mine.version, version);
    assert.is(theirs.version, version);
    assert.is(mine.alpnProtocol, "echo/1");
    assert.is(theirs.serverName, "localhost");
    assert.match(mine.cipherSuiteName, /^TLS_/);
    assert.is(mine.peerCertificates.length, 1);
    assert.equal(
      client.exportKeyingMaterial(32, "EXPORTER-test"),
      server.exportKeyingMaterial(32, "EXPORTER-test"),
    );

    const data = pattern(300_000);
    const [there, back] = await Promise.all([
      readAll(server.readable),
      readAll(client.readable),
      writeAll(client.writable, data, 70_000),
      writeAll(server.writable, data.subarray(0, 100_000), 999),
    ]);
    assert.equal(there, data);
    assert.equal(back, data.subarray(0, 100_000));
    await Promise.all([client.closed, server.closed]);
  });

  streams(`${version}: a transport of single bytes`, async () => {
    const { client, server } = pair({ versions: [version] }, {}, linked(1));
    const [echo] = await Promise.all([
      readAll(client.readable),
      server.readable.pipeTo(server.writable),
      writeAll(client.writable, pattern(2000)),
    ]);
    assert.equal(echo, pattern(2000));
    await Promise.all([client.closed, server.closed]);
  });

  streams(`${version}: both ends close at once, with tickets still unread`, async () => {
    const { client, server } = pair({ versions: [version] }, { ticketCount: 4 }, unbuffered());
    // Whose handshake ends last: with TLS 1.3 the tickets have not arrived then.
    await (version === "TLSv1.3" ? server : client).opened;
    await Promise.all([client.close(), server.close()]);
  });

  streams(`${version}: half close`, async () => {
    const { client, server } = pair({ versions: [version] });
    await writeAll(client.writable, pattern(10));
    assert.equal(await readAll(server.readable), pattern(10));
    await writeAll(server.writable, pattern(50_000));
    assert.equal(await readAll(client.readable), pattern(50_000));
    await Promise.all([client.closed, server.closed]);
  });

  streams(`${version}: client certificates`, async () => {
    const own = identity("somebody");
    const { client, server } = pair(
      { versions: [version], cert: own.certificate },
      { ca: own.trust, requestCert: true, requireClientCertificate: true },
    );
    assert.equal((await server.opened).peerCertificates, own.certificate.chain);
    await client.opened;
    await client.close();
    assert.equal(await readAll(server.readable), new Uint8Array(0));
  });

  streams(`${version}: a transport that ends too early is an error of its own`, async () => {
    const [left, right] = linked();
    const cut = new TransformStream<Uint8Array, Uint8Array>();
    const passing = new AbortController();
    const through = left.readable.pipeTo(cut.writable, {
      signal: passing.signal,
      preventAbort: true,
      preventCancel: true,
    });
    const { client, server } = pair({ versions: [version] }, {}, [
      { readable: cut.readable, writable: left.writable },
      right,
    ]);
    await Promise.all([client.opened, server.opened]);
    const reading = refusal(readAll(client.readable));
    passing.abort();
    await refusal(through);
    await cut.writable.close();
    const error = await reading;
    assert.is(error.reason, "Truncated");
    assert.is(await refusal(client.closed), error);
    assert.is(await refusal(writeAll(client.writable, pattern(1))), error);
  });

  streams(`${version}: without requireCloseNotify an end between records is the end`, async () => {
    const [left, right] = linked();
    const cut = new TransformStream<Uint8Array, Uint8Array>();
    const passing = new AbortController();
    const through = left.readable.pipeTo(cut.writable, {
      signal: passing.signal,
      preventAbort: true,
      preventCancel: true,
    });
    const { client, server } = pair({ versions: [version], requireCloseNotify: false }, {}, [
      { readable: cut.readable, writable: left.writable },
      right,
    ]);
    await Promise.all([client.opened, server.opened]);
    const reading = readAll(client.readable);
    passing.abort();
    await refusal(through);
    await cut.writable.close();
    assert.equal(await reading, new Uint8Array(0));
  });

  streams(`${version}: who is not trusted is told so`, async () => {
    const { client, server } = pair({ versions: [version], ca: [] });
    const error = await refusal(client.opened);
    assert.instance(error, TlsError);
    assert.is(error.reason, "UnknownIssuer");
    assert.is(await refusal(client.closed), error);
    // In TLS 1.3 the server is finished before; the alert comes to its reader.
    const told = await refusal(server.closed);
    assert.is(told.reason, "AlertReceived");
    assert.is((told as TlsError).alert?.name, "unknown_ca");
  });
}

streams("a writer that is not read waits", async () => {
  const { client, server } = pair();
  await client.opened;
  const writer = client.writable.getWriter();
  let written = 0;
  const endless = (async () => {
    for (;;) {
      await writer.ready;
      await writer.write(pattern(16_384));
      written += 16_384;
    }
  })();
  const stopped = refusal(endless);
  let before = -1;
  while (before !== written) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(written < 1_000_000, `${written} bytes went into a session that nobody reads`);
  const reader = server.readable.getReader();
  let read = 0;
  while (written < before + 500_000) read += (await reader.read()).value?.length ?? 0;
  assert.ok(read > before);
  await server.close();
  assert.is((await stopped).reason, "TransportFailed");
});

streams("an abort ends everything with its reason, at any time", async () => {
  for (const after of ["at once", "opened"] as const) {
    const controller = new AbortController();
    const { client, server } = pair({ signal: controller.signal });
    if (after === "opened") await Promise.all([client.opened, server.opened]);
    const reason = new Error("enough");
    const reading = refusal(readAll(client.readable));
    controller.abort(reason);
    assert.is(await reading, reason);
    assert.is(await refusal(client.closed), reason);
    assert.is(await refusal(writeAll(client.writable, pattern(1))), reason);
    await refusal(server.closed);
  }
  const signal = AbortSignal.abort("before");
  const { client, server } = pair({ signal });
  assert.is(await refusal(client.opened), "before" as unknown);
  await refusal(server.closed);
});

streams("an aborted writable ends the session for both", async () => {
  const { client, server } = pair();
  await Promise.all([client.opened, server.opened]);
  const reason = new Error("changed my mind");
  await client.writable.abort(reason);
  assert.is(await refusal(client.closed), reason);
  assert.is(await refusal(readAll(client.readable)), reason);
  await refusal(server.closed);
});

streams("a cancelled readable goes on in the other direction", async () => {
  const { client, server } = pair();
  await client.readable.cancel();
  await writeAll(server.writable, pattern(500_000), 10_000);
  await writeAll(client.writable, pattern(1000));
  assert.equal(await readAll(server.readable), pattern(1000));
  await Promise.all([client.closed, server.closed]);
});

streams("close waits for the write under way, and both sides end", async () => {
  const { client, server } = pair();
  const writer = client.writable.getWriter();
  void writer.write(pattern(100_000));
  await client.opened;
  const closing = client.close();
  assert.equal(await readAll(server.readable), pattern(100_000));
  await closing;
  await server.close();
  await server.closed;
});

streams("close before the end of the handshake refuses", async () => {
  const { client, server } = pair();
  const closed = refusal(client.close());
  assert.is((await refusal(client.opened)) as unknown, (await closed) as unknown);
  assert.is((await closed).reason, "ClosedByUs");
  await refusal(server.opened);
});

streams("leftover bytes: a server's begin with them, a client has none", async () => {
  const [left, right] = linked();
  const { certificate, trust } = identity();
  const client = startTls(left, {
    serverName: "localhost",
    ca: trust,
    leftover: new Uint8Array(0),
  });
  const reader = right.readable.getReader();
  const { value = new Uint8Array(0) } = await reader.read();
  reader.releaseLock();
  const server = startTls(right, { role: "server", cert: certificate, leftover: value });
  await Promise.all([client.opened, server.opened]);
  await client.close();
  await server.close();
  const injected = { serverName: "localhost", ca: trust, leftover: pattern(5) };
  assert.throws(() => startTls(linked()[0], injected), /before TLS began/);
});

streams("new keys under way", async () => {
  const { client, server } = pair({ versions: ["TLSv1.3"] });
  await Promise.all([client.opened, server.opened]);
  const echoing = server.readable.pipeTo(server.writable);
  const reading = readAll(client.readable);
  const writer = client.writable.getWriter();
  for (let round = 0; round < 5; round++) {
    await writer.write(pattern(5000));
    client.renewKeys(round % 2 === 0);
    server.renewKeys(round % 2 === 1);
  }
  await writer.close();
  assert.is((await reading).length, 25_000);
  await echoing;
  await Promise.all([client.closed, server.closed]);
});

streams("sessions that share credentials resume", async () => {
  const { certificate, trust } = identity();
  for (const version of VERSIONS) {
    const kept = new Map<string, Uint8Array>();
    // A store that answers with promises: the Async way of every call is gone.
    const sessionStore = {
      get: async (key: string) => kept.get(key),
      set: async (key: string, value: Uint8Array) => void kept.set(key, value.slice()),
      delete: async (key: string) => void kept.delete(key),
    };
    const mine = acquireCredentials({ ca: trust, versions: [version], sessionStore });
    const theirs = acquireCredentials({ role: "server", cert: certificate });
    const resumed: boolean[] = [];
    for (let round = 0; round < 2; round++) {
      const [left, right] = linked();
      const client = secure(left, { credential: mine, serverName: "localhost" });
      const server = secure(right, { role: "server", credential: theirs });
      await Promise.all([
        writeAll(server.writable, pattern(10)),
        writeAll(client.writable, pattern(10)),
      ]);
      assert.equal(await readAll(client.readable), pattern(10));
      assert.equal(await readAll(server.readable), pattern(10));
      resumed.push((await client.opened).resumed);
      await Promise.all([client.closed, server.closed]);
    }
    assert.equal(resumed, [false, true], version);
  }
});

streams("options that cannot be used are refused at once", () => {
  const [left] = linked();
  assert.throws(() => secure(left, { versions: [] }), /versions/);
  assert.throws(() => secure(left, { versions: ["TLSv1.1" as Version] }), /TLSv1\.1/);
  assert.throws(() => secure(left, { cert: "nothing" }), /no certificate/);
  assert.throws(() => secure(left, { cipherSuites: [0x0005] }), /0x0005|5/);
  const credential = acquireCredentials({});
  assert.throws(() => secure(left, { credential, versions: ["TLSv1.3"] }), /versions belongs/);
  left.readable.getReader();
  assert.throws(() => secure(left, {}), /locked/);
});

streams.run();
