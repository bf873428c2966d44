/** Who may do what about a transfer, in which order: the same answer in the copy and at the server. */
import type { Move, TransferEvent, TransferStanding, TransferState, TransferStep } from './transfer.ts';

export type TransferRefusalCode =
  | 'not_permitted'
  | 'own_request'
  | 'not_waiting'
  | 'too_much'
  | 'say_why'
  | 'asked_already'
  | 'leads_back';

export type TransferAnswer =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly outcome: 'conflict' | 'rejected';
      readonly code: TransferRefusalCode;
      readonly message: string;
    };

/** Whether the person holds a permission at a site. */
export type Permits = (permission: 'plan' | 'move_goods', site_id: number) => boolean;

/** Who plans for the receiving site asks and takes back, the giving site answers and sends off, the receiving one takes in; either calls off. */
export function isTheirs(step: TransferStep, { from_site_id, to_site_id }: Move, permits: Permits): boolean {
  switch (step) {
    case 'requested':
    case 'withdrawn':
      return permits('plan', to_site_id);
    case 'approved':
    case 'refused':
    case 'dispatched':
      return permits('move_goods', from_site_id);
    case 'cancelled':
      return permits('plan', to_site_id) || permits('move_goods', from_site_id);
    case 'received':
      return permits('move_goods', to_site_id);
  }
}

export interface StepQuestion {
  readonly step: Exclude<TransferStep, 'requested'>;
  readonly user_name: string;
  readonly permits: Permits;
  readonly transfer: Move & { readonly standing: TransferStanding; readonly last: Pick<TransferEvent, 'author'> };
  /** null = all that the step before said; what ends a transfer is about all of it. */
  readonly qty_milli: number | null;
  readonly reason: string | null;
}

/** Before a step the transfer stands so. */
const BEFORE: Readonly<Record<StepQuestion['step'], TransferState>> = {
  withdrawn: 'requested',
  approved: 'requested',
  refused: 'requested',
  cancelled: 'approved',
  dispatched: 'approved',
  received: 'in_transit',
};

const ACTS: Readonly<Record<StepQuestion['step'], string>> = {
  withdrawn: 'withdraw requests of this site',
  approved: 'give goods of this site to another',
  refused: 'answer requests to this site',
  cancelled: 'cancel transfers of these sites',
  dispatched: 'send goods off from this site',
  received: 'take goods in at this site',
};

const STANDS: Readonly<Record<TransferState, string>> = {
  requested: 'It was not answered yet.',
  approved: 'It is approved and not sent off yet.',
  in_transit: 'It is under way already.',
  received: 'It arrived already.',
  refused: 'It was refused.',
  withdrawn: 'The request was withdrawn.',
  cancelled: 'It was cancelled.',
  expired: 'Nobody went on with it in time: it expired. Ask anew.',
};

export function mayTakeStep({ step, user_name, permits, transfer, qty_milli, reason }: StepQuestion): TransferAnswer {
  const { standing, last } = transfer;
  const { state } = standing;
  if (!isTheirs(step, transfer, permits)) return no('rejected', 'not_permitted', `Your role may not ${ACTS[step]}.`);
  if ((step === 'approved' || step === 'refused') && standing.requested.author === user_name) {
    return no('rejected', 'own_request', 'You asked for this yourself; somebody else at the giving site answers.');
  }
  if (BEFORE[step] !== state) {
    const by = state === 'requested' || state === 'expired' ? '' : ` Last word: ${last.author}.`;
    return no('conflict', 'not_waiting', `${STANDS[state]}${by}`);
  }
  const before_qty_milli = standing.qty_milli;
  const own_qty_milli = qty_milli ?? before_qty_milli;
  if (own_qty_milli > before_qty_milli) {
    const than = { approved: 'was asked for', dispatched: 'was approved', received: 'was sent off' };
    const words = than[step as keyof typeof than] ?? 'it is about';
    return no('rejected', 'too_much', `That is more than ${words}: ${before_qty_milli / 1000}.`);
  }
  if (step === 'received' && own_qty_milli < before_qty_milli && reason === null) {
    return no('rejected', 'say_why', `${before_qty_milli / 1000} were sent off. Say why less arrived.`);
  }
  return { ok: true };
}

/** A second request for the same goods, or one that sends them where they came from, is refused before anybody is bothered. */
export function mayRequest(question: {
  readonly may: boolean;
  /** Of the same item the same way, if one is open: who asked. */
  readonly open_by: string | null;
  readonly leads_back: boolean;
}): TransferAnswer {
  if (!question.may) return no('rejected', 'not_permitted', 'Your role may not ask for goods for this site.');
  if (question.open_by !== null) {
    return no(
      'conflict',
      'asked_already',
      `${question.open_by} asked that site for this item already. Look at the request.`,
    );
  }
  if (question.leads_back) {
    return no(
      'rejected',
      'leads_back',
      'Goods of this item go or went the other way lately: they would come back to where they came from.',
    );
  }
  return { ok: true };
}

function no(outcome: 'conflict' | 'rejected', code: TransferRefusalCode, message: string): TransferAnswer {
  return { ok: false, outcome, code, message };
}
