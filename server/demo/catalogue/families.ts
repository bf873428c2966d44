/** The nine categories and the families of articles in them: how an article is named, counted, packed and priced. */
import type { ChannelKind } from '../companies.ts';

/** One property of a family: its values, and how much dearer each step makes the article. */
export interface Property {
  readonly values: readonly string[];
  readonly step: number;
}

export interface Family {
  /** `{0}`, `{1}` … stand for the properties. */
  readonly name: string;
  readonly uom: string;
  /** Cost of the first article of the family, euro. */
  readonly cost: number;
  /** Base units that are bought and sold together. */
  readonly pack: number;
  /** Packs on a typical order line. */
  readonly packs: number;
  readonly properties: readonly Property[];
}

export interface Category {
  readonly name: string;
  readonly prefix: string;
  /** Share of the items. */
  readonly share: number;
  /** List price over cost. */
  readonly markup: number;
  /** Month (1–12) in which it sells best, and by how much more (0.3 = 30 %). */
  readonly peak_month: number;
  readonly peak: number;
  readonly channels: Readonly<Record<ChannelKind, number>>;
  readonly families: readonly Family[];
}

/** Values without spaces, separated by a space. */
export const list = (values: string, step: number): Property => ({ values: values.split(' '), step });
/** Values of several words, separated by a comma. */
export const phrases = (values: string, step: number): Property => ({ values: values.split(', '), step });
export const family = (
  name: string,
  uom: string,
  cost: number,
  pack: number,
  packs: number,
  ...properties: readonly Property[]
): Family => ({ name, uom, cost, pack, packs, properties });
