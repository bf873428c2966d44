import type { CompanyView } from '#contract/queries.ts';

/** Stands where a company would, until the first one is imported. */
export const NO_COMPANY: CompanyView = {
  id: 0,
  code: '',
  name: 'No company yet',
  currency: 'EUR',
  time_zone: 'UTC',
  fiscal_year_start_month: 1,
  sites: [],
  channels: [],
  months: [],
  has_finance: false,
};
