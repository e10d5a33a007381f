/**
 * Certificate policies along a path (RFC 5280 §6.1.2 to §6.1.5), with any policy acceptable to us: the only outcome is
 * whether a policy had to be there and none was left. Of the valid policy tree it therefore keeps the lowest level
 * alone, as a set: time and memory are linear (RFC 9618 describes the worst cost of the tree itself).
 */
import type { ParsedCertificate } from "../certificate.ts";
import { OID } from "../object-identifiers.ts";

interface State {
  /** Policies that the next certificate may assert; null: no policy is valid any more. */
  expected: Set<string> | null;
  explicitPolicy: number;
  policyMapping: number;
  inhibitAnyPolicy: number;
}

/**
 * What is wrong with the policies of a path, or null.
 * @param path leaf first, without the trust anchor, whose own policies do not count
 */
export function policyProblem(path: readonly ParsedCertificate[]): string | null {
  const below = [...path].reverse();
  if (!below.some(({ known }) => known.policyConstraints !== null)) return null;
  const never = below.length + 1;
  const state: State = {
    expected: new Set([OID.anyPolicy]),
    explicitPolicy: never,
    policyMapping: never,
    inhibitAnyPolicy: never,
  };
  for (const [index, certificate] of below.entries()) {
    const last = index === below.length - 1;
    assertPolicies(state, certificate, last);
    if (state.explicitPolicy === 0 && state.expected === null) return missing(certificate);
    if (!last) {
      mapPolicies(state, certificate);
      if (state.expected?.size === 0) state.expected = null;
    }
    count(state, certificate, last);
    if (last && state.explicitPolicy === 0 && state.expected === null) return missing(certificate);
  }
  return null;
}

function missing({ subjectText }: ParsedCertificate): string {
  return `a policy is required, and none is valid at ${subjectText}`;
}

/** @rfc 5280 §6.1.3 (d) and (e) */
function assertPolicies(state: State, certificate: ParsedCertificate, last: boolean): void {
  const { policies } = certificate.known;
  const expected = state.expected;
  if (policies === null || expected === null) {
    state.expected = null;
    return;
  }
  const any = expected.has(OID.anyPolicy);
  const valid = new Set(
    policies.filter((policy) => policy !== OID.anyPolicy && (any || expected.has(policy))),
  );
  const takesAny = state.inhibitAnyPolicy > 0 || (!last && certificate.selfIssued);
  if (policies.includes(OID.anyPolicy) && takesAny) {
    for (const policy of expected) valid.add(policy);
  }
  state.expected = valid.size === 0 ? null : valid;
}

/** @rfc 5280 §6.1.4 (b) */
function mapPolicies(state: State, { known }: ParsedCertificate): void {
  if (known.policyMappings === null || state.expected === null) return;
  const expected = new Set(state.expected);
  const any = expected.has(OID.anyPolicy);
  const mapped: string[] = [];
  for (const { issuerPolicy, subjectPolicy } of known.policyMappings) {
    if (!any && !state.expected.has(issuerPolicy)) continue;
    expected.delete(issuerPolicy);
    if (state.policyMapping > 0) mapped.push(subjectPolicy);
  }
  for (const policy of mapped) expected.add(policy);
  state.expected = expected;
}

/** @rfc 5280 §6.1.4 (h) to (j), §6.1.5 (a) and (b) */
function count(state: State, certificate: ParsedCertificate, last: boolean): void {
  const { policyConstraints, inhibitAnyPolicy } = certificate.known;
  const required = policyConstraints?.requireExplicitPolicy ?? null;
  if (last) {
    if (state.explicitPolicy > 0) state.explicitPolicy--;
    if (required === 0) state.explicitPolicy = 0;
    return;
  }
  if (!certificate.selfIssued) {
    state.explicitPolicy = Math.max(0, state.explicitPolicy - 1);
    state.policyMapping = Math.max(0, state.policyMapping - 1);
    state.inhibitAnyPolicy = Math.max(0, state.inhibitAnyPolicy - 1);
  }
  const lower = (now: number, given: number | null): number => Math.min(now, given ?? now);
  state.explicitPolicy = lower(state.explicitPolicy, required);
  state.policyMapping = lower(state.policyMapping, policyConstraints?.inhibitPolicyMapping ?? null);
  state.inhibitAnyPolicy = lower(state.inhibitAnyPolicy, inhibitAnyPolicy);
}
