/**
 * What asking for goods of another site, answering, sending off and taking in would do, told from the copy. What the giving
 * site can spare, and what lies there, is the server's to say: a prediction changes no stock.
 */
import { dayNumber } from '#domain/calendar.ts';
import { isTheirs, mayRequest, mayTakeStep, type StepQuestion, type TransferAnswer } from '#domain/transfers/rules.ts';
import {
  leadsBack,
  type Move,
  OPEN_TRANSFER_STATES,
  RECENT_MOVE_DAYS,
  type TransferStep,
} from '#domain/transfers/transfer.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ImageValue } from '#contract/wire/image.ts';
import { type Connection, scanner } from '#db/connection.ts';
import { newestDecisions } from '#db/replenishment/standing.ts';
import {
  movedSince,
  NO_NUMBER_YET,
  type Transfer,
  transferPermits,
  transfersOf,
  waysTo,
} from '#db/replenishment/transfers.ts';
import { companyDay } from './companyDay.ts';
import type { PredictContext, PredictedRow, Prediction } from './predict.ts';
import { replenishmentLane } from './predictReplenishment.ts';

interface Said {
  readonly transfer_id: string;
  readonly step: TransferStep;
  readonly number: string;
  readonly item_id: number;
  readonly from_site_id: number;
  readonly to_site_id: number;
  readonly qty_milli: number;
  readonly due_on: number | null;
  readonly reason: string | null;
  readonly decision_id: string | null;
}

export function predictTransferRequests(context: PredictContext, args: CommandArgs<'requestTransfers'>): Prediction {
  const { reader, mutation_id } = context;
  const { company_id } = args;
  const company = companyDay(context, company_id);
  const permits = transferPermits(context.user, company_id);
  const scan = scanner(reader);
  const open = transfersOf(scan, company).filter((each) => OPEN_TRANSFER_STATES.has(each.standing.state));
  const since_on = company.today_on - RECENT_MOVE_DAYS;
  const moves: (Move & { readonly item_id: number })[] = [
    ...open,
    ...[...new Set(args.transfers.map((each) => each.item_id))].flatMap((item_id) =>
      movedSince(scan, company_id, since_on, item_id),
    ),
  ];
  const accepted = args.transfers.some((each) => each.decision_id !== null)
    ? new Map([...newestDecisions(scan, company).values()].map((each) => [each.id, each]))
    : new Map<string, never>();
  const site = reader.prepare<[number, number], { id: number }>(
    'SELECT id FROM main.site WHERE id = ? AND company_id = ?',
  );
  const said = args.transfers.map((asked, index): Said => {
    if (!site.get(asked.from_site_id, company_id) || !site.get(asked.to_site_id, company_id)) {
      throw new BinnacleError('not_found', 'That site is not on this machine.');
    }
    const same = open.find(
      (each) =>
        each.item_id === asked.item_id &&
        each.from_site_id === asked.from_site_id &&
        each.to_site_id === asked.to_site_id &&
        each.standing.state !== 'in_transit',
    );
    throwUnlessOk(
      mayRequest({
        may: isTheirs('requested', asked, permits),
        open_by: same?.standing.requested.author ?? null,
        leads_back: leadsBack(
          moves.filter((each) => each.item_id === asked.item_id),
          asked,
        ),
      }),
    );
    moves.push(asked);
    if (asked.decision_id !== null && accepted.get(asked.decision_id)?.state !== 'accepted') {
      throw new BinnacleError(
        'conflict',
        'The proposal was decided anew, or is not approved. Look at what stands now.',
      );
    }
    const { wanted_on, ...row } = asked;
    return {
      ...row,
      transfer_id: `${mutation_id}/${index * 2}`,
      step: 'requested',
      number: NO_NUMBER_YET,
      due_on: wanted_on === null ? null : dayNumber(wanted_on),
    };
  });
  const [first] = said;
  return {
    lane: replenishmentLane(company_id),
    title:
      said.length === 1 && first
        ? `Ask ${siteCode(reader, first.from_site_id)} for ${ofItem(reader, first)}`
        : `Ask for ${said.length} transfers`,
    effects: rowsOf(context, company_id, said),
  };
}

export function predictTransferAnswers(context: PredictContext, args: CommandArgs<'answerTransfers'>): Prediction {
  const { company_id, verdict, reason } = args;
  const said = args.transfers.map(({ transfer_id, qty_milli }): Said => {
    const transfer = known(context, company_id, transfer_id);
    const given = verdict === 'approved' ? qty_milli : transfer.standing.requested.qty_milli;
    takeStep(context, company_id, transfer, { step: verdict, qty_milli: given, reason });
    const said = saidOf(transfer, { step: verdict, qty_milli: given, reason });
    return verdict === 'approved' ? { ...said, due_on: comesOn(context, company_id, transfer) } : said;
  });
  const [first] = said;
  const verb = verdict === 'approved' ? 'Give' : 'Refuse';
  return {
    lane: replenishmentLane(company_id),
    title:
      said.length === 1 && first
        ? `${verb} ${siteCode(context.reader, first.to_site_id)} ${ofItem(context.reader, first)}`
        : `${verb} ${said.length} transfers`,
    effects: rowsOf(context, company_id, said),
  };
}

