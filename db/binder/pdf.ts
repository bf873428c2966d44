/**
 * The sections as a PDF: a title, contents with page numbers, a heading per section, tables that go on over pages with
 * their headings. Nothing in it comes of a clock or of chance, and it is not packed: packing differs between processors.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';
import { monthInWords } from '#domain/calendarWords.ts';
import { drawTable } from './pdfTable.ts';
import {
  asOfWords,
  type BinderGround,
  type BinderSection,
  type BinderSnapshot,
  rowsFile,
  standingWords,
} from './section.ts';
import { BOTTOM, HEIGHT, type Pages, SIDE, TOP, WIDE, WIDTH } from './pdfPage.ts';

const CONTENTS_LINE = 15;
const CONTENTS_TOP = TOP + 34;
const CONTENTS_ON_PAGE = Math.floor((BOTTOM - CONTENTS_TOP) / CONTENTS_LINE);

interface Entry {
  readonly title: string;
  readonly level: number;
  readonly page: number;
}

export async function binderPdf(ground: BinderGround, sections: readonly BinderSection[]): Promise<Buffer> {
  const { company, period, snapshot } = ground;
  const month = monthInWords(period.period);
  const at = new Date(snapshot.moment_ms);
  const doc = new PDFDocument({
    size: [WIDTH, HEIGHT],
    margin: 0,
    bufferPages: true,
    autoFirstPage: false,
    compress: false,
    font: font('IBMPlexSans-Regular') as unknown as string,
    info: { Title: `Binder of ${company.name}, ${month}`, Creator: 'Binnacle', CreationDate: at, ModDate: at },
  });
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  doc.registerFont('plain', font('IBMPlexSans-Regular'));
  doc.registerFont('strong', font('IBMPlexSans-SemiBold'));

  const pages: Pages = {
    doc,
    y: TOP,
    rowsOf: (id) => rowsFile(snapshot, id),
    turn: () => {
      doc.addPage();
      pages.y = TOP;
    },
    room: (height) => {
      if (pages.y + height > BOTTOM) pages.turn();
    },
  };
  const count = (list: readonly BinderSection[]): number =>
    list.reduce((sum, section) => sum + 1 + count(section.sections ?? []), 0);
  const contentsPages = Math.max(1, Math.ceil(count(sections) / CONTENTS_ON_PAGE));
  for (let page = 0; page < contentsPages; page++) doc.addPage();
  const entries: Entry[] = [];
  for (const [nth, section] of sections.entries()) {
    pages.turn();
    drawSection(pages, section, `${nth + 1}`, 0, entries);
  }
  drawContents(pages, entries, `${company.name}, ${month}`);
  const { count: total } = doc.bufferedPageRange();
  for (let page = 0; page < total; page++) {
    doc.switchToPage(page);
    drawFrame(doc, `${company.name} · ${month}`, snapshot, page + 1, total);
  }
  doc.end();
  await ended;
  return Buffer.concat(chunks);
}

function drawSection(pages: Pages, section: BinderSection, number: string, level: number, entries: Entry[]): void {
  const { doc } = pages;
  pages.room(90);
  const title = `${number}  ${section.title}`;
  entries.push({ title, level, page: doc.bufferedPageRange().count });
  doc.addNamedDestination(`s${number}`, 'XYZ', SIDE, pages.y, null);
  if (level === 0) doc.outline.addItem(title);
  doc
    .font('strong')
    .fontSize(level === 0 ? 16 : 12)
    .fillColor('#10242f')
    .text(title, SIDE, pages.y, { width: WIDE });
  pages.y += level === 0 ? 28 : 20;
  for (const words of section.words) {
    doc.font('plain').fontSize(9.5).fillColor('#2b3a42');
    const height = doc.heightOfString(words, { width: Math.min(WIDE, 620) });
    pages.room(height + 5);
    doc.text(words, SIDE, pages.y, { width: Math.min(WIDE, 620) });
    pages.y += height + 5;
  }
  for (const [name, value] of section.facts) {
    doc.font('plain').fontSize(9.5);
    const height = doc.heightOfString(value, { width: WIDE - 170 });
    pages.room(height + 3);
    doc.fillColor('#5a6a73').text(name, SIDE, pages.y, { width: 160 });
    doc.fillColor('#10242f').text(value, SIDE + 170, pages.y, { width: WIDE - 170 });
    pages.y += height + 3;
  }
  pages.y += 8;
  for (const table of section.tables) drawTable(pages, table);
  pages.y += 10;
  for (const [nth, part] of (section.sections ?? []).entries())
    drawSection(pages, part, `${number}.${nth + 1}`, level + 1, entries);
}

function drawContents({ doc }: Pages, entries: readonly Entry[], title: string): void {
  for (const [nth, { title: name, level, page }] of entries.entries()) {
    const place = nth % CONTENTS_ON_PAGE;
    if (place === 0) {
      doc.switchToPage(Math.floor(nth / CONTENTS_ON_PAGE));
      doc.font('strong').fontSize(18).fillColor('#10242f');
      doc.text(nth === 0 ? `Binder of ${title}` : 'Contents', SIDE, TOP, { width: WIDE });
    }
    const y = CONTENTS_TOP + place * CONTENTS_LINE;
    doc
      .font(level === 0 ? 'strong' : 'plain')
      .fontSize(10)
      .fillColor('#10242f');
    doc.text(name, SIDE + level * 22, y, {
      width: WIDE - 60 - level * 22,
      height: 14,
      ellipsis: true,
      lineBreak: false,
    });
    doc.text(String(page), SIDE + WIDE - 50, y, { width: 50, align: 'right' });
    doc.goTo(SIDE, y, WIDE, CONTENTS_LINE, `s${name.split(' ', 1)[0] ?? ''}`);
  }
}

function drawFrame(
  doc: PDFKit.PDFDocument,
  title: string,
  snapshot: BinderSnapshot,
  page: number,
  pages: number,
): void {
  doc.font('plain').fontSize(8.5).fillColor('#5a6a73');
  const side = WIDE / 3;
  doc.text(title, SIDE, 22, { width: side, height: 12, ellipsis: true, lineBreak: false });
  doc.font('strong').fillColor(snapshot.final ? '#1d6b45' : '#a23b12');
  doc.text(standingWords(snapshot), SIDE + side, 22, {
    width: WIDE - side,
    height: 12,
    ellipsis: true,
    align: 'right',
  });
  doc
    .moveTo(SIDE, 37)
    .lineTo(SIDE + WIDE, 37)
    .lineWidth(0.5)
    .strokeColor('#b8c4ca')
    .stroke();
  doc.font('plain').fillColor('#5a6a73');
  doc.text(asOfWords(snapshot), SIDE, HEIGHT - 28, { width: WIDE / 2, lineBreak: false });
  doc.text(`Page ${page} of ${pages}`, SIDE + WIDE / 2, HEIGHT - 28, { width: WIDE / 2, align: 'right' });
}

const fonts = new Map<string, Buffer>();

/** From `resources/fonts`, which lies as far from this file as from the bundle's. */
function font(name: string): Buffer {
  const held = fonts.get(name);
  if (held) return held;
  const read = readFileSync(fileURLToPath(new URL(`../../resources/fonts/${name}.ttf`, import.meta.url)));
  fonts.set(name, read);
  return read;
}
