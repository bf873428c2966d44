/** What to see of one column: words, a range, or some of its values. */
import { Popover } from '@base-ui/react/popover';
import { type FormEvent, useState } from 'react';
import type { ColumnFilter } from '#domain/columnFilters.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Field, Select, Tick } from '#renderer/ui/Field.tsx';
import { numberToType, typedNumber } from './columnFilterWords.ts';
import type { ColumnFilterKind } from './columns.ts';
import styles from './grid.module.css';

export function FilterPopover({
  anchor,
  header,
  kind,
  column,
  filter,
  onChange,
  onClose,
}: {
  readonly anchor: Element;
  readonly header: string;
  readonly kind: ColumnFilterKind;
  readonly column: string;
  readonly filter: ColumnFilter | null;
  /** null lifts the filter. */
  readonly onChange: (filter: ColumnFilter | null) => void;
  readonly onClose: () => void;
}) {
  const [text, setText] = useState(() => (filter?.op === 'contains' || filter?.op === 'excludes' ? filter.value : ''));
  const [how, setHow] = useState<'contains' | 'excludes' | 'blank' | 'present'>(() =>
    filter?.op === 'excludes' ? 'excludes' : filter?.op === 'blank' ? (filter.value ? 'blank' : 'present') : 'contains',
  );
  const places = kind.kind === 'number' ? kind.places : 0;
  const range = filter?.op === 'between' ? filter.value : { from: null, to: null };
  const shownEnd = (end: number | string | null): string =>
    kind.kind === 'date' ? (typeof end === 'string' ? end : '') : numberToType(end, places);
  const [from, setFrom] = useState(() => shownEnd(range.from));
  const [to, setTo] = useState(() => shownEnd(range.to));
  const [chosen, setChosen] = useState<readonly string[]>(() => (filter?.op === 'in' ? filter.value : []));

  const end = (typed: string): number | string | null | undefined =>
    kind.kind === 'date' ? (typed === '' ? null : typed) : typedNumber(typed, places);
  const ends = { from: end(from), to: end(to) };
  const wrong = ends.from === undefined || ends.to === undefined;

  const asked = (): ColumnFilter | null => {
    switch (kind.kind) {
      case 'text':
        if (how === 'blank' || how === 'present') return { column, op: 'blank', value: how === 'blank' };
        return text.trim() === '' ? null : { column, op: how, value: text.trim() };
      case 'set':
        return chosen.length === 0 ? null : { column, op: 'in', value: chosen };
      case 'number':
      case 'date': {
        const { from: low, to: high } = ends;
        if (low === undefined || high === undefined || (low === null && high === null)) return null;
        return { column, op: 'between', value: { from: low, to: high } };
      }
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    if (wrong) return;
    onChange(asked());
    onClose();
  };

  return (
    <Popover.Root open onOpenChange={(next) => (next ? undefined : onClose())}>
      <Popover.Portal>
        <Popover.Positioner
          anchor={anchor}
          side="bottom"
          align="start"
          sideOffset={2}
          className={styles['above'] ?? ''}
        >
          <Popover.Popup className={styles['popover'] ?? ''} aria-label={`Filter ${header}`}>
            <form onSubmit={submit}>
              {kind.kind === 'text' ? (
                <>
                  <Select
                    label={header}
                    value={how}
                    options={[
                      { value: 'contains', label: 'contains' },
                      { value: 'excludes', label: 'does not contain' },
                      { value: 'blank', label: 'is empty' },
                      { value: 'present', label: 'is not empty' },
                    ]}
                    onChange={setHow}
                  />
                  {how === 'contains' || how === 'excludes' ? (
                    <Field label="Words" autoFocus value={text} onChange={(event) => setText(event.target.value)} />
                  ) : null}
                </>
              ) : kind.kind === 'set' ? (
                <fieldset className={styles['options']}>
                  <legend>{header}</legend>
                  {kind.options.map((option) => (
                    <Tick
                      key={option.value}
                      label={option.label || 'empty'}
                      checked={chosen.includes(option.value)}
                      onChange={(ticked) =>
                        setChosen(ticked ? [...chosen, option.value] : chosen.filter((each) => each !== option.value))
                      }
                    />
                  ))}
                </fieldset>
              ) : (
                <>
                  <Field
                    label={`${header}, from`}
                    type={kind.kind === 'date' ? 'date' : 'text'}
                    inputMode={kind.kind === 'date' ? 'none' : 'decimal'}
                    autoFocus
                    value={from}
                    wrong={ends.from === undefined ? 'This is no number.' : null}
                    onChange={(event) => setFrom(event.target.value)}
                  />
                  <Field
                    label="to"
                    type={kind.kind === 'date' ? 'date' : 'text'}
                    inputMode={kind.kind === 'date' ? 'none' : 'decimal'}
                    value={to}
                    wrong={ends.to === undefined ? 'This is no number.' : null}
                    onChange={(event) => setTo(event.target.value)}
                  />
                </>
              )}
              <div className={styles['popoverFoot']}>
                <Button kind="solid" type="submit" disabled={wrong}>
                  Filter rows
                </Button>
                {filter ? (
                  <Button
                    onClick={() => {
                      onChange(null);
                      onClose();
                    }}
                  >
                    Lift the filter
                  </Button>
                ) : null}
              </div>
            </form>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
