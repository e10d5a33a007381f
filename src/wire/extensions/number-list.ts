/**
 * Extensions that are a list of 16-bit numbers: supported_groups (RFC 8446 §4.2.7), signature_algorithms and
 * signature_algorithms_cert (§4.2.3).
 */
import type { Codec } from "./extension.ts";

const list = (field: string): Codec<readonly number[]> => ({
  read: (reader) => reader.u16List(2, field, 2, 0xfffe),
  write(writer, numbers) {
    writer.vector(2, () => {
      for (const number of numbers) writer.u16(number);
    });
  },
});

export const supportedGroups: Codec<readonly number[]> = list("named_group_list");
export const signatureAlgorithms: Codec<readonly number[]> = list("supported_signature_algorithms");
