/** Quantities of many proposals at once: pasted from a spreadsheet, or one rule for all that is ticked; shown before they count. */
import { useMemo, useState } from 'react';
import { decimalMarkOf } from '#domain/imports/text/numberText.ts';
import type { ReplenishmentLine } from '#contract/queries.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA, quantity } from '#renderer/format/numbers.ts';
import { CellCode } from '#renderer/grid/cellParts.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import type { LineWish } from './decisionRows.ts';
import { approvalWords, raisedWords, typedFor, wishFor } from './quantityWords.ts';
import styles from './replenishment.module.css';

export interface TypedLine {
  readonly line: ReplenishmentLine;
  readonly text: string;
}

/** More are kept all the same; nobody reads them one by one. */
const SHOWN = 100;

export function QuantitiesDialog({
  lines,
  pasted,
  currency,
  busy,
  problem,
  onDecide,
  onClose,
}: {
  readonly lines: readonly ReplenishmentLine[];
  /** Absent: one rule for all of the lines is asked for. */
  readonly pasted?: readonly TypedLine[];
  readonly currency: string;
  readonly busy: boolean;
  readonly problem: string | null;
  readonly onDecide: (wishes: readonly LineWish[]) => void;
  readonly onClose: () => void;
}) {
  const [rule, setRule] = useState('');
  const typed = useMemo(
    () => pasted ?? (rule.trim() === '' ? [] : lines.map((line) => ({ line, text: rule }))),
    [pasted, lines, rule],
  );
  // a spreadsheet copies numbers as its language writes them: what was copied together says how
  const mark = decimalMarkOf(
    (pasted ?? []).map(({ text }) => text),
    '.',
  );
  const read = typed.map(({ line, text }) => ({ line, text, became: typedFor(line, text, currency, mark) }));
  const wrong = read.filter(({ became }) => became === null || became.is === 'too_large').length;
  const kept = read.length - wrong;
  const approved = read.filter(({ became }) => became?.is === 'changed' && became.approval.length > 0).length;
  const n = pasted ? pasted.length : lines.length;
  return (
    <ReasonDialog
      title={pasted ? `Paste ${counted(n, 'quantity', 'quantities')}` : `Change ${counted(n, 'proposal')}`}
      middle
      says={[
        `${integer(kept)} of ${integer(n)} can be kept`,
        wrong === 0 ? '' : `${integer(wrong)} no quantity, left as it is`,
        approved === 0 ? '' : `${integer(approved)} wait for another person`,
      ]
        .filter(Boolean)
        .join(' · ')}
      button={`Keep ${counted(kept, 'quantity', 'quantities')}`}
      hint="Kept with each decision, for whoever approves and for later."
      blocked={kept === 0}
      busy={busy}
      problems={[problem]}
      ownFocus={pasted === undefined}
      onDecide={(reason) =>
        onDecide(
          read.flatMap(({ line, became }) => {
            const wish = wishFor(became, reason);
            return wish === null ? [] : [{ line, wish }];
          }),
        )
      }
      onClose={onClose}
    >
      {pasted ? null : (
        <Field
          label="Quantity of each, or a share of what is proposed"
          value={rule}
          autoFocus
          placeholder="+10 %"
          hint="120, +10 %, −25 %, or 0 to reject."
          onChange={(event) => setRule(event.target.value)}
        />
      )}
      {read.length > 0 ? (
        <div className={styles['typed']}>
          <table className={styles['lines']}>
            <thead>
              <tr>
                <th>Item</th>
                <th>Site</th>
                <th className={styles['right']}>Proposed</th>
                <th className={styles['right']}>Typed</th>
                <th className={styles['right']}>Orders</th>
                <th className={styles['right']}>Value</th>
                <th>What becomes of it</th>
              </tr>
            </thead>
            <tbody>
              {read.slice(0, SHOWN).map((each) => (
                <TypedRow key={each.line.key} {...each} currency={currency} />
              ))}
            </tbody>
          </table>
          {read.length > SHOWN ? <p className={styles['about']}>and {integer(read.length - SHOWN)} more</p> : null}
        </div>
      ) : null}
    </ReasonDialog>
  );
}

function TypedRow({
  line,
  text,
  became,
  currency,
}: TypedLine & { readonly became: ReturnType<typeof typedFor>; readonly currency: string }) {
  const changed = became?.is === 'changed' ? became : null;
  const asks = changed === null ? null : approvalWords(changed.approval);
  return (
    <tr>
      <td>
        <CellCode>{line.code}</CellCode> {line.name}
      </td>
      <td>{line.site}</td>
      <td className={styles['right']}>{quantity(line.proposed_qty_milli)}</td>
      <td className={styles['right']}>{text}</td>
      <td className={styles['right']}>
        {changed
          ? quantity(changed.qty_milli)
          : became?.is === 'accepted'
            ? quantity(line.proposed_qty_milli)
            : NO_DATA}
      </td>
      <td className={styles['right']}>
        {changed === null || changed.value_minor === null ? NO_DATA : overviewMoney(changed.value_minor, currency)}
      </td>
      <td>
        {became === null || became.is === 'too_large' ? (
          <Status shape="bad">No quantity</Status>
        ) : became.is === 'accepted' ? (
          <Status shape="done">Accepted</Status>
        ) : became.is === 'rejected' ? (
          <Status shape="refused">Rejected</Status>
        ) : (
          <Status shape={asks === null ? 'working' : 'warn'}>
            {asks === null ? (raisedWords(line, changed?.raised_to ?? null) ?? 'Changed') : asks}
          </Status>
        )}
      </td>
    </tr>
  );
}
