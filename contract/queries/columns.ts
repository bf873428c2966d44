/**
 * What paged queries order and narrow by. Names alone, without a schema: the screens take them as values, and the page
 * carries no zod for them.
 */
export const STOCK_SORTS = [
  'name',
  'status',
  'on_hand',
  'reserved',
  'free',
  'incoming',
  'next_in',
  'days',
  'value',
] as const;
export const STOCK_FILTER_COLUMNS = [...STOCK_SORTS, 'site', 'category', 'supplier', 'uom', 'min', 'max'] as const;

export const CLASS_SORTS = [
  'name',
  'class',
  'value',
  'month',
  'variation',
  'on_hand',
  'stock_value',
  'turns',
  'target',
] as const;
export const CLASS_FILTER_COLUMNS = [...CLASS_SORTS, 'category', 'uom'] as const;

export const FORECAST_SORTS = ['name', 'site', 'class', 'wape', 'mase', 'bias', 'last', 'next', 'change'] as const;
export const FORECAST_FILTER_COLUMNS = [
  'name',
  'site',
  'category',
  'uom',
  'class',
  'method',
  'wape',
  'mase',
  'bias',
  'next',
  'change',
  'flag',
] as const;
/** What a row of a forecast is worth a look for. */
export const FORECAST_FLAGS = [
  'level_shift',
  'spike',
  'unit_error',
  'stopped',
  'naive',
  'censored',
  'overridden',
] as const;
export type ForecastFlag = (typeof FORECAST_FLAGS)[number];

export const REPLENISHMENT_SORTS = [
  'name',
  'site',
  'position',
  'week',
  'reorder',
  'up_to',
  'need',
  'qty',
  'days',
  'value',
  'order_by',
  'order_on',
  'receive',
  'runs_out',
  'short',
  'state',
] as const;
export const REPLENISHMENT_FILTER_COLUMNS = [
  ...REPLENISHMENT_SORTS,
  'category',
  'supplier',
  'uom',
  'kind',
  'owner',
] as const;

export const FULFILMENT_SORTS = ['name', 'due', 'ordered', 'allocated', 'short', 'value'] as const;
export const FULFILMENT_FILTER_COLUMNS = [
  ...FULFILMENT_SORTS,
  'item',
  'site',
  'state',
  'uom',
  'in_time',
  'whole',
  'channel',
] as const;
export const EXCEPTION_SORTS = ['subject', 'stake', 'due', 'since', 'owner'] as const;
export const EXCEPTION_FILTER_COLUMNS = [...EXCEPTION_SORTS, 'kind', 'company', 'site', 'supplier'] as const;
export const RULE_SORTS = ['item', 'site', 'channel', 'kpi', 'customer', 'category', 'name', 'owner', 'since'] as const;
export const CLAIM_SORTS = [
  'name',
  'customer',
  'item',
  'reason',
  'state',
  'opened',
  'resolved',
  'age',
  'clock',
  'claimed',
  'allowed',
  'cost',
  'margin',
  'owner',
] as const;
export const CLAIM_FILTER_COLUMNS = [...CLAIM_SORTS, 'order', 'site', 'channel'] as const;
