/**
 * A small run of the property of the face; the large one is `npm run test:property`.
 */
import * as assert from "uvu/assert";
import { rows } from "../support/rows.ts";
import { checkFace } from "../support/sspi-property.ts";

const property = rows("schannel: property of the face");

property.row("2.0 G5 G6 G7 G8", "20000 random calls", () => {
  assert.ok(checkFace({ seed: 0x5ea1, cases: 20_000 }) >= 20_000);
});

property.run();
