/** The views a person saved of a screen's grid. They rest in work.db: no replica that is loaded afresh takes them along. */
import { BinnacleError } from '#contract/errors.ts';
import { GridView, type SavedView } from '#contract/queries/gridView.ts';
import type { Connection } from '#db/connection.ts';

const MAX_VIEWS_OF_SCREEN = 100;

interface ViewRow {
  readonly id: string;
  readonly screen: string;
  readonly name: string;
  readonly is_default: number;
  readonly saved_at_ms: number;
  readonly view_json: string;
}

/** By name. A view this Binnacle cannot read (a newer one wrote it) is left out and stays in the file. */
export function savedViewsOf(work: Connection, screen: string): SavedView[] {
  return work
    .prepare<unknown[], ViewRow>(
      `SELECT id, screen, name, is_default, saved_at_ms, view_json FROM saved_view
       WHERE screen = ? ORDER BY name COLLATE NOCASE LIMIT ?`,
    )
    .all(screen, MAX_VIEWS_OF_SCREEN)
    .flatMap(({ view_json, is_default, ...row }) => {
      const view = GridView.safeParse(JSON.parse(view_json));
      return view.success ? [{ ...row, is_default: is_default === 1, view: view.data }] : [];
    });
}

export interface ViewToSave {
  /** Of an older view: it is replaced and may get another name. */
  readonly id?: string | undefined;
  readonly screen: string;
  readonly name: string;
  readonly view: GridView;
}

/** Throws `conflict` when another view of the screen has the name, `not_found` for an id that is gone. */
export function saveView(
  work: Connection,
  asked: ViewToSave,
  parts: { readonly now_ms: number; readonly newId: () => string },
): SavedView {
  return work.transaction((): SavedView => {
    refuseTakenName(work, asked.screen, asked.name, asked.id ?? null);
    const view_json = JSON.stringify(asked.view);
    if (asked.id !== undefined) {
      const { changes } = work
        .prepare('UPDATE saved_view SET name = ?, view_json = ?, saved_at_ms = ? WHERE id = ? AND screen = ?')
        .run(asked.name, view_json, parts.now_ms, asked.id, asked.screen);
      if (changes === 0) throw gone();
      return savedViewById(work, asked.id);
    }
    const held = work.prepare('SELECT count(*) FROM saved_view WHERE screen = ?').pluck().get(asked.screen);
    if (Number(held) >= MAX_VIEWS_OF_SCREEN) {
      throw new BinnacleError('too_large', `A screen keeps ${MAX_VIEWS_OF_SCREEN} views. Delete one first.`);
    }
    const id = parts.newId();
    work
      .prepare('INSERT INTO saved_view (id, screen, name, view_json, saved_at_ms) VALUES (?, ?, ?, ?, ?)')
      .run(id, asked.screen, asked.name, view_json, parts.now_ms);
    return savedViewById(work, id);
  })();
}

export function renameView(work: Connection, id: string, name: string): SavedView {
  return work.transaction((): SavedView => {
    refuseTakenName(work, savedViewById(work, id).screen, name, id);
    work.prepare('UPDATE saved_view SET name = ? WHERE id = ?').run(name, id);
    return savedViewById(work, id);
  })();
}

export function deleteView(work: Connection, id: string): void {
  if (work.prepare('DELETE FROM saved_view WHERE id = ?').run(id).changes === 0) throw gone();
}

/** `id` null: the screen opens as it was made. */
export function setDefaultView(work: Connection, screen: string, id: string | null): void {
  work.transaction(() => {
    work.prepare('UPDATE saved_view SET is_default = 0 WHERE screen = ? AND is_default = 1').run(screen);
    if (id === null) return;
    const { changes } = work
      .prepare('UPDATE saved_view SET is_default = 1 WHERE id = ? AND screen = ?')
      .run(id, screen);
    if (changes === 0) throw gone();
  })();
}

export function savedViewById(work: Connection, id: string): SavedView {
  const row = work.prepare<unknown[], { screen: string }>('SELECT screen FROM saved_view WHERE id = ?').get(id);
  const view = row ? savedViewsOf(work, row.screen).find((each) => each.id === id) : undefined;
  if (!view) throw gone();
  return view;
}

function refuseTakenName(work: Connection, screen: string, name: string, own_id: string | null): void {
  const taken = work
    .prepare<unknown[], { id: string }>('SELECT id FROM saved_view WHERE screen = ? AND name = ? COLLATE NOCASE')
    .get(screen, name);
  if (taken && taken.id !== own_id) {
    throw new BinnacleError(
      'conflict',
      `A view named “${name}” is there already. Take another name, or update that one.`,
    );
  }
}

function gone(): BinnacleError {
  return new BinnacleError('not_found', 'That view was deleted.');
}
