/** What a browser keeps for its reader. Storage may be off; then a choice lasts as long as the page. */
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
