/** Column names order systems use, in English and as Odoo exports them; compared without case, spaces and marks. */
import type { OrderField } from './orderMap.ts';

interface Names {
  /** Says it without doubt. */
  readonly strong: readonly string[];
  /** Taken when nothing stronger is there. */
  readonly weak: readonly string[];
}

export const COLUMN_NAMES: Readonly<Record<OrderField, Names>> = {
  invoice: {
    strong: [
      'invoice',
      'invoiceno',
      'invoicenumber',
      'invoicenr',
      'invoiceid',
      'order',
      'orderno',
      'ordernumber',
      'ordernr',
      'orderid',
      'orderref',
      'orderreference',
      'salesorder',
      'salesorderno',
      'documentno',
      'documentnumber',
      'docno',
      'orderidname',
      'moveidname',
      'movename',
    ],
    weak: ['document', 'reference', 'number', 'transactionid', 'name'],
  },
  item: {
    strong: [
      'stockcode',
      'item',
      'itemcode',
      'itemno',
      'itemnumber',
      'itemid',
      'sku',
      'productcode',
      'productid',
      'productno',
      'article',
      'articleno',
      'articlenumber',
      'articlecode',
      'partno',
      'partnumber',
      'material',
      'materialno',
      'defaultcode',
      'internalreference',
      'productiddefaultcode',
    ],
    weak: ['product', 'code', 'part', 'barcode', 'ean'],
  },
  quantity: {
    strong: [
      'quantity',
      'qty',
      'orderedquantity',
      'orderedqty',
      'quantityordered',
      'qtyordered',
      'orderquantity',
      'orderqty',
      'invoicedquantity',
      'invoicedqty',
      'productuomqty',
      'lineqty',
    ],
    weak: ['units', 'pieces', 'pcs', 'amountofunits'],
  },
  unit_price: {
    strong: ['unitprice', 'price', 'priceunit', 'salesprice', 'netprice', 'unitpricenet', 'priceperunit', 'itemprice'],
    weak: ['rate', 'listprice'],
  },
  ordered_at: {
    strong: [
      'invoicedate',
      'orderdate',
      'dateorder',
      'orderdatetime',
      'orderedat',
      'orderedon',
      'salesdate',
      'orderiddateorder',
      'documentdate',
      'transactiondate',
    ],
    weak: ['date', 'datetime', 'timestamp', 'createdat', 'createdate', 'createdon', 'postingdate'],
  },
  description: {
    strong: ['description', 'itemdescription', 'productdescription', 'linedescription', 'productname', 'itemname'],
    weak: ['text', 'name', 'title', 'product'],
  },
  customer: {
    strong: [
      'customerid',
      'customerno',
      'customernumber',
      'customercode',
      'customer',
      'partnerid',
      'partnerref',
      'clientid',
      'accountno',
      'debtorno',
      'soldto',
      'orderidpartnerid',
    ],
    weak: ['partner', 'client', 'account', 'debtor', 'buyer'],
  },
  customer_name: { strong: ['customername', 'partnername', 'clientname', 'partneridname', 'accountname'], weak: [] },
  country: {
    strong: [
      'country',
      'countryname',
      'customercountry',
      'shipcountry',
      'shiptocountry',
      'deliverycountry',
      'partneridcountryid',
    ],
    weak: ['countrycode', 'countryid', 'market'],
  },
  channel: {
    strong: ['channel', 'saleschannel', 'orderchannel', 'channelname'],
    weak: ['teamid', 'salesteam', 'ordersource'],
  },
  site: {
    strong: ['site', 'sitecode', 'warehouse', 'warehousecode', 'warehouseid'],
    weak: ['branch', 'depot', 'store'],
  },
  currency: { strong: ['currency', 'currencycode', 'currencyid'], weak: ['cur', 'ccy'] },
  discount_amount: { strong: ['discountamount', 'discountvalue', 'linediscountamount'], weak: [] },
  discount_percent: {
    strong: ['discountpercent', 'discountpct', 'discountpercentage', 'linediscountpercent'],
    weak: [],
  },
  requested_on: { strong: ['requesteddate', 'requestdate', 'requestedon', 'requesteddeliverydate'], weak: [] },
  committed_on: {
    strong: ['committeddate', 'commitmentdate', 'committedon', 'promiseddate', 'promisedate', 'confirmeddate'],
    weak: [],
  },
};

/** A column with this name is a discount, but of which kind only its owner knows. */
export const UNCLEAR_DISCOUNT_NAMES: readonly string[] = ['discount', 'disc', 'linediscount'];
