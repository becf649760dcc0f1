import { PRELUDE } from './prelude.lua.ts';

/** Forbids calls for `forMs` from now, because of an error of this `kind`. Never shortens an earlier park. */
export const PARK = `${PRELUDE}
local untilMs = late + given.forMs
if number(call('HGET', LEDGER, 'parked')) < untilMs then
  call('HSET', LEDGER, 'parked', string.format('%.0f', untilMs), 'why', given.why, 'kind', given.kind)
  call('PEXPIRE', LEDGER, math.max(given.ttl, given.forMs))
end
return 1
`;
