/** What a file would do or did: the tie-out, and each line that is new, changed, refused or worth a look. */
import { useMemo, useState } from 'react';
import { minorDigits } from '#domain/money.ts';
import { importKind } from '#domain/imports/kinds/kinds.ts';
import type { FileImportOutcome } from '#contract/wire/fileImports.ts';
import { counted, integer } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { MemoryGrid } from '#renderer/grid/MemoryGrid.tsx';
import { Tabs } from '#renderer/ui/Choice.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { Empty } from '#renderer/ui/States.tsx';
import styles from './imports.module.css';
import { groupedFigure, type OutcomeRow, type OutcomeTab, outcomeRows } from './outcomeRows.ts';

export function OutcomeView({ outcome }: { readonly outcome: FileImportOutcome }) {
  const { counts, applied } = outcome;
  const [picked, setPicked] = useState<OutcomeTab | null>(null);
  const firstFilled: OutcomeTab =
    counts.changed + counts.outside > 0
      ? 'changed'
      : counts.created > 0
        ? 'created'
        : counts.quarantined > 0
          ? 'quarantined'
          : 'changed';
  const tab = picked ?? firstFilled;
  const rows = useMemo(() => outcomeRows(outcome, tab), [outcome, tab]);
  const { one } = importKind(outcome.kind);
  const columns = useMemo(() => columnsOf(tab, one), [tab, one]);
  const shown = tab === 'flagged' ? outcome.flagged.length : outcome[tab].length;
  const total = {
    created: counts.created,
    changed: counts.changed + counts.outside,
    quarantined: counts.quarantined,
    flagged: outcome.flags,
  }[tab];
  return (
    <>
      <Summary outcome={outcome} />
      <div className={styles['tabs']}>
        <Tabs
          label="Lines"
          value={tab}
          onChange={setPicked}
          options={[
            { value: 'changed', label: `Changed ${integer(counts.changed + counts.outside)}` },
            { value: 'created', label: `New ${integer(counts.created)}` },
            { value: 'quarantined', label: `Quarantined ${integer(counts.quarantined)}` },
            { value: 'flagged', label: `Look at ${integer(outcome.flags)}` },
          ]}
        />
        {shown < total ? (
          <small>
            The first {integer(shown)} of {counted(total, 'line')}
          </small>
        ) : null}
      </div>
      <MemoryGrid<OutcomeRow>
        label={applied ? 'What was done' : 'What would happen'}
        viewId={`import-${tab}`}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.key}
        overlay={rows.length === 0 ? <Empty good title={nothing(tab, applied)} /> : null}
      />
    </>
  );
}

function nothing(tab: OutcomeTab, applied: boolean): string {
  if (tab === 'quarantined') return 'No line is refused';
  if (tab === 'flagged') return 'No line stands out';
  if (tab === 'created') return applied ? 'Nothing was made' : 'Nothing would be made';
  return applied ? 'Nothing changed' : 'Nothing would change';
}

function Summary({ outcome }: { readonly outcome: FileImportOutcome }) {
  const { counts, tie, made, applied, company } = outcome;
  const kind = importKind(outcome.kind);
  // money in full: 312.40, not 312.4
  const places = (measure: string): number =>
    kind.measures.some(({ label, type }) => label === measure && type === 'money') ? minorDigits(company.currency) : 0;
  return (
    <section className={styles['summary']} aria-label="Tie-out">
      <p>
        <Status shape={applied ? 'good' : 'waiting'}>{applied ? 'Applied' : 'Preview'}</Status>
        <span>
          {counted(counts.lines, kind.one, kind.many)} for {company.name}
          {company.created ? ', made with them' : ''}: {integer(counts.created)} new, {integer(counts.changed)} changed,{' '}
          {integer(counts.unchanged)} as they were, {integer(counts.quarantined)} quarantined
          {counts.outside > 0 ? `; ${counted(counts.outside, 'balance')} not in the file become 0` : ''}.
          {counts.settled_earlier > 0
            ? ` ${integer(counts.settled_earlier)} of the quarantined were corrected or dismissed earlier.`
            : ''}
        </span>
      </p>
      {made.length > 0 ? (
        <p>Also made: {made.map(({ what, codes }) => `${what} ${codes.join(', ')}`).join('; ')}.</p>
      ) : null}
      <table>
        <thead>
          <tr>
            <th scope="col">Ties out</th>
            <th scope="col">In the file</th>
            <th scope="col">Imported</th>
            <th scope="col">Quarantined</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Lines</th>
            <td>{integer(counts.lines)}</td>
            <td>{integer(counts.lines - counts.quarantined)}</td>
            <td>{integer(counts.quarantined)}</td>
          </tr>
          {tie.map(({ label, source, imported, quarantined, unreadable }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{groupedFigure(source, places(label))}</td>
              <td>{groupedFigure(imported, places(label))}</td>
              <td>
                {groupedFigure(quarantined, places(label))}
                {unreadable > 0 ? ` and ${counted(unreadable, 'unreadable line')}` : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function columnsOf(tab: OutcomeTab, one: string): readonly GridColumn<OutcomeRow>[] {
  const label: GridColumn<OutcomeRow> = {
    id: 'label',
    header: one.slice(0, 1).toUpperCase() + one.slice(1),
    width: 220,
    text: (row) => row.label || '–',
    tone: (row) => (row.first ? undefined : 'quiet'),
  };
  const line: GridColumn<OutcomeRow> = {
    id: 'line',
    header: 'Line',
    width: 80,
    align: 'right',
    text: (row) => (row.line_number === null ? 'not in it' : integer(row.line_number)),
    tone: () => 'quiet',
  };
  if (tab === 'quarantined')
    return [
      label,
      line,
      { id: 'reason', header: 'Reason', width: 640, text: (row) => row.text },
      { id: 'cells', header: 'Cells', width: 240, text: (row) => row.cells, tone: () => 'quiet' },
    ];
  if (tab === 'flagged')
    return [label, line, { id: 'text', header: 'What stands out', width: 620, text: (row) => row.text }];
  const field: GridColumn<OutcomeRow> = { id: 'field', header: 'Field', width: 220, text: (row) => row.field };
  const after: GridColumn<OutcomeRow> = {
    id: 'after',
    header: tab === 'created' ? 'Value' : 'After',
    width: tab === 'created' ? 600 : 360,
    text: (row) => row.after,
    tone: () => 'strong',
  };
  if (tab === 'created') return [label, line, field, after];
  return [
    label,
    line,
    field,
    { id: 'before', header: 'Before', width: 320, text: (row) => row.before, tone: () => 'quiet' },
    { ...after, text: (row) => `→ ${row.after}` },
  ];
}
