/** Goods of a transfer leave one site and arrive at the other: movements, and what lies there; and what is called off before. */
import { sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import type { StoredTransfer } from '#server/planning/transferRows.ts';
import type { CompanyDay } from '../companyDay.ts';
import type { CommandContext, CommandHandler } from '../handler.ts';
import { Refusal } from '../refusal.ts';
import { arrivals, enterTransfers, refuseUnlessMay, stepOf, writeSteps } from './place.ts';

export const moveTransfer: CommandHandler<'moveTransfer'> = async (context, args) => {
  const { company_id, step, qty_milli, reason } = args;
  const { transfer, company, codes } = await enterOne(context, args);
  const here = step === 'dispatched' ? transfer.from_site_id : transfer.to_site_id;
  refuseUnlessMay(context, company_id, transfer, { step, qty_milli, reason });
  if (step === 'dispatched') await takeAway(context, transfer, codes.get(here) ?? '', qty_milli);
  else if (qty_milli > 0) await bringIn(context, company, transfer, qty_milli);
  if (qty_milli > 0) {
    await context.tx
      .insertInto('stock_move')
      .values({
        company_id,
        site_id: here,
        item_id: transfer.item_id,
        kind: step === 'dispatched' ? 'transfer_out' : 'transfer_in',
        moved_on: isoDate(company.today_on),
        qty_milli: step === 'dispatched' ? -qty_milli : qty_milli,
        ref: transfer.number,
      })
      .execute();
  }
  const comesOn = await arrivals(context, company);
  const due_on = step === 'dispatched' ? comesOn(transfer.from_site_id, transfer.to_site_id) : null;
  await writeSteps(context, company_id, [stepOf(transfer, { step, qty_milli, due_on, reason })]);
  context.tell({
    kind: step === 'dispatched' ? 'transfer_dispatched' : 'transfer_received',
    about: transfer.number,
    detail: {
      item: transfer.item_id,
      from: codes.get(transfer.from_site_id) ?? null,
      to: codes.get(transfer.to_site_id) ?? null,
      quantity_thousandths: qty_milli,
      reason,
    },
  });
};

export const endTransfer: CommandHandler<'endTransfer'> = async (context, args) => {
  const { company_id, step, reason } = args;
  const { transfer } = await enterOne(context, args);
  refuseUnlessMay(context, company_id, transfer, { step, qty_milli: null, reason });
  const { qty_milli } = transfer.standing;
  await writeSteps(context, company_id, [stepOf(transfer, { step, qty_milli, due_on: null, reason })]);
};

async function enterOne(
  context: CommandContext,
  { company_id, transfer_id }: { readonly company_id: number; readonly transfer_id: string },
) {
  const entered = await enterTransfers(context, company_id, [transfer_id]);
  const transfer = entered.transfers.get(transfer_id);
  if (!transfer) throw new Error('a transfer that was found');
  return { ...entered, transfer };
}

/** What is not there any more cannot be sent off: it is told, and nothing moves. */
async function takeAway(
  { tx }: CommandContext,
  { item_id, from_site_id, number }: StoredTransfer,
  code: string,
  qty_milli: number,
): Promise<void> {
  const there = await tx
    .selectFrom('stock_balance')
    .select(['id', 'on_hand_qty_milli'])
    .where('site_id', '=', from_site_id)
    .where('item_id', '=', item_id)
    .forUpdate()
    .executeTakeFirst();
  const on_hand = there?.on_hand_qty_milli ?? 0;
  if (!there || on_hand < qty_milli) {
    throw new Refusal('conflict', {
      code: 'stock_gone',
      message: `${on_hand / 1000} are left at ${code}, not ${qty_milli / 1000}. Send off what is there, or cancel the transfer.`,
      detail: { transfer: number, there_qty_milli: on_hand, asked_qty_milli: qty_milli },
    });
  }
  await tx
    .updateTable('stock_balance')
    .set({ on_hand_qty_milli: on_hand - qty_milli })
    .where('id', '=', there.id)
    .execute();
}

async function bringIn(
  { tx }: CommandContext,
  company: CompanyDay,
  { item_id, to_site_id }: StoredTransfer,
  qty_milli: number,
): Promise<void> {
  await tx
    .insertInto('stock_balance')
    .values({
      company_id: company.id,
      site_id: to_site_id,
      item_id,
      on_hand_qty_milli: qty_milli,
      reserved_qty_milli: 0,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['site_id', 'item_id'])
        .doUpdateSet({ on_hand_qty_milli: sql`stock_balance.on_hand_qty_milli + excluded.on_hand_qty_milli` }),
    )
    .execute();
}
