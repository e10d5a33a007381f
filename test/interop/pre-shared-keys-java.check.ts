/**
 * Keys agreed on outside TLS, and Bouncy Castle's TLS, which has all suites that are built here.
 */
import { toHex } from "../../src/bytes/text.ts";
import { start, temporaryFolder } from "./processes.ts";
import { build } from "./programs.ts";
import { HINT, KEY, pskSuite } from "./psk-peer.ts";

const classes = temporaryFolder("java-psk");
// Where Debian has it.
const jars = ["bctls", "bcprov", "bcutil"].map((name) => `/usr/share/java/${name}.jar`);
const path = [classes, ...jars].join(":");
const run = (...words: readonly string[]): ReturnType<typeof start> =>
  start("java", ["-XX:+UseSerialGC", "-Xmx128m", "-cp", path, "PskPeer", ...words]);

const tests = pskSuite({
  name: "Bouncy Castle",
  knows: () => true,
  dials: () => true,
  resumes: false,
  async server({ code }) {
    const program = run("server", String(code), "meter-7", toHex(KEY.key), HINT);
    const [, port] = await program.until(/port (\d+)/);
    return { port: Number(port), stop: program.stop };
  },
  answer: (line) => line,
  client: (port, { code }, identity) =>
    run("client", String(port), String(code), identity, toHex(KEY.key)),
});
tests.before(() => build(["javac", "-d", classes, "-cp", path, "PskPeer.java"], "java-psk"));
tests.run();
