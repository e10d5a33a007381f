/**
 * Extension numbers (IANA "TLS ExtensionType Values"), also those that are not built: refusals and `sealwire inspect`
 * call them by name.
 */
export const ExtensionType = {
  ServerName: 0,
  MaxFragmentLength: 1,
  ClientCertificateUrl: 2,
  TrustedCaKeys: 3,
  TruncatedHmac: 4,
  StatusRequest: 5,
  UserMapping: 6,
  ClientAuthz: 7,
  ServerAuthz: 8,
  CertType: 9,
  SupportedGroups: 10,
  EcPointFormats: 11,
  Srp: 12,
  SignatureAlgorithms: 13,
  UseSrtp: 14,
  Heartbeat: 15,
  Alpn: 16,
  StatusRequestV2: 17,
  SignedCertificateTimestamp: 18,
  ClientCertificateType: 19,
  ServerCertificateType: 20,
  Padding: 21,
  EncryptThenMac: 22,
  ExtendedMasterSecret: 23,
  TokenBinding: 24,
  CachedInfo: 25,
  CompressCertificate: 27,
  RecordSizeLimit: 28,
  DelegatedCredential: 34,
  SessionTicket: 35,
  PreSharedKey: 41,
  EarlyData: 42,
  SupportedVersions: 43,
  Cookie: 44,
  PskKeyExchangeModes: 45,
  CertificateAuthorities: 47,
  OidFilters: 48,
  PostHandshakeAuth: 49,
  SignatureAlgorithmsCert: 50,
  KeyShare: 51,
  TransparencyInfo: 52,
  ConnectionId: 54,
  ExternalIdHash: 55,
  ExternalSessionId: 56,
  QuicTransportParameters: 57,
  TicketRequest: 58,
  DnssecChain: 59,
  EncryptedClientHello: 0xfe0d,
  RenegotiationInfo: 0xff01,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(ExtensionType).map(([name, value]) => [value, name]),
);

/** Name of an extension, for messages. */
export function extensionName(type: number): string {
  return NAMES.get(type) ?? `extension ${type}`;
}
