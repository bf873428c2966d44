import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { type Span, SPANS } from './address.ts';
import styles from './figures.module.css';

/** 'Oct 2026' or 'Nov 2025–Oct 2026': what the totals beside the columns cover. */
export function SpanSwitch({
  span,
  words,
  onSpan,
}: {
  readonly span: Span;
  readonly words: Readonly<Record<Span, string>>;
  readonly onSpan: (span: Span) => void;
}) {
  if (words.month === words.all) return null;
  return (
    <div className={styles['span']} data-print="none">
      <SegmentedControl
        label="Totals of"
        options={SPANS.map((value) => ({ value, label: words[value] }))}
        value={span}
        onChange={onSpan}
      />
    </div>
  );
}
