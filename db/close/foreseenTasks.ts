/**
 * What the server will hold of a month's tasks once it has taken this person's own words and files that wait here: the content a
 * signature made now binds to, and the items nobody has explained. The outbox is decided in its order, so both are known.
 */
import { createHash } from 'node:crypto';
import { isoDate } from '#domain/calendar.ts';
import { FLUX_TASK, unexplainedChanges } from '#domain/close/flux/lines.ts';
import { thresholdOf } from '#domain/close/flux/thresholds.ts';
import { linesOnceExplained, type QueuedWords, unexplainedItems } from '#domain/close/reconcile/explaining.ts';
import { asksForFile } from '#domain/close/reconcile/missingFacts.ts';
import { isReconciliationCode } from '#domain/close/reconcile/plan.ts';
import { type SignedLine, signoffContent } from '#domain/close/signoffContent.ts';
import { wireTable, type WireTableName } from '#contract/wire/tables.ts';
import type { Scan } from '#db/connection.ts';
import { evidenceOfPeriod } from './standingEvidence.ts';
import { fluxVersions } from './fluxThresholds.ts';

export interface ForeseenLine extends SignedLine {
  readonly ref: string;
}

export interface ForeseenTask {
  readonly id: number;
  readonly content_hash: string;
  /** Items at or above the account's threshold, and changes that ask, without words; oldest line first. */
  readonly unexplained: readonly { readonly id: number; readonly ref: string }[];
  /** It compares an account with its documents, and the server has not yet. */
  readonly unreckoned: boolean;
  /** It asks for a file, or lacks what it is reconciled with, and none stands on it. */
  readonly evidence_missing: boolean;
  /** Of a task this person's words are on their way to; null: as they are stored. */
  readonly lines: readonly ForeseenLine[] | null;
}

type TaskRow = readonly [
  id: number,
  code: string,
  content_hash: string,
  needs_evidence: number,
  threshold_minor: number | null,
  company_id: number,
  period: number,
  currency: string,
  reckoned: number,
];
type LineRow = readonly [
  id: number,
  side: string,
  ref: string,
  account: string | null,
  booked_on: number,
  amount_minor: number,
  currency: string,
  explanation: string | null,
];
type WordsRow = readonly [task_id: number, line_id: number, explanation: string, seen_explanation: string | null];

/** By task id. */
export function foreseenTasks(scan: Scan, period_id: number): ReadonlyMap<number, ForeseenTask> {
  const tasks = scan<TaskRow>(
    `SELECT t.id, t.code, t.content_hash, t.needs_evidence, r.threshold_minor, t.company_id, p.period, c.currency,
       r.id IS NOT NULL
     FROM main.close_task t JOIN main.close_period p ON p.id = t.period_id JOIN main.company c ON c.id = t.company_id
       LEFT JOIN main.reconciliation r ON r.id = t.id WHERE t.period_id = ? ORDER BY t.id`,
    [period_id],
  );
  const queued = Map.groupBy(queuedWords(scan), ([task_id]) => task_id);
  const evidence = evidenceOfPeriod(scan, period_id);
  const all_here = !isLoading(scan, 'reconciliation');
  return new Map(
    tasks.map((task): [number, ForeseenTask] => {
      const [id, code, content_hash, needs_evidence, threshold_minor, , , , reckoned] = task;
      const unreckoned = all_here && reckoned === 0 && isReconciliationCode(code);
      const words = queued.get(id);
      const files = evidence.get(id) ?? { standing: [], queued: false };
      const lacksFile = (own: readonly ForeseenLine[]): boolean =>
        files.standing.length === 0 && asksForFile(needs_evidence === 1, own);
      if (!words && !files.queued) {
        const asks = threshold_minor !== null || code === FLUX_TASK;
        const stored = asks ? linesOf(scan, id) : [];
        const unexplained = asks ? unexplainedOf(scan, task, stored) : [];
        const evidence_missing = lacksFile(stored);
        return [id, { id, content_hash, unexplained, unreckoned, evidence_missing, lines: null }];
      }
      const lines = linesOnceExplained(linesOf(scan, id), words?.map(asWords) ?? []);
      const content = signoffContent({ id, code }, lines, files.standing);
      return [
        id,
        {
          id,
          content_hash: createHash('sha256').update(content).digest('hex'),
          unexplained: unexplainedOf(scan, task, lines),
          unreckoned,
          evidence_missing: lacksFile(lines),
          lines: words ? lines : null,
        },
      ];
    }),
  );
}

/** What has not arrived yet is not taken for what is not there: the server decides. */
function isLoading(scan: Scan, table: WireTableName): boolean {
  const { id } = wireTable(table);
  return scan(`SELECT 1 FROM main.bucket WHERE tbl = ? AND state = 'missing' LIMIT 1`, [id]).length > 0;
}

function unexplainedOf(
  scan: Scan,
  [, code, , , threshold_minor, company_id, period, currency]: TaskRow,
  lines: readonly ForeseenLine[],
): readonly ForeseenLine[] {
  return code === FLUX_TASK
    ? unexplainedChanges(lines, thresholdOf(period, fluxVersions(scan, company_id), currency))
    : unexplainedItems(lines, threshold_minor);
}

function linesOf(scan: Scan, task_id: number): ForeseenLine[] {
  return scan<LineRow>(
    `SELECT id, side, ref, account, booked_on, amount_minor, currency, explanation
     FROM main.close_task_line WHERE task_id = ? ORDER BY id`,
    [task_id],
  ).map(([id, side, ref, account, booked_on, amount_minor, currency, explanation]) => ({
    id,
    side,
    ref,
    account,
    booked_on: isoDate(booked_on),
    amount_minor,
    currency,
    explanation,
  }));
}

/** Not those whose outcome is here already: what came of them is in the lines. */
function queuedWords(scan: Scan): WordsRow[] {
  return scan<WordsRow>(
    `SELECT json_extract(m.args_json, '$.task_id'), json_extract(m.args_json, '$.line_id'),
       json_extract(m.args_json, '$.explanation'), json_extract(m.args_json, '$.seen_explanation')
     FROM work.outbox m
     WHERE m.state IN ('pending', 'sent') AND m.command = 'explainItem' AND m.discarded_at_ms IS NULL
       AND NOT EXISTS (SELECT 1 FROM main.mutation_outcome d WHERE d.id = m.id)
     ORDER BY m.seq`,
    [],
  );
}

function asWords([, line_id, explanation, seen_explanation]: WordsRow): QueuedWords {
  return { line_id, explanation, seen_explanation };
}
