import { PRELUDE } from './prelude.lua.ts';

/** Adds a block of units, reserved in Postgres, to what may be spent in the period that the block belongs to. */
export const BLOCK = `${PRELUDE}
local w = windows[given.window]
if w.resets then
  if number(call('HGET', w.state, 'period')) ~= given.period then return 0 end
  call('HINCRBY', w.state, 'block', given.amount)
else
  -- The rest of an earlier time slice's block isn't spent in this one: Postgres would date that use wrongly.
  if number(call('HGET', w.state, 'slice')) ~= given.period then
    call('HSET', w.state, 'slice', string.format('%.0f', given.period), 'block', 0)
  end
  call('HINCRBY', w.state, 'block', given.amount)
end
call('PEXPIRE', w.state, w.ttl)
return 1
`;
