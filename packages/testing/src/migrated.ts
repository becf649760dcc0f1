/** Applies all migrations. The store is loaded only here, so that stories without a database don't wait for it. */
export async function migrated(url: string): Promise<void> {
  const { migrate } = await import('@freshet/store');
  await migrate(url);
}
