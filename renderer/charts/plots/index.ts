/** The one door to everything drawn with the charting library; imported lazily by lazyPlots.ts only. */
export { ForecastPlot } from './ForecastPlot.tsx';
export { LinePlot } from './LinePlot.tsx';
export { StepPlot } from './StepPlot.tsx';
export { WaterfallPlot } from './WaterfallPlot.tsx';
