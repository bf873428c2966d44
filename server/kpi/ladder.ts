/** The margin ladder's sums in SQL: the twin of domain/kpi/marginLadder.ts. */
import { type RawBuilder, sql } from 'kysely';
import type { LadderPart, LadderSums } from '#domain/kpi/marginLadder.ts';
import type { Database } from '#server/schema/database.ts';
import { type KpiQuestion, ofSlice } from './question.ts';

const SOLD = sql`l.kind in ('goods', 'return')`;
const GOODS = sql`l.kind = 'goods'`;

/** Sum, and what of it is known, of a column beside the cost. */
function partSql(name: string, column: string): RawBuilder<unknown> {
  const value = sql.ref(`c.${column}`);
  return sql`
    coalesce(sum(${value}) filter (where ${SOLD}), 0)::bigint as ${sql.ref(`${name}_sum`)},
    count(${value}) filter (where ${SOLD}) as ${sql.ref(`${name}_lines`)},
    count(${value}) filter (where ${GOODS}) as ${sql.ref(`${name}_goods`)},
    coalesce(sum(abs(l.net_minor)) filter (where ${GOODS} and ${value} is not null), 0)::bigint as ${sql.ref(`${name}_net`)}`;
}

type Named<N extends string> = Readonly<Record<`${N}_sum` | `${N}_lines` | `${N}_goods` | `${N}_net`, number>>;
type Row = Named<'cost'> &
  Named<'freight'> &
  Named<'rebate'> &
  Named<'fee'> &
  Readonly<Record<'lines' | 'gross' | 'discounts' | 'returns' | 'other' | 'goods_lines' | 'goods_net', number>> &
  Readonly<Record<'sent_net' | 'whole_lines' | 'whole_net' | 'credits' | 'claims', number>>;

export async function ladderSums(db: Database, question: KpiQuestion): Promise<LadderSums> {
  const { company_id, month } = question;
  const sum = (what: RawBuilder<unknown>, where: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`coalesce(sum(${what}) filter (where ${where}), 0)::bigint`;
  const sent = sql`${GOODS} and c.cost_minor is not null and c.freight_minor is not null`;
  const whole = sql`${sent} and c.rebate_minor is not null
    and c.fee_minor is not null`;
  const of_month = sql`n.company_id = ${company_id} and n.month = ${month} ${ofSlice(question, 'n')}`;
  const { rows } = await sql<Row>`
    select count(*) as lines, ${sum(sql`l.gross_minor`, GOODS)} as gross,
      (${sum(sql`-l.discount_minor`, SOLD)} + ${sum(sql`l.net_minor`, sql`l.kind = 'discount'`)}) as discounts,
      ${sum(sql`l.gross_minor`, sql`l.kind = 'return'`)} as returns,
      ${sum(sql`l.net_minor`, sql`l.kind not in ('goods', 'return', 'discount')`)} as other,
      count(*) filter (where ${GOODS}) as goods_lines, ${sum(sql`abs(l.net_minor)`, GOODS)} as goods_net,
      ${partSql('cost', 'cost_minor')}, ${partSql('freight', 'freight_minor')}, ${partSql('rebate', 'rebate_minor')},
      ${partSql('fee', 'fee_minor')},
      ${sum(sql`abs(l.net_minor)`, sent)} as sent_net, count(*) filter (where ${whole}) as whole_lines, ${sum(sql`abs(l.net_minor)`, whole)} as whole_net,
      (select coalesce(sum(amount_minor), 0)::bigint from credit_note n where ${of_month} and claim_id is null) as credits,
      (select coalesce(sum(amount_minor), 0)::bigint from credit_note n where ${of_month} and claim_id is not null)
        + (select coalesce(sum(amount_minor), 0)::bigint from claim_cost n where ${of_month}) as claims
    from order_line l left join order_line_cost c on c.id = l.id
    where l.company_id = ${company_id} and l.month = ${month} ${ofSlice(question, 'l')}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate without a row');
  return {
    margin: {
      lines: row.lines,
      gross_minor: row.gross,
      discounts_minor: row.discounts,
      returns_minor: row.returns,
      other_minor: row.other,
      cost_minor: row.cost_sum,
      costed_lines: row.cost_lines,
      goods_lines: row.goods_lines,
      costed_goods_lines: row.cost_goods,
      goods_net_minor: row.goods_net,
      costed_goods_net_minor: row.cost_net,
    },
    freight: part(row.freight_sum, row.freight_lines, row.freight_goods, row.freight_net),
    rebates: part(row.rebate_sum, row.rebate_lines, row.rebate_goods, row.rebate_net),
    fees: part(row.fee_sum, row.fee_lines, row.fee_goods, row.fee_net),
    sent_goods_net_minor: row.sent_net,
    whole_goods_lines: row.whole_lines,
    whole_goods_net_minor: row.whole_net,
    credits_minor: row.credits,
    claims_minor: row.claims,
  };
}

function part(
  sum_minor: number,
  known_lines: number,
  known_goods_lines: number,
  known_goods_net_minor: number,
): LadderPart {
  return { sum_minor, known_lines, known_goods_lines, known_goods_net_minor };
}
