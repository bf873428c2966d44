/** Arguments that would take more lines than they are worth among the others. */
export const OVERRIDE = {
  item_id: 1,
  site_id: 1,
  from_month: 202612,
  to_month: 202612,
  reason: 'A project',
  expires_on: '2026-12-31',
};

export const NO_VIEW = {
  columns: { order: [], widths: {}, shown: {}, pinned: [] },
  sort: [],
  filters: [],
  density: 'dense',
  settings: {},
};

const SCENARIO = '5ca1ab1e-0000-4000-8000-000000000001';

export const OF_SCENARIOS = {
  scenarios: { company_id: 1 },
  scenario: { scenario_id: SCENARIO },
  scenarioCheck: { company_id: 1, assumptions: [] },
  scenarioCompare: { scenario_id: SCENARIO },
  saveScenario: { company_id: 1, name: 'Late containers', assumptions: [] },
  deleteScenario: { id: SCENARIO },
  restoreScenario: { id: SCENARIO },
  submitScenario: { id: SCENARIO, assumption_ids: [SCENARIO], reason: 'As compared' },
};

/** October beside September. */
const COMPARED = { from_month: 202610, to_month: 202610, against: 'previous' } as const;
export const MARGIN_CHANGES = {
  marginBridge: { company_ids: [1], ...COMPARED, rows: ['channel'] },
  marginBridgeLines: { company_id: 1, ...COMPARED, effect: 'price' },
  marginErosion: { company_id: 1, month: 202610 },
  marginErosionLines: { company_id: 1, month: 202610, key: 'channel:1' },
  marginTies: { company_id: 1, month: 202610 },
  marginTieLines: { company_id: 1, month: 202610, component: 'rebates' },
} as const;

export const WITHDRAWAL = {
  item_id: 1,
  site_id: 1,
  override_id: '11111111-1111-4111-8111-111111111111',
  reason: 'No longer',
};

export const OF_RULE_FILES = {
  ruleDiff: { company_id: 1, subject: 'policy', effective_on: '2026-12-01', text: '' },
  ruleAgain: { company_id: 1, change_id: 'x', effective_on: '2026-12-01' },
};
