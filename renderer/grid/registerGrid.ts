/** The parts of AG Grid this product uses; called once at the entry point. */
import {
  CellApiModule,
  CellStyleModule,
  ClientSideRowModelModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  InfiniteRowModelModule,
  ModuleRegistry,
  PinnedRowModule,
  RenderApiModule,
  RowApiModule,
  RowStyleModule,
  ScrollApiModule,
} from 'ag-grid-community';

export function registerGrid(): void {
  ModuleRegistry.registerModules([
    InfiniteRowModelModule,
    ClientSideRowModelModule,
    PinnedRowModule,
    CellStyleModule,
    RowStyleModule,
    CellApiModule,
    ColumnApiModule,
    ColumnAutoSizeModule,
    RenderApiModule,
    RowApiModule,
    ScrollApiModule,
  ]);
}
