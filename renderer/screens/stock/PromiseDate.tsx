/** When could I have so many? Type a quantity, Enter: the day, the site, and why. */
import { useState } from 'react';
import type { ItemDetail, PromiseDate as Answer, SitePromise } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { weekdayDate } from '#renderer/format/dates.ts';
import { NO_DATA, quantity, quantityWithUnit } from '#renderer/format/numbers.ts';
import { typedQtyMilli } from '#renderer/screens/transfers/transferWords.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { DrillLink, PanelList, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import { dayAndSite, noWayWords, weekWords, whyWords } from './promiseWords.ts';
import styles from './stock.module.css';

export function PromiseDate({
  item,
  site_id,
  onSite,
}: {
  readonly item: ItemDetail;
  readonly site_id: number | null;
  readonly onSite: (site_id: number) => void;
}) {
  const [text, setText] = useState('');
  const [wanted, setWanted] = useState<number | null>(null);
  const [wrong, setWrong] = useState(false);
  const { item_id, uom } = item;
  const asked = useAsk(
    'promiseDate',
    { item_id, qty_milli: wanted ?? 1, ...(site_id === null ? {} : { site_id }) },
    { enabled: wanted !== null, keepPrevious: false },
  );
  return (
    <PanelSection title="When could I have" aside={wanted === null ? '' : quantityWithUnit(wanted, uom)}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const typed = typedQtyMilli(text);
          setWrong(typed === null);
          setWanted(typed);
        }}
      >
        <Field
          label={`How many, ${uom}`}
          inputMode="decimal"
          enterKeyHint="go"
          autoComplete="off"
          maxLength={20}
          value={text}
          wrong={wrong ? 'A number above 0.' : null}
          hint={wanted === null ? 'Enter says the first day on which nothing already promised is broken.' : null}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
      <div aria-live="polite">
        {wanted === null ? null : asked.error ? (
          <ErrorState
            title="No day could be said"
            text={errorMessage(asked.error)}
            onRetry={() => void asked.refetch()}
          />
        ) : asked.data === undefined ? (
          <LoadingRows rows={2} />
        ) : (
          <Day answer={asked.data} item={item} site_id={site_id} onSite={onSite} />
        )}
      </div>
    </PanelSection>
  );
}

function Day({
  answer,
  item,
  site_id,
  onSite,
}: {
  readonly answer: Answer;
  readonly item: ItemDetail;
  readonly site_id: number | null;
  readonly onSite: (site_id: number) => void;
}) {
  const [first, ...others] = answer.sites;
  if (answer.waiting) return <p className={styles['none']}>{answer.provenance.coverage}</p>;
  if (!first) return <p className={styles['none']}>The item has no stock and no policy here.</p>;
  return (
    <>
      <SiteDays answer={answer} promise={first} item={item} one={site_id !== null} />
      {others.length > 0 ? (
        <PanelList>
          {others.map((each) => (
            <li key={each.site_id}>
              <DrillLink onClick={() => onSite(each.site_id)}>{each.site}</DrillLink>
              <span className={styles['party']}>
                {each.ways[0] ? OTHER_WAYS[each.ways[0].way] : 'by nothing known'}
              </span>
              <span className={styles['when']}>{each.ways[0] ? weekdayDate(each.ways[0].on) : NO_DATA}</span>
            </li>
          ))}
        </PanelList>
      ) : null}
    </>
  );
}

const OTHER_WAYS = {
  here: 'by what lies there and comes',
  transfer: 'from another site',
  purchase: 'if ordered',
};

function SiteDays({
  answer,
  promise,
  item,
  one,
}: {
  readonly answer: Answer;
  readonly promise: SitePromise;
  readonly item: ItemDetail;
  readonly one: boolean;
}) {
  const { uom, as_of_on, qty_milli } = answer;
  const [earliest, ...later] = promise.ways;
  const of_weeks = one
    ? weekWords(
        promise,
        item.projected.map((week) => week.week_start),
      )
    : null;
  return (
    <>
      <p className={styles['answer']}>
        {earliest ? dayAndSite(earliest, promise, as_of_on) : `No day at ${promise.site}`}
      </p>
      <p className={styles['why']}>{earliest ? whyWords(earliest, uom, as_of_on) : noWayWords(promise)}</p>
      {later.map((way) => (
        <p key={way.way} className={styles['facts']}>
          Or {weekdayDate(way.on)}. {whyWords(way, uom, as_of_on)}
        </p>
      ))}
      {of_weeks === null ? null : <p className={styles['facts']}>{of_weeks}</p>}
      {promise.today_qty_milli > 0 && promise.today_qty_milli < qty_milli ? (
        <PanelRow label="Of it today" note={promise.site} value={quantity(promise.today_qty_milli)} />
      ) : null}
    </>
  );
}
