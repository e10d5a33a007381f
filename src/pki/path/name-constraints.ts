/**
 * Name constraints (RFC 5280 §4.2.1.10): is every name of a certificate inside the permitted and outside the excluded
 * subtrees of an authority above it? DNS, e-mail, URI, IP and directory names are compared; a name of another form is
 * refused if that form is constrained at all. A name that is not well formed is refused where its form is constrained.
 */
import { harmless } from "../../bytes/text.ts";
import { isDnsName, isPreferredName } from "../../protocol/host-name.ts";
import type { ParsedCertificate } from "../certificate.ts";
import { MAX_SHORT_NAME } from "../distinguished-name.ts";
import type { NameConstraints } from "../extensions.ts";
import type { GeneralName } from "../general-name.ts";
import { OID } from "../object-identifiers.ts";
import { formatIp } from "./host-name.ts";

type Subtree = GeneralName;

/**
 * What is wrong with the constraints themselves, or null.
 * @param leadingPeriod DNS constraints may begin with a period, as many authorities write them (the RFC knows no such
 *   form): then they are for the hosts below the domain, and not for the domain itself, as OpenSSL and Go have it
 */
export function constraintsProblem(
  { permitted, excluded }: NameConstraints,
  leadingPeriod: boolean,
): string | null {
  for (const subtree of [...(permitted ?? []), ...(excluded ?? [])]) {
    const good =
      subtree.form === "dns" ? isDnsSubtree(subtree.text, leadingPeriod) : isWellFormed(subtree);
    if (!good) return `the name constraint ${describe(subtree)} is not well formed`;
  }
  return null;
}

/**
 * Comparisons that checking a certificate is worth: as many as pairs, though DNS names are looked up. Thousands of both
 * are an attack, whatever they cost here.
 */
export function constraintCost(
  constraints: NameConstraints,
  names: readonly GeneralName[],
): number {
  const { permitted, excluded } = constraints;
  return names.length * ((permitted?.length ?? 0) + (excluded?.length ?? 0));
}

/** All names of a certificate that constraints apply to. */
export function constrainedNames(certificate: ParsedCertificate): GeneralName[] {
  const names: GeneralName[] = [...(certificate.known.subjectAltName ?? [])];
  const subject = certificate.subjectName;
  if (!subject.isEmpty) names.push({ form: "directory", name: subject });
  if (!names.some((name) => name.form === "email")) {
    for (const text of subject.texts(OID.emailAddress)) names.push({ form: "email", text });
  }
  return names;
}

/** The first name that violates the constraints, as a message, or null. */
export function violation(
  { permitted, excluded }: NameConstraints,
  names: readonly GeneralName[],
): string | null {
  const allowed = subtreesOf(permitted);
  const forbidden = subtreesOf(excluded);
  for (const name of names) {
    const isAllowed = allowed.constrains(name);
    if (!isAllowed && !forbidden.constrains(name)) continue;
    if (name.form === "other")
      return `names of form ${name.number} are constrained, and not understood`;
    if (!isName(name)) return `the name ${describe(name)} is constrained, and not well formed`;
    if (forbidden.mayHold(name)) return `the name ${describe(name)} is excluded`;
    if (isAllowed && !allowed.hold(name)) return `the name ${describe(name)} is not permitted`;
  }
  return null;
}

/** Subtrees by their form; those of DNS names are looked up by the domains above a name. */
class Subtrees {
  readonly #byForm = new Map<GeneralName["form"], Subtree[]>();
  /** Lower case, without a leading period: the domain and all below it. */
  readonly #domains = new Set<string>();
  /** Lower case, with the leading period: what is below the domain alone. */
  readonly #below = new Set<string>();
  /** What is left of each domain without its first label: a wildcard over it may stand for the domain. */
  readonly #parents = new Set<string>();

  constructor(subtrees: readonly Subtree[]) {
    for (const subtree of subtrees) {
      const same = this.#byForm.get(subtree.form);
      if (same === undefined) this.#byForm.set(subtree.form, [subtree]);
      else same.push(subtree);
      if (subtree.form !== "dns") continue;
      const domain = subtree.text.toLowerCase();
      if (domain.startsWith(".")) this.#below.add(domain);
      else {
        this.#domains.add(domain);
        this.#parents.add(domain.slice(domain.indexOf(".") + 1));
      }
    }
  }

  of(form: GeneralName["form"]): readonly Subtree[] {
    return this.#byForm.get(form) ?? [];
  }

  /** Is there a subtree of the form of the name? */
  constrains(name: GeneralName): boolean {
    const same = this.of(name.form);
    if (name.form !== "other") return same.length > 0;
    return same.some((subtree) => subtree.form === "other" && subtree.number === name.number);
  }

  /** Certainly inside one of them, for every host that the name stands for: what is needed of permitted subtrees. */
  hold(name: GeneralName): boolean {
    if (name.form !== "dns") return this.of(name.form).some((subtree) => isWithin(name, subtree));
    const lower = name.text.toLowerCase();
    // Each host that a wildcard stands for is below the rest of its name.
    if (!lower.startsWith("*.")) return this.#holdHost(lower);
    const rest = lower.slice(2);
    return this.#holdHost(rest) || this.#below.has(`.${rest}`);
  }

  /** Inside for some host that the name stands for: what excluded subtrees forbid. Wildcards make the difference. */
  mayHold(name: GeneralName): boolean {
    if (this.hold(name)) return true;
    // An empty host excludes every name of its form, as Go and NSS have it.
    if (name.form === "email" || name.form === "uri")
      return this.of(name.form).some(
        (subtree) => subtree.form === name.form && subtree.text === "",
      );
    return (
      name.form === "dns" &&
      name.text.startsWith("*.") &&
      this.#parents.has(name.text.slice(2).toLowerCase())
    );
  }

