/**
 * An editor shows a text for everything that a user of the package can name.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as names from "../../src/entries/sspi.ts";
import { publicApi, type ShownName } from "./public-api.ts";

const STATUS = /^(?:SEC_[EI]|CRYPT_E|TRUST_E|CERT_E)_/;

const hover = suite("documentation: what an editor shows");
const api = publicApi();

/** What is at fault, each definition once, under the first entry that exports it. */
function report(faultsOf: (shown: ShownName) => readonly string[]): string[] {
  const seen = new Set<unknown>();
  return api.entries.flatMap((entry) =>
    api
      .exportsOf(entry)
      .filter(([, symbol]) => !seen.has(symbol) && seen.add(symbol))
      .flatMap(([name, symbol]) => api.shown(name, symbol).flatMap(faultsOf))
      .map((fault) => `${entry.name}: ${fault}`),
  );
}

hover("there are entries, and they export names", () => {
  assert.ok(api.entries.length >= 8);
  for (const entry of api.entries) assert.ok(api.exportsOf(entry).length > 0, entry.name);
});

hover("every export and every public member has a text", () => {
  assert.equal(
    report(({ name, text }) => (text.trim() === "" ? [name] : [])),
    [],
  );
});

hover("every parameter of a function or method has a text", () => {
  assert.equal(
    report(({ name, parameters }) =>
      parameters
        .filter(({ text }) => text.trim() === "")
        .map((parameter) => `${name}(${parameter.name})`),
    ),
    [],
  );
});

hover("the text of a status begins with its hexadecimal value, and says what it means", () => {
  const statuses = Object.entries(names).filter(([name]) => STATUS.test(name));
  assert.ok(statuses.length > 60);
  const wanted = new Map(
    statuses.map(([name, value]) => [
      name,
      `0x${Number(value).toString(16).toUpperCase().padStart(8, "0")}: `,
    ]),
  );
  assert.equal(
    report(({ name, text }) => {
      const start = wanted.get(name);
      return start === undefined || (text.startsWith(start) && text.length >= start.length + 20)
        ? []
        : [`${name}, which should begin with ${start}`];
    }),
    [],
  );
});

hover("the text of an alert names its number", () => {
  const alerts = Object.entries(names).filter(([name]) =>
    /^TLS1_ALERT_(?!WARNING|FATAL)/.test(name),
  );
  assert.ok(alerts.length > 20);
  const numbers = new Map<string, unknown>(alerts);
  assert.equal(
    report(({ name, text }) => {
      const number = numbers.get(name);
      return number === undefined || text.startsWith(`Alert ${number}, `) ? [] : [name];
    }),
    [],
  );
});

hover("a name that several entries define for themselves has one text", () => {
  const texts = new Map<string, Set<string>>();
  for (const entry of api.entries) {
    for (const [name, symbol] of api.exportsOf(entry)) {
      const [shown] = api.shown(name, symbol);
      texts.set(name, (texts.get(name) ?? new Set()).add(shown?.text ?? ""));
    }
  }
  // Duplex and WHATWG streams have a function and options of their own.
  const different = [...texts].filter(([, all]) => all.size > 1).map(([name]) => name);
  assert.equal(different, ["negotiateStartTls"]);
});

hover.run();
