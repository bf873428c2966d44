/** Where did the margin fall below what is usual there, and why? */
import type { QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { EROSION_FACTS, foundErosions } from './found.ts';

export const marginErosion: QueryHandler<'marginErosion'> = async (context, { company_id, month }) => {
  const { told, least_minor, reason } = await foundErosions(context, company_id, month);
  const rows = told.map(({ row }) => row).toSorted((a, b) => b.fall_minor - a.fall_minor || (a.key < b.key ? -1 : 1));
  return {
    rows,
    total_minor: rows.reduce((sum, row) => sum + row.fall_minor, 0),
    least_minor,
    reason,
    currency: (await companyById(context, company_id)).currency,
    provenance: provenance(context, EROSION_FACTS),
  };
};
