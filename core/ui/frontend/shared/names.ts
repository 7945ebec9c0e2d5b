// Names of files as a request says them: whatever a disk calls a file, the header X-File-Name can hold it.

/** In percent-encoded UTF-8, which has no halves of surrogate pairs; some disks do, and `encodeURIComponent` throws at one. */
export const nameInHeader = (file: File): string => encodeURIComponent(file.name.replace(/[\ud800-\udfff]/gu, "_"));
