/**
 * What a command would do, told from the copy: its lane, its title in words, the rows it would write, or why not. The
 * same domain rules as the server's; the server's answer is the record.
 */
import { grantsPermit } from '#domain/access/grants.ts';
import type { CommandArgs, CommandName } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ImageValue } from '#contract/wire/image.ts';
import type { SignedInUser } from '#contract/wire/protocol.ts';
import { wireTable } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';
import type { OverlayTable } from '#db/schema/overlayViews.ts';
import { domainGrants } from '#db/session/grants.ts';
import { predictRecord } from './predictBinder.ts';
import { predictCloseNote } from './predictCloseNote.ts';
import { predictAttaching, predictRemoval } from './predictEvidence.ts';
import { predictFollowUp } from './predictFollowUp.ts';
import { predictForecastOverride, predictWithdrawal } from './predictForecastOverride.ts';
import { predictOrderApproval } from './predictOrderApproval.ts';
import { predictMark } from './predictMark.ts';
import { predictOverride } from './predictOverride.ts';
import { predictDraftApproval } from './predictDraftApproval.ts';
import { predictCancelling, predictDraft, predictSending } from './predictDraftOrder.ts';
import { predictRuleDecision, predictRuleDraft, predictRuleWithdrawal } from './predictRules.ts';
import { predictApproval, predictDecisions } from './predictReplenishment.ts';
import { predictAnswering, predictAsking, predictLock } from './predictLocks.ts';
import { predictJournalChange, predictJournalDecision, predictProposal } from './predictJournal.ts';
import { predictOpening, predictPlanning } from './predictOpening.ts';
import { predictExplanation, predictReconcile } from './predictReconcile.ts';
import { predictSigning, predictWithdrawing } from './predictSigning.ts';
import {
  predictTransferAnswers,
  predictTransferEnd,
  predictTransferMove,
  predictTransferRequests,
} from './predictTransfers.ts';

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
  /** The bytes of a file are on this machine. */
  readonly hasEvidence: (sha256: string) => boolean;
}

type Predictors = { [N in CommandName]: (context: PredictContext, args: CommandArgs<N>) => Prediction };

const PREDICTORS: Predictors = {
  addItemNote,
  addOrderNote,
  signCloseTask: predictSigning,
  lockPeriod: predictLock,
  askReopening: predictAsking,
  answerReopening: predictAnswering,
  openClose: predictOpening,
  planCloseTask: predictPlanning,
  withdrawSignoff: predictWithdrawing,
  addCloseNote: predictCloseNote,
  attachEvidence: predictAttaching,
  removeEvidence: predictRemoval,
  recordBinder: predictRecord,
  addFollowUp: predictFollowUp,
  reconcile: predictReconcile,
  explainItem: predictExplanation,
  proposeJournal: predictProposal,
  changeJournal: predictJournalChange,
  decideJournal: predictJournalDecision,
  markException: predictMark,
  overrideFulfilment: predictOverride,
  approveOrder: predictOrderApproval,
  draftRuleChange: predictRuleDraft,
  decideRuleChange: predictRuleDecision,
  withdrawRuleChange: predictRuleWithdrawal,
  decideReplenishment: predictDecisions,
  approveReplenishment: predictApproval,
  makeDraftOrder: predictDraft,
  approveDraftOrders: predictDraftApproval,
  sendDraftOrder: predictSending,
  cancelDraftOrder: predictCancelling,
  overrideForecast: predictForecastOverride,
  withdrawOverride: predictWithdrawal,
  requestTransfers: predictTransferRequests,
  answerTransfers: predictTransferAnswers,
  moveTransfer: predictTransferMove,
  endTransfer: predictTransferEnd,
};

/** Throws `not_found`, `not_permitted` or `conflict` when the copy already shows that the server would refuse. */
export function predict<N extends CommandName>(context: PredictContext, name: N, args: CommandArgs<N>): Prediction {
  const prediction = PREDICTORS[name](context, args);
  for (const row of prediction.effects) {
    if (row.image.length !== wireTable(row.tbl).columns.length) throw new Error(`a predicted ${row.tbl} does not fit`);
  }
  return prediction;
}

function addItemNote(context: PredictContext, args: CommandArgs<'addItemNote'>): Prediction {
  const item = context.reader
    .prepare<[number], { company_id: number; code: string }>('SELECT company_id, code FROM main.item WHERE id = ?')
    .get(args.item_id);
  if (!item) throw new BinnacleError('not_found', 'That item is not on this machine.');
  mayWriteNote(context, { company_id: item.company_id });
  return {
    lane: `item:${args.item_id}`,
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
    lane: `order:${args.order_id}`,
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
