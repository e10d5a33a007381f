/** A flag is not a type of buffer. */
import { ISC_REQ_STREAM, SecBuffer } from "sealwire";

new SecBuffer(ISC_REQ_STREAM); // TS2345
