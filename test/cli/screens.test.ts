/**
 * The command line as people see it: each situation in a terminal of 80 and of 140 columns, held against `fixtures/cli`. No line is
 * longer than the terminal. `SEALWIRE_SCREENS=write` writes the captures anew; read them then.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ROOT } from "../support/data.ts";
import { inTerminal, type Screen } from "./pseudo-terminal.ts";
import { FILES, makeFiles } from "./situation-peers.ts";
import { SITUATIONS, type Situation } from "./situations.ts";

const WRITE = process.env["SEALWIRE_SCREENS"] === "write";
const MAIN = join(ROOT, "build/src/cli/main.js");
const WIDTHS = [80, 140] as const;

const tests = suite("cli: screens");
const FOLDER = mkdtempSync(join(tmpdir(), "sealwire-screens-"));
process.on("exit", () => rmSync(FOLDER, { recursive: true, force: true }));
cpSync(FILES, FOLDER, { recursive: true });
makeFiles(FOLDER);

/** What differs from run to run takes the same room, so that lines break where they did. */
function masked(text: string, ports: ReadonlySet<number>): string {
  let plain = text;
  for (const port of ports) plain = plain.replaceAll(String(port), "P".repeat(String(port).length));
  const today = new Date().toISOString().slice(0, 10);
  return plain
    .replace(new RegExp(`${today}T[0-9:.]+Z`, "g"), (time) => time.replace(/\d/g, "T"))
    .replace(/^\d\d:\d\d:\d\d /gm, "TT:TT:TT ")
    .replace(/^sealwire \S+, node \S+$/m, "sealwire VERSION, node VERSION");
}

async function seen(situation: Situation, columns: number): Promise<Screen> {
  const peer = await situation.peer?.();
  const ports = new Set<number>();
  if (peer !== undefined) ports.add(peer.port);
  const words = situation.words.replace("PORT", String(peer?.port)).split(" ").filter(Boolean);
  let visited = false;
  let isPassing = situation.passing === undefined;
  try {
    const screen = await inTerminal({
      columns,
      words: [process.execPath, MAIN, ...words],
      folder: FOLDER,
      environment: situation.environment ?? {},
      stdin: situation.stdin ?? null,
      typing: situation.typing ?? null,
      watch: (text) => {
        isPassing ||= situation.passing?.test(text) === true;
        const [, port] = /listening on 127\.0\.0\.1:(\d+)/.exec(text) ?? [];
        if (port === undefined) return;
        ports.add(Number(port));
        if (!visited) situation.visit?.(Number(port));
        visited = true;
      },
    });
    assert.ok(isPassing, `${situation.passing} was never seen`);
    const text = screen.text.replace(/127\.0\.0\.1:(\d{5})\b/g, (place, port: string) => {
      ports.add(Number(port));
      return place;
    });
    return { ...screen, text: masked(text, ports) };
  } finally {
    peer?.close();
  }
}

const only = process.env["SEALWIRE_SCREENS_ONLY"];
for (const situation of SITUATIONS) {
  const { name, words, status, isRaw } = situation;
  if (only !== undefined && !new RegExp(only).test(name)) continue;
  tests(`${name}: the screen is as it was read, ${WIDTHS.join(" and ")} columns wide`, async () => {
    const screens = await Promise.all(WIDTHS.map((columns) => seen(situation, columns)));
    for (const [index, screen] of screens.entries()) {
      const file = join(ROOT, `fixtures/cli/${WIDTHS[index]}/${name}.txt`);
      const text = `$ sealwire ${words.replace("PORT", "PPPPP")}\n${screen.text}`;
      if (WRITE) {
        mkdirSync(join(file, ".."), { recursive: true });
        writeFileSync(file, text);
      }
      assert.is(screen.status, status, text);
      if (isRaw !== true) assert.equal(screen.broken, [], "a line is longer than the terminal");
      assert.fixture(text, readFileSync(file, "utf8"));
    }
  });
}

tests.run();
