/** The guessed map: every field, the column it is read from, and what stands there. Each choice can be changed. */
import type { StoreApi } from 'zustand';
import type { ImportKind } from '#domain/imports/engine/kind.ts';
import { valuesOf } from '#domain/imports/engine/guessColumns.ts';
import type { DateOrder } from '#domain/imports/text/dateText.ts';
import type { DecimalMark } from '#domain/imports/text/numberText.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Select } from '#renderer/ui/Field.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { type ChosenFile, type ImportState, mapField, readDifferently } from './importState.ts';
import styles from './imports.module.css';

const NONE = '';
const DATE_ORDERS: readonly { readonly value: DateOrder; readonly label: string }[] = [
  { value: 'ymd', label: 'Year, month, day' },
  { value: 'dmy', label: 'Day, month, year' },
  { value: 'mdy', label: 'Month, day, year' },
];
const MARKS: readonly { readonly value: DecimalMark; readonly label: string }[] = [
  { value: '.', label: 'Point: 1,234.5' },
  { value: ',', label: 'Comma: 1.234,5' },
];

export function ColumnsTable({
  store,
  chosen,
  kind,
  lacks,
  disabled,
}: {
  readonly store: StoreApi<ImportState>;
  readonly chosen: ChosenFile;
  readonly kind: ImportKind;
  readonly lacks: readonly string[];
  readonly disabled: boolean;
}) {
  const { session } = useWorkplace();
  const { map, table, sample } = chosen;
  const taken = new Set(Object.values(map.columns));
  const unused = table.header.filter((column) => !taken.has(column));
  const has = (...types: readonly string[]) =>
    kind.fields.some((field) => types.includes(field.type) && map.columns[field.name] !== undefined);
  return (
    <section className={styles['columns']} aria-label="Columns">
      <div className={styles['reading']}>
        {has('date') ? (
          <Select
            label="Dates are"
            value={map.date_order}
            options={DATE_ORDERS}
            onChange={(date_order) => readDifferently(store, { date_order })}
          />
        ) : null}
        {has('quantity', 'price', 'money', 'percent') ? (
          <Select
            label="Decimal mark"
            value={map.decimal_mark}
            options={MARKS}
            onChange={(decimal_mark) => readDifferently(store, { decimal_mark })}
          />
        ) : null}
        <p>
          {table.read_as ? `Read as ${table.read_as}. ` : ''}
          {unused.length === 0
            ? 'Every column is used.'
            : `Not used: ${unused.slice(0, 12).join(', ')}${unused.length > 12 ? ` and ${unused.length - 12} more` : ''}.`}
        </p>
      </div>
      {lacks.map((text) => (
        <InlineMessage key={text} tone="bad">
          {text}
        </InlineMessage>
      ))}
      {chosen.ambiguities.map((text) => (
        <InlineMessage key={text} tone="warn">
          {text} Look at it and choose.
        </InlineMessage>
      ))}
      <div className={styles['scroll']}>
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Column of the file</th>
              <th scope="col">What stands there</th>
            </tr>
          </thead>
          <tbody>
            {kind.fields.map((field) => {
              const column = map.columns[field.name];
              const hidden = field.area === 'cost' && !session.may.see_cost;
              return (
                <tr key={field.name} data-empty={column === undefined ? '' : undefined}>
                  <th scope="row">
                    {sentence(field.label)}
                    {field.required === true ? <small> needed</small> : null}
                  </th>
                  <td>
                    {hidden ? (
                      'for roles that see costs'
                    ) : (
                      <select
                        aria-label={`Column for the ${field.label}`}
                        disabled={disabled}
                        value={column ?? NONE}
                        onChange={(event) =>
                          mapField(store, field.name, event.target.value === NONE ? null : event.target.value)
                        }
                      >
                        <option value={NONE}>not in the file</option>
                        {table.header.map((name) => (
                          <option key={name} value={name}>
                            {name}
                          </option>
                        ))}
                      </select>
                    )}
                  </td>
                  <td>{[...new Set(valuesOf(column, table.header, sample.slice(0, 200)))].slice(0, 4).join(' · ')}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
