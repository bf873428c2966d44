/** Why a bank's file cannot be read at all: a sentence for the person who chose it, which says where and what to do. */
export class UnreadableBankFile extends Error {}

const WHOLE = new Intl.NumberFormat('en-GB');

/** As a person finds the place. */
export function atLine(line: number): string {
  return `line ${WHOLE.format(line)}`;
}

/** No more of a text than a sentence bears. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
