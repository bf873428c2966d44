/** That amounts were converted, and at which rates: a line at the foot that opens the list. */
import { useState } from 'react';
import type { Conversion } from '#contract/queries.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './currency.module.css';
import { conversionWords, rateKindWords, rateMonth, rateText } from './rateText.ts';

export function ConversionNote({
  conversion,
  currency,
}: {
  readonly conversion: Conversion | null;
  readonly currency: string;
}) {
  const [open, setOpen] = useState(false);
  if (conversion === null) return null;
  const lacking = conversion.lacking.length > 0;
  return (
    <>
      <Button kind="link" onClick={() => setOpen(true)} title={`In ${currency}: ${conversionWords(conversion)}`}>
        {lacking ? <Status shape="warn">A rate is not here</Status> : `Converted to ${currency}`}
      </Button>
      <Dialog
        middle
        open={open}
        onClose={() => setOpen(false)}
        title={`Converted to ${currency}`}
        aside={conversionWords(conversion)}
      >
        <div className={styles['rates']}>
          <Lacking conversion={conversion} />
          <p>
            What happened in a month goes by its average rate, what is there on a day by the rate of the month’s last
            day. A company’s month is converted as a whole and shared out to its rows, so rows add up to their total.
          </p>
          <RatesTable conversion={conversion} />
        </div>
      </Dialog>
    </>
  );
}

/** The same beside a working. */
export function ConversionSection({
  conversion,
  currency,
}: {
  readonly conversion: Conversion | null;
  readonly currency: string;
}) {
  if (conversion === null) return null;
  return (
    <PanelSection title="Converted" aside={currency}>
      <Lacking conversion={conversion} />
      {conversion.rates.length > FEW ? (
        <PanelRow label={conversionWords(conversion)} value={`${conversion.rates.length} rates`} />
      ) : null}
      {conversion.rates.slice(-FEW).map((rate) => (
        <PanelRow
          key={`${rate.company_id} ${rate.month} ${rate.kind}`}
          label={`${rate.from} 1, ${rateMonth(rate)}`}
          note={rate.kind}
          value={rateText(rate)}
        />
      ))}
    </PanelSection>
  );
}
const FEW = 3;

function Lacking({ conversion }: { readonly conversion: Conversion }) {
  if (conversion.lacking.length === 0) return null;
  return (
    <InlineMessage tone="warn">
      {conversion.lacking.join('. ')}. What needs it is not known and shown as –; nothing is guessed.
    </InlineMessage>
  );
}

function RatesTable({ conversion }: { readonly conversion: Conversion }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Company</th>
          <th scope="col">Month</th>
          <th scope="col">Rate of</th>
          <th scope="col">From</th>
          <th scope="col">For one unit</th>
        </tr>
      </thead>
      <tbody>
        {conversion.rates.map((rate) => (
          <tr key={`${rate.company_id} ${rate.month} ${rate.kind}`}>
            <td>{rate.company}</td>
            <td>{rateMonth(rate)}</td>
            <td>{rate.kind === 'closing' ? rateKindWords(rate) : 'average'}</td>
            <td>{rate.from}</td>
            <td>
              {rateText(rate)} {rate.to}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
