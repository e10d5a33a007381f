/** A string is not memory. */
import { SECBUFFER_TOKEN, SecBuffer } from "sealwire";

new SecBuffer(SECBUFFER_TOKEN, "hello"); // TS2345
