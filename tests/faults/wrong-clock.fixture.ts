/** Loaded before a worker: its clock goes wrong by WRONG_BY_MS. */
const wrongByMs = Number(process.env.WRONG_BY_MS);
if (process.argv[1]?.includes('apps/worker')) {
  const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...given: [] | [number]) {
      super(...((given.length === 0 ? [Right.now() + wrongByMs] : given) as [number]));
    }
    static override now = () => Right.now() + wrongByMs;
  } as DateConstructor;
}
