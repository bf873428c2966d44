import type { CompanyView, MatchedPart } from '#contract/queries.ts';
import { KeyHint } from '#renderer/ui/KeyHint.tsx';
import type { FindRow } from './findRows.ts';
import styles from './find.module.css';
import { KIND_WORDS } from './places.ts';

export function FoundRow({
  id,
  row,
  chosen,
  home,
  companies,
  showKind,
  onPoint,
  onPick,
}: {
  readonly id: string;
  readonly row: FindRow;
  readonly chosen: boolean;
  /** The company on the screen: others are named. */
  readonly home: number;
  readonly companies: readonly CompanyView[];
  readonly showKind: boolean;
  readonly onPoint: () => void;
  readonly onPick: (second: boolean) => void;
}) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      tabIndex={-1}
      className={styles['row']}
      onMouseMove={onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={(event) => onPick(event.ctrlKey || event.metaKey)}
    >
      {row.kind === 'command' ? (
        <>
          <span className={styles['name']}>
            <Marked text={row.command.label} parts={row.match.parts} />
          </span>
          {row.command.key.startsWith('key ') ? (
            <KeyHint cap={row.command.hint} />
          ) : (
            <span className={styles['about']}>{row.command.hint}</span>
          )}
        </>
      ) : (
        <HitCells row={row} home={home} companies={companies} showKind={showKind} />
      )}
    </div>
  );
}

function HitCells({
  row: { hit },
  home,
  companies,
  showKind,
}: {
  readonly row: Extract<FindRow, { kind: 'hit' }>;
  readonly home: number;
  readonly companies: readonly CompanyView[];
  readonly showKind: boolean;
}) {
  const other = hit.company_id === home ? null : companies.find((company) => company.id === hit.company_id);
  const facts = [
    showKind ? KIND_WORDS[hit.kind].one : null,
    hit.about,
    hit.active ? null : hit.kind === 'item' ? 'not in use' : hit.kind === 'claim' ? 'resolved' : 'done',
    other ? other.name : null,
    hit.alike ? 'alike' : null,
  ].filter((fact) => fact !== null);
  return (
    <>
      <span className={styles['code']}>
        <Marked text={hit.code} parts={hit.code_parts} />
      </span>
      <span className={hit.active ? styles['name'] : styles['quiet']}>
        {hit.title === null ? null : <Marked text={hit.title} parts={hit.title_parts} />}
      </span>
      <span className={styles['about']}>{facts.join(' · ')}</span>
    </>
  );
}

function Marked({ text, parts }: { readonly text: string; readonly parts: readonly MatchedPart[] }) {
  const pieces: { readonly at: number; readonly text: string; readonly marked: boolean }[] = [];
  let at = 0;
  for (const [from, to] of parts) {
    if (from > at) pieces.push({ at, text: text.slice(at, from), marked: false });
    pieces.push({ at: from, text: text.slice(from, to), marked: true });
    at = to;
  }
  if (at < text.length) pieces.push({ at, text: text.slice(at), marked: false });
  return pieces.map((piece) =>
    piece.marked ? <mark key={piece.at}>{piece.text}</mark> : <span key={piece.at}>{piece.text}</span>,
  );
}
