/**
 * What a person reads as figures. Work that waits shows on its own entity and never in a KPI: whatever is decided here, no
 * KPI may say anything else than the moment before, and gross sales are the lines of the copy added up by hand.
 */
import type { KpiValues } from '#contract/queries.ts';
import { COMPANY_KPI_IDS } from '#domain/kpi/definitions.ts';
import type { Checks } from './checks.ts';
import type { Machine } from './machine.ts';
import { COMPANY, MONTHS } from './world.ts';

export interface Figures {
  /** KPI to its figures, as text. */
  readonly texts: ReadonlyMap<string, string>;
  readonly gross_minor: number | null;
}

/** Asked by turns from another KPI on, so that an answer is made and not remembered; undefined while the copy has no company. */
export async function figuresOf(machine: Machine, turn: number): Promise<Figures | undefined> {
  const known = machine.look((all) => all<[number]>('SELECT count(*) FROM main.company WHERE id = ?', COMPANY));
  if (known?.[0]?.[0] !== 1) return undefined;
  const first = turn % COMPANY_KPI_IDS.length;
  const kpis = [...COMPANY_KPI_IDS.slice(first), ...COMPANY_KPI_IDS.slice(0, first)];
  const period = { from_month: MONTHS[0], to_month: MONTHS[2] };
  let answer: KpiValues;
  try {
    answer = (await machine.service().dispatch('kpiValues', { company_ids: [COMPANY], ...period, kpis })) as KpiValues;
  } catch (error) {
    // it may die while it reads as anywhere else
    if (!machine.on()) return undefined;
    throw error;
  }
  const values = answer.companies[0]?.values ?? [];
  return {
    texts: new Map(values.map((value) => [value.kpi, JSON.stringify(value)])),
    gross_minor: values.find(({ kpi }) => kpi === 'gross_sales')?.value ?? null,
  };
}

/** Gross sales of the copy's own lines, whatever is kept or counted elsewhere. */
export function checkGross(machine: Machine, figures: Figures, checks: Checks): void {
  if (figures.gross_minor === null) return;
  const sum = machine.look((all) =>
    all<[number | null]>(
      `SELECT sum(gross_minor) FROM main.order_line WHERE company_id = ? AND kind = 'goods' AND month BETWEEN ? AND ?`,
      COMPANY,
      MONTHS[0],
      MONTHS[2],
    ),
  )?.[0]?.[0];
  if (sum !== figures.gross_minor) {
    checks.fail(`${machine.name}: gross sales are said to be ${figures.gross_minor}, the lines add up to ${sum}`);
  }
}

export function workWaits(machine: Machine): boolean {
  return machine.look((all) => all<[number]>('SELECT count(*) FROM work.overlay'))?.[0]?.[0] !== 0;
}

export function checkUnmoved(machine: Machine, before: Figures, after: Figures, checks: Checks): void {
  for (const [kpi, text] of after.texts) {
    const was = before.texts.get(kpi);
    if (was !== text) checks.fail(`${machine.name}: work that waits changed the KPI ${kpi} from ${was} to ${text}`);
  }
}
