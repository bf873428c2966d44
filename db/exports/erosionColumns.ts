/** Unusual falls of margin as files: each with what it is made of and why, and the lines of one. Ids are the grid's. */
import { minorDigits } from '#domain/money.ts';
import { FALL_PARTS } from '#domain/pricing/erosion/cause.ts';
import { FALL_PART_WORDS, LEVEL_WORDS } from '#domain/pricing/erosion/explanation.ts';
import type { ErosionLineView, ErosionRow } from '#contract/queries.ts';
import { lineColumns } from './columns.ts';
import { type Column, decimal, integer, percent, text } from './table.ts';

export function erosionColumns(currency: string): readonly Column<ErosionRow>[] {
  const places = minorDigits(currency);
  return [
    text('level', 'Of', (row) => LEVEL_WORDS[row.level], 20),
    text('name', 'Name', (row) => row.name, 34),
    decimal('fall', `Short of usual, ${currency}`, places, (row) => row.fall_minor),
    percent('usual', 'Usual GM3', (row) => row.usual_bp),
    percent('now', 'GM3', (row) => row.now_bp),
    percent('spread', 'Usual spread', (row) => row.spread_bp),
    text('kind', 'How', (row) => (row.kind === 'sudden' ? 'sudden' : 'month after month'), 18),
    text('kind', 'Lines of other falls', (row) => (row.without_others ? 'left out' : 'none'), 18),
    text('words', 'Cause', (row) => row.words, 60),
    ...FALL_PARTS.map((part) =>
      decimal<ErosionRow>(part, `${FALL_PART_WORDS[part]}, ${currency}`, places, (row) => {
        return row.parts.find((each) => each.part === part)?.fall_minor ?? null;
      }),
    ),
    decimal('net', `Net sales, ${currency}`, places, (row) => row.net_minor),
    integer('lines', 'Lines', (row) => row.lines),
    text('owner', 'Answers for it', (row) => row.owner, 20),
  ];
}

export function erosionLineColumns(currency: string): readonly Column<ErosionLineView>[] {
  return [
    ...(lineColumns(currency, true) as readonly Column<ErosionLineView>[]),
    decimal('short', `Short of usual, ${currency}`, minorDigits(currency), (row) => row.short_minor),
  ];
}
