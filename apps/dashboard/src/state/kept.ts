/** Choices kept in the browser's storage. If storage is off, a choice lasts as long as the page. */
export function readKept(name: string): string | null {
  try {
    return localStorage.getItem(`freshet.${name}`);
  } catch {
    return null;
  }
}

export function writeKept(name: string, value: string): void {
  try {
    localStorage.setItem(`freshet.${name}`, value);
  } catch {
    // See above.
  }
}
