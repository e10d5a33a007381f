/** A function of a face; as a call it can be marked pure, so that bundlers leave out what nobody imports. */
export function functionOf<Functions extends object, Name extends keyof Functions>(
  face: Functions,
  name: Name,
): Functions[Name] {
  return face[name];
}
