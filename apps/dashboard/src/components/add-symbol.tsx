/** A field for one symbol. What was refused stays in it to be corrected. */
export function AddSymbol({ add }: { add: (symbol: string) => Promise<boolean> }) {
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const field = form.elements.namedItem('symbol') as HTMLInputElement;
    const symbol = field.value.trim().toUpperCase();
    if (symbol === '') return;
    field.value = '';
    const added = await add(symbol);
    if (!added && field.value === '') field.value = symbol;
    // A reader who has moved to another page meanwhile stays there.
    const at = document.activeElement;
    if (at === document.body || form.contains(at)) field.focus();
  };
  return (
    <form class="inline-form" onSubmit={(event) => void submit(event)}>
      <input
        class="field"
        name="symbol"
        aria-label="Symbol to add"
        placeholder="Add a symbol"
        maxLength={32}
        autocomplete="off"
        spellcheck={false}
      />
      <button type="submit" class="button">
        Add
      </button>
    </form>
  );
}
