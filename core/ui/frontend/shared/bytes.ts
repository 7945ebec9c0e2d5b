// Sizes of files in words, as core/files/rules.py says them.

export function inWords(size: number): string {
  if (size < 1000) return `${size} B`;
  return size < 999_500 ? `${Math.round(size / 1000)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}
