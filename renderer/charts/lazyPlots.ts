/** The drawings, in a chunk of their own: the charting library loads when the first chart shows, never with the shell. */
import { lazy } from 'react';

export const WaterfallPlot = lazy(async () => ({ default: (await import('./plots/index.ts')).WaterfallPlot }));
export const LinePlot = lazy(async () => ({ default: (await import('./plots/index.ts')).LinePlot }));
export const StepPlot = lazy(async () => ({ default: (await import('./plots/index.ts')).StepPlot }));
export const ForecastPlot = lazy(async () => ({ default: (await import('./plots/index.ts')).ForecastPlot }));
