/**
 * What may stay in memory after a flood, in bytes: published in docs/limits.md, held by `npm run test:cost`.
 */
const MIB = 1048576;

export const MEMORY_BOUNDS: Readonly<Record<string, number>> = {
  "a flood of certificates with thousands of names": 24 * MIB,
  "200 connections that send 60,000 bytes of a ClientHello and nothing more": 32 * MIB,
  "every flood after the handshake": 8 * MIB,
  "a flood of unread messages of one byte, with a `receiveLimit` of 8 MiB": 16 * MIB,
  "a flood of unread messages of 1000 bytes, with a `receiveLimit` of 8 MiB": 16 * MIB,
};
