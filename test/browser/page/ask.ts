/**
 * Asks the server of the page and waits: the suites read their data without promises.
 */

/** The JSON that a path answers. */
export function ask<T>(path: string, query: Readonly<Record<string, string>> = {}): T {
  const request = new XMLHttpRequest();
  request.open("GET", `${path}?${new URLSearchParams(query)}`, false);
  request.send();
  if (request.status !== 200) throw new Error(`${path} answers ${request.status}`);
  return JSON.parse(request.responseText) as T;
}
