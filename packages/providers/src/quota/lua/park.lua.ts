import { PRELUDE } from './prelude.lua.ts';

/** No call before `forMs` from now, for an error of this `kind`; never shortens an earlier park. */
export const PARK = `${PRELUDE}
local untilMs = late + given.forMs
if number(call('HGET', LEDGER, 'parked')) < untilMs then
  call('HSET', LEDGER, 'parked', string.format('%.0f', untilMs), 'why', given.why, 'kind', given.kind)
  call('PEXPIRE', LEDGER, math.max(given.ttl, given.forMs))
end
return 1
`;
