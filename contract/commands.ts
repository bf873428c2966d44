/**
 * Intent that must survive a connection loss: each is queued in the outbox with a client-made id, predicted locally,
 * and decided once by the server. Names and argument schemas are the same on both sides.
 */
import { z } from 'zod';
import {
  addCloseNote,
  answerReopening,
  askReopening,
  lockPeriod,
  openClose,
  planCloseTask,
  UserName,
  withdrawSignoff,
} from './commands/close.ts';
import { attachEvidence, removeEvidence } from './commands/evidence.ts';
import { recordBinder } from './commands/binder.ts';
import { addFollowUp } from './commands/credit.ts';
import { changeJournal, decideJournal, proposeJournal } from './commands/journal.ts';
import { overrideForecast, withdrawOverride } from './commands/forecast.ts';
import { explainItem, reconcile } from './commands/reconcile.ts';
import { decideRuleChange, draftRuleChange, withdrawRuleChange } from './commands/rules.ts';
import { entityOfKey } from '#domain/exceptions/entity.ts';
import { approveOrder, overrideFulfilment } from './commands/fulfilment.ts';
import {
  approveDraftOrders,
  approveReplenishment,
  cancelDraftOrder,
  decideReplenishment,
  makeDraftOrder,
  sendDraftOrder,
} from './commands/replenishment.ts';
import { answerTransfers, endTransfer, moveTransfer, requestTransfers } from './commands/transfers.ts';

const Id = z.int().min(1);
const NoteBody = z.string().trim().min(1, 'Write something first.').max(4000, 'A note holds up to 4,000 characters.');

export const addItemNote = {
  args: z.strictObject({ item_id: Id, body: NoteBody }),
};

export const addOrderNote = {
  args: z.strictObject({ order_id: Id, body: NoteBody }),
};

export const signCloseTask = {
  args: z.strictObject({
    task_id: Id,
    role: z.enum(['preparer', 'reviewer']),
    /** The version the copy showed. Nothing is decided by it: words on their way raise it without altering what is signed. */
    task_ver: z.int().min(0),
    /** Of the content the signer saw, their own words on their way among it: the server refuses if it is another. */
    content_hash: z.string().regex(/^[0-9a-f]{64}$/, 'a content hash is 64 hex digits'),
    amount_minor: z.int(),
    /** Whom the signer knows to sign for; left out or null = nobody else. */
    stands_in_for: UserName.nullable().optional(),
  }),
};

/** A mark on an exception of Today: sleep until a day, hand to somebody, wake. The key's kind decides who receives it. */
export const markException = {
  args: z
    .strictObject({
      company_id: Id,
      /** Of the exception; null = it belongs to no single site or channel. The server looks where the key’s entity lies. */
      site_id: Id.nullable(),
      channel_id: Id.nullable(),
      key: z
        .string()
        .max(120)
        .refine((key) => entityOfKey(key) !== null, 'an exception key is its kind and the ids of what it is about'),
      kind: z.enum(['snoozed', 'assigned', 'reopened']),
      until_on: z.iso.date().nullable(),
      assigned_to: z
        .string()
        .regex(/^[a-z][a-z0-9._-]{1,39}$/, 'a user name is 2–40 small letters, digits, dots, dashes')
        .nullable(),
    })
    .refine((args) => (args.kind === 'snoozed') === (args.until_on !== null), 'a snooze has a day, nothing else has')
    .refine(
      (args) => (args.kind === 'assigned') === (args.assigned_to !== null),
      'an assignment has a name, nothing else has',
    ),
};

export const COMMANDS = {
  addItemNote,
  addOrderNote,
  signCloseTask,
  withdrawSignoff,
  lockPeriod,
  askReopening,
  answerReopening,
  openClose,
  planCloseTask,
  addCloseNote,
  attachEvidence,
  removeEvidence,
  recordBinder,
  addFollowUp,
  reconcile,
  explainItem,
  proposeJournal,
  changeJournal,
  decideJournal,
  markException,
  overrideFulfilment,
  approveOrder,
  draftRuleChange,
  decideRuleChange,
  withdrawRuleChange,
  decideReplenishment,
  approveReplenishment,
  makeDraftOrder,
  approveDraftOrders,
  sendDraftOrder,
  cancelDraftOrder,
  overrideForecast,
  withdrawOverride,
  requestTransfers,
  answerTransfers,
  moveTransfer,
  endTransfer,
} as const;
export type CommandName = keyof typeof COMMANDS;
export type CommandInput<N extends CommandName> = z.input<(typeof COMMANDS)[N]['args']>;
export type CommandArgs<N extends CommandName> = z.output<(typeof COMMANDS)[N]['args']>;

/** The answer to a queued command: it is durable on this machine, not yet decided. */
export interface QueuedMutation {
  readonly id: string;
  readonly state: 'pending';
}
