/** A part of an address as it was meant. A damaged escape stays as it is written: the address is the user's, not a reason to fail. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
