/** Giving or refusing what another site asks for: never more than this site can spare when it answers. */
import { givingPosition } from '#domain/transfers/giving.ts';
import { surplusMilli } from '#domain/transfers/surplus.ts';
import { positionsOf } from '#server/planning/positions.ts';
import type { StoredTransfer } from '#server/planning/transferRows.ts';
import type { CommandContext, CommandHandler } from '../handler.ts';
import { Refusal } from '../refusal.ts';
import { arrivals, enterTransfers, refuseUnlessMay, stepOf, writeSteps } from './place.ts';

export const answerTransfers: CommandHandler<'answerTransfers'> = async (context, args) => {
  const { tx } = context;
  const { company_id, verdict, reason } = args;
  const { company, codes, transfers } = await enterTransfers(
    context,
    company_id,
    args.transfers.map((each) => each.transfer_id),
  );
  const answered = args.transfers.map(({ transfer_id, qty_milli }) => {
    const transfer = transfers.get(transfer_id);
    if (!transfer) throw new Error('a transfer that was found');
    // what is refused is all that was asked for
    const given = verdict === 'approved' ? qty_milli : null;
    refuseUnlessMay(context, company_id, transfer, { step: verdict, qty_milli: given, reason });
    return { transfer, qty_milli: given ?? transfer.standing.requested.qty_milli };
  });
  if (verdict === 'approved') {
    const positions = await positionsOf(
      tx,
      company,
      answered.map(({ transfer }) => transfer.item_id),
    );
    const given = new Map<string, number>();
    for (const { transfer, qty_milli } of answered) {
      const { item_id, from_site_id } = transfer;
      const key = `${item_id}:${from_site_id}`;
      const before = given.get(key) ?? 0;
      const own = givingPosition(positions.of(item_id, from_site_id));
      const spare = surplusMilli({ ...own, asked_qty_milli: own.asked_qty_milli + before });
      if (qty_milli > spare) {
        throw await nothingToSpare(context, transfer, codes, { qty_milli, spare, ...own });
      }
      given.set(key, before + qty_milli);
    }
  }
  const comesOn = await arrivals(context, company);
  await writeSteps(
    context,
    company_id,
    answered.map(({ transfer, qty_milli }) =>
      stepOf(transfer, {
        step: verdict,
        qty_milli,
        reason,
        due_on: verdict === 'approved' ? comesOn(transfer.from_site_id, transfer.to_site_id) : null,
      }),
    ),
  );
  context.tell(
    ...answered.map(({ transfer, qty_milli }) => ({
      kind: verdict === 'approved' ? ('transfer_approved' as const) : ('transfer_refused' as const),
      about: transfer.standing.requested.author,
      detail: {
        transfer: transfer.number,
        item: transfer.item_id,
        from: codes.get(transfer.from_site_id) ?? null,
        to: codes.get(transfer.to_site_id) ?? null,
        asked_thousandths: transfer.standing.requested.qty_milli,
        quantity_thousandths: qty_milli,
        reason,
      },
    })),
  );
};

interface Spare {
  readonly qty_milli: number;
  readonly spare: number;
  readonly on_hand_qty_milli: number;
  readonly asked_qty_milli: number;
  readonly reorder_qty_milli: number | null;
}

async function nothingToSpare(
  { tx }: CommandContext,
  { item_id, from_site_id, number }: StoredTransfer,
  codes: ReadonlyMap<number, string>,
  { qty_milli, spare, on_hand_qty_milli, asked_qty_milli, reorder_qty_milli }: Spare,
): Promise<Refusal> {
  const item = await tx.selectFrom('item').select('code').where('id', '=', item_id).executeTakeFirst();
  const units = (milli: number): string => String(milli / 1000);
  const need = reorder_qty_milli === null ? '' : `, reorder point ${units(reorder_qty_milli)}`;
  return new Refusal('conflict', {
    code: 'nothing_to_spare',
    message: `${codes.get(from_site_id) ?? 'The site'} can spare ${units(spare)} of ${item?.code ?? 'the item'} now, not ${units(qty_milli)}: ${units(on_hand_qty_milli)} there, ${units(asked_qty_milli)} asked for${need}. Nothing of this answer was taken.`,
    detail: { transfer: number, asked_qty_milli: qty_milli, spare_qty_milli: spare },
  });
}
