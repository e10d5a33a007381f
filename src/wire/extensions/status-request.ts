/**
 * status_request (RFC 6066 §8; RFC 8446 §4.4.2.1): the wish for a stapled OCSP response, and in TLS 1.3 the response itself
 * beside a certificate.
 */
import type { Codec } from "./extension.ts";

const OCSP = 1;

/** The wish. Responder names and extensions of it are read over: nobody sends any. */
export const statusRequest: Codec<{ readonly type: number }> = {
  read(reader) {
    const type = reader.u8("status_type");
    if (type === OCSP) {
      reader.vector(2, "responder_id_list");
      reader.vector(2, "request_extensions");
    } else reader.rest();
    return { type };
  },
  write(writer, { type }) {
    writer.u8(type).u16(0).u16(0);
  },
};

/** CertificateStatus as content of the extension: a DER OCSPResponse. */
export const ocspResponse: Codec<Uint8Array> = {
  read(reader) {
    if (reader.u8("status_type") !== OCSP) return reader.rest().subarray(0, 0);
    return reader.vector(3, "ocsp_response", 1);
  },
  write(writer, response) {
    writer.u8(OCSP).vector(3, response);
  },
};
