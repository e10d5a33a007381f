/**
 * As much of Node's Buffer as the suites use, where they run in a page.
 */

const BASE64: Readonly<Record<string, string>> = { "-": "+", _: "/" };

Object.assign(globalThis, {
  Buffer: {
    from: (text: string, encoding: "base64url") => {
      if (encoding !== "base64url") throw new Error(`Buffer.from of ${encoding} is not here`);
      return Uint8Array.from(
        atob(text.replace(/[-_]/g, (letter) => BASE64[letter] ?? letter)),
        (letter) => letter.charCodeAt(0),
      );
    },
  },
});
