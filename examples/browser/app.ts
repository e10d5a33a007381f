/**
 * The page: a form, and one TLS session through the bridge for each press of the button.
 */
import { overMessages, type SecureInfo, secure, type Version } from "../../src/entries/streams.ts";
import { type SeenRecord, tapped } from "./record-tap.ts";

/** The facts that the page's server reports. */
interface Settings {
  readonly serverName: string;
  /** PEM of the authority, or of the server itself. */
  readonly ca: string;
}

const element = <Kind extends HTMLElement>(id: string): Kind => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element ${id}`);
  return found as Kind;
};

const form = element<HTMLFormElement>("form");
const button = element<HTMLButtonElement>("connect");
const version = element<HTMLSelectElement>("version");
const trusting = element<HTMLInputElement>("trust");
const request = element<HTMLTextAreaElement>("request");
const state = element("state");
const records = element("records");
const facts = element("facts");
const answer = element("answer");

function say(kind: "busy" | "good" | "bad", text: string): void {
  state.className = `wide ${kind}`;
  state.textContent = text;
}

function showRecord({ direction, text, length }: SeenRecord): void {
  const row = document.createElement("li");
  row.className = direction;
  const what = document.createElement("span");
  what.textContent = text;
  const size = document.createElement("small");
  size.textContent = `${length.toLocaleString("en")} bytes`;
  row.append(what, size);
  records.append(row);
}

const hex = (code: number | null): string =>
  code === null ? "–" : `0x${code.toString(16).padStart(4, "0")}`;

const GROUPS: Readonly<Record<number, string>> = {
  23: "secp256r1",
  24: "secp384r1",
  25: "secp521r1",
  29: "x25519",
  4588: "X25519MLKEM768",
};

function showFacts(info: SecureInfo, milliseconds: number): void {
  const rows: readonly (readonly [string, string])[] = [
    ["Version", info.version],
    ["Cipher suite", info.cipherSuiteName],
    ["Group", GROUPS[info.group ?? 0] ?? hex(info.group)],
    ["Signature scheme", hex(info.peerSignatureScheme)],
    ["Server name", info.serverName ?? "–"],
    ["ALPN", info.alpnProtocol ?? "–"],
    ["Certificate", info.peerCertificates.map((der) => `${der.length} bytes`).join(", ")],
    ["Resumed", info.resumed ? "yes" : "no"],
    ["Handshake took", `${milliseconds.toFixed(0)} ms`],
  ];
  facts.replaceChildren(
    ...rows.flatMap(([name, value]) => {
      const term = document.createElement("dt");
      const description = document.createElement("dd");
      term.textContent = name;
      description.textContent = value;
      return [term, description];
    }),
  );
}

async function connect(): Promise<void> {
  records.replaceChildren();
  facts.replaceChildren();
  answer.textContent = "";
  say("busy", "connecting …");
  const settings = (await (await fetch("/settings.json")).json()) as Settings;
  const socket = new WebSocket(`ws://${location.host}/bridge?server`);
  const began = performance.now();
  const session = secure(tapped(overMessages(socket), showRecord), {
    serverName: settings.serverName,
    ca: trusting.checked ? settings.ca : [],
    versions: version.value === "" ? ["TLSv1.2", "TLSv1.3"] : [version.value as Version],
    signal: AbortSignal.timeout(30_000),
  });
  showFacts(await session.opened, performance.now() - began);
  say("busy", "secure; waiting for the answer …");

  const writer = session.writable.getWriter();
  await writer.write(new TextEncoder().encode(request.value.replace(/\r?\n/g, "\r\n")));
  let length = 0;
  const decoder = new TextDecoder();
  for await (const bytes of session.readable) {
    length += bytes.length;
    answer.textContent += decoder.decode(bytes, { stream: true });
  }
  await writer.close();
  await session.closed;
  say("good", `done: ${length.toLocaleString("en")} bytes, closed by both ends`);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  button.disabled = true;
  connect()
    .catch((error: unknown) => {
      const { name, message, code } = error as Error & { code?: string };
      say("bad", `${name}${code === undefined ? "" : ` ${code}`}: ${message}`);
    })
    .finally(() => {
      button.disabled = false;
    });
});
