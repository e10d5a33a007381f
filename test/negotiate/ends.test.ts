/**
 * Client and server of Negotiate against each other, with NTLM and a second package that is as small as can be: who chooses,
 * who signs the list, and what an attacker can change.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Mechanism } from "../../src/negotiate/mechanism.ts";
import { NegotiatePackage } from "../../src/negotiate/negotiate-package.ts";
import { ntlmMechanism } from "../../src/negotiate/ntlm-mechanism.ts";
import {
  NegState,
  readInit,
  readResponse,
  writeInit,
  writeMechanismList,
  writeResponse,
} from "../../src/negotiate/spnego.ts";
import { NtlmPackage } from "../../src/ntlm/ntlm-package.ts";
import { nodeLegacyCrypto } from "../../src/providers/node/legacy-crypto.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import * as flag from "../../src/sspi/context-flags.ts";
import { addedPackage } from "../../src/sspi/security-package.ts";
import * as status from "../../src/sspi/security-status.ts";
import {
  acquire,
  type Between,
  contextsOf,
  type End,
  login,
  open,
  seal,
  serverOf,
  sign,
  sspi,
  text,
  turn,
  verify,
} from "../message/kit.ts";
import { ToyPackage } from "../message/toy-package.ts";
import { numbers, randomBytes } from "../support/random.ts";

const USER = { user: "Ada", password: "Enchantress" };
const TOY_OID = "1.2.840.113554.1.2.2";
const NTLM_OID = "1.3.6.1.4.1.311.2.2.10";

/** Negotiate with a package before NTLM, by the name "Both"; the package stands in for Kerberos. */
const toy = new ToyPackage("Kerberos");
const toyMechanism: Mechanism = {
  package: toy,
  identifiers: ["1.2.840.48018.1.2.2", TOY_OID],
  recognizes: (token) => token[0] === 0x68,
  signsList: false,
};
const ntlm = ntlmMechanism(new NtlmPackage({ crypto: nodeLegacyCrypto, clock: () => 1e12 }));
const both = new NegotiatePackage([toyMechanism, ntlm]);
const reversed = new NegotiatePackage([ntlm, toyMechanism]);
for (const [name, its] of [
  ["Both", both],
  ["Reversed", reversed],
] as const) {
  Object.defineProperty(its, "info", { value: { ...its.info, Name: name } });
  sspi.addSecurityPackage(addedPackage(its));
}

const negotiate = suite("negotiate: two ends");

const client = (name = "Negotiate", PackageList = "", contextReq = 0): End => ({
  credential: acquire(name, 2, { User: USER.user, Password: USER.password, PackageList }),
  contextReq,
  targetName: "HTTP/host.example",
});
const server = (name = "Negotiate", PackageList = ""): End => {
  const lookup = ({ user }: { readonly user: string }): { password: string } | null =>
    ["Ada", "someone"].includes(user) ? { password: USER.password } : null;
  return { credential: acquire(name, 1, { PackageList, sealwire: { lookup } }) };
};

function exchange([one, other]: ReturnType<typeof contextsOf>): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
    [one, other],
  ] as const) {
    const opened = open(to, seal(from, text("a message")));
    assert.is(opened.status, status.SEC_E_OK);
    assert.equal(opened.data, text("a message"));
    assert.is(verify(to, text("signed"), sign(from, text("signed"))), status.SEC_E_OK);
  }
}

const chosenBy = (context: Parameters<typeof sspi.queryContextAttributes>[0]): string | undefined =>
  sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_NEGOTIATION_INFO).value?.PackageInfo
    .Name;

negotiate("NTLM alone: four tokens, both MICs over the list, messages both ways", () => {
  const done = login(client("Negotiate", "", flag.ISC_REQ_CONFIDENTIALITY), server());
  assert.is(done.tokens.length, 4);
  const [, , third, fourth] = done.tokens.map((token, i) => (i === 0 ? null : readResponse(token)));
  assert.is(third?.mic?.length, 16);
  assert.is(fourth?.mic?.length, 16);
  assert.is(fourth?.state, NegState.Completed);
  const contexts = contextsOf(done);
  exchange(contexts);
  for (const context of contexts) assert.is(chosenBy(context), "NTLM");
});

negotiate("the first of the client is chosen where both have it: two tokens and no MIC", () => {
  const done = login(client("Both"), server("Both"));
  assert.is(done.tokens.length, 2);
  assert.is(readResponse(done.tokens[1] ?? new Uint8Array()).mic, null);
  const contexts = contextsOf(done);
  for (const context of contexts) assert.is(chosenBy(context), "Toy");
  exchange(contexts);
});

const LISTS: readonly (readonly [string, string, string | null])[] = [
  ["", "", "Toy"],
  ["!Kerberos", "", "NTLM"],
  ["NTLM", "", "NTLM"],
  ["", "!Kerberos", "NTLM"],
  ["kerberos,!ntlm", "", "Toy"],
  ["Kerberos, NTLM", "ntlm", "NTLM"],
  ["!NTLM", "!Kerberos", null],
];

