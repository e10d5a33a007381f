/**
 * A session drawn as a ladder: we on the left, the peer on the right, one rung per message, beside it the SSPI call
 * and its status. As in RFC 8446 §2, {…} is protected by handshake keys and […] by application keys.
 */

import { statusName } from "../api/node.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Call } from "./observed-functions.ts";
import type { Style } from "./terminal.ts";
import { type Protection, type Side, type WireEvent, WireView } from "./wire-view.ts";

/** Characters between the two rails, and in a terminal that is too narrow for that. */
const WIDTH = 46;
const NARROW_WIDTH = 38;
/** Columns that the drawing with whole names takes. */
const WANTED_COLUMNS = 100;
/** What people who talk of these calls say. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  InitializeSecurityContext: "ISC",
  AcceptSecurityContext: "ASC",
};

/** One rung, for machines. */
export interface Rung {
  readonly from: "us" | "peer";
  readonly message: string;
  readonly length: number;
  readonly protection: Protection;
  /** The call that took or made it, on the last rung of the call; else null. */
  readonly call: string | null;
  readonly status: string | null;
}

const BRACKETS: Readonly<Record<Protection, readonly [string, string]>> = {
  none: ["", ""],
  early: ["(", ")"],
  handshake: ["{", "}"],
  application: ["[", "]"],
};

export class Ladder {
  readonly rungs: Rung[] = [];
  /** True: messages are followed but not drawn; for bulk data. */
  paused = false;
  readonly #ourSide: Side;
  readonly #view: WireView;
  readonly #write: (line: string) => void;
  readonly #style: Style;
  readonly #narrow: boolean;
  readonly #width: number;

  /** @param write takes a line of the drawing, without its end */
  constructor(
    ourSide: Side,
    provider: CryptoProvider,
    style: Style,
    write: (line: string) => void,
  ) {
    this.#ourSide = ourSide;
    this.#view = new WireView(provider);
    this.#style = style;
    this.#narrow = style.columns < WANTED_COLUMNS;
    this.#width = this.#narrow ? NARROW_WIDTH : WIDTH;
    this.#write = write;
  }

  /** Takes a line of the session's key log, to read what is protected. */
  readonly keyLog = (line: string): void => this.#view.keyLog(line);

  /** Draws the names over the rails. */
  head(us: string, peer: string): void {
    const room = this.#width + 2 - us.length;
    this.#write(`  ${this.#style.ours(us)}${this.#style.theirs(peer.padStart(room))}`);
  }

  /** Draws what a call took from the peer, then what it made. */
  readonly observe = (call: Call): void => {
    const peer: Side = this.#ourSide === "client" ? "server" : "client";
    const events = [
      ...this.#view.push(peer, call.received),
      ...this.#view.push(this.#ourSide, call.sent),
    ].flatMap((record) => record.events);
    if (this.paused) return;
    if (events.length === 0) {
      this.#silentCall(call);
      return;
    }
    events.forEach((item, index) => {
      this.#rung(item, index === events.length - 1 ? call : null);
    });
  };

  /** A call that moved nothing over the wire. */
  #silentCall(call: Call): void {
    const rail = this.#style.faint("│");
    this.#write(`  ${rail}${" ".repeat(this.#width)}${rail}  ${this.#note(call)}`);
  }

  #rung(item: WireEvent, call: Call | null): void {
    const isOurs = item.from === this.#ourSide;
    const [open, close] = BRACKETS[item.protection];
    const said = this.#narrow ? item.name.replace(/^alert (warning|fatal)/, "alert") : item.name;
    const name = `${open}${said}${close}`;
    const size = `${item.length} B`;
    const line = "─".repeat(Math.max(this.#width - name.length - size.length - 8, 1));
    const { faint, ours, theirs } = this.#style;
    const colour = isOurs ? ours : theirs;
    const body = isOurs
      ? `${faint("──")} ${colour(name)} ${faint(`${line} ${size} ─▶`)}`
      : `${faint("◀─")} ${colour(name)} ${faint(`${line} ${size} ──`)}`;
    const note = call === null ? "" : `  ${this.#note(call)}`;
    this.#write(`  ${faint("│")}${body}${faint("│")}${note}`);
    this.rungs.push({
      from: isOurs ? "us" : "peer",
      message: item.name,
      length: item.length,
      protection: item.protection,
      call: call?.name ?? null,
      status: call === null ? null : statusName(call.status),
    });
  }

  #note(call: Call): string {
    const { good, bad, note, faint } = this.#style;
    const name = statusName(call.status);
    const colour = name === "SEC_E_OK" ? good : name.startsWith("SEC_I") ? note : bad;
    const short = this.#narrow ? SHORT_NAMES[call.name] : undefined;
    return `${faint(short ?? call.name)} ${colour(name)}`;
  }
}
