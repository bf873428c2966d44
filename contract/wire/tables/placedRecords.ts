/** What people said of something that lies at a company, and at a site and a channel where it has one. */
import { instant, int, intOrNull, text, type WireColumn } from '../columns.ts';
import type { Area } from '../table.ts';

/** What a row tells of its writing, last: the device's clock is only data. */
export const WRITTEN = [text('author'), instant('written_at'), instant('accepted_at')] as const;

/** Only ever added to: a row's id is that of the mutation that wrote it. Restricted as what it is about. */
export function placedRecords<
  const Id extends number,
  const Name extends string,
  const In extends Area,
  const Columns extends readonly WireColumn[],
>(id: Id, name: Name, area: In, columns: Columns) {
  return {
    id,
    name,
    area,
    dimensions: ['company', 'site', 'channel'],
    idType: 'text',
    loadOrder: 1,
    columns: [int('company_id'), intOrNull('site_id'), intOrNull('channel_id'), ...columns],
  } as const;
}
