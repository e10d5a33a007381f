/**
 * SetContextAttributes and SetCredentialsAttributes (reference 2.6, 5).
 */
import type { TicketKey } from "../handshake/ticket.ts";
import * as attribute from "../sspi/attributes.ts";
import {
  SEC_E_INVALID_PARAMETER,
  SEC_E_OK,
  SEC_E_UNSUPPORTED_FUNCTION,
  type SECURITY_STATUS,
} from "../sspi/security-status.ts";
import { keepApplicationData } from "./application-data.ts";
import type { SchannelContext } from "./context.ts";
import type { SchannelCredential } from "./credentials.ts";
import { exporterFault } from "./exporter.ts";

/** Ticket keys of a credential. */
const MAX_TICKET_KEYS = 16;
const TICKET_KEY_ID_LENGTH = 16;
/** Bytes of a ticket key, at least. */
const MIN_TICKET_KEY_LENGTH = 32;
/** Bytes of a ticket key, at most. */
const MAX_TICKET_KEY_LENGTH = 64;
type Members = Readonly<Record<string, unknown>>;

/** Sets APP_DATA or KEYING_MATERIAL_INFO; what only has a meaning on a Windows desktop is accepted without effect. */
export function setContextAttributes(
  context: SchannelContext,
  number: number,
  value: unknown,
): SECURITY_STATUS {
  switch (number) {
    case attribute.SECPKG_ATTR_APP_DATA:
      return setApplicationData(context, members(value));
    case attribute.SECPKG_ATTR_KEYING_MATERIAL_INFO:
      return setKeyingMaterialInfo(context, members(value));
    case attribute.SECPKG_ATTR_UI_INFO:
    case attribute.SECPKG_ATTR_EARLY_START:
    case attribute.SECPKG_ATTR_USE_NCRYPT:
      return SEC_E_OK;
    default:
      return SEC_E_UNSUPPORTED_FUNCTION;
  }
}

/** Sets the ticket keys of an inbound credential: the first one seals, all open. */
export function setCredentialsAttributes(
  credential: SchannelCredential,
  number: number,
  value: unknown,
): SECURITY_STATUS {
  if (number !== attribute.SECPKG_ATTR_SESSION_TICKET_KEYS || credential.ticketKeys === null) {
    return SEC_E_UNSUPPORTED_FUNCTION;
  }
  const { cSessionTicketKeys, pSessionTicketKeys: list } = members(value);
  const count = cSessionTicketKeys ?? (Array.isArray(list) ? list.length : 0);
  if (!Array.isArray(list) || !isCount(count, 1, Math.min(list.length, MAX_TICKET_KEYS))) {
    return SEC_E_INVALID_PARAMETER;
  }
  const keys: TicketKey[] = [];
  for (const item of list.slice(0, count)) {
    const { KeyId, KeyingMaterial, KeyingMaterialSize } = members(item);
    if (!(KeyId instanceof Uint8Array) || !(KeyingMaterial instanceof Uint8Array)) {
      return SEC_E_INVALID_PARAMETER;
    }
    const size = KeyingMaterialSize ?? KeyingMaterial.length;
    if (
      KeyId.length !== TICKET_KEY_ID_LENGTH ||
      !isCount(size, MIN_TICKET_KEY_LENGTH, MAX_TICKET_KEY_LENGTH) ||
      size > KeyingMaterial.length
    ) {
      return SEC_E_INVALID_PARAMETER;
    }
    keys.push({ id: KeyId, material: KeyingMaterial.subarray(0, size) });
  }
  credential.ticketKeys.replace(keys);
  return SEC_E_OK;
}

function setApplicationData(context: SchannelContext, value: Members): SECURITY_STATUS {
  const { dwFlags, cbAppData, pbAppData } = value;
  if (!(pbAppData instanceof Uint8Array)) return SEC_E_INVALID_PARAMETER;
  const count = cbAppData ?? pbAppData.length;
  if (!isCount(count, 0, pbAppData.length)) return SEC_E_INVALID_PARAMETER;
  keepApplicationData(context, {
    dwFlags: typeof dwFlags === "number" ? dwFlags >>> 0 : 0,
    cbAppData: count,
    pbAppData: pbAppData.slice(0, count),
  });
  return SEC_E_OK;
}

function setKeyingMaterialInfo(context: SchannelContext, value: Members): SECURITY_STATUS {
  const { pszLabel, pbContextValue, cbKeyingMaterial } = value;
  if (typeof pszLabel !== "string") return SEC_E_INVALID_PARAMETER;
  const label = pszLabel.endsWith("\0") ? pszLabel.slice(0, -1) : pszLabel;
  const contextValue = pbContextValue ?? null;
  if (!(contextValue === null || contextValue instanceof Uint8Array))
    return SEC_E_INVALID_PARAMETER;
  if (typeof cbKeyingMaterial !== "number") return SEC_E_INVALID_PARAMETER;
  const request = {
    label,
    contextLength: contextValue?.length ?? 0,
    length: cbKeyingMaterial,
  };
  const fault = exporterFault(context.engine.facts, request);
  if (fault !== null) {
    return context.refused(SEC_E_INVALID_PARAMETER, "BadExporterRequest", fault);
  }
  context.keyingMaterialInfo = {
    pszLabel: label,
    pbContextValue: contextValue === null ? null : new Uint8Array(contextValue),
    cbKeyingMaterial,
  };
  return SEC_E_OK;
}

function members(value: unknown): Members {
  return typeof value === "object" && value !== null ? (value as Members) : {};
}

function isCount(value: unknown, minimum: number, maximum: number): value is number {
  return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
}
