/**
 * How streams are made and taken hold of.
 */
import type { ByteStreams } from "./messages.ts";

/** A stream and its controller, which streams hand out by calling `start` while they are made. */
export function made<Stream, Controller>(
  make: (start: (controller: Controller) => void) => Stream,
): { stream: Stream; controller: Controller } {
  const controllers: Controller[] = [];
  const stream = make((controller) => {
    controllers.push(controller);
  });
  const [controller] = controllers;
  if (controller === undefined)
    throw new TypeError("this runtime's streams are not WHATWG streams");
  return { stream, controller };
}

/** The locks of both streams, or none. @throws TypeError a stream is locked */
export function locked(transport: ByteStreams): {
  reader: ReadableStreamDefaultReader<Uint8Array>;
  writer: WritableStreamDefaultWriter<Uint8Array>;
} {
  const reader = transport.readable.getReader();
  try {
    return { reader, writer: transport.writable.getWriter() };
  } catch (error) {
    reader.releaseLock();
    throw error;
  }
}
