/** Typed columns with titles: they live in the domain, as a binder's tables are made again where it is verified. */
export * from '#domain/tables/table.ts';
