/**
 * ldapts against slapd, over ldaps and StartTLS, by the swap and by its hook.
 */
import * as assert from "uvu/assert";
import { type Connect, overSealwire, program, type Trust } from "./kit.ts";
import { SLAPD_USER, slapd } from "./servers.ts";

interface Client {
  startTLS(options: object): Promise<void>;
  bind(name: string, password: string): Promise<void>;
  add(name: string, entry: object): Promise<void>;
  del(name: string): Promise<void>;
  search(
    base: string,
    options: object,
  ): Promise<{ searchEntries: { dn: string; description: string }[] }>;
  unbind(): Promise<void>;
}

const LARGE = "sealwire ".repeat(20_000);
const ports = { ldap: 0, ldaps: 0 };

async function use(trust: Trust, scheme: keyof typeof ports, hook?: Connect): Promise<void> {
  const { Client: LdapClient } = program<{ Client: new (options: object) => Client }>("ldapts");
  const client = new LdapClient({
    url: `${scheme}://localhost:${ports[scheme]}`,
    ...(scheme === "ldaps" ? { tlsOptions: trust } : {}),
    ...(hook === undefined ? {} : { createSecureConnection: hook }),
    timeout: 10_000,
  });
  try {
    if (scheme === "ldap") await client.startTLS({ ...trust, servername: "localhost" });
    const { base, name, password } = SLAPD_USER;
    await client.bind(name, password);
    const entry = `cn=sealed,${base}`;
    await client.add(entry, {
      objectClass: "applicationProcess",
      cn: "sealed",
      description: LARGE,
    });
    const { searchEntries } = await client.search(base, { filter: "(cn=sealed)" });
    assert.equal(
      searchEntries.map(({ dn, description }) => [dn, description]),
      [[entry, LARGE]],
    );
    await client.del(entry);
  } finally {
    await client.unbind();
  }
}

const tests = overSealwire("ldapts", async () => {
  const server = await slapd();
  Object.assign(ports, server.ports);
  return () => server.program.stop();
}, [
  { name: "ldaps", use: (trust) => use(trust, "ldaps") },
  { name: "StartTLS", use: (trust) => use(trust, "ldap") },
  { name: "ldaps by its hook", byHook: true, use: (trust, hook) => use(trust, "ldaps", hook) },
  { name: "StartTLS by its hook", byHook: true, use: (trust, hook) => use(trust, "ldap", hook) },
]);
tests.run();