export function predictTransferMove(context: PredictContext, args: CommandArgs<'moveTransfer'>): Prediction {
  const { company_id, step, qty_milli, reason } = args;
  const transfer = known(context, company_id, args.transfer_id);
  takeStep(context, company_id, transfer, { step, qty_milli, reason });
  const plain = saidOf(transfer, { step, qty_milli, reason });
  const said = step === 'dispatched' ? { ...plain, due_on: comesOn(context, company_id, transfer) } : plain;
  return {
    lane: replenishmentLane(company_id),
    title: `${step === 'dispatched' ? 'Send off' : 'Take in'} ${ofItem(context.reader, said)}`,
    effects: rowsOf(context, company_id, [said]),
  };
}

export function predictTransferEnd(context: PredictContext, args: CommandArgs<'endTransfer'>): Prediction {
  const { company_id, step, reason } = args;
  const transfer = known(context, company_id, args.transfer_id);
  const { qty_milli } = transfer.standing;
  takeStep(context, company_id, transfer, { step, qty_milli, reason });
  const said = saidOf(transfer, { step, qty_milli, reason });
  return {
    lane: replenishmentLane(company_id),
    title: `${step === 'withdrawn' ? 'Withdraw the request for' : 'Cancel the transfer of'} ${ofItem(context.reader, said)}`,
    effects: rowsOf(context, company_id, [said]),
  };
}

/** The day the server will say, if it takes the step today. */
function comesOn(context: PredictContext, company_id: number, { from_site_id, to_site_id }: Move): number {
  const { today_on } = companyDay(context, company_id);
  return waysTo(scanner(context.reader), company_id, to_site_id, today_on)(from_site_id).arrive_on;
}

function known(context: PredictContext, company_id: number, transfer_id: string): Transfer {
  const { reader } = context;
  const place = reader
    .prepare<[string, number], { item_id: number }>(
      'SELECT item_id FROM v_transfer_event WHERE transfer_id = ? AND company_id = ? LIMIT 1',
    )
    .get(transfer_id, company_id);
  const found =
    place &&
    transfersOf(scanner(reader), companyDay(context, company_id), place.item_id).find(
      (each) => each.id === transfer_id,
    );
  if (!found) throw new BinnacleError('not_found', 'That transfer is not on this machine.');
  return found;
}

function takeStep(
  { user }: PredictContext,
  company_id: number,
  transfer: Transfer,
  asked: Pick<StepQuestion, 'step' | 'qty_milli' | 'reason'>,
): void {
  const permits = transferPermits(user, company_id);
  throwUnlessOk(mayTakeStep({ ...asked, user_name: user.name, permits, transfer }));
}

function throwUnlessOk(answer: TransferAnswer): void {
  if (answer.ok) return;
  const isUnfit = answer.code === 'too_much' || answer.code === 'say_why';
  const code = answer.outcome === 'conflict' ? 'conflict' : isUnfit ? 'bad_arguments' : 'not_permitted';
  throw new BinnacleError(code, answer.message);
}

function saidOf(transfer: Transfer, said: Pick<Said, 'step' | 'qty_milli' | 'reason'>): Said {
  const { id: transfer_id, number, item_id, from_site_id, to_site_id, decision_id, standing } = transfer;
  const about = { transfer_id, item_id, from_site_id, to_site_id, decision_id };
  return { ...about, ...said, number: number ?? NO_NUMBER_YET, due_on: standing.due_on };
}

function rowsOf(context: PredictContext, company_id: number, said: readonly Said[]): readonly PredictedRow[] {
  return said.flatMap((each, index) =>
    [each.from_site_id, each.to_site_id].map((site_id, side) => ({
      tbl: 'transfer_event' as const,
      pk: `${context.mutation_id}/${index * 2 + side}`,
      image: [
        company_id,
        site_id,
        each.transfer_id,
        each.step,
        each.number,
        each.item_id,
        each.from_site_id,
        each.to_site_id,
        each.qty_milli,
        each.due_on,
        each.reason,
        each.decision_id,
        context.user.name,
        context.made_at_ms,
        context.made_at_ms,
      ] satisfies ImageValue[],
    })),
  );
}

function siteCode(reader: Connection, site_id: number): string {
  const site = reader.prepare<[number], { code: string }>('SELECT code FROM main.site WHERE id = ?').get(site_id);
  return site?.code ?? 'a site';
}

/** '40 pcs of FA-1' */
function ofItem(
  reader: Connection,
  { item_id, qty_milli }: { readonly item_id: number; readonly qty_milli: number },
): string {
  const item = reader
    .prepare<[number], { code: string; uom: string }>('SELECT code, uom FROM main.item WHERE id = ?')
    .get(item_id);
  return `${qty_milli / 1000} ${item?.uom ?? ''} of ${item?.code ?? 'an item'}`;
}
