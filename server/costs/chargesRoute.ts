/** POST /orders/carrier-charges: what carriers charged for an order, for the working behind its lines' freight. */
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { grantsSee } from '#domain/access/grants.ts';
import { type CarrierCharges, CarrierChargesRequest, MOST_CARRIER_CHARGES } from '#contract/wire/carrierCharges.ts';
import type { RouteContext } from '#server/http/context.ts';
import { HttpError, parseWith } from '#server/http/errors.ts';

export function carrierChargeRoutes(app: FastifyInstance, { db, requireUser }: RouteContext): void {
  app.post('/orders/carrier-charges', async (request): Promise<CarrierCharges> => {
    const user = await requireUser(request);
    const { order_id } = parseWith(CarrierChargesRequest, request.body);
    const order = await db
      .selectFrom('sales_order')
      .select(['company_id', 'site_id', 'channel_id'])
      .where('id', '=', order_id)
      .executeTakeFirst();
    // of an order whose costs are not theirs to see it is not said whether it is there
    if (!order || !grantsSee(user.grants, 'cost', order)) {
      throw new HttpError(404, 'not_found', `There is no order ${order_id} whose costs are yours to see.`);
    }
    const { rows } = await sql<CarrierCharges['charges'][number] & { total: number; total_minor: number }>`
      select number, to_char(charged_on, 'YYYY-MM-DD') as charged_on, amount_minor, (count(*) over ())::int as total,
        (sum(amount_minor) over ())::bigint as total_minor
      from carrier_charge where order_id = ${order_id}::bigint
      order by charged_on, number limit ${MOST_CARRIER_CHARGES}`.execute(db);
    return {
      charges: rows.map(({ number, charged_on, amount_minor }) => ({ number, charged_on, amount_minor })),
      total: rows[0]?.total ?? 0,
      total_minor: rows[0]?.total_minor ?? null,
    };
  });
}
