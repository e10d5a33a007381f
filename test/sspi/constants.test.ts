/**
 * Every package-neutral number of the SDK, from the headers' tables (winerror.h, sspi.h), against ours.
 */
import * as assert from "uvu/assert";
import * as attributes from "../../src/sspi/attributes.ts";
import * as buffers from "../../src/sspi/buffer-types.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import * as packages from "../../src/sspi/package-constants.ts";
import * as statuses from "../../src/sspi/security-status.ts";
import { fixture } from "../support/data.ts";
import { rows } from "../support/rows.ts";

type Table = Readonly<Record<string, number | string>>;

const tables = fixture<Readonly<Record<string, Table>>>("schannel/constants.json");
const constants = rows("sspi: constants");

const MODULES: readonly (readonly [row: string, table: string, module: object])[] = [
  ["1.1", "statuses", statuses],
  ["1.2", "buffers", buffers],
  ["1.3", "flags", flags],
  ["1.4", "package", packages],
  ["1.5", "attributes", attributes],
];

for (const [id, name, module] of MODULES) {
  const table = tables[name] ?? {};
  const ours = module as Table;
  constants.row(id, `${Object.keys(table).length} values of ${name}`, () => {
    assert.ok(Object.keys(table).length > 0);
    for (const [constant, value] of Object.entries(table)) {
      assert.is(ours[constant], Number(value), constant);
    }
  });
}

constants.row("1.1", "statusName knows each of them, and gives hex for others", () => {
  for (const [name, value] of Object.entries(tables["statuses"] ?? {})) {
    assert.is(statuses.statusName(Number(value)), name);
  }
  assert.is(statuses.statusName(0x8009ffff), "0x8009FFFF");
  assert.is(statuses.statusName(-2146893048), "SEC_E_INVALID_TOKEN");
});

constants.row("1.3", "RET flags have the values of the REQ flags", () => {
  const values = flags as unknown as Table;
  for (const [name, value] of Object.entries(values)) {
    const request = name.replace("_RET_", "_REQ_");
    if (name.includes("_RET_") && request in values) assert.is(value, values[request], name);
  }
  assert.is(flags.ISC_RET_ALLOCATED_MEMORY, flags.ISC_REQ_ALLOCATE_MEMORY);
});

constants.row("1.3", "flags above 32 bits are found", () => {
  assert.ok(flags.hasFlag(flags.ISC_REQ_MESSAGES + flags.ISC_REQ_STREAM, flags.ISC_REQ_MESSAGES));
  assert.ok(flags.hasFlag(flags.ISC_REQ_MESSAGES + flags.ISC_REQ_STREAM, flags.ISC_REQ_STREAM));
  assert.not.ok(flags.hasFlag(flags.ISC_REQ_STREAM, flags.ISC_REQ_MESSAGES));
});

constants.row("2.0 G1", "types are compared without their attribute bits", () => {
  assert.is(buffers.bufferType(buffers.SECBUFFER_DATA | buffers.SECBUFFER_READONLY), 1);
  assert.ok(buffers.isReadOnly(buffers.SECBUFFER_READONLY_WITH_CHECKSUM + 1));
  assert.not.ok(buffers.isReadOnly(buffers.SECBUFFER_RESERVED + 1));
});

constants.run();
