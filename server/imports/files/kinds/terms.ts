import { sql } from 'kysely';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { FEES, REBATES } from '#domain/imports/kinds/terms.ts';
import { type GovernedVersion, governedReasons } from '../governedLines.ts';
import { type Job, type KindStore, storeEach } from '../job.ts';
import type { Referred } from '../lookups.ts';
import { unknown } from '../missing.ts';

type RebateRow = RowOf<(typeof REBATES)['fields']>;
type FeeRow = RowOf<(typeof FEES)['fields']>;

const idOf = (job: Job, what: Referred, code: string | null | undefined): number | null =>
  code == null ? null : job.lookups.id(what, code);
const one = (...parts: readonly (string | number | null)[]): string => JSON.stringify(parts);

export const rebateStore: KindStore<RebateRow> = {
  check: async (job, lines) => {
    await job.lookups.find(
      'customer',
      lines.map(({ row }) => row.customer),
    );
    await job.lookups.find(
      'channel',
      lines.map(({ row }) => row.channel),
    );
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      if (job.lookups.id('customer', row.customer) === null)
        reasons.set(line_number, unknown('customer', row.customer));
      else if (row.channel != null && job.lookups.id('channel', row.channel) === null)
        reasons.set(line_number, unknown('channel', row.channel));
    }
    const said = lines
      .filter(({ line_number }) => !reasons.has(line_number))
      .map(({ line_number, row }) => ({
        line_number,
        key: one(idOf(job, 'customer', row.customer), idOf(job, 'channel', row.channel)),
        valid_from: row.valid_from,
        valid_to: row.valid_to ?? null,
        figures: one(row.agreement, row.rebate_percent, row.threshold),
        owner: row.owner,
      }));
    const { rows } = await sql<Stored & { readonly party_id: number; readonly threshold_minor: number }>`
      select party_id, channel_id, name, rate_bp, threshold_minor, valid_from, valid_to from rebate_agreement
      where company_id = ${job.company_id}::bigint`.execute(job.tx);
    const kept = rows.map((row) => ({
      ...row,
      key: one(row.party_id, row.channel_id),
      figures: one(row.name, row.rate_bp, row.threshold_minor),
    }));
    return new Map([...reasons, ...(await governedReasons(job, 'rebate_agreement', said, kept))]);
  },
  store: async (job, lines) => {
    await storeEach(
      job,
      'rebate_agreement',
      lines,
      ({ row }) => ({
        key: {
          party_id: idOf(job, 'customer', row.customer),
          channel_id: idOf(job, 'channel', row.channel),
          valid_from: row.valid_from,
        },
        set: {
          name: row.agreement,
          rate_bp: row.rebate_percent,
          threshold_minor: row.threshold,
          valid_to: row.valid_to,
        },
        create: { owner: row.owner },
      }),
      true,
    );
  },
};

export const feeStore: KindStore<FeeRow> = {
  check: async (job, lines) => {
    await job.lookups.find(
      'channel',
      lines.map(({ row }) => row.channel),
    );
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      if (job.lookups.id('channel', row.channel) === null) reasons.set(line_number, unknown('channel', row.channel));
    }
    const said = lines
      .filter(({ line_number }) => !reasons.has(line_number))
      .map(({ line_number, row }) => ({
        line_number,
        key: one(idOf(job, 'channel', row.channel), row.fee),
        valid_from: row.valid_from,
        valid_to: row.valid_to ?? null,
        figures: one(row.fee_percent),
        owner: row.owner,
      }));
    const { rows } = await sql<Stored>`
      select channel_id, name, rate_bp, valid_from, valid_to from channel_fee
      where company_id = ${job.company_id}::bigint`.execute(job.tx);
    const kept = rows.map(
      (row): GovernedVersion => ({ ...row, key: one(row.channel_id, row.name), figures: one(row.rate_bp) }),
    );
    return new Map([...reasons, ...(await governedReasons(job, 'channel_fee', said, kept))]);
  },
  store: async (job, lines) => {
    await storeEach(
      job,
      'channel_fee',
      lines,
      ({ row }) => ({
        key: { channel_id: idOf(job, 'channel', row.channel), name: row.fee, valid_from: row.valid_from },
        set: { rate_bp: row.fee_percent, valid_to: row.valid_to },
        create: { owner: row.owner },
      }),
      true,
    );
  },
};

interface Stored {
  readonly channel_id: number | null;
  readonly name: string;
  readonly rate_bp: number;
  readonly valid_from: string;
  readonly valid_to: string | null;
}
