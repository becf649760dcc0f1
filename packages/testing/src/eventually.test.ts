import { eventually } from './eventually.ts';

describe('eventually', () => {
  it('tries until the assertion passes, and gives what it returned', async () => {
    let tries = 0;
    const result = await eventually(
      () => {
        tries += 1;
        expect(tries).toBeGreaterThan(2);
        return tries;
      },
      { everyMs: 1 },
    );
    expect(result).toBe(3);
  });

  it('throws what the assertion threw last', async () => {
    let tries = 0;
    const failing = eventually(() => Promise.reject(new Error(`try ${++tries}`)), { withinMs: 20, everyMs: 5 });
    await expect(failing).rejects.toThrow(/^try [2-9]/);
  });
});
