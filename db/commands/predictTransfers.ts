/**
 * What asking for goods of another site, answering, sending off and taking in would do, told from the copy. What the giving
 * site can spare, and what lies there, is the server's to say: a prediction changes no stock.
 */
import { grantsPermit } from '#domain/access/grants.ts';
import { dayNumber } from '#domain/calendar.ts';
import { mayRequest, mayTakeStep, type TransferAnswer } from '#domain/transfers/rules.ts';
import { leadsBack, OPEN_TRANSFER_STATES, type TransferStep } from '#domain/transfers/transfer.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ImageValue } from '#contract/wire/image.ts';
import { type Connection, scanner } from '#db/connection.ts';
import { newestDecisions } from '#db/replenishment/standing.ts';
import { NO_NUMBER_YET, type Transfer, transfersOf } from '#db/replenishment/transfers.ts';
import { domainGrants } from '#db/session/grants.ts';
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
  const { reader, user, mutation_id } = context;
  const { company_id } = args;
  const company = companyDay(context, company_id);
  const grants = domainGrants(user.grants);
  const open = transfersOf(scanner(reader), company).filter((each) => OPEN_TRANSFER_STATES.has(each.standing.state));
  const accepted = args.transfers.some((each) => each.decision_id !== null)
    ? new Map([...newestDecisions(scanner(reader), company).values()].map((each) => [each.id, each]))
    : new Map<string, never>();
  const site = reader.prepare<[number, number], { id: number }>(
    'SELECT id FROM main.site WHERE id = ? AND company_id = ?',
  );
  const said = args.transfers.map((asked, index): Said => {
    if (!site.get(asked.from_site_id, company_id) || !site.get(asked.to_site_id, company_id)) {
      throw new BinnacleError('not_found', 'That site is not on this machine.');
    }
    const others = open.filter((each) => each.item_id === asked.item_id);
    const same = others.find(
      (each) =>
        each.from_site_id === asked.from_site_id &&
        each.to_site_id === asked.to_site_id &&
        each.standing.state !== 'in_transit',
    );
    throwUnlessOk(
      mayRequest({
        may: grantsPermit(grants, 'plan', { company_id, site_id: asked.to_site_id }),
        open_by: same?.standing.requested.author ?? null,
        leads_back: leadsBack(others, asked),
      }),
    );
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
    const { standing, from_site_id } = transfer;
    const given = verdict === 'approved' ? qty_milli : standing.requested.qty_milli;
    takeStep(context, transfer, { step: verdict, at: [[company_id, 'move_goods', from_site_id]], qty_milli: given });
    return saidOf(transfer, { step: verdict, qty_milli: given, reason });
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
  const here = step === 'dispatched' ? transfer.from_site_id : transfer.to_site_id;
  takeStep(context, transfer, { step, at: [[company_id, 'move_goods', here]], qty_milli });
  if (step === 'received' && qty_milli < transfer.standing.qty_milli && reason === null) {
    throw new BinnacleError(
      'bad_arguments',
      `${transfer.standing.qty_milli / 1000} were sent off. Say why less arrived.`,
    );
  }
  const said = saidOf(transfer, { step, qty_milli, reason });
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
  const asks = [company_id, 'plan', transfer.to_site_id] as const;
  const gives = [company_id, 'move_goods', transfer.from_site_id] as const;
  takeStep(context, transfer, { step, at: step === 'withdrawn' ? [asks] : [asks, gives], qty_milli });
  const said = saidOf(transfer, { step, qty_milli, reason });
  return {
    lane: replenishmentLane(company_id),
    title: `${step === 'withdrawn' ? 'Withdraw the request for' : 'Cancel the transfer of'} ${ofItem(context.reader, said)}`,
    effects: rowsOf(context, company_id, [said]),
  };
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

/** Where a person must hold what, one of these. */
type Place = readonly [company_id: number, permission: 'plan' | 'move_goods', site_id: number];

function takeStep(
  { user }: PredictContext,
  { standing, last }: Transfer,
  asked: {
    readonly step: Exclude<TransferStep, 'requested'>;
    readonly at: readonly Place[];
    readonly qty_milli: number;
  },
): void {
  const grants = domainGrants(user.grants);
  throwUnlessOk(
    mayTakeStep({
      step: asked.step,
      user_name: user.name,
      may: asked.at.some(([company_id, permission, site_id]) =>
        grantsPermit(grants, permission, { company_id, site_id }),
      ),
      requested_by: standing.requested.author,
      state: standing.state,
      last_by: last.author,
      before_qty_milli: standing.qty_milli,
      qty_milli: asked.qty_milli,
    }),
  );
}

function throwUnlessOk(answer: TransferAnswer): void {
  if (answer.ok) return;
  const code =
    answer.outcome === 'conflict' ? 'conflict' : answer.code === 'too_much' ? 'bad_arguments' : 'not_permitted';
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
