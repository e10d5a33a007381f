/** A status is not a type of buffer. */
import { SEC_E_OK, SecBuffer } from "sealwire";

new SecBuffer(SEC_E_OK); // TS2345