for (const [atClient, atServer, wanted] of LISTS) {
  negotiate(
    `package lists "${atClient}" and "${atServer}": ${wanted ?? "no common package"}`,
    () => {
      const done = login(client("Both", atClient), server("Both", atServer));
      if (wanted === null) {
        assert.is(done.server.status, status.SEC_E_SECPKG_NOT_FOUND);
        assert.is(readResponse(done.server.token).state, NegState.Reject);
        const told = turn("client", client("Both", atClient), null, null);
        const answer = turn("client", client("Both"), told.context, done.server.token);
        assert.is(answer.status, status.SEC_E_LOGON_DENIED);
        return;
      }
      const contexts = contextsOf(done);
      for (const context of contexts) assert.is(chosenBy(context), wanted);
      exchange(contexts);
    },
  );
}

negotiate("a list that leaves nothing: SEC_E_SECPKG_NOT_FOUND when the credential is made", () => {
  const answer = sspi.acquireCredentialsHandle({
    package: "Negotiate",
    credentialUse: 2,
    authData: { User: "a", Password: "b", PackageList: "Kerberos" },
  });
  assert.is(answer.status, status.SEC_E_SECPKG_NOT_FOUND);
});

negotiate(
  "another package than the first: the server requests MICs, the client begins anew",
  () => {
    const done = login(client("Both"), server("Both", "!Kerberos"));
    const answer = readResponse(done.tokens[1] ?? new Uint8Array());
    assert.is(answer.state, NegState.RequestMic);
    assert.is(answer.mechanism, NTLM_OID);
    assert.is(done.tokens.length, 6);
    exchange(contextsOf(done));
  },
);

negotiate(
  "MICs where the server's own token is the last of the package: one leg more each way",
  () => {
    const done = login(client("Reversed"), server("Both", "!NTLM"));
    const answer = readResponse(done.tokens[1] ?? new Uint8Array());
    assert.is(answer.mechanism, "1.2.840.48018.1.2.2");
    const contexts = contextsOf(done);
    exchange(contexts);
    const last = done.tokens.slice(-3).map((token) => readResponse(token));
    assert.ok(last[0]?.mic && last[1]?.mic, "both have signed");
    assert.is(last[2]?.state, NegState.Completed);
  },
);

negotiate("a server that speaks first sends a hint, which the client takes and ignores", () => {
  const serving = server();
  const hint = turn("server", serving, null, null);
  assert.is(hint.status, status.SEC_I_CONTINUE_NEEDED);
  assert.equal(readInit(hint.token).mechanisms, [NTLM_OID]);
  const end = client();
  const first = turn("client", end, null, hint.token);
  assert.is(first.status, status.SEC_I_CONTINUE_NEEDED);
  const second = turn("server", serving, hint.context, first.token);
  const third = turn("client", end, first.context, second.token);
  const fourth = turn("server", serving, second.context, third.token);
  assert.is(fourth.status, status.SEC_E_OK);
});

negotiate("a server takes NTLM without SPNEGO and answers in kind", () => {
  const raw: End = {
    credential: acquire("NTLM", 2, { User: USER.user, Password: USER.password }),
    contextReq: flag.ISC_REQ_CONFIDENTIALITY,
  };
  const done = login(raw, server());
  assert.is(done.tokens[1]?.[0], 0x4e);
  exchange(contextsOf(done));
  const forbidden = login(raw, server("Both", "Kerberos"));
  assert.is(forbidden.server.status, status.SEC_E_INVALID_TOKEN);
});

negotiate("NegoEx and unknown mechanisms in the list are skipped", () => {
  const done = login(client(), server(), (token, number) => {
    if (number !== 0) return token;
    const { mechToken } = readInit(token);
    const list = writeMechanismList(["1.3.6.1.4.1.311.2.2.30", "1.2.3.4", NTLM_OID]);
    return writeInit(list, mechToken ?? new Uint8Array());
  });
  const answer = readResponse(done.tokens[1] ?? new Uint8Array());
  assert.is(answer.state, NegState.RequestMic, "its token was not of the chosen package");
});

negotiate("a lookup that answers later is waited for", async () => {
  const lookup = async (): Promise<{ password: string }> => ({ password: USER.password });
  const credential = acquire("Negotiate", 1, { sealwire: { lookup } });
  const done = login(client(), { credential });
  assert.is(done.server.status, status.SEC_I_ASYNC_CALL_PENDING);
  const { SecBuffer, SecBufferDesc } = await import("../../src/sspi/sec-buffer.ts");
  const output = new SecBuffer(2, new Uint8Array(500));
  const answer = await sspi.acceptSecurityContextAsync({
    context: done.server.context,
    input: new SecBufferDesc([new SecBuffer(2, done.tokens[2])]),
    output: new SecBufferDesc([output]),
  });
  assert.is(answer.status, status.SEC_E_OK);
  assert.is(readResponse(output.bytes).state, NegState.Completed);
});

