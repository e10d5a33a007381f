/**
 * All attacks.
 */
import type { Attack } from "./attack.ts";
import { ATTACKS_12_ANSWERS } from "./attacks-12-answers.ts";
import { ATTACKS_12_CLIENT } from "./attacks-12-client.ts";
import { ATTACKS_12_HELLO } from "./attacks-12-hello.ts";
import { ATTACKS_12_PSK } from "./attacks-12-psk.ts";
import { ATTACKS_12_SERVER } from "./attacks-12-server.ts";
import { ATTACKS_13_ANSWERS } from "./attacks-13-answers.ts";
import { ATTACKS_13_CLIENT } from "./attacks-13-client.ts";
import { ATTACKS_13_EARLY } from "./attacks-13-early.ts";
import { ATTACKS_13_HELLO } from "./attacks-13-hello.ts";
import { ATTACKS_13_PSK } from "./attacks-13-psk.ts";
import { ATTACKS_13_RECORDS } from "./attacks-13-records.ts";
import { ATTACKS_13_SERVER } from "./attacks-13-server.ts";
import { ATTACKS_CONNECTED } from "./attacks-connected.ts";
import { ATTACKS_EITHER } from "./attacks-either.ts";
import { ATTACKS_HELLO } from "./attacks-hello.ts";
import { ATTACKS_POST_HANDSHAKE } from "./attacks-post-handshake.ts";
import { ATTACKS_PROOFS } from "./attacks-proofs.ts";
import { ATTACKS_RECORDS } from "./attacks-records.ts";
import { ATTACKS_RENEGOTIATION } from "./attacks-renegotiation.ts";
import { ATTACKS_SESSIONS } from "./attacks-sessions.ts";

export const ATTACKS: readonly Attack[] = [
  ...ATTACKS_EITHER,
  ...ATTACKS_RECORDS,
  ...ATTACKS_HELLO,
  ...ATTACKS_PROOFS,
  ...ATTACKS_SESSIONS,
  ...ATTACKS_13_CLIENT,
  ...ATTACKS_13_ANSWERS,
  ...ATTACKS_13_RECORDS,
  ...ATTACKS_13_HELLO,
  ...ATTACKS_13_SERVER,
  ...ATTACKS_13_EARLY,
  ...ATTACKS_13_PSK,
  ...ATTACKS_12_CLIENT,
  ...ATTACKS_12_ANSWERS,
  ...ATTACKS_12_SERVER,
  ...ATTACKS_12_HELLO,
  ...ATTACKS_12_PSK,
  ...ATTACKS_RENEGOTIATION,
  ...ATTACKS_CONNECTED,
  ...ATTACKS_POST_HANDSHAKE,
];
