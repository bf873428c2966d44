/** The working behind one row, in one month or over all: each step from gross sales to GM3, with its lines. */
import { Fragment } from 'react';
import type { MarginPivot } from '#contract/queries.ts';
import { ConversionSection } from '#renderer/currency/ConversionNote.tsx';
import { ledgerAmount } from '#renderer/format/money.ts';
import { integer, NO_DATA, percent, points, signed } from '#renderer/format/numbers.ts';
import type { FigureRow } from '#renderer/screens/figures/pivotRows.ts';
import { ProvenanceSection } from '#renderer/screens/figures/Provenance.tsx';
import { DrillLink, Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import type { AgainstWords } from './against.ts';
import { changeOf } from './changeColumns.tsx';
import { endSentence, type LadderFigures, LEVEL_WORDS, LEVELS, type MarginFigure } from './marginView.ts';

export function MarginWorking({
  title,
  span,
  figures,
  changes,
  answer,
  onLines,
  onClose,
}: {
  readonly title: string;
  /** 'Oct 2026', 'Jan–Oct 2026' */
  readonly span: string;
  /** null: this row has no lines in that month. */
  readonly figures: LadderFigures | null;
  /** null: nothing is compared, or not in that month. */
  readonly changes: { readonly row: FigureRow; readonly against: AgainstWords } | null;
  readonly answer: MarginPivot;
  readonly onLines: (figure: MarginFigure) => void;
  readonly onClose: () => void;
}) {
  return (
    <Panel title={title} aside={span} onClose={onClose}>
      {figures ? (
        <LadderSections
          figures={figures}
          currency={answer.currency}
          cost_statement={answer.cost_statement}
          onLines={onLines}
        />
      ) : (
        <PanelSection>
          <InlineMessage tone="quiet">No order lines in {span}.</InlineMessage>
        </PanelSection>
      )}
      {changes ? <Changes row={changes.row} against={changes.against} currency={answer.currency} /> : null}
      <ConversionSection conversion={answer.conversion} currency={answer.currency} />
      <ProvenanceSection provenance={answer.provenance} formula={answer.formula} />
    </Panel>
  );
}

/** What each level was, and how far it is from it. */
function Changes({
  row,
  against,
  currency,
}: {
  readonly row: FigureRow;
  readonly against: AgainstWords;
  readonly currency: string;
}) {
  const found = LEVELS.map((level) => ({ level, ...changeOf(row, level) })).filter(({ before }) => before !== null);
  return (
    <PanelSection title={`Against ${against.sentence}`} aside={currency}>
      {found.length === 0 ? (
        <InlineMessage tone="quiet">
          {against.kind === 'plan' ? 'No plan of this row.' : 'Nothing to compare with.'}
        </InlineMessage>
      ) : (
        found.map(({ level, before, change, rate: changed }) => (
          <Fragment key={level}>
            <PanelRow label={`${LEVEL_WORDS[level]} then`} value={ledgerAmount(before, currency)} />
            <PanelRow
              total
              label="Change"
              note={level === 'net' ? growth(changed) : changed === null ? undefined : points(changed)}
              value={change === null ? NO_DATA : signed(ledgerAmount(change, currency), change)}
            />
          </Fragment>
        ))
      )}
    </PanelSection>
  );
}

function growth(value_bp: number | null): string | undefined {
  return value_bp === null ? undefined : signed(percent(value_bp), value_bp);
}

/** Gross to GM3 row by row, what lies beside it, and how much of the cost is known. */
export function LadderSections({
  figures,
  currency,
  cost_statement,
  onLines,
}: {
  readonly figures: LadderFigures;
  readonly currency: string;
  readonly cost_statement: string;
  /** Absent beside the lines themselves. */
  readonly onLines?: (figure: MarginFigure) => void;
}) {
  const amount = (value_minor: number | null, figure: MarginFigure | null) =>
    value_minor === null || figure === null || !onLines ? (
      ledgerAmount(value_minor, currency)
    ) : (
      <DrillLink onClick={() => onLines(figure)}>{ledgerAmount(value_minor, currency)}</DrillLink>
    );
  const minus = (value_minor: number | null, figure: MarginFigure) =>
    amount(value_minor === null ? null : -value_minor, figure);
  const sentence = endSentence(cost_statement, figures);
  const of_cost = cost_statement !== 'cost is for Finance' && cost_statement !== 'no cost data';
  return (
    <>
      <PanelSection title={`From gross to ${of_cost ? 'GM3' : 'net sales'}`} aside={currency}>
        <PanelRow label="Gross sales" note="goods" value={amount(figures.gross_sales, 'gross')} />
        <PanelRow label="Discounts" value={amount(figures.discounts, 'discounts')} />
        <PanelRow
          label="Returns, credits"
          note={figures.credits ? `${ledgerAmount(figures.credits, currency)} credit notes` : undefined}
          value={amount(figures.returns, 'returns')}
        />
        <PanelRow total label="Net sales" value={amount(figures.net_sales, 'net')} />
        {of_cost ? (
          <>
            <PanelRow
              label="Landed cost"
              note={figures.gm1 === null && figures.landed_cost !== null ? 'where known' : undefined}
              value={minus(figures.landed_cost, 'gm1')}
            />
            <PanelRow total label="GM1" note={rate(figures.gm1_rate)} value={amount(figures.gm1, 'gm1')} />
            <PanelRow label="Freight out" value={minus(figures.outbound_freight, 'gm2')} />
            <PanelRow total label="GM2" note={rate(figures.gm2_rate)} value={amount(figures.gm2, 'gm2')} />
            <PanelRow label="Rebates" value={minus(figures.rebates, 'gm3')} />
            <PanelRow label="Channel fees" value={minus(figures.channel_fees, 'gm3')} />
            <PanelRow label="Claims" value={minus(figures.claims, 'claims')} />
            <PanelRow total label="GM3" note={rate(figures.gm3_rate)} value={amount(figures.gm3, 'gm3')} />
          </>
        ) : null}
        {sentence ? <InlineMessage tone="quiet">{sentence}</InlineMessage> : null}
      </PanelSection>
      <PanelSection title="Beside net sales">
        <PanelRow label="Freight, fees, adjustments" value={amount(figures.other_billed, 'other')} />
        <PanelRow
          total
          label="All lines"
          note={`${integer(figures.lines ?? 0)} lines`}
          value={amount(allLines(figures), 'all')}
        />
      </PanelSection>
      {of_cost ? (
        <PanelSection title="Cost">
          <PanelRow
            label="Net sales with a cost"
            value={
              onLines && figures.cost_coverage !== null && figures.cost_coverage < 10_000 ? (
                <DrillLink onClick={() => onLines('no_cost')}>
                  {percent(figures.cost_coverage)}, lines without
                </DrillLink>
              ) : (
                percent(figures.cost_coverage)
              )
            }
          />
        </PanelSection>
      ) : null}
    </>
  );
}

/** What all lines add up to, credit notes among them. */
export function allLines({ net_sales, other_billed }: LadderFigures): number | null {
  return net_sales === null ? null : net_sales + (other_billed ?? 0);
}

function rate(value_bp: number | null): string | undefined {
  return value_bp === null ? undefined : percent(value_bp);
}
