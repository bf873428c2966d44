/**
 * Remembers size and place of the window for each arrangement of displays: a laptop at its desk and on the road are two.
 * A place that is on no display is not used.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface WindowState {
  readonly bounds: Bounds | null;
  readonly maximized: boolean;
}
interface KnownState extends WindowState {
  readonly displays: string;
}

export const MIN_WIDTH = 1024;
export const MIN_HEIGHT = 640;
export const FIRST_SIZE = { width: 1440, height: 900 } as const;
const FIRST: WindowState = { bounds: null, maximized: false };
/** This much of the title bar must be on a display, so that the window can be dragged. */
const GRIP = 80;
const ARRANGEMENTS_KEPT = 8;

/** The state at these displays, else the newest that fits them, else the first state; never throws. */
export function readWindowState(file: string, displays: readonly Bounds[]): WindowState {
  const known = readAll(file);
  const here = arrangement(displays);
  const state = known.find((each) => each.displays === here) ?? known[0];
  if (!state) return FIRST;
  const { bounds, maximized } = state;
  return { bounds: bounds !== null && isReachable(bounds, displays) ? bounds : null, maximized };
}

export function saveWindowState(file: string, state: WindowState, displays: readonly Bounds[]): void {
  const here = arrangement(displays);
  const others = readAll(file).filter((each) => each.displays !== here);
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.new`;
  writeFileSync(draft, JSON.stringify([{ displays: here, ...state }, ...others].slice(0, ARRANGEMENTS_KEPT)));
  renameSync(draft, file);
}

export function isReachable(bounds: Bounds, displays: readonly Bounds[]): boolean {
  return displays.some((display) => {
    const right = Math.min(bounds.x + bounds.width, display.x + display.width);
    const left = Math.max(bounds.x, display.x);
    const titleBarVisible = bounds.y >= display.y && bounds.y + GRIP <= display.y + display.height;
    return right - left >= GRIP && titleBarVisible;
  });
}

function arrangement(displays: readonly Bounds[]): string {
  return displays
    .map(({ x, y, width, height }) => [x, y, width, height].join(' '))
    .toSorted()
    .join(', ');
}

/** Newest first. */
function readAll(file: string): KnownState[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null || !('displays' in each)) return [];
    if (typeof each.displays !== 'string') return [];
    const maximized = 'maximized' in each && each.maximized === true;
    const bounds = 'bounds' in each && isBounds(each.bounds) ? each.bounds : null;
    return [{ displays: each.displays, bounds, maximized }];
  });
}

function isBounds(value: unknown): value is Bounds {
  if (typeof value !== 'object' || value === null) return false;
  if (!('x' in value && 'y' in value && 'width' in value && 'height' in value)) return false;
  const { x, y, width, height } = value;
  const whole = [x, y, width, height].every((each) => Number.isInteger(each));
  return whole && Number(width) >= MIN_WIDTH && Number(height) >= MIN_HEIGHT;
}
