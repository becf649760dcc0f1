export interface Once {
  keyOf(body: object): string;
  /** The request has succeeded: the same body sent again is meant as a new request. */
  done(): void;
}

/**
 * Idempotency keys for one form. The key stays while the form is sent again unchanged. A changed form gets a new key, because the API
 * refuses a key that comes with another body.
 */
export function createOnce(): Once {
  let held: { body: string; key: string } | null = null;
  return {
    keyOf(body) {
      const text = JSON.stringify(body);
      if (held?.body !== text) held = { body: text, key: newKey() };
      return held.key;
    },
    done() {
      held = null;
    },
  };
}

/** `randomUUID` is there only on pages that came over TLS or from the same machine. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
