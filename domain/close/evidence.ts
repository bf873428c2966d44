/**
 * Evidence on a close task: a file known by the SHA-256 of its bytes. What is attached is bound to by every later signature;
 * taking it off is said, never undone, and the bytes stay.
 */
import { type Answer, refuse } from '../answer.ts';

/** Bytes of one file. */
export const MOST_EVIDENCE_BYTES = 20 * 1024 * 1024;
/** Files that stand on one task. */
export const MOST_EVIDENCE = 100;
const MOST_NAME = 120;

/** What another system takes for a way, a device, a shell's word, or turns the reading order round. */
const NOT_IN_NAMES = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}<>:"/\\|?*]/gu;
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** The name a file is kept and saved under: its last part, of plain characters, hidden nowhere and no device anywhere. */
export function evidenceName(given: string): string {
  const last = given.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .replace(NOT_IN_NAMES, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+/, '')
    .replace(/[. ]+$/, '');
  const named = plain === '' ? 'file' : DEVICE.test(plain) ? `_${plain}` : plain;
  const characters = Array.from(named);
  if (characters.length <= MOST_NAME) return named;
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(named)?.[0] ?? '';
  return (
    characters
      .slice(0, MOST_NAME - Array.from(ending).length)
      .join('')
      .replace(/[. ]+$/, '') + ending
  );
}

const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/;

/** As the file's owner calls it, kept as a word: nothing is ever served or opened by it. */
export function evidenceType(given: string): string {
  const bare = (given.split(';')[0] ?? '').trim().toLowerCase();
  return MEDIA_TYPE.test(bare) ? bare : 'application/octet-stream';
}

export interface EvidenceStep {
  readonly id: string;
  readonly step: 'attached' | 'removed';
  /** Of what was taken off: the id it was attached under. */
  readonly removes_id: string | null;
}

/** What is attached and was not taken off, in the given order. */
export function standingEvidence<Step extends EvidenceStep>(steps: readonly Step[]): readonly Step[] {
  const removed = new Set(steps.map(({ removes_id }) => removes_id));
  return steps.filter(({ id, step }) => step === 'attached' && !removed.has(id));
}

export type EvidenceAnswer = Answer<
  | 'not_permitted'
  | 'period_locked'
  | 'not_found'
  | 'already_attached'
  | 'already_removed'
  | 'too_many'
  | 'evidence_missing'
>;

export interface EvidenceFacts {
  /** May prepare or review the close of that company. */
  readonly may_attach: boolean;
  readonly period_state: string;
}

export interface AttachingFacts extends EvidenceFacts {
  readonly attached: { readonly sha256: string; readonly item_ref: string | null };
  /** What stands on the task. */
  readonly standing: readonly { readonly sha256: string; readonly item_ref: string | null; readonly author: string }[];
  /** The item it belongs to is one of the task's; true without one. */
  readonly item_known: boolean;
  /** Whoever decides has the bytes, or whoever sends has them to send. */
  readonly bytes_known: boolean;
}

/** May this file be attached? The copy asks it of what it has, the server of what is so. */
export function mayAttach(facts: AttachingFacts): EvidenceAnswer {
  const no = mayChange(facts);
  if (no) return no;
  if (!facts.item_known)
    return refuse('rejected', 'not_found', 'The item this belongs to is not on the task any more.');
  const { sha256, item_ref } = facts.attached;
  const same = facts.standing.find((each) => each.sha256 === sha256 && each.item_ref === item_ref);
  if (same) return refuse('conflict', 'already_attached', `${same.author} attached the same file before.`);
  if (facts.standing.length >= MOST_EVIDENCE) {
    return refuse('rejected', 'too_many', `A task holds up to ${MOST_EVIDENCE} files.`);
  }
  if (!facts.bytes_known) {
    return refuse('rejected', 'evidence_missing', 'The server does not have this file. Attach it again.');
  }
  return { ok: true };
}

/** @param found what is to be taken off, and whether somebody did before; undefined = no such file on this task */
export function mayRemove(
  facts: EvidenceFacts,
  found: { readonly removed_by: string | null } | undefined,
): EvidenceAnswer {
  const no = mayChange(facts);
  if (no) return no;
  if (!found) return refuse('rejected', 'not_found', 'That file is not on this task.');
  if (found.removed_by !== null) {
    return refuse('conflict', 'already_removed', `${found.removed_by} took it off before.`);
  }
  return { ok: true };
}

function mayChange({ may_attach, period_state }: EvidenceFacts): EvidenceAnswer | null {
  if (!may_attach) return refuse('rejected', 'not_permitted', 'Your role may not attach evidence or take it off.');
  if (period_state === 'hard_locked') {
    return refuse('rejected', 'period_locked', 'The month is locked for good: its evidence stays as it is.');
  }
  return null;
}
