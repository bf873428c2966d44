/** The registry of KPIs is whole, and docs/KPIS.md says what it says. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { roleAreas } from '#domain/access/roles.ts';
import { KPI_DEFINITIONS } from '#domain/kpi/definitions.ts';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import { KPI_DOCUMENT, kpiDocument } from './kpiTable.ts';

test('docs/KPIS.md is the registry (node tests/docs/kpiTable.ts writes it)', () => {
  expect(readFileSync(KPI_DOCUMENT, 'utf8')).toBe(kpiDocument());
});

test('every KPI is said in full, once', () => {
  const ids = KPI_DEFINITIONS.map((kpi) => kpi.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const kpi of KPI_DEFINITIONS) {
    expect(kpi.id).toMatch(/^[a-z][a-z0-9_]*$/);
    for (const words of [kpi.name, kpi.unit, kpi.grain, kpi.numerator, kpi.denominator, kpi.null_rule, kpi.family]) {
      expect(words.trim(), kpi.id).not.toBe('');
    }
    expect(kpi.version, kpi.id).toBeGreaterThanOrEqual(1);
    expect(kpi.target === 'none', kpi.id).toBe(kpi.period === 'position');
  }
});

test('nobody sees a KPI of rows they may not have, and its owner sees it', () => {
  const tables = new Map(WIRE_TABLES.map((table) => [table.name as string, table.area]));
  const below = {
    general: ['general'],
    cost: ['general', 'cost'],
    finance: ['general', 'cost', 'finance'],
    outcome: [],
  };
  for (const kpi of KPI_DEFINITIONS) {
    expect(kpi.needs.length, kpi.id).toBeGreaterThan(0);
    for (const name of kpi.needs)
      expect(below[kpi.area] as readonly string[], `${kpi.id} needs ${name}`).toContain(tables.get(name));
    expect(roleAreas(kpi.owner), kpi.id).toContain(kpi.area);
  }
});
