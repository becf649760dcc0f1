import { useId } from 'preact/hooks';

interface FieldProps {
  name: string;
  label: string;
  value?: string;
  required?: boolean;
  /** A decimal that isn't negative. */
  decimal?: boolean;
  placeholder?: string;
}

/** One line of a form. */
export function Field({ name, label, value = '', required = false, decimal = false, placeholder }: FieldProps) {
  const id = useId();
  return (
    <div>
      <label class="label" for={id}>
        {label}
      </label>
      <input
        id={id}
        class="field"
        name={name}
        defaultValue={value}
        required={required}
        placeholder={placeholder}
        autocomplete="off"
        {...(decimal
          ? { inputMode: 'decimal' as const, pattern: '\\d+(\\.\\d+)?', title: 'Digits, such as 12.5' }
          : {})}
      />
    </div>
  );
}
