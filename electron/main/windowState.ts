/** Remembers size and place of the window; a place that is no longer on any display is not used. */
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

export const MIN_WIDTH = 1024;
export const MIN_HEIGHT = 640;
const FIRST: WindowState = { bounds: null, maximized: false };
/** This much of the title bar must be on a display, so that the window can be dragged. */
const GRIP = 80;

/** What was saved, or the first state when the file is missing or unusable; never throws. */
export function readWindowState(file: string, displays: readonly Bounds[]): WindowState {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return FIRST;
  }
  if (typeof value !== 'object' || value === null) return FIRST;
  const maximized = 'maximized' in value && value.maximized === true;
  const bounds = 'bounds' in value && isBounds(value.bounds) ? value.bounds : null;
  if (bounds === null || !displays.some((display) => reachable(bounds, display))) return { bounds: null, maximized };
  return { bounds, maximized };
}

export function saveWindowState(file: string, state: WindowState): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.new`;
  writeFileSync(draft, JSON.stringify(state));
  renameSync(draft, file);
}

function isBounds(value: unknown): value is Bounds {
  if (typeof value !== 'object' || value === null) return false;
  if (!('x' in value && 'y' in value && 'width' in value && 'height' in value)) return false;
  const { x, y, width, height } = value;
  const whole = [x, y, width, height].every((each) => Number.isInteger(each));
  return whole && Number(width) >= MIN_WIDTH && Number(height) >= MIN_HEIGHT;
}

function reachable(bounds: Bounds, display: Bounds): boolean {
  const right = Math.min(bounds.x + bounds.width, display.x + display.width);
  const left = Math.max(bounds.x, display.x);
  const titleBarVisible = bounds.y >= display.y && bounds.y + GRIP <= display.y + display.height;
  return right - left >= GRIP && titleBarVisible;
}
