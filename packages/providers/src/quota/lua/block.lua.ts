import { PRELUDE } from './prelude.lua.ts';

/** So many units of one window were reserved in Postgres and may now be spent, in the period that they belong to. */
export const BLOCK = `${PRELUDE}
local w = windows[given.window]
if w.resets then
  if number(call('HGET', w.state, 'period')) ~= given.period then return 0 end
  call('HINCRBY', w.state, 'block', given.amount)
else
  -- What an earlier slice of time has left isn't spent in this one, for Postgres would date it wrongly.
  if number(call('HGET', w.state, 'slice')) ~= given.period then
    call('HSET', w.state, 'slice', string.format('%.0f', given.period), 'block', 0)
  end
  call('HINCRBY', w.state, 'block', given.amount)
end
call('PEXPIRE', w.state, w.ttl)
return 1
`;
