/**
 * Files that the command line writes secrets to: made with mode 600, refused with a wider one.
 */
import { closeSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openSecretFile, writeSecretFile } from "../../src/cli/secret-file.ts";
import { SessionFile } from "../../src/cli/session-file.ts";

const folder = mkdtempSync(join(tmpdir(), "sealwire-secret-files-"));
const files = suite("cli: secret files");
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

const WRITERS: Readonly<Record<string, (path: string) => void>> = {
  "a key log": (path) => closeSync(openSecretFile(path)),
  "a session file": (path) =>
    new SessionFile(path, assert.unreachable).set("a", Uint8Array.of(1), 10),
  "a file that is written anew": (path) => writeSecretFile(path, "x"),
};

for (const [what, write] of Object.entries(WRITERS)) {
  const path = join(folder, what);

  files(`${what} is made with mode 600, and taken again`, () => {
    write(path);
    write(path);
    assert.is(modeOf(path), "600");
  });

  for (const mode of [0o644, 0o640, 0o602, 0o666, 0o660, 0o610]) {
    files(`${what} of mode ${mode.toString(8)} is refused, and not written to`, () => {
      const wide = `${path} ${mode.toString(8)}`;
      const before = process.umask(0);
      writeFileSync(wide, "{}", { mode });
      process.umask(before);
      assert.throws(
        () => write(wide),
        (error: Error) =>
          error.message.includes(wide) &&
          error.message.includes(`mode ${mode.toString(8)}`) &&
          error.message.includes("chmod 600"),
      );
      assert.equal([readFileSync(wide, "utf8"), modeOf(wide)], ["{}", mode.toString(8)]);
    });
  }

  files(`${what} in a folder that is not there is refused with its name`, () => {
    assert.throws(() => write(join(folder, "none", "file")), /none.file/);
  });
}

files("what is not a regular file has no mode that counts", () => {
  closeSync(openSecretFile("/dev/null"));
});

files.after(() => rmSync(folder, { recursive: true }));
files.run();
