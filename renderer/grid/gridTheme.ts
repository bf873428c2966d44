/** AG Grid's look, from our own custom properties: one theme for both colour schemes. */
import { colorSchemeVariable, iconSetQuartzLight, type Theme, themeQuartz } from 'ag-grid-community';

export const gridTheme: Theme = themeQuartz
  .withPart(colorSchemeVariable)
  .withPart(iconSetQuartzLight)
  .withParams({
    backgroundColor: 'var(--bg)',
    foregroundColor: 'var(--ink)',
    textColor: 'var(--ink)',
    browserColorScheme: 'inherit',
    accentColor: 'var(--accent)',
    borderColor: 'var(--line)',
    fontFamily: 'var(--font)',
    rowHeight: 26,
    headerHeight: 28,
    spacing: 4,
    cellHorizontalPadding: 8,
    fontSize: 12.5,
    headerFontSize: 11.5,
    headerFontWeight: 500,
    headerTextColor: 'var(--ink2)',
    headerBackgroundColor: 'var(--chrome)',
    headerColumnBorder: { color: 'var(--line)', width: 1 },
    headerColumnResizeHandleColor: 'transparent',
    columnBorder: false,
    wrapperBorder: false,
    wrapperBorderRadius: 0,
    borderRadius: 3,
    rowBorder: { color: 'var(--line)' },
    headerRowBorder: { color: 'var(--line2)' },
    oddRowBackgroundColor: 'var(--bg)',
    rowHoverColor: 'var(--hover)',
    selectedRowBackgroundColor: 'var(--sel)',
    pinnedColumnBorder: { color: 'var(--line2)' },
    pinnedRowBackgroundColor: 'var(--chrome)',
    pinnedRowFontWeight: 600,
    pinnedRowBorder: { color: 'var(--ink2)', width: 1 },
    rangeSelectionBorderColor: 'transparent',
    cellEditingBorder: { color: 'var(--focus)', width: 2 },
    checkboxUncheckedBorderColor: 'var(--ctl)',
    iconSize: 12,
  });
