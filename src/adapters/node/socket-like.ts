/**
 * A Duplex that is a net.Socket for `instanceof`, as a tls.TLSSocket is: programs look for that before they use a connection.
 * Nothing of net.Socket is inherited: each of its members is that of a Duplex, or undefined.
 */
import { Socket } from "node:net";
import { Duplex } from "node:stream";

export class SocketLike extends Duplex {
  static {
    const masked = Object.create(Socket.prototype) as object;
    for (const name of Reflect.ownKeys(Socket.prototype)) {
      Object.defineProperty(masked, name, {
        value: undefined,
        configurable: true,
        writable: true,
        ...memberOf(Duplex.prototype, name),
      });
    }
    Object.setPrototypeOf(SocketLike.prototype, masked);
  }
}

/** A net.Socket that has a handle: not one of ours. */
export function isNetSocket(stream: Duplex): stream is Socket {
  return stream instanceof Socket && !(stream instanceof SocketLike);
}

/** The nearest member of that name in a chain of prototypes. */
function memberOf(from: object, name: string | symbol): PropertyDescriptor | undefined {
  for (let object: object | null = from; object !== null; object = Object.getPrototypeOf(object)) {
    const member = Object.getOwnPropertyDescriptor(object, name);
    if (member !== undefined) return member;
  }
  return undefined;
}
