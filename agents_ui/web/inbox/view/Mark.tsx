/** The sign over the door. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M11 24V9h6.2a4.9 4.9 0 0 1 0 9.8H11" />
    </svg>
  );
}
