/**
 * ClientHellos of real clients parse exactly as another parser read them.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromHex, toHex } from "../../src/bytes/text.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { type ClientHello, decodeClientHello } from "../../src/wire/client-hello.ts";
import { fixture } from "../support/data.ts";
import { handshakeMessages } from "./records.ts";
import { refusal } from "./refusal.ts";

interface ClientSet {
  readonly entries: readonly {
    readonly id: string;
    readonly client: string;
    readonly bytes: string;
    readonly expect: Readonly<Record<string, unknown>>;
  }[];
}

const hex = (length: number) => (value: number) => value.toString(16).padStart(length, "0");
const hex4 = hex(4);
const orNothing = <T, U>(value: T | undefined, form: (value: T) => U): U | undefined =>
  value === undefined ? undefined : form(value);
const hexList = (list: readonly number[] | undefined): string[] | undefined =>
  orNothing(list, (numbers) => numbers.map(hex4));

/** A ClientHello in the form of `expect`; members that are not there are undefined. */
function described({ extensions, ...hello }: ClientHello): Record<string, unknown> {
  return {
    legacy_version: hex4(hello.legacyVersion),
    session_id_length: hello.sessionId.length,
    cipher_suites: hexList(hello.cipherSuites),
    compression_methods: toHex(hello.compressionMethods),
    extensions: hexList(extensions.order),
    server_name: extensions.serverName,
    ec_point_formats: extensions.ecPointFormats,
    supported_groups: hexList(extensions.supportedGroups),
    session_ticket_length: extensions.sessionTicket?.length,
    signature_algorithms: hexList(extensions.signatureAlgorithms),
    supported_versions: hexList(extensions.supportedVersions),
    psk_key_exchange_modes: extensions.pskKeyExchangeModes,
    key_shares: orNothing(extensions.keyShare, (shares) =>
      shares.map((share) => ({ group: hex4(share.group), length: share.keyExchange.length })),
    ),
    alpn: extensions.alpn,
    pre_shared_key: orNothing(extensions.preSharedKey, () => true),
  };
}

const SETS: readonly (readonly [name: string, set: ClientSet, count: number])[] = [
  ["bsd", fixture<ClientSet>("clienthello/bsd.json"), 133],
  ["local", fixture<ClientSet>("clienthello/local.json"), 13],
  ["schannel", fixture<ClientSet>("clienthello/schannel-tls13-quoted.json.gz"), 4],
  ["ndpi", fixture<ClientSet>("clienthello/lgpl-ndpi.json.gz"), 31],
];

/** pre_shared_key without content (a tool played fingerprints again), or with an identity of no bytes (a made-up capture). */
const MALFORMED: readonly string[] = ["mercury-060", "mercury-079", "mercury-107", "mercury-131"];

const clients = suite("wire: ClientHellos of real clients");

for (const [name, set, count] of SETS) {
  clients(`${name}: all ${count} are there`, () => {
    assert.is(set.entries.length, count);
  });

  for (const { id, client, bytes, expect } of set.entries) {
    clients(`${id} (${client})`, () => {
      const [message, ...more] = handshakeMessages([fromHex(bytes)]);
      assert.is(more.length, 0);
      assert.is(message?.type, HandshakeType.ClientHello);
      const body = message?.body ?? new Uint8Array(0);
      if (MALFORMED.includes(id)) {
        assert.is(
          refusal(() => decodeClientHello(body)),
          "DecodeError",
        );
        return;
      }
      const found = described(decodeClientHello(body));
      for (const [field, value] of Object.entries(found)) assert.equal(value, expect[field], field);
      for (const field of Object.keys(expect))
        assert.ok(field in found, `${field} is not compared`);
    });
  }
}

clients.run();
