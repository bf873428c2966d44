/**
 * The currencies there are (ISO 4217, active codes of money; no metals, funds or test codes; five that ended lately, for
 * old files), by the decimal digits of their minor unit.
 * A list of our own: what a runtime knows differs between the window, the command line and the server.
 */
const CODES_BY_DIGITS: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK
    DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT
    LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN
    QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS
    VED VES WST XCD XCG YER ZAR ZMW ZWG
    ANG CUC HRK SLL ZWL`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const DIGITS: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES_BY_DIGITS).flatMap(([digits, codes]) =>
    codes
      .trim()
      .split(/\s+/)
      .map((code) => [code, Number(digits)] as const),
  ),
);

/** Decimal digits of its minor unit; null = there is no such currency. Capital letters. */
export function currencyDigits(code: string): number | null {
  return DIGITS.get(code) ?? null;
}

/** Why a text names no currency, in a sentence; null where it does, in whatever letters. `example` as a person would write it. */
export function currencyCodeProblem(text: string, example = 'USD'): string | null {
  if (!/^[A-Za-z]{3}$/.test(text)) return `The currency is no code of three letters. Write it as ${example}.`;
  return DIGITS.has(text.toUpperCase())
    ? null
    : `There is no currency ${text.toUpperCase()}. Write its code of ISO 4217, as ${example}.`;
}
