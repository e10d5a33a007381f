/** An attribute bit alone is not a type of buffer. */
import { SECBUFFER_READONLY, SecBuffer } from "sealwire";

new SecBuffer(SECBUFFER_READONLY); // TS2345
