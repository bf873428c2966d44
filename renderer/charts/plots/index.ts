/** The one door to everything drawn with the charting library; imported lazily by lazyPlots.ts only. */
export { LinePlot } from './LinePlot.tsx';
export { StepPlot } from './StepPlot.tsx';
export { WaterfallPlot } from './WaterfallPlot.tsx';
