/**
 * Every pair of faults of a chain over the streams of `sealwire/web` and `sealwire/client`: the error of the session has both
 * faults, and a `verifyPeer` that tolerates one of them does not let the session open.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as small from "../../src/entries/client.ts";
import * as web from "../../src/entries/streams.ts";
import { linked } from "../web/web-kit.ts";
import {
  chainWith,
  FAULTS,
  type FaultRow,
  type FaultyChain,
  PAIRS,
  titleOf,
} from "./fault-chains.ts";

type Entry = Pick<typeof web, "secure" | "TrustStore">;

/** The names of the entries, what they open sessions with, and whether they check revocation. */
const ENTRIES: readonly (readonly [name: string, entry: Entry, revocation: boolean])[] = [
  ["sealwire/web", web, true],
  ["sealwire/client", small, false],
];

const ABOUT_REVOCATION: readonly string[] = ["CertificateRevoked", "OcspResponseRequired"];

/** How the session of a client ended, null: it opened. */
async function refusal(
  { secure, TrustStore }: Entry,
  given: FaultyChain,
  options: web.SecureOptions,
): Promise<web.TlsError | null> {
  const { chain, roots, constraints, crls, name, leafKey } = given;
  const privateKey = new Uint8Array(leafKey.secret.export({ format: "der", type: "pkcs8" }));
  const [left, right] = linked();
  const over = new AbortController();
  const { signal } = over;
  const server = web.secure(right, { role: "server", cert: { chain, privateKey }, signal });
  const client = secure(left, {
    ...{ serverName: name, ca: new TrustStore(roots, "basic", constraints), signal },
    ...(crls.length === 0 ? {} : { revocation: { crls } }),
    ...options,
  });
  const ends = [client.closed, server.opened, server.closed].map((end) => end.catch(() => null));
  const error = await client.opened.then(
    () => null,
    (reason: web.TlsError) => reason,
  );
  over.abort();
  await Promise.all(ends);
  return error;
}

const versionOf = (index: number): web.SecureOptions => ({
  versions: [index % 2 === 0 ? "TLSv1.3" : "TLSv1.2"],
});

function has(error: web.TlsError | null, pair: readonly FaultRow[]): void {
  const reasons = error?.faults?.map(({ reason }) => reason) ?? [];
  for (const { name, reason } of pair) {
    assert.ok(reasons.includes(reason), `${titleOf(pair)}: ${name} is not among ${reasons}`);
  }
  assert.is(error?.reason, reasons[0], titleOf(pair));
}

for (const [name, entry, revocation] of ENTRIES) {
  const streams = suite(`verdicts: faults in ${name}`);
  const shows = (...faults: readonly FaultRow[]): boolean =>
    !faults.some(({ stopsHandshake }) => stopsHandshake) &&
    // Who asks for no answer about revocation has none that could be missing.
    (revocation || !faults.some(({ reason }) => ABOUT_REVOCATION.includes(reason)));
  const singles = FAULTS.filter((fault) => shows(fault));
  const pairs = PAIRS.filter((pair) => shows(...pair));

  streams("a chain without a fault opens", async () => {
    for (const index of [0, 1]) {
      assert.is(await refusal(entry, chainWith(), versionOf(index)), null);
    }
  });

  streams("the error of the session has the fault", async () => {
    for (const [index, fault] of singles.entries()) {
      has(await refusal(entry, chainWith(fault), versionOf(index)), [fault]);
    }
  });

  streams("verifyPeer that tolerates one of two refuses, and the error has both", async () => {
    assert.ok(pairs.length > 400, `${pairs.length}`);
    for (const [index, pair] of pairs.entries()) {
      const tolerated = pair[(index >> 1) % 2 === 0 ? 0 : 1].reason;
      const alone = pair.every(({ reason }) => reason === tolerated);
      const error = await refusal(entry, chainWith(...pair), {
        ...versionOf(index),
        verifyPeer: (_chain, { verdict }) => ({
          ok: verdict.ok || verdict.faults.every(({ reason }) => reason === tolerated),
        }),
      });
      if (alone) assert.is(error, null, `${titleOf(pair)}: ${error?.message}`);
      else has(error, pair);
    }
  });

  streams.run();
}
