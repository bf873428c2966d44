/** All exceptions, those that wait for a quiet hour too: asleep, given to someone, risen, gone. In blocks, by group. */
import { z } from 'zod';
import { EXCEPTION_KINDS, type ExceptionKind } from '#domain/exceptions/exception.ts';
import { CompanyIds, Id, Limit, Offset, ReportingCurrency, Text } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import { EXCEPTION_FILTER_COLUMNS, EXCEPTION_SORTS } from './columns.ts';
import { editionArguments, type InEdition } from './editions.ts';
import { ColumnFilters, Sorts } from './gridView.ts';
import type { Provenance } from './session.ts';
import type { TodayRow } from './today.ts';

export const EXCEPTION_GROUPINGS = ['kind', 'site', 'supplier', 'owner', 'none'] as const;
export const EXCEPTION_STATES = ['awake', 'escalated', 'snoozed'] as const;

export const exceptions = {
  args: z.strictObject({
    company_ids: CompanyIds,
    reporting_currency: ReportingCurrency,
    state: z.enum(EXCEPTION_STATES).default('awake'),
    /** 'mine': owned by the asker, given or risen to them. */
    whose: z.enum(['all', 'mine']).default('all'),
    kind: z.enum(EXCEPTION_KINDS).optional(),
    site_id: Id.optional(),
    text: Text.optional(),
    group_by: z.enum(EXCEPTION_GROUPINGS).default('kind'),
    /** Keys of unfolded groups. */
    expanded: z.array(z.string().max(120)).max(500).default([]),
    sort: Sorts(EXCEPTION_SORTS),
    filters: ColumnFilters(EXCEPTION_FILTER_COLUMNS),
    ...editionArguments,
    offset: Offset,
    limit: Limit,
  }),
};

export interface ExceptionRow {
  readonly key: string;
  readonly level: number;
  readonly expanded: boolean;
  /** The group's name, or what the exception is about. */
  readonly label: string;
  /** Exceptions in the group; 0 = it is one itself. */
  readonly children: number;
  readonly exception: TodayRow | null;
  readonly company: string | null;
  readonly site: string | null;
  readonly supplier: string | null;
  /** What is at stake in the currency of the answer; null: a rate it needs is not here. */
  readonly shown_minor: number | null;
}

/** Somebody did something about it, and it is no longer there. */
export interface ClearedException {
  readonly key: string;
  readonly company_id: number;
  readonly kind: ExceptionKind;
  /** What it was about, by name. */
  readonly subject: string;
  /** What was done last, by whom and when. */
  readonly what: 'snoozed' | 'assigned' | 'reopened';
  readonly who: string;
  readonly on: string;
  readonly assigned_to: string | null;
}

export interface Exceptions extends InEdition {
  readonly rows: readonly ExceptionRow[];
  /** Groups and what is unfolded of them. */
  readonly total_rows: number;
  /** After the filters. */
  readonly total: number;
  readonly total_stake_minor: number | null;
  /** Before kind and site were chosen, with the state and whose: the largest first. */
  readonly kinds: readonly {
    readonly kind: ExceptionKind;
    readonly count: number;
    readonly shown_minor: number | null;
  }[];
  readonly counts: Readonly<Record<(typeof EXCEPTION_STATES)[number], number>>;
  /** Of the last 30 days, the newest first. */
  readonly cleared: readonly ClearedException[];
  readonly people: readonly string[];
  /** Some were not looked for: their rows are still loading. */
  readonly waiting: boolean;
  readonly currency: string;
  readonly conversion: Conversion | null;
  readonly as_of_date: string;
  readonly provenance: Provenance;
}
