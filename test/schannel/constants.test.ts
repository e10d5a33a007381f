/**
 * Every number of schannel.h and wincrypt.h that the package names, and its names.
 */
import * as assert from "uvu/assert";
import * as constants from "../../src/schannel/constants.ts";
import { PACKAGE_INFO } from "../../src/schannel/package-info.ts";
import { fixture } from "../support/data.ts";
import { rows } from "../support/rows.ts";

type Table = Readonly<Record<string, number | string>>;

const table = fixture<Readonly<Record<string, Table>>>("schannel/constants.json")["schannel"] ?? {};
const numbers = rows("schannel: constants");

numbers.row("1.6 1.7 1.8 1.9", `${Object.keys(table).length} values`, () => {
  const ours: Table = constants;
  for (const [name, value] of Object.entries(table)) assert.is(ours[name], Number(value), name);
});

numbers.row("1.4", "package names and SecPkgInfo", () => {
  assert.is(constants.UNISP_NAME, "Microsoft Unified Security Protocol Provider");
  assert.is(constants.SCHANNEL_NAME, "Schannel");
  assert.equal(
    { ...PACKAGE_INFO, Comment: "" },
    {
      fCapabilities: 0x7b3,
      wVersion: 1,
      wRPCID: 14,
      cbMaxToken: 16384,
      Name: constants.UNISP_NAME,
      Comment: "",
    },
  );
});

numbers.run();