/** Changes one response on its way. */
const change =
  (which: number, edit: (response: ReturnType<typeof readResponse>) => object): Between =>
  (token, number) =>
    number === which
      ? writeResponse({ ...readResponse(token), ...edit(readResponse(token)) })
      : token;

negotiate("downgrade: the list is cut to NTLM, the client's MIC shows it", () => {
  const done = login(client("Both"), server("Both"), (token, number) => {
    if (number !== 0) return token;
    return writeInit(writeMechanismList([NTLM_OID]), text("NTLMSSP\0"));
  });
  assert.ok(status.isFailure(done.server.status));
  // With a true NEGOTIATE in its place, the attacker needs the client to begin with NTLM.
  const cut = login(client("Reversed"), server("Both"), (token, number) => {
    if (number !== 0) return token;
    return writeInit(writeMechanismList([NTLM_OID]), readInit(token).mechToken ?? text(""));
  });
  assert.is(cut.server.status, status.SEC_E_MESSAGE_ALTERED);
  assert.is(cut.server.reason, "Downgraded");
});

negotiate("downgrade: the client's MIC is taken away: SEC_E_MESSAGE_ALTERED at the server", () => {
  const done = login(
    client("Reversed"),
    server("Both"),
    change(2, () => ({ mic: null })),
  );
  assert.is(done.server.status, status.SEC_E_MESSAGE_ALTERED);
});

negotiate("downgrade: the server's MIC is taken away: SEC_E_MESSAGE_ALTERED at the client", () => {
  const done = login(
    client(),
    server(),
    change(3, () => ({ mic: null })),
  );
  assert.is(done.client.status, status.SEC_E_MESSAGE_ALTERED);
});

negotiate("downgrade: request-mic becomes incomplete, the MICs are still exchanged", () => {
  const done = login(
    client("Both"),
    server("Both", "!Kerberos"),
    change(1, () => ({ state: NegState.Incomplete })),
  );
  exchange(contextsOf(done));
});

negotiate("each flipped bit of a MIC over the list is refused", () => {
  for (const [which, role] of [
    [2, "server"],
    [3, "client"],
  ] as const) {
    for (let bit = 0; bit < 128; bit += 7) {
      const done = login(
        client(),
        server(),
        change(which, ({ mic }) => {
          const changed = mic?.slice() ?? new Uint8Array(16);
          changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          return { mic: changed };
        }),
      );
      assert.is(done[role].status, status.SEC_E_MESSAGE_ALTERED, `${role}, bit ${bit}`);
    }
  }
});

negotiate("a server that changes its choice, or chooses what was not offered, is refused", () => {
  const foreign = login(
    client(),
    server(),
    change(1, () => ({ mechanism: "1.2.3.4" })),
  );
  assert.is(foreign.client.status, status.SEC_E_INVALID_TOKEN);
  const twice = login(
    client("Both"),
    server("Both", "!Kerberos"),
    change(3, () => ({ mechanism: TOY_OID })),
  );
  assert.is(twice.client.status, status.SEC_E_INVALID_TOKEN);
});

negotiate("a wrong password is rejected by a token, too", () => {
  const credential = acquire("Negotiate", 2, { User: "Ada", Password: "wrong" });
  const done = login({ credential }, server());
  assert.is(done.server.status, status.SEC_E_LOGON_DENIED);
  assert.is(readResponse(done.server.token).state, NegState.Reject);
});

negotiate("requirements of the package below reach the caller", () => {
  const known = { user: "Ada", password: USER.password };
  const credential = serverOf(known, { bindings: "require" }, "Negotiate");
  const bindings = text("tls-server-end-point:1");
  const done = login(client(), { credential, bindings });
  assert.is(done.server.status, status.SEC_E_BAD_BINDINGS);
});

negotiate("tokens changed at random never throw and never let a login through unnoticed", () => {
  const next = numbers(2478);
  let failed = 0;
  for (let round = 0; round < 1500; round++) {
    const which = next(4);
    const done = login(client(), server(), (token, number) => {
      if (number !== which) return token;
      const changed = next(4) === 0 ? token.slice(0, next(token.length)) : token.slice();
      for (let i = 1 + next(3); i > 0; i--) changed[next(changed.length || 1)] = next(256);
      return next(30) === 0 ? randomBytes(next, next(100)) : changed;
    });
    for (const { status: code, message } of [done.client, done.server]) {
      assert.is.not(code, status.SEC_E_INTERNAL_ERROR, message);
      if (status.isFailure(code)) failed++;
    }
  }
  assert.ok(failed > 1200);
});

negotiate("a deleted context has wiped the one below", () => {
  const [one] = contextsOf(login(client("Both"), server("Both")));
  assert.is(sspi.deleteSecurityContext(one), status.SEC_E_OK);
  const [, other] = contextsOf(login(client("Both"), server("Both")));
  const state = toy.last;
  assert.is(state?.wiped, false);
  sspi.deleteSecurityContext(other);
  assert.is(state?.wiped, true);
});

negotiate.run();
