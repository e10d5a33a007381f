/**
 * The functions of every JavaScript runtime that the language itself does not have. The core is compiled without the
 * types of Node and of the DOM, so that it uses no other function of a runtime by mistake.
 */
interface Runtime {
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
  readonly console?: { warn(text: string): void };
  queueMicrotask(callback: () => void): void;
}

export const runtime: Runtime = globalThis as unknown as Runtime;
