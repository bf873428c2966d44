/** What every step of a transfer begins with: the company and its sites are the person's to see, one change at a time. */
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { isoDate } from '#domain/calendar.ts';
import { mayTakeStep, type Permits, type StepQuestion, type TransferAnswer } from '#domain/transfers/rules.ts';
import { arrivalOn, type TransferStep, UNKNOWN_WAY_DAYS } from '#domain/transfers/transfer.ts';
import { calendarsOf } from '#server/planning/calendars.ts';
import { type StoredTransfer, storedTransfers } from '#server/planning/transferRows.ts';
import { type CompanyDay, companyDay } from '../companyDay.ts';
import { type CommandContext, written } from '../handler.ts';
import { notFound, Refusal } from '../refusal.ts';
import { lockReplenishment } from '../replenishment/standing.ts';

/** Sites by id; throws unless each is the company's and the person sees the company's stock there. */
export async function enterSites(
  context: CommandContext,
  company_id: number,
  site_ids: Iterable<number>,
): Promise<{ readonly company: CompanyDay; readonly codes: ReadonlyMap<number, string> }> {
  const { tx, user } = context;
  const asked = [...new Set(site_ids)];
  for (const site_id of asked) {
    if (!grantsSee(user.grants, 'general', { company_id, site_id })) throw notFound('site');
  }
  const company = await companyDay(context, company_id);
  const sites = await tx
    .selectFrom('site')
    .select(['id', 'code'])
    .where('company_id', '=', company_id)
    .where('id', 'in', asked)
    .execute();
  if (sites.length !== asked.length) throw notFound('site');
  // decisions and transfers weigh the same goods: one lock for both
  await lockReplenishment(tx, company_id);
  return { company, codes: new Map(sites.map((each) => [each.id, each.code])) };
}

/** Those of these ids, both of whose sites the person sees, under the company's lock. */
export async function enterTransfers(
  context: CommandContext,
  company_id: number,
  ids: readonly string[],
): Promise<{
  readonly company: CompanyDay;
  readonly codes: ReadonlyMap<number, string>;
  readonly transfers: ReadonlyMap<string, StoredTransfer>;
}> {
  const places = await context.tx
    .selectFrom('transfer_event')
    .select(['transfer_id', 'from_site_id', 'to_site_id'])
    .where('company_id', '=', company_id)
    .where('transfer_id', 'in', ids)
    .where('step', '=', 'requested')
    .execute();
  if (new Set(places.map((each) => each.transfer_id)).size !== ids.length) throw notFound('transfer');
  const entered = await enterSites(
    context,
    company_id,
    places.flatMap((each) => [each.from_site_id, each.to_site_id]),
  );
  const stored = await storedTransfers(context.tx, entered.company, { ids });
  return { ...entered, transfers: new Map(stored.map((each) => [each.id, each])) };
}

export function permitsOf({ user }: CommandContext, company_id: number): Permits {
  return (permission, site_id) => grantsPermit(user.grants, permission, { company_id, site_id });
}

export function refuseUnlessMay(
  context: CommandContext,
  company_id: number,
  transfer: StoredTransfer,
  asked: Pick<StepQuestion, 'step' | 'qty_milli' | 'reason'>,
): void {
  const permits = permitsOf(context, company_id);
  refuseUnlessOk(mayTakeStep({ ...asked, user_name: context.user.name, permits, transfer }), transfer);
}

export function refuseUnlessOk(answer: TransferAnswer, transfer?: StoredTransfer): void {
  if (answer.ok) return;
  throw new Refusal(answer.outcome, {
    code: answer.code,
    message: answer.message,
    detail: answer.outcome === 'conflict' && transfer ? { by: transfer.last.author, at_ms: transfer.last.at_ms } : {},
  });
}

/** The day on which what leaves a site today is taken in at another, as lanes and the receiving days of sites say. */
export async function arrivals(
  { tx }: CommandContext,
  company: CompanyDay,
): Promise<(from_site_id: number, to_site_id: number) => number> {
  const calendars = await calendarsOf(tx, company);
  const lanes = await tx
    .selectFrom('transfer_lane')
    .select(['from_site_id', 'to_site_id', 'days'])
    .where('company_id', '=', company.id)
    .execute();
  const days = new Map(lanes.map((each) => [`${each.from_site_id}>${each.to_site_id}`, each.days]));
  return (from, to) => arrivalOn(calendars(null, to), company.today_on, days.get(`${from}>${to}`) ?? UNKNOWN_WAY_DAYS);
}

export interface SaidStep {
  /** undefined = a new one. */
  readonly transfer_id?: string;
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

/** Each step at either site: whoever sees one of them has it. */
export async function writeSteps(
  context: CommandContext,
  company_id: number,
  steps: readonly SaidStep[],
): Promise<void> {
  await context.tx
    .insertInto('transfer_event')
    .values(
      steps.flatMap(({ due_on, transfer_id, ...each }, index) =>
        [each.from_site_id, each.to_site_id].map((site_id, side) => ({
          id: `${context.mutation_id}/${index * 2 + side}`,
          company_id,
          site_id,
          transfer_id: transfer_id ?? `${context.mutation_id}/${index * 2}`,
          ...each,
          due_on: due_on === null ? null : isoDate(due_on),
          ...written(context),
        })),
      ),
    )
    .execute();
}

export function stepOf(
  transfer: StoredTransfer,
  said: Pick<SaidStep, 'step' | 'qty_milli' | 'due_on' | 'reason'>,
): SaidStep {
  const { id: transfer_id, number, item_id, from_site_id, to_site_id, decision_id } = transfer;
  return { transfer_id, number, item_id, from_site_id, to_site_id, decision_id, ...said };
}
