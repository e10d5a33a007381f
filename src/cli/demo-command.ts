/**
 * `sealwire demo`: sessions of both versions and both roles with OpenSSL's command line, over the SSPI functions and nothing
 * else, drawn as they happen. Status 0 only if every byte came back as sent and every alert was understood.
 */

import { selfSignedCertificate } from "../api/node.ts";
import { toHex } from "../bytes/text.ts";
import { versionName } from "../protocol/version.ts";
import { nodeProvider } from "../providers/node/provider.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { CliError, ExitCode, UsageError } from "./cli-error.ts";
import type { Command, Streams } from "./command.ts";
import { chosenVersions, VERSION_OPTIONS } from "./credentials.ts";
import { opensslPeer, ownPeer } from "./demo-peers.ts";
import { type Act, clientAct, type Stage, serverAct } from "./demo-session.ts";
import { describeFacts, type Facts } from "./facts.ts";
import { opensslVersion } from "./openssl-peer.ts";
import type { SealedRecord } from "./session.ts";
import { hexLines, type Style, styleFor } from "./terminal.ts";

const OPTIONS: readonly OptionRow[] = [
  ...VERSION_OPTIONS,
  { name: "ours", help: "our own engine as the peer, even where openssl is" },
  { name: "json", help: "one JSON object instead of the drawing" },
];

const NAME = "localhost";
const LABEL_WIDTH = 14;

export const demoCommand: Command = { options: OPTIONS, run: demo };

async function demo(given: Arguments, streams: Streams): Promise<number> {
  if (given.positional.length > 0) throw new UsageError("demo takes no arguments, only options");
  const json = given.has("json");
  const openssl = given.has("ours") ? null : opensslVersion();
  const made = selfSignedCertificate({ names: [NAME] });
  const material = { name: NAME, certificate: made.certificatePem, key: made.privateKeyPem };
  const peer = openssl === null ? ownPeer(material) : opensslPeer(material);
  const stage = makeStage(streams, json);
  introduce(stage, openssl, given.has("ours"));
  const acts: Act[] = [];
  try {
    for (const version of chosenVersions(given)) {
      stage.heading(`${versionName(version)}, we are the client`);
      acts.push(await clientAct(version, material, peer, stage));
      stage.heading(`${versionName(version)}, we are the server`);
      acts.push(await serverAct(version, material, peer, stage));
    }
  } finally {
    peer.dispose();
  }
  const ok = acts.every((act) => act.ok);
  if (json) streams.stdout.write(`${JSON.stringify(forMachines(openssl, acts, ok), null, 2)}\n`);
  else conclude(stage, acts, ok);
  if (!ok) throw new CliError("not everything came back as it was sent, see above");
  return ExitCode.Done;
}

function introduce(stage: Stage, openssl: string | null, wanted: boolean): void {
  const { strong, faint, note } = stage.style;
  stage.line("");
  stage.line(strong("Sealwire: TLS in the shape of Windows SSPI/Schannel, bytes in, bytes out"));
  if (openssl !== null)
    stage.line(`The peer is ${strong(openssl)} of this machine, over loopback.`);
  else if (wanted) stage.line("The peer is our own engine, over loopback.");
  else
    stage.line(
      note(
        "There is no openssl on this machine: the peer is our own engine instead, over loopback.",
      ),
    );
  stage.line(faint("{…} protected by handshake keys, […] by application keys"));
}

function conclude(stage: Stage, acts: readonly Act[], ok: boolean): void {
  const { strong, good, bad } = stage.style;
  const bytes = acts.reduce((sum, act) => sum + 2 * act.echoed, 0).toLocaleString("en");
  stage.line("");
  stage.line(
    ok
      ? `${good("✔")} ${strong(`${2 * acts.length} sessions, ${bytes} bytes, every one as it was sent.`)}`
      : `${bad("✘")} ${strong("Something did not come back as it was sent.")}`,
  );
  stage.line("");
}

/** The stage on the terminal; silent for --json. */
function makeStage(streams: Streams, silent: boolean): Stage {
  const style = styleFor(streams.stdout, streams.environment);
  const { strong, faint, good, bad } = style;
  const line = (text: string): void => {
    if (!silent) streams.stdout.write(`${text}\n`);
  };
  const pair = (label: string, text: string): void =>
    line(`  ${faint(label.padEnd(LABEL_WIDTH))} ${text}`);
  return {
    style,
    provider: nodeProvider,
    line,
    heading: (text) => {
      line("");
      line(strong(text));
      line("");
    },
    facts: (facts) => {
      line("");
      for (const [label, text] of describeFacts(facts)) pair(label, text);
      pair("stream sizes", streamSizes(facts));
    },
    record: (plaintext, record) => {
      line("");
      pair("one record", `${faint("plaintext")} ${JSON.stringify(decode(plaintext))}`);
      showRecord(record, style, pair);
    },
    echoed: (bytes, ok) => {
      line("");
      const count = bytes.toLocaleString("en");
      pair(
        "echo",
        ok
          ? good(`${count} bytes there and back, as sent`)
          : bad(`${count} bytes came back changed`),
      );
    },
    resumed: (yes) => {
      line("");
      pair("resumed", yes ? good("yes: no certificate crossed the wire") : "no");
    },
    alert: (record, seen, peer) => {
      line("");
      pair("alert", `${faint("SECQOP_WRAP_OOB_DATA")} 02 28`);
      showRecord(record, style, pair);
      const said =
        seen === null ? bad(`${peer} did not say that it got it`) : `${peer} got ${good(seen)}`;
      pair("", said);
    },
  };
}

function streamSizes(facts: Facts): string {
  const sizes = facts.streamSizes;
  if (sizes === null) return "unknown";
  const { cbHeader, cbTrailer, cbMaximumMessage, cBuffers, cbBlockSize } = sizes;
  return `header ${cbHeader}, trailer ${cbTrailer}, maximum ${cbMaximumMessage}, buffers ${cBuffers}, block ${cbBlockSize}`;
}

/** Header, data and trailer as EncryptMessage left them. */
function showRecord(
  record: SealedRecord,
  style: Style,
  pair: (label: string, text: string) => void,
): void {
  const parts: [string, Uint8Array, (text: string) => string][] = [
    ["header", record.header, style.note],
    ["data", record.data, style.ours],
    ["trailer", record.trailer, style.theirs],
  ];
  for (const [name, bytes, colour] of parts)
    hexLines(bytes).forEach((text, index) => {
      pair("", `${style.faint((index === 0 ? name : "").padEnd(9))} ${colour(text)}`);
    });
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function forMachines(openssl: string | null, acts: readonly Act[], ok: boolean): object {
  const hex = ({ header, data, trailer }: SealedRecord): object => ({
    header: toHex(header),
    data: toHex(data),
    trailer: toHex(trailer),
  });
  return {
    openssl,
    ok,
    sessions: acts.map((act) => ({
      ...act,
      plaintext: decode(act.plaintext),
      record: hex(act.record),
      alertRecord: hex(act.alertRecord),
    })),
  };
}
