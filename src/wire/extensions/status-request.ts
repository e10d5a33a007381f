/**
 * status_request (RFC 6066 §8; RFC 8446 §4.4.2.1): the request for a stapled OCSP response; in TLS 1.2 its empty
 * answer, in TLS 1.3 the response itself beside a certificate.
 *   CertificateStatusRequest: status_type (1) | responder_id_list <2: ResponderID <2>> | request_extensions <2>
 *   CertificateStatus: status_type (1) | OCSPResponse <3>
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import { fail } from "../../protocol/failure.ts";
import { type Codec, type Extension, FLAG } from "./extension.ts";

const OCSP = 1;

export interface StatusRequestValues {
  /** CertificateStatusType number: 1 is OCSP. */
  readonly statusRequest: { readonly type: number };
  /** ServerHello: a CertificateStatus may follow. CertificateRequest: the client may staple. */
  readonly statusRequestAccepted: true;
  /** DER. */
  readonly ocspResponse: Uint8Array;
}

/**
 * The request. Its responders and extensions are ignored, and so is the content of other types (as in OpenSSL).
 */
const request: Codec<{ readonly type: number }> = {
  shows: "statusType",
  read(reader) {
    const type = reader.u8("status_type");
    if (type !== OCSP) {
      reader.rest();
      return { type };
    }
    const responders = reader.nested(2, "responder_id_list");
    while (responders.remaining > 0) responders.vector(2, "responder_id", 1);
    reader.vector(2, "request_extensions");
    return { type };
  },
  write(writer, { type }) {
    writer.u8(type);
    if (type === OCSP) writer.u16(0).u16(0);
  },
};

/**
 * RFC 8446 §4.4.2.1 requires it to be empty, but does not cover a server that sends the client's structure: ignored.
 */
const emptyRequest: Codec<true> = {
  shows: "flag",
  read(reader) {
    reader.rest();
    return true;
  },
  write: () => {},
};

/** CertificateStatus, also the message of that name in TLS 1.2. Only OCSP is ever asked for. */
export const certificateStatus: Codec<Uint8Array> = {
  shows: "bytes",
  read(reader) {
    const type = reader.u8("status_type");
    const response = reader.vector(3, "response", 1);
    if (type !== OCSP)
      fail("ForbiddenValue", `CertificateStatus.status_type is ${type}, not ocsp (1)`);
    return response;
  },
  write(writer, response) {
    writer.u8(OCSP).vector(3, response);
  },
};

export const statusRequest: Extension<StatusRequestValues> = {
  type: ExtensionType.StatusRequest,
  versions: "both",
  places: {
    clientHello: { member: "statusRequest", codec: request },
    serverHello: { member: "statusRequestAccepted", codec: FLAG },
    certificateRequest: { member: "statusRequestAccepted", codec: emptyRequest },
    certificate: { member: "ocspResponse", codec: certificateStatus },
  },
};
