import { useEffect } from 'preact/hooks';

/** What the browser's tab says while the component is shown: what it is of, so that tabs and bookmarks can be told apart. */
export function useTitle(title: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} – Freshet`;
    return () => {
      document.title = before;
    };
  }, [title]);
}
