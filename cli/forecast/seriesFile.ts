/** A CSV file of series, read line by line: any number of lines in little memory. */
import { isSeriesHeader, readSeriesLine, type SeriesLine } from '#domain/forecast/readSeries.ts';
import { BinnacleError } from '#contract/errors.ts';
import { fileLines, type InspectedFile, inspectFile } from '#cli/import/file/source.ts';

export type NumberedSeries = SeriesLine & { readonly line: number };

export interface SeriesFile {
  readonly path: string;
  /** Lines as a text editor counts them. */
  readonly lines: number;
  /** From the start, in batches; broken lines among them. */
  series(): AsyncGenerator<NumberedSeries[]>;
}

/** Throws BinnacleError when the file is missing, empty or no text. */
export async function openSeriesFile(path: string): Promise<SeriesFile> {
  const inspected = await inspectFile(path);
  return { path, lines: inspected.lines, series: () => read(inspected) };
}

async function* read(file: InspectedFile): AsyncGenerator<NumberedSeries[]> {
  let line = 0;
  let found = false;
  let header = false;
  for await (const texts of fileLines(file)) {
    const batch: NumberedSeries[] = [];
    for (const text of texts) {
      line += 1;
      if (text.trim() === '') continue;
      if (!found && isSeriesHeader(text)) {
        found = true;
        header = true;
        continue;
      }
      found = true;
      header = false;
      batch.push({ ...readSeriesLine(text), line });
    }
    yield batch;
  }
  if (!found) throw new BinnacleError('bad_arguments', `Cannot read ${file.path}: it holds only blank lines.`);
  if (header) {
    throw new BinnacleError('bad_arguments', `Cannot read ${file.path}: it holds a header and no series below it.`);
  }
}

/** Lines that could not be used: the first ones in words, all of them counted. */
export class Refusals {
  private readonly shown: string[] = [];
  count = 0;

  add(line: number, problem: string): void {
    this.count += 1;
    if (this.shown.length < MOST_SHOWN) this.shown.push(`line ${line}: ${problem}`);
  }

  /** Throws what was refused, if anything was: whatever could be used has been written by then. */
  throwIfAny(used: number): void {
    if (this.count === 0) return;
    const more = this.count > this.shown.length ? [`and ${this.count - this.shown.length} more`] : [];
    const rest = used === 0 ? 'Nothing was written' : `The other ${used} series were used`;
    throw new BinnacleError(
      'bad_arguments',
      [`${this.count} of the lines cannot be used. ${rest}.`, ...this.shown, ...more].join('\n  '),
    );
  }
}

const MOST_SHOWN = 20;
