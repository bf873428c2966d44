/** A small line without axes: the shape of the last weeks. The last point is marked; words and figures stand beside it. */
export function Sparkline({
  values,
  width = 60,
  height = 18,
  label,
  colour = 'var(--step)',
}: {
  readonly values: readonly (number | null)[];
  readonly width?: number;
  readonly height?: number;
  /** Read out instead of the picture. */
  readonly label: string;
  readonly colour?: string;
}) {
  const points = sparkPoints(values, width - 6, height - 6);
  const last = points.at(-1);
  if (!last) return null;
  return (
    <svg width={width} height={height} role="img" aria-label={label} style={{ display: 'block' }}>
      <g transform="translate(3 3)">
        <polyline
          points={points.map(({ x, y }) => `${x},${y}`).join(' ')}
          fill="none"
          stroke={colour}
          strokeWidth="1.1"
          strokeLinejoin="round"
        />
        <circle cx={last.x} cy={last.y} r="1.9" fill={colour} />
      </g>
    </svg>
  );
}

/** Points of the known values, scaled to the box; a flat line lies in the middle. */
export function sparkPoints(
  values: readonly (number | null)[],
  width: number,
  height: number,
): readonly { readonly x: number; readonly y: number }[] {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return [];
  const low = Math.min(...known);
  const high = Math.max(...known);
  const span = high - low;
  const round = (value: number): number => Math.round(value * 10) / 10;
  return values.flatMap((value, index) =>
    value === null
      ? []
      : [
          {
            x: round((index / (values.length - 1)) * width),
            y: round(span === 0 ? height / 2 : height - ((value - low) / span) * height),
          },
        ],
  );
}
