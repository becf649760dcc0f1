export interface AddressRules {
  /** Also http and hosts that aren't public: for development and tests only. */
  allowPrivate?: boolean;
}
/** Why this URL may not be called, or null. Looks at the text only; delivery looks at the resolved addresses again. */
export declare function refuseUrl(url: string, rules?: AddressRules): string | null;