  /** A host is in a domain if it, or what is left of it behind one of its periods, is one. */
  #holdHost(host: string): boolean {
    if (this.#domains.has("") || this.#domains.has(host)) return true;
    for (let at = host.indexOf("."); at >= 0; at = host.indexOf(".", at + 1)) {
      if (this.#domains.has(host.slice(at + 1)) || this.#below.has(host.slice(at))) return true;
    }
    return false;
  }
}

const NO_SUBTREES = new Subtrees([]);
const KNOWN = new WeakMap<readonly Subtree[], Subtrees>();

function subtreesOf(list: readonly Subtree[] | null): Subtrees {
  if (list === null) return NO_SUBTREES;
  const known = KNOWN.get(list);
  if (known !== undefined) return known;
  const made = new Subtrees(list);
  KNOWN.set(list, made);
  return made;
}

/** The name for messages. */
export function describe(name: GeneralName): string {
  switch (name.form) {
    case "ip":
      return formatIp(name.bytes);
    case "directory":
      return name.name.text;
    case "other":
      return `of form ${name.number}`;
    default:
      return `"${harmless(name.text, MAX_SHORT_NAME)}"`;
  }
}

/** Names of other forms than DNS. */
function isWithin(name: GeneralName, subtree: Subtree): boolean {
  if (name.form === "email" && subtree.form === "email")
    return emailWithin(name.text, subtree.text);
  if (name.form === "uri" && subtree.form === "uri") {
    return hostWithin(uriHost(name.text) ?? "", subtree.text);
  }
  if (name.form === "ip" && subtree.form === "ip") return ipWithin(name.bytes, subtree.bytes);
  if (name.form === "directory" && subtree.form === "directory") {
    return name.name.isWithin(subtree.name);
  }
  return false;
}

const withoutPeriod = (text: string): string => text.replace(/^\./, "");
const withoutWildcard = (text: string): string => text.replace(/^\*\./, "");

/** A host of itself, or with a leading period all hosts below it (e-mail and URI). */
function hostWithin(host: string, constraint: string): boolean {
  const [lower, lowerConstraint] = [host.toLowerCase(), constraint.toLowerCase()];
  if (lowerConstraint.startsWith(".")) return lower.endsWith(lowerConstraint);
  return lower === lowerConstraint;
}

function emailWithin(mailbox: string, constraint: string): boolean {
  const [local, host] = splitMailbox(mailbox);
  if (!constraint.includes("@")) return hostWithin(host, constraint);
  const [ownLocal, ownHost] = splitMailbox(constraint);
  return local === ownLocal && host.toLowerCase() === ownHost.toLowerCase();
}

function splitMailbox(text: string): [local: string, host: string] {
  const at = text.lastIndexOf("@");
  return [text.slice(0, at), text.slice(at + 1)];
}

/** No address is within a range of the other version of IP. */
function ipWithin(address: Uint8Array, subtree: Uint8Array): boolean {
  const { length } = address;
  if (subtree.length !== 2 * length) return false;
  return address.every(
    (byte, i) => ((byte ^ (subtree[i] ?? 0)) & (subtree[length + i] ?? 0)) === 0,
  );
}

/** Host of an absolute URI, or null if it has none or only an address (RFC 5280 §4.2.1.10 refuses those). */
function uriHost(uri: string): string | null {
  const [, authority = ""] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(uri) ?? [];
  const host = authority.replace(/^.*@/, "").replace(/:\d*$/, "");
  return isDnsName(host) && !/^\d+$/.test(host.slice(host.lastIndexOf(".") + 1)) ? host : null;
}

/** A domain, or nothing, which stands for all. A lone period is neither. */
function isDnsSubtree(text: string, leadingPeriod: boolean): boolean {
  return text === "" || isDnsName(leadingPeriod ? withoutPeriod(text) : text);
}

function isMailbox(text: string): boolean {
  const at = text.indexOf("@");
  const quoted = /^"[^"]+"@[^@]+$/.test(text);
  return (quoted || (at > 0 && at === text.lastIndexOf("@"))) && isDnsName(splitMailbox(text)[1]);
}

/** Is this alternative name one that RFC 5280 §4.2.1.6 lets be written? One wildcard label may begin a DNS name. */
export function isProperName(name: GeneralName): boolean {
  switch (name.form) {
    case "dns":
      return isPreferredName(withoutWildcard(name.text));
    case "email":
      return isMailbox(name.text);
    case "uri":
      return /^[a-z][a-z0-9+.-]*:[^\s]+$/i.test(name.text);
    default:
      return true;
  }
}

/** Is this a name that a subject can have? */
function isName(name: GeneralName): boolean {
  switch (name.form) {
    case "dns":
      return isDnsName(withoutWildcard(name.text));
    case "email":
      return isMailbox(name.text);
    case "uri":
      return uriHost(name.text) !== null;
    default:
      return true;
  }
}

/** Is this a subtree? */
function isWellFormed(subtree: Subtree): boolean {
  switch (subtree.form) {
    case "email":
      return subtree.text.includes("@")
        ? isMailbox(subtree.text)
        : isDnsSubtree(subtree.text, true);
    case "uri":
      return isDnsSubtree(subtree.text, true);
    case "ip":
      return isAddressRange(subtree.bytes);
    default:
      return true;
  }
}

/** Address and mask, ones before zeros (RFC 4632). */
function isAddressRange(bytes: Uint8Array): boolean {
  if (bytes.length !== 8 && bytes.length !== 32) return false;
  const bits = [...bytes.subarray(bytes.length / 2)]
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits);
}
