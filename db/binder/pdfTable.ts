/** A table over as many pages as it takes: headings on each, figures to the right, text in as many lines as it needs. */
import { isRightAligned } from '#db/exports/xlsx/styles.ts';
import { cellText, columnSum } from './cells.ts';
import { BOTTOM, type Pages, SIDE, TOP, WIDE } from './pdfPage.ts';
import type { BinderColumn, BinderTable } from './section.ts';

const SIZE = 8;
const PAD = 4;
const GAP = 3;
/** A cell of paper holds so much; its file of rows holds all of it. */
const MOST_CHARACTERS = 700;

interface Drawn {
  readonly column: BinderColumn;
  /** In the table's rows. */
  readonly at: number;
  readonly x: number;
  readonly width: number;
}

export function drawTable(pages: Pages, table: BinderTable): void {
  const { doc } = pages;
  if (table.shown === 'rows') {
    pages.room(14);
    doc.font('plain').fontSize(9).fillColor('#5a6a73');
    doc.text(`${table.title}: ${counted(table.rows.length)} in ${pages.rowsOf(table.id)}`, SIDE, pages.y, {
      width: WIDE,
    });
    pages.y += 14;
    return;
  }
  pages.room(64);
  doc.font('strong').fontSize(10).fillColor('#10242f').text(table.title, SIDE, pages.y, { width: WIDE });
  pages.y += 16;
  if (table.rows.length === 0) {
    doc.font('plain').fontSize(9).fillColor('#5a6a73').text(table.empty, SIDE, pages.y, { width: WIDE });
    pages.y += 22;
    return;
  }
  const texts = table.rows.map((row) =>
    table.columns.map(({ kind }, at) => shortened(cellText(row[at] ?? null, kind))),
  );
  const totals = totalsOf(table);
  const columns = placed(pages, table, totals === null ? texts : [...texts, totals]);
  drawHeadings(pages, columns);
  for (const row of texts) drawRow(pages, columns, row, 'plain');
  if (totals !== null) drawRow(pages, columns, totals, 'strong');
  pages.y += 12;
}

function counted(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}

function totalsOf(table: BinderTable): readonly string[] | null {
  if (!table.columns.some(({ total }) => total !== undefined)) return null;
  return table.columns.map(({ total, kind }, at) => {
    if (total === undefined) return at === 0 ? 'Total' : '';
    return cellText(columnSum(table.rows, at), kind);
  });
}

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** Figures and dates get the room of their widest, text shares the rest. */
function placed({ doc }: Pages, { columns }: BinderTable, texts: readonly (readonly string[])[]): readonly Drawn[] {
  const shown = columns.map((column, at) => ({ column, at })).filter(({ column }) => column.share !== 0);
  doc.font('strong').fontSize(SIZE);
  const widest = shown.map(({ column, at }) => {
    if (!isRightAligned(column.kind)) return null;
    const words = column.title.split(/ /);
    const own = [...words, ...texts.map((row) => row[at] ?? '')];
    return own.reduce((most, text) => Math.max(most, doc.widthOfString(text)), 0) + 2 * PAD + 1;
  });
  const fixed = widest.reduce<number>((sum, width) => sum + (width ?? 0), 0);
  const shares = shown.reduce((sum, { column }, nth) => (widest[nth] === null ? sum + shareOf(column) : sum), 0);
  // so many figures that text would get nothing: all share alike
  const crowded = WIDE - fixed < 120;
  const all = shown.reduce((sum, { column }) => sum + shareOf(column), 0);
  let x = SIDE;
  return shown.map(({ column, at }, nth) => {
    const own = widest[nth] ?? null;
    const width = crowded
      ? (WIDE * shareOf(column)) / all
      : (own ?? ((WIDE - fixed) * shareOf(column)) / Math.max(1, shares));
    const drawn = { column, at, x, width };
    x += width;
    return drawn;
  });
}

function shareOf({ share, width }: BinderColumn): number {
  return share ?? width;
}

function drawHeadings(pages: Pages, columns: readonly Drawn[]): void {
  const { doc } = pages;
  doc.font('strong').fontSize(SIZE);
  const height = heightOf(pages, columns, (drawn) => drawn.column.title) + 2 * GAP;
  pages.room(height + 24);
  doc.rect(SIDE, pages.y, WIDE, height).fillColor('#e9eef1').fill();
  doc.fillColor('#10242f');
  for (const drawn of columns) write(pages, drawn, drawn.column.title, pages.y + GAP);
  pages.y += height;
}

function drawRow(pages: Pages, columns: readonly Drawn[], texts: readonly string[], face: 'plain' | 'strong'): void {
  const { doc } = pages;
  doc.font(face).fontSize(SIZE);
  const height = Math.min(heightOf(pages, columns, ({ at }) => texts[at] ?? '') + 2 * GAP, BOTTOM - TOP - 60);
  if (pages.y + height > BOTTOM) {
    pages.turn();
    drawHeadings(pages, columns);
    doc.font(face).fontSize(SIZE);
  }
  doc.fillColor('#10242f');
  for (const drawn of columns) write(pages, drawn, texts[drawn.at] ?? '', pages.y + GAP);
  pages.y += height;
  doc
    .moveTo(SIDE, pages.y)
    .lineTo(SIDE + WIDE, pages.y)
    .lineWidth(0.3)
    .strokeColor('#d5dde1')
    .stroke();
}

function heightOf({ doc }: Pages, columns: readonly Drawn[], textOf: (drawn: Drawn) => string): number {
  const heights = columns.map((drawn) => {
    const text = textOf(drawn);
    return text === '' ? 0 : doc.heightOfString(text, { width: drawn.width - 2 * PAD });
  });
  return Math.max(SIZE + 2, ...heights);
}

function write({ doc }: Pages, { column, x, width }: Drawn, text: string, y: number): void {
  if (text === '') return;
  const align = isRightAligned(column.kind) ? 'right' : 'left';
  doc.text(text, x + PAD, y, { width: width - 2 * PAD, align });
}
