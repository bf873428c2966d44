/** Width in pixels of a text set in the house's typeface; `weightAndSize` as in CSS: '600 12px'. */
export function textMeasure(weightAndSize: string): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  const family = getComputedStyle(document.documentElement).getPropertyValue('--font');
  if (context) context.font = `${weightAndSize} ${family}`;
  return (text) => context?.measureText(text).width ?? text.length * 8;
}
