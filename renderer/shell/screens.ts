/** Every screen: its place in the rail, who may open it, where its code is. To add one, add an entry. */
import {
  BookText,
  Boxes,
  CircleAlert,
  CalendarCheck,
  ClockAlert,
  ChartSpline,
  CircleHelp,
  FileInput,
  Gauge,
  Grid3x3,
  HandCoins,
  ListOrdered,
  Stamp,
  ListTodo,
  type LucideIcon,
  MessageSquareWarning,
  Percent,
  RefreshCw,
  Scale,
  Settings,
  Truck,
  ShoppingCart,
  Split,
  Users,
} from 'lucide-react';
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Session } from '#contract/queries.ts';

export interface ScreenEntry {
  /** First segment of the hash route: '/stock'. The screen itself reads what follows it. */
  readonly path: string;
  readonly title: string;
  readonly icon: LucideIcon;
  readonly group: 'work' | 'money' | 'machine';
  /** Needs width: the rail starts narrow. */
  readonly wide?: boolean;
  /** 'locked' stays in the rail and says whose it is; 'hidden' does not appear. */
  readonly access?: (session: Session) => 'open' | 'locked' | 'hidden';
  /** Open on a server without a company too. */
  readonly withoutCompany?: boolean;
  /** Shows one company at a time: why, said while all are in view. */
  readonly ofOneCompany?: string;
  /** Whose it is, when locked: 'Close is for Finance.' */
  readonly lockedText?: string;
  readonly screen: LazyExoticComponent<ComponentType>;
}

