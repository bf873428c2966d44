/** The days a company is closed, as its calendars in force say; working days of its close leave them out. */
import { inForceOn, type RuleVersion } from '../governance/inForce.ts';
import { datesOf } from '../planning/buyingCalendar.ts';

export interface CompanyCalendar extends RuleVersion {
  readonly closed_on: string | null;
}

/** Day numbers. A day is off when the version that holds on it says so. */
export function daysOff(versions: readonly CompanyCalendar[]): ReadonlySet<number> {
  const said = versions.flatMap((version) => (datesOf(version.closed_on) ?? []).map((day) => ({ day, version })));
  return new Set(said.flatMap(({ day, version }) => (inForceOn(versions, day) === version ? [day] : [])));
}
