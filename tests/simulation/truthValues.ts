/** Values of rows as PostgreSQL gives them for the wire, in SQL by hand, by the name of the copy's column. */
export const same = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, name]));
export const day = (name: string): Record<string, string> => ({ [name]: `${name} - date '1970-01-01'` });
export const moment = (name: string): Record<string, string> => ({
  [name]: `floor(extract(epoch from ${name}) * 1000)::bigint`,
});

export const SAID = { ...same('author'), ...moment('written_at'), ...moment('accepted_at') };

/** Of the audit trail of a close: whole, so that its seal can be made again. */
export const CLOSE_ENTRY = {
  ...same('company_id', 'period_id', 'event_id'),
  ...moment('happened_at'),
  ...same('kind', 'user_name', 'address', 'about'),
  detail: 'detail::text',
  ...same('seal_before', 'seal'),
};

export const CLOSE_PERSON = {
  ...same('company_id', 'user_name', 'display_name'),
  may_prepare: 'may_prepare::int',
  may_review: 'may_review::int',
};

export const CLOSE_PERIOD = {
  ...same('company_id', 'period', 'state', 'opened_from', 'left_out', 'template_name'),
  ...day('cut_off_on'),
  ...day('template_on'),
};