export const SCREENS: readonly ScreenEntry[] = [
  {
    path: '/today',
    title: 'Today',
    icon: CircleAlert,
    group: 'work',
    screen: lazy(() => import('#renderer/screens/today/TodayScreen.tsx')),
  },
  {
    path: '/exceptions',
    title: 'Exceptions',
    icon: ListTodo,
    group: 'work',
    wide: true,
    screen: lazy(() => import('#renderer/screens/exceptions/ExceptionsScreen.tsx')),
  },
  {
    path: '/stock',
    title: 'Stock',
    icon: Boxes,
    group: 'work',
    wide: true,
    screen: lazy(() => import('#renderer/screens/stock/StockEntry.tsx')),
  },
  {
    path: '/fulfilment',
    title: 'Fulfilment',
    icon: ListOrdered,
    group: 'work',
    wide: true,
    ofOneCompany: 'Goods of one company go to its own orders.',
    screen: lazy(() => import('#renderer/screens/fulfilment/FulfilmentScreen.tsx')),
  },
  {
    path: '/replenishment',
    title: 'Replenishment',
    icon: ShoppingCart,
    group: 'work',
    wide: true,
    access: (session) => (session.may.see_cost ? 'open' : 'locked'),
    ofOneCompany: 'Each company orders for itself.',
    lockedText:
      'Replenishment is for those who see what things cost. No purchase price ever reaches this machine; an administrator can grant the role.',
    screen: lazy(() => import('#renderer/screens/replenishment/ReplenishmentScreen.tsx')),
  },
  {
    path: '/scenarios',
    title: 'Scenarios',
    icon: Split,
    group: 'work',
    wide: true,
    ofOneCompany: 'What is assumed concerns the goods and orders of one company.',
    screen: lazy(() => import('#renderer/screens/scenarios/ScenariosScreen.tsx')),
  },
  {
    path: '/suppliers',
    title: 'Suppliers',
    icon: Truck,
    group: 'work',
    wide: true,
    ofOneCompany: 'Each company buys from its own suppliers.',
    screen: lazy(() => import('#renderer/screens/suppliers/SuppliersScreen.tsx')),
  },
  {
    path: '/forecast',
    title: 'Forecast',
    icon: ChartSpline,
    group: 'work',
    wide: true,
    ofOneCompany: 'What is expected of an item belongs to the company that sells it.',
    screen: lazy(() => import('#renderer/screens/forecast/ForecastScreen.tsx')),
  },
  {
    path: '/classes',
    title: 'ABC/XYZ',
    icon: Grid3x3,
    group: 'work',
    wide: true,
    ofOneCompany: 'Which items matter is told within one company.',
    screen: lazy(() => import('#renderer/screens/classes/ClassesScreen.tsx')),
  },
  {
    path: '/fill-rate',
    title: 'Fill rate',
    icon: Gauge,
    group: 'work',
    wide: true,
    screen: lazy(() => import('#renderer/screens/fillrate/FillRateScreen.tsx')),
  },
  {
    path: '/delays',
    title: 'Delay risk',
    icon: ClockAlert,
    group: 'work',
    wide: true,
    ofOneCompany: 'The risk is learned from one company’s own lines.',
    screen: lazy(() => import('#renderer/screens/delays/DelaysScreen.tsx')),
  },
  {
    path: '/claims',
    title: 'Claims',
    icon: MessageSquareWarning,
    group: 'work',
    wide: true,
    ofOneCompany: 'A claim belongs to the company that sold the goods, in its currency.',
    screen: lazy(() => import('#renderer/screens/claims/ClaimsScreen.tsx')),
  },
  {
    path: '/margin',
    title: 'Margin',
    icon: Percent,
    group: 'money',
    wide: true,
    access: (session) => (session.may.see_cost ? 'open' : 'locked'),
    lockedText:
      'Margin is for those who see cost. No cost ever reaches this machine; an administrator can grant the role.',
    screen: lazy(() => import('#renderer/screens/margin/MarginScreen.tsx')),
  },
  {
    path: '/approvals',
    title: 'Approvals',
    icon: Stamp,
    group: 'money',
    wide: true,
    ofOneCompany: 'Rules and limits are those of one company.',
    screen: lazy(() => import('#renderer/screens/approvals/ApprovalsScreen.tsx')),
  },
  {
    path: '/close',
    title: 'Close',
    icon: CalendarCheck,
    group: 'money',
    wide: true,
    access: (session) => (session.may.see_finance ? 'open' : 'locked'),
    ofOneCompany: 'Each company closes its own books, in its own currency.',
    lockedText: 'Close is for Finance. No ledger line ever reaches this machine; an administrator can grant the role.',
    screen: lazy(() => import('#renderer/screens/close/CloseScreen.tsx')),
  },
  {
    path: '/credit',
    title: 'Credit',
    icon: HandCoins,
    group: 'money',
    wide: true,
    access: (session) => (session.may.see_finance ? 'open' : 'locked'),
    ofOneCompany: 'Each company collects what is owed to it.',
    lockedText:
      'What customers owe is for Finance. No invoice ever reaches this machine; an administrator can grant the role.',
    screen: lazy(() => import('#renderer/screens/credit/CreditScreen.tsx')),
  },
  {
    path: '/ledger',
    title: 'Ledger',
    icon: BookText,
    group: 'money',
    wide: true,
    access: (session) => (session.may.see_finance ? 'open' : 'locked'),
    ofOneCompany: 'Each company keeps its own books, in its own currency.',
    lockedText: 'The ledger is for Finance. None of it ever reaches this machine; an administrator can grant the role.',
    screen: lazy(() => import('#renderer/screens/ledger/LedgerScreen.tsx')),
  },
  {
    path: '/rules',
    title: 'Rules',
    icon: Scale,
    group: 'machine',
    wide: true,
    ofOneCompany: 'Each company has rules of its own.',
    screen: lazy(() => import('#renderer/screens/rules/RulesScreen.tsx')),
  },
  {
    path: '/sync',
    title: 'Sync',
    icon: RefreshCw,
    group: 'machine',
    withoutCompany: true,
    screen: lazy(() => import('#renderer/screens/sync/SyncScreen.tsx')),
  },
  {
    path: '/imports',
    title: 'Imports',
    icon: FileInput,
    group: 'machine',
    access: (session) => (session.may.import_data ? 'open' : 'hidden'),
    ofOneCompany: 'A file belongs to one company.',
    lockedText: 'Planners, buyers, Finance and administrators bring files in.',
    withoutCompany: true,
    screen: lazy(() => import('#renderer/screens/imports/ImportsScreen.tsx')),
  },
  {
    path: '/admin',
    title: 'Administration',
    icon: Users,
    group: 'machine',
    access: (session) => (session.may.administer || session.may.read_audit ? 'open' : 'hidden'),
    lockedText: 'Administration is for administrators; auditors read its trail.',
    withoutCompany: true,
    screen: lazy(() => import('#renderer/screens/admin/AdminScreen.tsx')),
  },
  {
    path: '/settings',
    title: 'Settings',
    icon: Settings,
    group: 'machine',
    withoutCompany: true,
    screen: lazy(() => import('#renderer/screens/settings/SettingsScreen.tsx')),
  },
  {
    path: '/help',
    title: 'Help',
    icon: CircleHelp,
    group: 'machine',
    withoutCompany: true,
    screen: lazy(() => import('#renderer/screens/help/HelpScreen.tsx')),
  },
];
