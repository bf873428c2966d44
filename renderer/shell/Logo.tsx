/** The mark: a compass needle in its stand. */
export function Logo({ size = 18 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <circle cx="12" cy="12" r="9.6" stroke="var(--ink)" strokeWidth="2" />
      <path d="m17 7-3.4 6.8-3.4-3.6z" fill="var(--channel-ecommerce)" />
      <path d="m7 17 3.4-6.8 3.4 3.6z" stroke="var(--ink)" strokeWidth="1.4" strokeLinejoin="round" />
    </svg>
  );
}
