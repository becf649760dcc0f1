import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ask } from '../api/ask.ts';
import { bySearch, type Found, meantBy, offered } from '../format/search-order.ts';
import { symbolHref } from '../state/route.ts';
import './symbol-search.css';

const PAUSE_MS = 120;
const SHOWN = 8;
/** They come in the order of their symbols: the best may not be among the first. */
const LOOK_AT = 60;

/**
 * Looks any symbol up. Enter goes to the one that is meant: what is written, known or not, unless it is the name of another. `/` leads here
 * from anywhere.
 */
export function SymbolSearch() {
  const field = useRef<HTMLInputElement>(null);
  const text = useSignal('');
  const found = useSignal<readonly Found[]>([]);
  const chosen = useSignal(-1);
  const open = useSignal(false);

  useEffect(() => {
    const jump = (event: KeyboardEvent) => {
      const typing = (event.target as HTMLElement).closest('input, textarea, select, dialog');
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener('keydown', jump);
    return () => removeEventListener('keydown', jump);
  }, []);

  useEffect(() => {
    const q = text.value.trim();
    chosen.value = -1;
    if (q === '') {
      found.value = [];
      return;
    }
    const gone = new AbortController();
    const look = async () => {
      const all = await lookUp(q, gone.signal);
      if (!gone.signal.aborted) found.value = offered(q, all.slice(0, SHOWN));
    };
    const timer = setTimeout(() => void look(), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [text.value]);

  const goTo = (symbol: string) => {
    if (symbol === '') return;
    location.hash = symbolHref(symbol);
    text.value = '';
    open.value = false;
    field.current?.blur();
  };
  /** Asks anew: what is written may have been written faster than its list came. */
  const goToWritten = async () => {
    const written = text.value;
    const symbol = meantBy(written, await lookUp(written.trim()));
    if (text.value === written) goTo(symbol);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { length } = found.value;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (length > 0) chosen.value = (chosen.value + step + length + (chosen.value < 0 && step < 0 ? 1 : 0)) % length;
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const picked = found.value[chosen.value];
      if (picked) goTo(picked.symbol);
      else if (text.value.trim() !== '') void goToWritten();
    } else if (event.key === 'Escape') {
      open.value = false;
    }
  };
  const shown = open.value && found.value.length > 0;

  return (
    <div class="search">
      <input
        ref={field}
        class="field"
        type="search"
        role="combobox"
        list={undefined}
        placeholder="Any symbol  /"
        aria-label="Look up a symbol"
        aria-expanded={shown}
        aria-controls="found-symbols"
        aria-autocomplete="list"
        aria-activedescendant={shown && chosen.value >= 0 ? `found-${chosen.value}` : undefined}
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          open.value = true;
        }}
        onKeyDown={onKeyDown}
        onFocus={() => {
          open.value = true;
        }}
        onBlur={() => {
          open.value = false;
        }}
      />
      {shown && (
        <ul class="search-list" id="found-symbols" role="listbox" aria-label="Symbols">
          {found.value.map(({ symbol, name }, index) => (
            <li
              key={symbol}
              id={`found-${index}`}
              role="option"
              aria-selected={index === chosen.value}
              onMouseDown={(event) => {
                event.preventDefault();
                goTo(symbol);
              }}
            >
              <b>{symbol}</b>
              <span>{name}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What the API finds, the most probable first; nothing if it can't be reached. */
async function lookUp(q: string, signal?: AbortSignal): Promise<Found[]> {
  try {
    const { data } = await ask('GET /api/v1/assets', { query: { q, limit: LOOK_AT }, signal });
    return bySearch(q, data);
  } catch {
    return [];
  }
}
