/**
 * What a command would do, told from the copy: its lane, its title in words, the rows it would write, or why not. The
 * same domain rules as the server's; the server's answer is the record.
 */
import { grantsPermit } from '#domain/access/grants.ts';
import { maySign, type SignoffFact, type SignoffRole, taskState } from '#domain/close/signing.ts';
import type { COMMANDS, CommandArgs, CommandName } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ImageValue } from '#contract/wire/image.ts';
import type { SignedInUser } from '#contract/wire/protocol.ts';
import { wireTable } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';
import type { OverlayTable } from '#db/schema/overlayViews.ts';
import { domainGrants } from '#db/session/grants.ts';

export interface PredictedRow {
  readonly tbl: OverlayTable;
  readonly pk: string;
  readonly image: readonly ImageValue[];
}

export interface Prediction {
  /** The entity acted on: commands of one lane are sent in order. */
  readonly lane: string;
  readonly title: string;
  readonly effects: readonly PredictedRow[];
}

export interface PredictContext {
  /** A reader inside a read transaction, with the views of predicted rows. */
  readonly reader: Connection;
  readonly user: SignedInUser;
  readonly device: string;
  readonly mutation_id: string;
  readonly made_at_ms: number;
}

type Predictors = { [N in CommandName]: (context: PredictContext, args: CommandArgs<N>) => Prediction };

const PREDICTORS: Predictors = { addItemNote, addOrderNote, signCloseTask };

/** Throws `not_found`, `not_permitted` or `conflict` when the copy already shows that the server would refuse. */
export function predict<N extends CommandName>(context: PredictContext, name: N, args: CommandArgs<N>): Prediction {
  const prediction = PREDICTORS[name](context, args);
  for (const row of prediction.effects) {
    if (row.image.length !== wireTable(row.tbl).columns.length) throw new Error(`a predicted ${row.tbl} does not fit`);
  }
  return prediction;
}

/** The lane alone, for a command whose entity may be gone by now. */
export function laneOf(name: keyof typeof COMMANDS, args: Readonly<Record<string, unknown>>): string {
  if (name === 'addItemNote') return `item:${String(args['item_id'])}`;
  if (name === 'addOrderNote') return `order:${String(args['order_id'])}`;
  return `close_task:${String(args['task_id'])}`;
}

function addItemNote(context: PredictContext, args: CommandArgs<'addItemNote'>): Prediction {
  const item = context.reader
    .prepare<[number], { company_id: number; code: string }>('SELECT company_id, code FROM main.item WHERE id = ?')
    .get(args.item_id);
  if (!item) throw new BinnacleError('not_found', 'That item is not on this machine.');
  mayWriteNote(context, { company_id: item.company_id });
  return {
    lane: laneOf('addItemNote', args),
    title: `Note on item ${item.code}`,
    effects: [
      {
        tbl: 'item_note',
        pk: context.mutation_id,
        // accepted_at is the server's to give; until then the device's time stands in
        image: [item.company_id, args.item_id, args.body, context.user.name, context.made_at_ms, context.made_at_ms],
      },
    ],
  };
}

function addOrderNote(context: PredictContext, args: CommandArgs<'addOrderNote'>): Prediction {
  const order = context.reader
    .prepare<[number], { company_id: number; site_id: number | null; channel_id: number | null; number: string }>(
      'SELECT company_id, site_id, channel_id, number FROM main.sales_order WHERE id = ?',
    )
    .get(args.order_id);
  if (!order) throw new BinnacleError('not_found', 'That order is not on this machine.');
  mayWriteNote(context, order);
  return {
    lane: laneOf('addOrderNote', args),
    title: `Note on order ${order.number}`,
    effects: [
      {
        tbl: 'order_note',
        pk: context.mutation_id,
        image: [
          order.company_id,
          order.site_id,
          order.channel_id,
          args.order_id,
          args.body,
          context.user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}

function mayWriteNote(
  context: PredictContext,
  entity: { company_id: number; site_id?: number | null; channel_id?: number | null },
): void {
  if (!grantsPermit(domainGrants(context.user.grants), 'write_notes', entity)) {
    throw new BinnacleError('not_permitted', 'Your role may not write notes here.');
  }
}

interface TaskRow {
  readonly company_id: number;
  readonly period_id: number;
  readonly code: string;
  readonly title: string;
  readonly depends_on: string;
  readonly ver: number;
  readonly content_hash: string;
  readonly period: number;
  readonly period_state: string;
}

function signCloseTask(context: PredictContext, args: CommandArgs<'signCloseTask'>): Prediction {
  const task = context.reader
    .prepare<[number], TaskRow>(
      `SELECT t.company_id, t.period_id, t.code, t.title, t.depends_on, t.ver, t.content_hash, p.period, p.state AS period_state
       FROM main.close_task t JOIN main.close_period p ON p.id = t.period_id WHERE t.id = ?`,
    )
    .get(args.task_id);
  if (!task) throw new BinnacleError('not_found', 'That close task is not on this machine.');
  const grants = domainGrants(context.user.grants);
  const answer = maySign({
    user_name: context.user.name,
    role: args.role,
    may_prepare: grantsPermit(grants, 'prepare_close', { company_id: task.company_id }),
    may_review: grantsPermit(grants, 'review_close', { company_id: task.company_id }),
    period_state: task.period_state,
    content_hash: task.content_hash,
    seen_content_hash: args.content_hash,
    signoffs: signoffsOf(context.reader, args.task_id),
    waiting_for: waitingFor(context.reader, task),
  });
  if (!answer.ok) {
    throw new BinnacleError(answer.outcome === 'conflict' ? 'conflict' : 'not_permitted', answer.message);
  }
  return {
    lane: laneOf('signCloseTask', args),
    title: `Sign off ${task.title}, ${monthInWords(task.period)}, as ${args.role}`,
    effects: [
      {
        tbl: 'signoff',
        pk: context.mutation_id,
        image: [
          task.company_id,
          args.task_id,
          args.role,
          context.user.name,
          args.content_hash,
          args.amount_minor,
          context.device,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}

/** Accepted and predicted sign-offs of a task, oldest first. */
function signoffsOf(reader: Connection, task_id: number): SignoffFact[] {
  return reader
    .prepare<[number], { role: SignoffRole; user_name: string; content_hash: string; signed_at_ms: number }>(
      `SELECT role, user_name, content_hash, signed_at AS signed_at_ms FROM v_signoff WHERE task_id = ?
       ORDER BY mutation_state <> 'accepted', accepted_at`,
    )
    .all(task_id);
}

/** Codes of the tasks that must be signed by both before this one. */
function waitingFor(reader: Connection, task: TaskRow): string[] {
  const codes: unknown = JSON.parse(task.depends_on);
  if (!Array.isArray(codes)) throw new Error('depends_on is no list');
  const find = reader.prepare<[number, string], { id: number; content_hash: string }>(
    'SELECT id, content_hash FROM main.close_task WHERE period_id = ? AND code = ?',
  );
  return codes.map(String).filter((code) => {
    const before = find.get(task.period_id, code);
    return before !== undefined && taskState(signoffsOf(reader, before.id), before.content_hash) !== 'signed';
  });
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

function monthInWords(month: number): string {
  return `${MONTHS[(month % 100) - 1] ?? ''} ${Math.floor(month / 100)}`;
}
