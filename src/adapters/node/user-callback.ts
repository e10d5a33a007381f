/** Functions of the program that are called from inside a handshake. */

/**
 * What the program's own function threw, where it belongs: it becomes an `uncaughtException`, as when node:tls calls the
 * function. It is not a failure of the handshake.
 */
export function throwOutside(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}
