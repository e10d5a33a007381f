/**
 * Codecs of extensions that are one list of numbers (RFC 8446 §3.4). Unknown numbers, GREASE among them
 * (RFC 8701), stay in the lists.
 */
import type { Codec } from "./extension.ts";

type Numbers = Codec<readonly number[]>;

/** A list of 16-bit numbers, 2 to 2^16-2 bytes, after a length of two bytes. */
export const u16Numbers = (field: string, shows: Numbers["shows"]): Numbers => ({
  shows,
  read: (reader) => reader.u16List(2, field, 2, 0xfffe),
  write(writer, numbers) {
    writer.vector(2, () => {
      for (const number of numbers) writer.u16(number);
    });
  },
});

/** A list of bytes, 1 to 255 of them, after a length of one byte. */
export const u8Numbers = (field: string, shows: Numbers["shows"]): Numbers => ({
  shows,
  read: (reader) => Array.from(reader.vector(1, field, 1)),
  write(writer, numbers) {
    writer.vector(1, Uint8Array.from(numbers));
  },
});
