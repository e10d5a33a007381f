/**
 * Every number of the SDK that is named here (winerror.h, sspi.h, schannel.h, wincrypt.h), against the headers' tables, and
 * what is said about them (reference 1).
 */
import * as assert from "uvu/assert";
import { AlertDescription } from "../../src/protocol/alert.ts";
import * as schannel from "../../src/schannel/constants.ts";
import * as attributes from "../../src/sspi/attributes.ts";
import * as buffers from "../../src/sspi/buffer-types.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import * as packages from "../../src/sspi/package-constants.ts";
import { SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import * as statuses from "../../src/sspi/security-status.ts";
import { CONSTANTS, rows } from "../support/rows.ts";
import { sspi } from "../support/session-kit.ts";

type Table = Readonly<Record<string, unknown>>;

const OURS: Table = { ...statuses, ...buffers, ...flags, ...packages, ...attributes, ...schannel };

const constants = rows("schannel: constants");

for (const [section, table] of Object.entries(CONSTANTS)) {
  const names = Object.keys(table);
  constants.row(`${section} ${names.join(" ")}`, "", () => {
    assert.ok(names.length > 0);
    for (const name of names) assert.is(OURS[name], Number(table[name]), name);
  });
}

constants.row("1.1 V1", "an informational status is not the failure of the same low bits", () => {
  assert.is(statuses.SEC_E_CONTEXT_EXPIRED - statuses.SEC_I_CONTEXT_EXPIRED, 0x80000000);
  assert.is(
    statuses.SEC_E_INCOMPLETE_CREDENTIALS - statuses.SEC_I_INCOMPLETE_CREDENTIALS,
    0x80000000,
  );
  assert.is(statuses.SEC_E_BUFFER_TOO_SMALL - statuses.SEC_I_RENEGOTIATE, 0x80000000);
});

constants.row("1.1 V2", "statusName knows each of them, and gives hex for others", () => {
  for (const [name, value] of Object.entries(CONSTANTS["1.1"] ?? {})) {
    assert.is(statuses.statusName(Number(value)), name);
  }
  assert.is(statuses.statusName(0x8009ffff), "0x8009FFFF");
  assert.is(statuses.statusName(-2146893048), "SEC_E_INVALID_TOKEN");
});

constants.row("7.3 V1 V2", "positive and negative statuses", () => {
  for (const code of [
    statuses.SEC_I_CONTINUE_NEEDED,
    statuses.SEC_I_INCOMPLETE_CREDENTIALS,
    statuses.SEC_I_RENEGOTIATE,
    statuses.SEC_I_CONTEXT_EXPIRED,
    statuses.SEC_I_MESSAGE_FRAGMENT,
  ])
    assert.not.ok(statuses.isFailure(code));
  assert.ok(statuses.isFailure(statuses.SEC_E_INCOMPLETE_MESSAGE));
});

constants.row("1.2 V1", "descriptors have version 0", () => {
  assert.is(new SecBufferDesc([]).ulVersion, buffers.SECBUFFER_VERSION);
});

constants.row("1.3 V1", "RET flags have the values of the REQ flags", () => {
  let compared = 0;
  const values: Table = { ...flags };
  for (const [name, value] of Object.entries(values)) {
    const request = name.replace("_RET_", "_REQ_");
    if (!name.includes("_RET_") || !(request in values)) continue;
    compared++;
    assert.is(value, values[request], name);
  }
  assert.ok(compared > 20);
  assert.is(flags.ISC_RET_ALLOCATED_MEMORY, flags.ISC_REQ_ALLOCATE_MEMORY);
  assert.is(flags.ISC_RET_USED_SUPPLIED_CREDS, flags.ISC_REQ_USE_SUPPLIED_CREDS);
});

constants.row("1.3 V2", "four flags differ between client and server", () => {
  const values: Table = { ...flags };
  for (const name of ["STREAM", "EXTENDED_ERROR", "INTEGRITY", "FRAGMENT_TO_FIT"]) {
    assert.is.not(values[`ISC_REQ_${name}`], values[`ASC_REQ_${name}`], name);
  }
});

constants.row("1.3 V3", "flags above 32 bits are found", () => {
  assert.ok(flags.hasFlag(flags.ISC_REQ_MESSAGES + flags.ISC_REQ_STREAM, flags.ISC_REQ_MESSAGES));
  assert.ok(flags.hasFlag(flags.ISC_REQ_MESSAGES + flags.ISC_REQ_STREAM, flags.ISC_REQ_STREAM));
  assert.not.ok(flags.hasFlag(flags.ISC_REQ_STREAM, flags.ISC_REQ_MESSAGES));
});

constants.row("2.0 G1", "types are compared without their attribute bits", () => {
  assert.is(buffers.bufferType(buffers.SECBUFFER_DATA | buffers.SECBUFFER_READONLY), 1);
  assert.ok(buffers.isReadOnly(buffers.SECBUFFER_READONLY_WITH_CHECKSUM + 1));
  assert.not.ok(buffers.isReadOnly(buffers.SECBUFFER_RESERVED + 1));
});

constants.row("1.4 V1 V2 V3, 2.1 C1", "names, and SecPkgInfo as Windows reports it", () => {
  const { packages: all } = sspi.enumerateSecurityPackages();
  assert.equal(
    all.map(({ Comment: _, ...info }) => info),
    [
      {
        fCapabilities: 0x7b3,
        wVersion: 1,
        wRPCID: 14,
        cbMaxToken: 16384,
        Name: "Microsoft Unified Security Protocol Provider",
      },
    ],
  );
  for (const name of [
    "Microsoft Unified Security Protocol Provider",
    ...["Schannel", "Default TLS SSP", "Microsoft SSL 2.0", "Microsoft SSL 3.0"],
    ...["Microsoft TLS 1.0", "Microsoft PCT 1.0"],
  ]) {
    assert.is(sspi.querySecurityPackageInfo(name).packageInfo?.Name, schannel.UNISP_NAME, name);
  }
  for (const name of [null, "", "Kerberos"]) {
    assert.is(sspi.querySecurityPackageInfo(name).status, statuses.SEC_E_SECPKG_NOT_FOUND);
    const { status } = sspi.acquireCredentialsHandle({ package: name, credentialUse: 2 });
    assert.is(status, statuses.SEC_E_SECPKG_NOT_FOUND);
  }
});

constants.row("1.5 V2", "a credential's NAMES attribute", () => {
  assert.is(attributes.SECPKG_CRED_ATTR_NAMES, 1);
});

constants.row("1.8 V2", "alerts that only the RFCs name", () => {
  const { inappropriate_fallback, missing_extension, certificate_required } = AlertDescription;
  assert.equal([inappropriate_fallback, missing_extension, certificate_required], [86, 109, 116]);
});

constants.run();
