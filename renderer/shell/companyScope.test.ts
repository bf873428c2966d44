import { expect, test } from 'vitest';
import { allCompanies, oneCompany } from './companyScope.ts';
import { NO_COMPANY } from './noCompany.ts';

const dutch = { ...NO_COMPANY, id: 1, name: 'Halvorsen', months: [202609, 202610] };
const british = { ...NO_COMPANY, id: 2, name: 'Pennine', currency: 'GBP', months: [202608, 202610] };
const belgian = { ...NO_COMPANY, id: 3, name: 'Schelde' };

test('one company is asked in its own currency', () => {
  expect(oneCompany(british)).toMatchObject({ currency: 'GBP', mixed: false, asked: { company_ids: [2] } });
  expect(oneCompany(british).asked).not.toHaveProperty('reporting_currency');
});

test('all are asked in the currency chosen, over the months of any', () => {
  const scope = allCompanies([dutch, british], 'GBP');
  expect(scope).toMatchObject({
    all: true,
    ids: [1, 2],
    currency: 'GBP',
    mixed: true,
    months: [202608, 202609, 202610],
  });
  expect(scope.asked).toEqual({ company_ids: [1, 2], reporting_currency: 'GBP' });
  // a currency none of them keeps is not offered, and an old choice of it is forgotten
  expect(allCompanies([dutch, british], 'USD').currency).toBe('EUR');
  expect(allCompanies([dutch, belgian], null)).toMatchObject({ currency: 'EUR', mixed: false });
});
