/** Which changes ask for words, as the copy has it: versions of the company's rule. */
import type { FluxVersion } from '#domain/close/flux/thresholds.ts';
import type { Scan } from '#db/connection.ts';
import { ruleRows } from '#db/governance/ruleRows.ts';

export interface CopiedVersion extends FluxVersion {
  readonly owner: string | null;
}

export function fluxVersions(scan: Scan, company_id: number): readonly CopiedVersion[] {
  return ruleRows(scan, company_id, 'flux_threshold').map(({ values, valid_from, valid_to }) => ({
    amount_minor: Number(values['amount_minor']),
    rate_bp: Number(values['rate_bp']),
    owner: typeof values['owner'] === 'string' ? values['owner'] : null,
    valid_from,
    valid_to,
  }));
}
