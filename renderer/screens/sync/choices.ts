/** What a person may choose for a change, most useful first, each with its consequence. Pure. */
import type { OutboxRow } from '#contract/queries.ts';
import { isNote } from './outboxRows.ts';

export type ChoiceKind = 'edit' | 'look' | 'retry' | 'discard';

export interface Choice {
  readonly kind: ChoiceKind;
  readonly title: string;
  readonly consequence: string;
  /** On the one solid button. */
  readonly verb: string;
}

const OF_REPLENISHMENT = [
  'decideReplenishment',
  'approveReplenishment',
  'makeDraftOrder',
  'approveDraftOrders',
  'sendDraftOrder',
  'cancelDraftOrder',
];

export function isOfReplenishment({ command }: Pick<OutboxRow, 'command'>): boolean {
  return OF_REPLENISHMENT.includes(command);
}

/** `by`: who acted first, where the server said so. */
export function choicesFor(change: OutboxRow, by: string | null): readonly Choice[] {
  const may = (action: OutboxRow['actions'][number]): boolean => change.actions.includes(action);
  const waiting = change.state === 'pending' || change.state === 'sent';
  const choices: Choice[] = [];
  if (isNote(change) && may('edit')) {
    choices.push({
      kind: 'edit',
      title: waiting ? 'Change the text' : 'Change the text and send it again',
      consequence: 'The new text goes out as a new change; this one is dropped.',
      verb: waiting ? 'Save the text' : 'Send the new text',
    });
  }
  if (change.command === 'signCloseTask' && may('discard')) {
    const signedByOther = change.reason?.code === 'already_signed';
    const look: Choice = {
      kind: 'look',
      title: 'Drop mine and look at the task again',
      consequence: 'Opens the task as it is now; you sign anew what you then see.',
      verb: 'Look at the task',
    };
    // what changed, has no figures yet, or is planned for somebody else, asks to be looked at; what somebody else signed is done
    const lookFirst = ['content_changed', 'named_other', 'unreckoned'].includes(change.reason?.code ?? '');
    if (lookFirst) choices.push(look);
    choices.push({
      kind: 'discard',
      title: signedByOther && by !== null ? `Keep the signature of ${by}` : 'Drop my signature',
      consequence: waiting
        ? 'It is not sent. The task stays as it is on the server.'
        : 'Yours counts for nothing and leaves this list. The task stays as it is on the server.',
      verb: signedByOther && by !== null ? `Keep ${by}’s` : 'Drop mine',
    });
    if (!lookFirst) choices.push(look);
  }
  if (change.command === 'markException' && may('discard')) {
    choices.push({
      kind: 'look',
      title: 'Drop mine and decide again on Today',
      consequence: 'Opens what needs a decision as it is now; this one counts for nothing.',
      verb: 'Decide again',
    });
  }
  if (isOfReplenishment(change) && may('discard')) {
    choices.push({
      kind: 'look',
      title: by === null ? 'Drop mine and decide again' : `Let the decision of ${by} stand and look at it`,
      consequence: 'Opens Replenishment as it is now; this one counts for nothing, what you then see you decide anew.',
      verb: 'Look at the proposals',
    });
  }
  if (may('retry')) {
    choices.push({
      kind: 'retry',
      title: waiting ? 'Send it now' : 'Send mine again as it is',
      consequence: waiting
        ? 'It goes out in order as soon as the server answers, with or without this.'
        : 'The server decides anew by what is true then; while nothing changed, it refuses again.',
      verb: waiting ? 'Send now' : 'Send again',
    });
  }
  if (isNote(change) && may('discard')) {
    choices.push({
      kind: 'discard',
      title: 'Drop the note',
      consequence: 'The text is gone from this machine and was never on the server.',
      verb: 'Drop the note',
    });
  } else if (may('discard') && !choices.some(({ kind }) => kind === 'discard')) {
    // whatever a later command is: nothing may stay in this list with no way out of it
    choices.push({
      kind: 'discard',
      title: 'Drop it',
      consequence: waiting
        ? 'It is not sent. Nothing changes on the server.'
        : 'It counts for nothing and leaves this list. Nothing changes on the server.',
      verb: 'Drop it',
    });
  }
  return choices;
}
