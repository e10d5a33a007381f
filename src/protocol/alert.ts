/**
 * Alert levels and descriptions (RFC 8446 §6, RFC 5246 §7.2; the SDK's TLS1_ALERT_* numbers).
 */
export const AlertLevel = { Warning: 1, Fatal: 2 } as const;

export const AlertDescription = {
  close_notify: 0,
  unexpected_message: 10,
  bad_record_mac: 20,
  decryption_failed: 21,
  record_overflow: 22,
  decompression_failure: 30,
  handshake_failure: 40,
  bad_certificate: 42,
  unsupported_certificate: 43,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  illegal_parameter: 47,
  unknown_ca: 48,
  access_denied: 49,
  decode_error: 50,
  decrypt_error: 51,
  export_restriction: 60,
  protocol_version: 70,
  insufficient_security: 71,
  internal_error: 80,
  inappropriate_fallback: 86,
  user_canceled: 90,
  no_renegotiation: 100,
  missing_extension: 109,
  unsupported_extension: 110,
  unrecognized_name: 112,
  bad_certificate_status_response: 113,
  unknown_psk_identity: 115,
  certificate_required: 116,
  no_application_protocol: 120,
} as const;

export type AlertName = keyof typeof AlertDescription;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(AlertDescription).map(([name, value]) => [value, name]),
);

/** The RFC's name of an alert description, for messages: "handshake_failure". */
export function alertName(description: number): string {
  return NAMES.get(description) ?? `alert ${description}`;
}
