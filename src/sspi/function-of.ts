/** A function of the API. Its creation can be marked pure, so that bundlers leave out unused ones. */
export function functionOf<Functions extends object, Name extends keyof Functions>(
  functions: Functions,
  name: Name,
): Functions[Name] {
  return functions[name];
}
