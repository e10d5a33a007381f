/**
 * Takes used entries from the front of a list that serves as a queue. Only when they are half of the list: so the cost
 * of an entry does not depend on how many wait.
 * @param used entries at the front that are used
 * @returns entries at the front that are still used
 */
export function dropped(list: unknown[], used: number): number {
  if (2 * used < list.length) return used;
  if (used === list.length) list.length = 0;
  else list.splice(0, used);
  return 0;
}
