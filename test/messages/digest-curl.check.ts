/**
 * curl --digest against an HTTP server that authenticates requests by our package, with the algorithms that curl has.
 */
import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromLatin1, latin1 } from "../../src/bytes/text.ts";
import type { DigestOptions } from "../../src/message/identity-types.ts";
import { SECPKG_ATTR_NAMES } from "../../src/sspi/attributes.ts";
import { ASC_REQ_HTTP } from "../../src/sspi/context-flags.ts";
import type { ContextHandle } from "../../src/sspi/handles.ts";
import { isFailure, SEC_E_OK } from "../../src/sspi/security-status.ts";
import { serverOf, sspi, turn, USER, verify } from "../digest/kit.ts";

const run = promisify(execFile);
const REQUESTS = 4;
const LIMIT_MS = 20_000;
const checks = suite("messages: curl --digest");

interface Known {
  readonly context: ContextHandle;
  established: boolean;
}

/** Answers with the user's name; contexts are found by `opaque`. */
function serverFor(digest: DigestOptions): { readonly server: Server; readonly seen: string[] } {
  const credential = serverOf(digest);
  const contexts = new Map<string, Known>();
  const seen: string[] = [];
  const opaqueOf = (header: string): string => /opaque="([^"]*)"/.exec(header)?.[1] ?? "";
  const server = createServer((request, response) => {
    request.resume();
    const { method = "", url = "" } = request;
    const { authorization = "" } = request.headers;
    const known = contexts.get(opaqueOf(authorization));
    const hello = (context: ContextHandle, info: string): void => {
      seen.push(/nc=(\w+)/.exec(authorization)?.[1] ?? "");
      const { value } = sspi.queryContextAttributes(context, SECPKG_ATTR_NAMES);
      const header = info === "" ? {} : { "Authentication-Info": info };
      // curl goes on with a nonce where it is sent on by one answer.
      if (seen.length < REQUESTS) {
        response.writeHead(302, { ...header, Location: `/${seen.length}?a=b` }).end();
      } else response.writeHead(200, header).end(`hello ${value?.sUserName ?? "?"}`);
    };
    if (known?.established === true) {
      const status = verify(known.context, null, latin1(authorization), [method, url]);
      if (status === SEC_E_OK) return hello(known.context, "");
    }
    const end = { credential, contextReq: ASC_REQ_HTTP, parameters: [method, url] };
    if (known?.established === false) {
      const ours = turn("server", end, known.context, latin1(authorization));
      if (ours.status === SEC_E_OK && ours.context !== null) {
        known.established = true;
        return hello(ours.context, fromLatin1(ours.token));
      }
      contexts.delete(opaqueOf(authorization));
    }
    const first = turn("server", end, null, null);
    if (isFailure(first.status) || first.context === null) throw new Error(first.message);
    const challenge = fromLatin1(first.token);
    contexts.set(opaqueOf(challenge), { context: first.context, established: false });
    response.writeHead(401, { "WWW-Authenticate": `Digest ${challenge}` }).end("denied\n");
  });
  return { server, seen };
}

async function curl(
  digest: DigestOptions,
  password: string,
): Promise<{ text: string; seen: string[] }> {
  const { server, seen } = serverFor(digest);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const user = ["--user", `${USER.User}:${password}`];
  try {
    const { stdout } = await run(
      "curl",
      ["--silent", "--location", "--digest", ...user, `http://127.0.0.1:${port}/one?a=b`],
      { timeout: LIMIT_MS },
    );
    return { text: stdout, seen };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

// curl 7.88 takes SHA-256 for SHA-512-256.
for (const algorithm of ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"] as const) {
  checks(`${algorithm}: several requests under one nonce`, async () => {
    const { text, seen } = await curl({ algorithms: [algorithm] }, USER.Password);
    assert.is(text, "hello chris@elwood.innosoft.com");
    assert.equal(seen, ["00000001", "00000002", "00000003", "00000004"]);
  });
}

checks("a wrong password is denied", async () => {
  const { text } = await curl({}, "wrong");
  assert.not.match(text, /hello/);
});

checks.run();
