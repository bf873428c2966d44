/** Whether a text names a reference, as a word of its own: INV 1 is not in INV 12. */
export function mentions(text: string, ref: string): boolean {
  const letter = /[\p{L}\p{N}]/u;
  for (let at = text.indexOf(ref); at >= 0; at = text.indexOf(ref, at + 1)) {
    if (!letter.test(text.charAt(at - 1)) && !letter.test(text.charAt(at + ref.length))) return true;
  }
  return false;
}
