/**
 * What a stranger makes long costs no more than its length: no call takes a list of any length as its arguments (an engine
 * has a stack of some hundred thousand), and no list is copied for each item that is added to it.
 */
import ts from "@typescript/typescript6";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type SourceFile, sourceFiles } from "./sources.ts";

const FILES = sourceFiles("src");

/** Calls that spread a list, each with the reason why nobody outside chooses its length. */
const SHORT: Readonly<Record<string, string>> = {
  "src/bytes/text.ts: String.fromCharCode(...bytes.subarray(at, at + MAX_PIECE))": "a piece",
  "src/adapters/node/server.ts: this.#stapled(...asked)": "our own parameters",
  "src/cli/main.ts: Math.max(...rows.map(([left]) => left.length))": "the rows of the help",
  "src/pki/path/chain-request.ts: oneOf(...CHECKS)": "four words",
  "src/pki/path/chain-request.ts: oneOf(...PROFILES)": "three words",
  "src/pki/make-certificate.ts: sequence(...extensions(names))": "the extensions that we write",
  "src/pki/make-certificate.ts: sequence(...alternatives)": "names that the caller gives",
  "src/pki/make-certificate.ts: sequence( derObjectIdentifier(oid), ...(flag === undefined ? [] : [flag]), derElement(DerTag.OctetString, value), )":
    "one flag",
  "src/pki/make-certificate.ts: derElement(DerTag.Sequence, ...parts)": "our own parameters",
  "src/pki/revocation/ocsp.ts: derElement(DerTag.Sequence, ...parts)": "our own parameters",
  "src/record/protector-cbc-12.ts: this.provider.hmac(this.macName, this.macKey, header, ...parts)":
    "our own parameters, of each record",
  "src/negotiate/spnego.ts: derElement(DerTag.Sequence, ...parts)": "the packages that we have",
  "src/ntlm/protection.ts: this.#crypto.hmacMd5(this.#signingKey, number, ...signed)":
    "the buffers of one message, the caller's own",
  "src/digest/layer.ts: this.#crypto.hmacMd5(this.#key, u32(this.number), ...parts)":
    "the buffers of one message, the caller's own",
  "src/schannel/query-credentials.ts: Math.min(...bits)": "the suites of a credential",
  "src/schannel/query-credentials.ts: Math.max(...bits)": "the suites of a credential",
  "src/adapters/node/connect.ts: socket.emit(event, ...details)": "the details of one event",
  "src/adapters/node/tls-stream.ts: super.emit(event, ...details)": "the details of one event",
  "src/session/tls-errors.ts: String.fromCharCode(...head.subarray(0, MAX_METHOD))": "five bytes",
};

/** Lists that are copied with each item, each with the reason why there are few. */
const FEW: Readonly<Record<string, string>> = {
  "src/cli/wire-view.ts: client.keys = [...early, ...client.keys]": "the keys of one handshake",
  "src/pki/files/key-derivation.ts: key = concat(key, digest)": "32 bytes at most",
};

const rules = suite("architecture: lengths");

function walk(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => walk(child, see));
}

/** "path: text" of every node that `wanted` accepts. */
function found(wanted: (node: ts.Node) => boolean, files: readonly SourceFile[] = FILES): string[] {
  const places: string[] = [];
  for (const { path, tree } of files)
    walk(tree, (node) => {
      if (wanted(node)) places.push(`${path}: ${node.getText(tree).replace(/\s+/g, " ")}`);
    });
  return [...new Set(places)].sort();
}

const isCall = (node: ts.Node): node is ts.CallExpression | ts.NewExpression =>
  ts.isCallExpression(node) || ts.isNewExpression(node);

/** `f(...list)`, `new F(...list)`, `f.apply(it, list)`. */
function spreads(node: ts.Node): boolean {
  if (!isCall(node)) return false;
  const applies =
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === "apply" &&
    node.arguments?.length === 2;
  return applies || (node.arguments ?? []).some(ts.isSpreadElement);
}

/** `list = [...list, item]`, `bytes = concat(bytes, more)`. */
function copies(node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken)
    return false;
  const target = node.left.getText();
  const { right } = node;
  if (ts.isArrayLiteralExpression(right))
    return right.elements.some(
      (item) => ts.isSpreadElement(item) && item.expression.getText() === target,
    );
  return (
    ts.isCallExpression(right) &&
    /^concat/.test(right.expression.getText()) &&
    right.arguments.some((item) => item.getText() === target)
  );
}

rules("no call spreads a list whose length a stranger chooses", () => {
  assert.equal(
    found(spreads).filter((place) => !(place in SHORT)),
    [],
  );
});

rules("no list is copied for each item that a stranger adds", () => {
  assert.equal(
    found(copies).filter((place) => !(place in FEW)),
    [],
  );
});

rules("these tests see what they are for", () => {
  const parsed = (text: string): SourceFile[] => {
    const tree = ts.createSourceFile("x.ts", text, ts.ScriptTarget.ES2022, true);
    return [{ path: "x.ts", text, lines: 1, tree, imports: [] }];
  };
  for (const text of ["a.push(...b)", "new A(...b)", "f.apply(null, b)", "f(1, ...b, 2)"])
    assert.is(found(spreads, parsed(text)).length, 1, text);
  for (const text of ["f([...b])", "rsa.apply(b)", "({ ...b })"])
    assert.is(found(spreads, parsed(text)).length, 0, text);
  for (const text of ["this.a = [...this.a, 1]", "a = concat(a, b)", "a.b = concatAll([a.b])"])
    assert.is(found(copies, parsed(text)).length, text.includes("All") ? 0 : 1, text);
});

rules.run();
