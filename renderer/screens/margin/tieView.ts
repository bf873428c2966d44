/** What ties to the ledger, in words. */
import { TIE_COMPONENTS, type TieComponent } from '#domain/close/marginTie.ts';
import type { MarginTie } from '#contract/queries.ts';

export const TIE_FIGURES = TIE_COMPONENTS.map((component) => `tie-${component}` as const);
export type TieFigure = (typeof TIE_FIGURES)[number];

export function tieOf(figure: string): TieComponent | null {
  return TIE_COMPONENTS.find((component) => figure === `tie-${component}`) ?? null;
}

export const TIE_WORDS: Readonly<Record<TieComponent, string>> = {
  gross: 'Gross sales',
  discounts: 'Discounts',
  returns: 'Returns, credits',
  cost: 'Landed cost',
  freight: 'Freight out',
  rebates: 'Rebates',
  fees: 'Channel fees',
  claims: 'Claims',
};

/** 'Every component ties to the ledger', or which do not; an account that is missing is no difference of nothing. */
export function tieSentence(ties: readonly Pick<MarginTie, 'component' | 'ledger_minor' | 'differing_days'>[]): string {
  const listed = (components: readonly TieComponent[]): string => {
    const words = components.map((component, at) =>
      at === 0 ? TIE_WORDS[component] : TIE_WORDS[component].toLowerCase(),
    );
    return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
  };
  const missing = ties.filter(({ ledger_minor }) => ledger_minor === null).map(({ component }) => component);
  const off = ties.filter(({ differing_days }) => differing_days > 0).map(({ component }) => component);
  const said = [
    ...(off.length === 0
      ? []
      : [`${listed(off)} ${off.length === 1 && !listed(off).endsWith('s') ? 'differs' : 'differ'} from the ledger`]),
    ...(missing.length === 0 ? [] : [`${listed(missing)}: no account has the role`]),
  ];
  return said.length === 0 ? 'Every component ties to the ledger, to the cent' : said.join('. ');
}

/** Whether the ledger has less of what sales owe, rebates or fees, than the documents of the month come to. */
export function isLacking(tie: Pick<MarginTie, 'component' | 'documents_minor' | 'ledger_minor'>): boolean {
  const { component, documents_minor, ledger_minor } = tie;
  if (component !== 'rebates' && component !== 'fees') return false;
  return ledger_minor !== null && Math.abs(ledger_minor) < Math.abs(documents_minor);
}
